"""CSV and JSON: text that any program reads, with every digit of every number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from jixiao.values import to_json, to_text

Rows = Iterable[Sequence[Any]]


def write_csv(file: BinaryIO, headings: Sequence[str], rows: Rows) -> int:
    """Write CSV as of RFC 4180, with the byte order mark by which Excel reads it as UTF-8.

    Null is an empty cell, empty text a quoted one. Text is written unchanged: one that begins with an equals
    sign is a formula to Excel.

    Returns:
        How many rows were written.
    """
    count = 0
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(headings)
        for count, row in enumerate(rows, start=1):  # noqa: B007
            writer.writerow([to_text(value) for value in row])
        text.flush()
    finally:
        text.detach()
    return count


def write_json(file: BinaryIO, headings: Sequence[str], rows: Rows) -> int:
    """Write a list of objects, a line a row; decimals are numbers with all their digits.

    Returns:
        How many rows were written.
    """
    count = 0
    file.write(b"[")
    for count, row in enumerate(rows, start=1):
        line = to_json(dict(zip(headings, row, strict=True)))
        file.write((",\n " if count > 1 else "").encode() + line.encode("utf-8", errors="replace"))
    file.write(b"]\n")
    return count
