"""Readers of file formats, one module each: bytes to lines of text and rows of cells."""
