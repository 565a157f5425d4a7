"""Limits on documents and on the resources for reading one; documents beyond them are refused with a message.

For comparison, a department's whole disclosure with 139 forms is 0.3 MB of text and 30,000 cells.
"""

LARGEST_FILE = 100 * 2**20
"""Bytes of a file, including pictures; the disclosure of a provincial department is a few megabytes."""

LARGEST_UNPACKED = 400 * 2**20
"""Unpacked bytes of all parts of a packed file together."""

LARGEST_RATIO = 200
"""Unpacked bytes for each packed byte, for parts of a megabyte and more; written XML reaches about 60."""

LARGEST_PAGE = 20 * 2**20
"""Bytes of a web page; its tree takes up to forty times as much memory."""

LARGEST_MARKUP = 48 * 2**20
"""Bytes of all XML in a packed file; its tree takes up to fifteen times as much memory."""

MOST_CELLS = 1_000_000
"""Lines of text and table cells of a document, blank ones included: about half a gigabyte of memory."""

MOST_SECONDS = 120.0
"""Wall-clock seconds for one document, after which its process is killed."""

MOST_MEMORY = 2 * 2**30
"""Bytes of address space of a process that reads documents, on platforms that can limit it."""

LONGEST_CONVERSION = 60.0
"""Seconds that LibreOffice may take for one file; less than `MOST_SECONDS`, so that its parent can end it."""
