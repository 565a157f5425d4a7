"""Make file names from outside safe: no path out of a folder, and nothing that a file system refuses."""

from __future__ import annotations

import hashlib
import re

from ingestion.document import printable

LONGEST_NAME = 180
"""Bytes in UTF-8: file systems take 255, and quarantine and history append numbers to a name."""

_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f/\\\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def visible(name: str) -> str:
    """Return a name for display and storage: on one line, without control sequences for a terminal."""
    return "".join(char if char.isprintable() else "_" for char in printable(name))


def safe_name(name: str, *, reserved: frozenset[str] = frozenset()) -> str:
    """Return a file name that every file system accepts and that leads to no other folder.

    Separators and control characters become `_`; a leading dot, a Windows device name and a reserved name are
    prefixed with `_`; a long name is cut before its suffix, with a digest of the whole.
    """
    safe = _UNSAFE.sub("_", printable(name)).strip(" ").rstrip(".")
    if not safe.strip("._ "):
        return "unnamed"
    if safe.startswith((".", "~$")) or _DEVICES.fullmatch(safe) or safe.lower() in reserved:
        safe = f"_{safe}"
    if len(safe.encode()) <= LONGEST_NAME:
        return safe
    digest = hashlib.sha256(safe.encode()).hexdigest()[:8]
    stem, dot, suffix = safe.rpartition(".")
    if not dot or len(suffix.encode()) > 10:
        stem, suffix = safe, ""
    ending = f"-{digest}{dot if suffix else ''}{suffix}"
    return stem.encode()[: LONGEST_NAME - len(ending.encode())].decode(errors="ignore") + ending
