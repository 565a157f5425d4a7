"""The account of every printed cell: in a raw row, left out by name, or unread."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from ingestion.contract import RAW_TABLES, columns
from ingestion.document import Cell, Line, squeeze
from ingestion.message import Text
from ingestion.numbers import names_amount
from ingestion.private import reason_of
from ingestion.project import PROJECT_ROOT
from ingestion.vocabulary import OMISSION_REASONS, is_rate

Value = Cell | str | None

REASONS = PROJECT_ROOT / "seeds" / "reference" / "unread_reason.csv"

_MAY_BE_FIGURES = {"column_number", "quarantined", "unit_code"}
_LONGEST_COLUMN_NUMBER = 3

_PARTED_DIGITS = re.compile(r"[0-9] [0-9]")

NO_COLUMN, FIGURE_WITHOUT_COLUMN = "no_column", "figure_without_column"
NOTHING_MISREAD = frozenset({NO_COLUMN, FIGURE_WITHOUT_COLUMN})
"""Reasons of cells that were understood but have no column in the warehouse."""


@cache
def unread_reasons() -> dict[str, tuple[str, str]]:
    """Return the reasons why a cell stays unread: by code, the sentence in Chinese and in English."""
    with REASONS.open(encoding="utf-8", newline="") as file:
        return {row["reason_code"]: (row["reason_zh"], row["reason_en"]) for row in csv.DictReader(file)}


@dataclass(frozen=True, slots=True)
class Claim:
    """A cell in a raw row: the table, the index of the row in it, and the column."""

    table: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Omission:
    """A cell that is left out, with one of `OMISSION_REASONS`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A filled cell that is in no raw column.

    Attributes:
        reason: A code of `seeds/reference/unread_reason.csv`.
        table_kind: The kind of its table, one of `ingestion.blocks`.
        form_no: The number of its form, or an empty string.
        row_label: The nearest label of its row, or an empty string.
        column_label: The heading of its column, or an empty string.
        text: The cell's text.
    """

    reason: str
    table_kind: str
    form_no: str
    row_label: str
    column_label: str
    text: str


@dataclass(frozen=True)
class Refusal:
    """A part of a document that could not be read.

    Attributes:
        part: The document's own term for it.
        first_line: 1-based first line of the part.
        last_line: 1-based last line of the part.
        line: 1-based line at fault.
        reason: What is wrong and how to correct it.
    """

    part: str
    first_line: int
    last_line: int
    line: int
    reason: str


class PartError(Exception):
    """A part of a document that fits no pattern: the line at fault and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass
