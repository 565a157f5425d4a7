"""One module a part of the disclosure: rows of a recognised table in, raw rows out."""
