"""One module a file format: bytes in, lines of text and rows of cells out."""
