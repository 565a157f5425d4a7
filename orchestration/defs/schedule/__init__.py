"""When and how a build runs."""
