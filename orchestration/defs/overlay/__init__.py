"""The last release under what was computed."""
