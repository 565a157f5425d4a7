"""What a document may be and what reading it may take: more is no disclosure, and is refused with a message.

A department's whole disclosure with 139 forms is 0.3 MB of text and 30,000 cells.
"""

LARGEST_FILE = 100 * 2**20
"""Bytes: with its pictures; a disclosure of a whole province's department is a few megabytes."""

LARGEST_UNPACKED = 400 * 2**20
"""Bytes that the parts of a packed file may have together."""

LARGEST_RATIO = 200
"""Unpacked bytes for a packed one, of a part of a megabyte and more: written XML reaches about 60."""

LARGEST_PAGE = 20 * 2**20
"""Bytes of a web page: in memory its tree takes up to forty times as much."""

LARGEST_MARKUP = 48 * 2**20
"""Bytes of all XML in a packed file: in memory the tree of it takes up to fifteen times as much."""

MOST_CELLS = 1_000_000
"""Lines of text and cells of tables of a document, blank ones included: about half a gigabyte when they are read."""

MOST_SECONDS = 120.0
"""Wall clock that one document may take; then its process is killed."""

MOST_MEMORY = 2 * 2**30
"""Bytes of address space of a process that reads documents, where the platform can limit it."""

LONGEST_CONVERSION = 60.0
"""Seconds that LibreOffice may take for one file: less than `MOST_SECONDS`, so that who started it ends it."""
