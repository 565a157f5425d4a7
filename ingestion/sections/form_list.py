"""A list of forms: one table whose rows are indicators and whose first columns name the project of each.

The project, its unit and its goal are in the columns before the indicators, merged or repeated in every row.
Each project becomes a form of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingestion.blocks import Block
from ingestion.document import Cell, Line
from ingestion.form_labels import (
    AMOUNT_COLUMNS,
    FUND_COLUMNS,
    INDICATOR_COLUMNS,
    PROJECT_LABELS,
    UNIT_LABEL,
    header_label,
    is_indicator_heading,
    label_of,
)
from ingestion.grid import Column, Grid
from ingestion.ledger import Ledger, Value
from ingestion.numbers import amount_problem
from ingestion.sections import form_indicator
from ingestion.sections.form_fund import names_source, source_text
from ingestion.vocabulary import canonical

PROJECT, GOAL, UNIT, COMPETENT = "project", "goal", "unit", "competent"
_FUND = "fund "
"""The beginning of the field of a source's amounts, before its label."""
_UNITS = {UNIT_LABEL: UNIT, "实施单位": UNIT, "主管部门": COMPETENT}
_MOST_ROWS_ABOVE = 3
_UNIT_AND_PROJECT = re.compile(r".{2,6}[(/]项目名称\)?")
"""The heading of a column that prints a unit above its projects."""

_REMARK = re.compile(r"\([^()]*元\)$")


@dataclass
class Entry:
    """A project of a list.

    Attributes:
        heads: The cells before its indicators: its name, its units, its goal.
        rows: The rows of its indicators, without those cells.
    """

    heads: dict[str, Cell] = field(default_factory=dict)
    rows: list[Line] = field(default_factory=list)

    @property
    def first_line(self) -> int:
        """1-based line of its first row."""
        return self.rows[0].number


@dataclass(frozen=True)
class FormList:
    """A table that lists the indicators of several projects.

    Attributes:
        heading: The rows of its heading, and those above it.
        columns: The columns before the indicators, each with its field or a blank.
        sides: The headings of the indicators.
        rows: The rows below.
        grid: The table's grid.
    """

    heading: list[Line]
    columns: list[Column]
    sides: list[form_indicator.Heading]
    rows: list[Line]
    grid: Grid

    def entries(self, ledger: Ledger) -> Iterator[Entry]:
        """Yield the projects in order; a row without another name belongs to the project above it."""
        entry = Entry()
        for row in self.rows:
            if is_indicator_heading(row):
                ledger.omit(row, "repeated_label")
                continue
            heads, rest = self._part(row, ledger)
            if _is_another(heads, entry):
                if entry.rows:
                    yield entry
                units = {kind: cell for kind, cell in entry.heads.items() if kind in {UNIT, COMPETENT}}
                entry = Entry({**units, **heads})
            else:
                again = (
                    cell for kind, cell in heads.items() if cell.text == entry.heads.get(kind, cell).text
                )
                entry.heads = {**heads, **entry.heads}
                ledger.omit((cell for cell in again if cell not in entry.heads.values()), "repeated_label")
            entry.rows.append(rest)
        if entry.rows:
            yield entry

    def funds(self, heads: Mapping[str, Cell], ledger: Ledger) -> list[tuple[int, dict[str, Value]]]:
        """Return the line and the values of the funds of a project: those of all sources together, then by source."""
        found: dict[str, tuple[int, dict[str, Value]]] = {}
        for column in self.columns:
            cell = heads.get(column.field)
            if cell is None or not (column.field in AMOUNT_COLUMNS or column.field.startswith(_FUND)):
                continue
            source = column.field if column.field.startswith(_FUND) else ""
            if (problem := amount_problem(cell)) is not None:
                ledger.unread(cell, problem, row=heads[PROJECT].text, column=column.heading)
                continue
            label = source_text(_REMARK.sub("", canonical(column.heading)))
            _, values = found.setdefault(source, (cell.line, {"fund_source": label}))
            values["annual_budget" if source else column.field] = cell
        return list(found.values())

    def _part(self, row: Line, ledger: Ledger) -> tuple[dict[str, Cell], Line]:
        """Return the cells of a row that identify its project, and the row without them."""
        heads: dict[str, Cell] = {}
        cells: list[Cell] = []
        for cell in row.cells:
            column = next(
                (column for column in self.columns if column.start <= cell.column < column.end), None
            )
            if column is not None and column.field and column.field not in heads and cell.text:
                heads[column.field] = cell
            elif column is not None:
                name = heads.get(PROJECT)
                ledger.unread(cell, "no_column", row=name.text if name else "", column=column.heading)
            cells.append(cell if column is None else replace(cell, printed="", text=""))
        return heads, replace(row, cells=tuple(cells))


