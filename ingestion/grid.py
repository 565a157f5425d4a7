"""From the grid of a drawn table to the columns of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ingestion.blocks import SELF_EVALUATION, Block
from ingestion.document import Line
from ingestion.form_labels import FUND, HEADER, INDICATOR, TOTAL, part_of


def compact(block: Block) -> Block:
    """Return the block without the columns in which a part of it holds nothing.

    The lines of all rows of a drawn table are one grid, so that its fund block stands on columns that the
    indicators need and the other way round. A converted text has the columns of each row alone.
    """
    rows: list[Line] = []
    for part in _parts(block):
        rows += _without_blank_columns(part)
    # A damaged form can come back to a part: its rows stay in the order of the document.
    return replace(block, rows=sorted(rows, key=lambda row: row.number))


def _parts(block: Block) -> Iterable[list[Line]]:
    if block.kind != SELF_EVALUATION:
        return [block.rows]
    parts: dict[str, list[Line]] = {}
    part = HEADER
    for row in block.rows:
        part = part_of(row, part)
        parts.setdefault(INDICATOR if part == TOTAL else FUND if part == FUND else part, []).append(row)
    return parts.values()


def _without_blank_columns(rows: list[Line]) -> list[Line]:
    used = sorted({cell.column for row in rows for cell in row.filled})
    return [
        replace(
            row,
            cells=tuple(
                replace(row.cells[place], column=column)
                for column, place in enumerate(used)
                if place < len(row.cells)
            ),
        )
        for row in rows
    ]
