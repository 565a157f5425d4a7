"""The grid of a table: resolve merged cells, bind headings to columns and cells to headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from ingestion.document import Cell, Line

Stack = tuple[str, ...]
"""The printed labels above a column, from the top."""


LAST_YEAR = re.compile("上年|上一年|去年|以前年度")
_OTHER_PERIOD = re.compile(rf"{LAST_YEAR.pattern}|累计|[上下]半年|季度|截至|申请")
_YEAR = re.compile(r"(?:19|20)\d{2}(?=年)")


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        start: Its first position.
        end: The position after its last.
        labels: The printed labels above it, from the top.
        field: The raw column or role of its cells, or an empty string if unknown.
    """

    start: int
    end: int
    labels: Stack
    field: str

    @property
    def heading(self) -> str:
        """The lowest printed label, for messages."""
        return self.labels[-1] if self.labels else ""

    def is_of_earlier_period_than(self, other: Column) -> bool:
        """Return whether this column is of an earlier year or part of the year, and the other is not."""
        mine, its = "".join(self.labels), "".join(other.labels)
        if (own := bool(_OTHER_PERIOD.search(mine))) != bool(_OTHER_PERIOD.search(its)):
            return own
        return max(_YEAR.findall(mine), default="9999") < max(_YEAR.findall(its), default="")

    def overlap(self, cell: Cell, shift: int = 0) -> int:
        """Return the number of positions of a cell, moved by `shift`, below the column."""
        first = cell.column - shift
        return min(self.end, first + cell.width) - max(self.start, first)


@dataclass
class Grid:
    """The rows of one table.

    Attributes:
        rows: Its rows, in order.
        is_drawn: Whether the source marks merged cells; a text doesn't.
    """

    rows: Sequence[Line]
    is_drawn: bool
    _owners: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for index, row in enumerate(self.rows):
            for cell in row.cells:
                if cell.height > 1 or cell.width > 1:
                    below = [line.number for line in self.rows[index : index + cell.height]]
                    for number in below:
                        for place in range(cell.column, cell.column + cell.width):
                            self._owners[number, place] = cell

    def owner(self, line: int, place: int) -> Cell | None:
        """Return the merged cell that covers a position, or None."""
        return self._owners.get((line, place))

    def covers(self, row: Line, cell: Cell) -> bool:
        """Return whether a blank cell is covered by a merged cell that begins elsewhere."""
        owner = self.owner(row.number, cell.column)
        return owner is not None and (owner.line, owner.column) != (cell.line, cell.column)

    def spanning(self, row: Line, column: Column) -> Cell | None:
        """Return the filled cell of a row above that is merged down into this row's column, or None."""
        for place in range(column.start, column.end):
            owner = self.owner(row.number, place)
            if owner is not None and owner.text and owner.line < row.number:
                return owner
        return None


def columns_of(
    heading: Sequence[Line], grid: Grid, field_of: Callable[[Stack], str], *, stretch: Iterable[str] = ()
) -> list[Column]:
    """Bind the rows of a heading to columns.

    Args:
        heading: The rows of the heading, from the top.
        grid: The table's grid.
        field_of: The field that a stack of labels names, or an empty string.
        stretch: Fields whose column extends to the next label even if the source draws its cells.

    Returns:
        The columns from the left, each with its positions.
    """
    width = max((len(row.cells) for row in heading), default=0)
    stacks: list[list[Cell]] = [[] for _ in range(width)]
    for row in heading:
        for place, cell in _covering(row, grid, [tuple(stack) for stack in stacks]):
            if cell not in stacks[place]:
                stacks[place].append(cell)
    columns: list[Column] = []
    previous: list[Cell] = []
    for place, stack in enumerate(stacks):
        labels = tuple(cell.text for cell in stack)
        own = field_of(labels) if labels else ""
        if columns and (stack == previous or (not stack and _stretches(columns[-1], grid, stretch))):
            last = columns.pop()
            columns.append(Column(last.start, place + 1, last.labels, last.field))
        elif stack:
            columns.append(Column(place, place + 1, labels, own))
        if stack:
            previous = stack
    return columns


def _stretches(column: Column, grid: Grid, stretch: Iterable[str]) -> bool:
    return not grid.is_drawn or column.field in set(stretch)


def _covering(row: Line, grid: Grid, above: Sequence[tuple[Cell, ...]]) -> Iterable[tuple[int, Cell]]:
    """Yield each position of a heading's row with the label above it.

    A text draws no cells: there a label extends to the next one, as far as the label above it does.
    """
    last: Cell | None = None
    for place in range(len(above)):
        own = row.cells[place] if place < len(row.cells) else None
        owner = grid.owner(row.number, place)
        if own is not None and own.text:
            last = own
            yield place, own
        elif owner is not None and owner.text:
            yield place, owner
        elif not grid.is_drawn and last is not None and above[place] == above[last.column]:
            yield place, last


def bind(
    cells: Iterable[Cell], columns: Sequence[Column], shift: int = 0
) -> list[tuple[Cell, Column | None]]:
    """Bind each cell to the column that overlaps it most, or to None."""
    found: list[tuple[Cell, Column | None]] = []
    for cell in cells:
        best = max(columns, key=lambda column: column.overlap(cell, shift), default=None)
        found.append((cell, best if best is not None and best.overlap(cell, shift) > 0 else None))
    return found
