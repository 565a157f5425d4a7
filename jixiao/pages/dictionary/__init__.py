"""The data dictionary as a page: every published table and column, and how the tables hang together."""
