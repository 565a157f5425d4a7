"""The board of a release: each unit and year with its figures, its cases and its forms."""