def _is_another(heads: dict[str, Cell], entry: Entry) -> bool:
    """Return whether a row begins another project: it has another name, or the same one of another unit."""
    return PROJECT in heads and any(
        kind not in entry.heads or cell.text != entry.heads[kind].text
        for kind, cell in heads.items()
        if kind in {PROJECT, UNIT, COMPETENT}
    )


def find(block: Block, ledger: Ledger, *, is_drawn: bool) -> FormList | None:
    """Return the list in a block, or None if its heading doesn't name the project beside the indicators."""
    number = next((n for n, row in enumerate(block.rows) if is_indicator_heading(row)), None)
    if number is None or number > _MOST_ROWS_ABOVE:
        return None
    if number and form_indicator.heads_classes(block.rows[number - 1]):
        number -= 1
    grid = Grid(block.rows, is_drawn)
    length = max(form_indicator.heading_length(block.rows[number:]), 1)
    end = number + length
    levels = [cell.column for row in block.rows[number:end] for cell in row.filled if _names_level(cell)]
    first = min(levels, default=0)
    columns = [column for column in _head_columns(block.rows[:end], grid) if column.start < first]
    if not any(column.field == PROJECT for column in columns):
        return None
    rows = [_without_heads(row, first) for row in block.rows[number:]]
    sides = form_indicator.read_heading(rows, Grid(rows, is_drawn), Ledger(ledger.document_id))
    ledger.omit((cell for row in block.rows[:end] for cell in row.filled), "label")
    return FormList(block.rows[:end], columns, sides, block.rows[end:], grid)


def _names_level(cell: Cell) -> bool:
    return (
        INDICATOR_COLUMNS.get(label_of("indicator_column", cell.text, least=1) or "") in form_indicator.LEVELS
    )


def _without_heads(row: Line, first: int) -> Line:
    cells = (replace(cell, printed="", text="") if cell.column < first else cell for cell in row.cells)
    return replace(row, cells=tuple(cells))


def _head_columns(rows: Sequence[Line], grid: Grid) -> list[Column]:
    """Return the columns of a heading whose labels reach its last row, each with its field.

    In a text that keeps the blanks of merged cells, a label reaches it over blanks.
    """
    last = rows[-1]
    keeps_blanks = not grid.is_drawn and len({len(row.cells) for row in rows}) == 1
    reaching = [
        cell
        for row in rows
        for cell in row.filled
        if row is last
        or grid.owner(last.number, cell.column) == cell
        or (keeps_blanks and not last.cells[cell.column].text)
    ]
    return [Column(cell.column, cell.column + cell.width, (cell.text,), _kind_of(cell)) for cell in reaching]


def _kind_of(cell: Cell) -> str:
    label = header_label(cell.text)
    text = canonical(cell.text)
    if (label in PROJECT_LABELS and text.endswith("名称")) or _UNIT_AND_PROJECT.fullmatch(text):
        return PROJECT
    if label in _UNITS:
        return _UNITS[label]
    amounts = FUND_COLUMNS.get(label_of("fund_column", cell.text, least=1) or "")
    if amounts in AMOUNT_COLUMNS:
        return amounts
    if names_source(replace(cell, text=_REMARK.sub("", text))):
        return f"{_FUND}{cell.text}"
    return GOAL if label_of("goal_heading", cell.text, least=1) == "预期目标" else ""