class Ledger:
    """Raw rows of one document and the account of its cells.

    Attributes:
        document_id: The document's key.
        table_kind: The kind of the table that is being read, for the cells that stay unread.
        form_no: The number of the form that is being read, or an empty string.
        tables: The raw rows of each table.
        cells: The account of each cell, by line and column.
        refusals: The parts that could not be read.
        doubts: Sentences on forms whose arithmetic fits another binding of their columns.
    """

    document_id: str
    table_kind: str = ""
    form_no: str = ""
    tables: dict[str, list[dict[str, str]]] = field(default_factory=lambda: {t: [] for t in RAW_TABLES})
    cells: dict[tuple[int, int], Claim | Omission | Unread] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def emit(self, table: str, line: int, values: Mapping[str, Value]) -> None:
        """Add a raw row and account for its cells; masked private values are left out.

        Raises:
            KeyError: If a value names no column of the table.
        """
        allowed = columns(table)
        row = dict.fromkeys(allowed, "")
        row["document_id"] = self.document_id
        row["source_line"] = str(line)
        index = len(self.tables[table])
        for column, value in values.items():
            if column not in row:
                raise KeyError(f"{table} has no column {column}")
            if isinstance(value, Cell):
                if (reason := reason_of(value.text)) is not None:
                    self.omit(value, reason)
                    continue
                self.cells[(value.line, value.column)] = Claim(table, index, column)
                row[column] = value.text
            else:
                row[column] = value or ""
        self.tables[table].append(row)

    def extend(self, table: str, column: str, cell: Cell) -> None:
        """Append a cell to a column of the last row: its text continued after a page break."""
        self._last(table, cell)[column] += cell.text
        self.claim(table, column, cell)

    def claim(self, table: str, column: str, cell: Cell) -> None:
        """Account for a cell that a column of the last row already contains."""
        self._last(table, cell)
        self.cells[(cell.line, cell.column)] = Claim(table, len(self.tables[table]) - 1, column)

    def _last(self, table: str, cell: Cell) -> dict[str, str]:
        if not self.tables[table]:
            raise PartError(
                cell.line,
                Text(
                    "接续上一行的内容，却是表的第一行；请检查表格",
                    "the row continues the row before it, but is the first of its table; check the table",
                ),
            )
        return self.tables[table][-1]

    def omit(self, cells: Cell | Line | Iterable[Cell], reason: str) -> None:
        """Leave cells out for one of the declared reasons; cells in a raw row stay there.

        A bare figure is never a label or a sentence: it stays unaccounted for, so that its part is refused.
        """
        if reason not in OMISSION_REASONS:
            raise KeyError(f"{reason} is no declared reason for leaving a cell out")
        if isinstance(cells, Cell):
            cells = (cells,)
        elif isinstance(cells, Line):
            cells = cells.cells
        for cell in cells:
            if cell.text and not _would_lose_figure(cell, reason):
                entry = Omission(reason_of(cell.text) or reason)
                self.cells.setdefault((cell.line, cell.column), entry)

    def unread(self, cells: Cell | Iterable[Cell], reason: str, *, row: str = "", column: str = "") -> None:
        """Keep cells that no raw column holds and leave masked ones out; cells accounted for don't change.

        Args:
            cells: The cells.
            reason: A code of `seeds/reference/unread_reason.csv`.
            row: The nearest label of their row.
            column: The heading of their column.
        """
        if reason not in unread_reasons():
            raise KeyError(f"{reason} is no code of {REASONS.name}")
        for cell in (cells,) if isinstance(cells, Cell) else cells:
            if (withheld := reason_of(cell.text)) is not None:
                self.omit(cell, withheld)
            elif cell.text:
                code = cell.problem or reason
                if code == NO_COLUMN and self._may_matter(cell.text):
                    code = FIGURE_WITHOUT_COLUMN
                entry = Unread(code, self.table_kind, self.form_no, row, column, _as_printed(cell))
                self.cells.setdefault((cell.line, cell.column), entry)

    def _may_matter(self, text: str) -> bool:
        # Account tables print many known values without a column: the previous year, numbers of cars.
        return names_amount(text) or (bool(self.form_no) and is_rate(text) and text.strip("0.%％") != "")

    def absorb(self, other: Ledger) -> None:
        """Add the rows and the account of cells of another ledger of the same document."""
        self.doubts.extend(other.doubts)
        base = {table: len(rows) for table, rows in self.tables.items()}
        for table, rows in other.tables.items():
            self.tables[table].extend(rows)
        for place, entry in other.cells.items():
            if isinstance(entry, Claim):
                self.cells[place] = Claim(entry.table, entry.row + base[entry.table], entry.column)
            else:
                self.cells[place] = entry

    def unclaimed(self, lines: Iterable[Line]) -> list[Cell]:
        """Return the cells that are neither in a raw row nor left out."""
        return [
            cell
            for line in lines
            for cell in line.cells
            if cell.text and (cell.line, cell.column) not in self.cells
        ]


def _as_printed(cell: Cell) -> str:
    """Return the text, with its spaces if one divides digits of a line, which may be one number or two."""
    # The end of a line in a narrow cell separates nothing.
    printed = " ".join("".join(cell.printed.splitlines()).split())
    return printed if _PARTED_DIGITS.search(printed) and squeeze(printed) == cell.text else cell.text


def _would_lose_figure(cell: Cell, reason: str) -> bool:
    if not is_rate(cell.text):
        return False
    if reason == "column_number":
        return not (cell.text.isdigit() and len(cell.text) <= _LONGEST_COLUMN_NUMBER)
    return reason not in _MAY_BE_FIGURES
