"""The readers of the marts."""
