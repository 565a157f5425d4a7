"""Readers of the parts of a disclosure, one module each: rows of a recognised table to raw rows."""
