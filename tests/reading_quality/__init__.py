"""How well documents are read: raw rows against what each document is known to print."""
