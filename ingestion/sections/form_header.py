"""The header of a form, and the rows after its indicators: labels with a value beside each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingestion.document import Cell, Line
from ingestion.form_labels import (
    PROJECT_LABELS,
    has_label_shape,
    header_label,
    joined_header_label,
    part_pairs,
)
from ingestion.grid import Grid
from ingestion.ledger import Ledger
from ingestion.units import is_unit_caption
from ingestion.vocabulary import FORM_HEADER_LABELS, canonical, is_damaged, mend

_ABOVE = (*PROJECT_LABELS, "主管部门", "实施单位")
_STAMPS = ("(盖章)", "(公章)", "(签章)", "(签字)", "(章)", "盖章", "公章")
_BARE_UNIT = re.compile(r"[(（](?:[十百千万亿]+元|人民币元|元)[)）]")


@dataclass(frozen=True)
class Pair:
    """A label and the value beside it.

    Attributes:
        label: The label of the standard form, or the printed text if there is none.
        printed: The printed label.
        value: The value, or None if it is blank.
        is_known: Whether the label is in the synonym table.
    """

    label: str
    printed: str
    value: Cell | None
    is_known: bool


def read_pairs(row: Line, grid: Grid, ledger: Ledger) -> list[Pair]:
    """Read the pairs of a row and leave its labels out; a blank value never takes the next label."""
    pairs: list[Pair] = []
    waiting = [part for cell in row.filled if not _is_omitted(cell, ledger) for part in _parts_of(cell, row)]
    while waiting:
        cell = waiting.pop(0)
        if (joined := _joined(cell)) is not None:
            pairs.append(joined)
            continue
        known = header_label(cell.text) or mend(cell.text.rstrip("：:"), FORM_HEADER_LABELS)
        if known is None and not waiting and pairs:
            # Not a label: a value can be in two cells.
            pairs.append(Pair(pairs[-1].label, pairs[-1].printed, cell, is_known=False))
            continue
        ledger.omit(cell, "label")
        value = None
        is_name = known in PROJECT_LABELS and waiting and header_label(waiting[0].text) is None
        if waiting and (is_name or not _is_label(waiting[0])) and not _is_blank(cell, waiting, row, grid):
            value = waiting.pop(0)
        pairs.append(Pair(known or canonical(cell.text), cell.text, value, is_known=known is not None))
    return pairs


def read_above(lines: Iterable[Line], ledger: Ledger) -> dict[str, Cell]:
    """Return the project's name and units in the text lines above a form, each after its label."""
    texts = [Cell(line.number, 0, line.text, line.text) for line in lines]
    pairs = [_joined(part) for cell in texts for part in _parts_of(cell, None)]
    return take(
        [pair for pair in pairs if pair is not None and pair.label in _ABOVE],
        set(_ABOVE),
        Ledger(ledger.document_id),
    )


def _parts_of(cell: Cell, row: Line | None) -> list[Cell]:
    """Divide a cell of several labels with their values; a part takes a blank position that it covers."""
    texts = part_pairs(cell.text)
    if len(texts) == 1:
        return [cell]
    blank = {cell.column for cell in row.cells if not cell.text} if row is not None else set()
    places = [
        place if place in blank else cell.column for place in range(cell.column, cell.column + len(texts))
    ]
    return [replace(cell, column=place, text=text) for place, text in zip(places, texts, strict=True)]


def _is_omitted(cell: Cell, ledger: Ledger) -> bool:
    """Leave out a cell between pairs that belongs to none: the place of the seal, the unit of amounts."""
    is_unit = is_unit_caption(cell.text) or _BARE_UNIT.fullmatch(cell.text)
    if canonical(cell.text) not in _STAMPS and not is_unit:
        return False
    ledger.omit(cell, "label")
    return True


def _is_label(cell: Cell) -> bool:
    is_label = header_label(cell.text) is not None or has_label_shape(cell.text)
    return is_label or _joined(cell) is not None


def _is_blank(label: Cell, waiting: list[Cell], row: Line, grid: Grid) -> bool:
    """Return whether the value of a label is blank, because the next filled cell is another pair's label."""
    following = waiting[0]
    if not grid.is_drawn:
        return False
    between = [
        cell
        for cell in row.cells[label.column + label.width : following.column]
        if not grid.covers(row, cell)
    ]
    return bool(between) and len(waiting) % 2 == 0


def _is_measure(pair: Pair) -> bool:
    """Return whether a pair names the unit of the amounts, and no organization."""
    return pair.value is not None and is_unit_caption(f"单位：{pair.value.text}")


def _joined(cell: Cell) -> Pair | None:
    """Divide a cell that holds label and value, with or without a colon between."""
    label = joined_header_label(cell.text)
    if label is not None:
        for colon in ("：", ":"):
            head, found, value = cell.text.partition(colon)
            if found and header_label(head) == label:
                return Pair(label, head, replace(cell, text=value), is_known=True)
    name = next((name for name in FORM_HEADER_LABELS if cell.text.startswith(name)), None)
    if (
        name is not None
        and header_label(cell.text) is None
        and mend(cell.text.rstrip("：:"), (name,)) is None
    ):
        value = cell.text.removeprefix(name).lstrip("：:")
        return Pair(name, name, replace(cell, text=value), is_known=True)
    return None


def take(pairs: Iterable[Pair], wanted: set[str], ledger: Ledger) -> dict[str, Cell]:
    """Return the values of the wanted labels, the first of each; the others stay unread."""
    found: dict[str, Cell] = {}
    for pair in pairs:
        value = pair.value
        if value is None:
            continue
        if is_damaged(value.text):
            ledger.unread(value, "damaged", row=pair.printed)
        elif pair.is_known and pair.label in wanted and pair.label not in found and not _is_measure(pair):
            found[pair.label] = value
        else:
            ledger.unread(value, "no_column", row=pair.printed)
    return found
