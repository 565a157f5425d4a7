"""The printed cells of one document as they are judged: right, wrong, unread or missing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

Row = dict[str, str]
Truth = dict[str, Any]
Same = Callable[[str, str], bool]

UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "万": 10_000, "亿元": 100_000_000}
_DASH = re.compile(r"[-－—–─一/／、.…*＊]*")
_UNIT = re.compile(r"单位[:：]?(?:人民币)?(亿元|万元|千元|元)|[(（](?:单位[:：])?(亿元|万元|千元|元)[)）]")

STATES = {
    "right": "as the truth has it",
    "as_printed": "not as the truth has it, but as the source's own text proves",
    "wrong": "another value than the document prints",
    "invented": "a value where the document prints no such row or cell",
    "unread": "not read, and listed in raw_unread_cell",
    "missing": "not read, silently",
    "unprinted": "not read, and not in the source's text either: the truth has it from elsewhere",
}


@dataclass(frozen=True)
class Cell:
    """One cell: where it stands, what became of it, what the document prints and what was read."""

    where: str
    state: str
    """One of `STATES`."""
    printed: str
    read: str = ""


@dataclass
class Sheet:
    """The cells of one document as they are judged.

    Attributes:
        cells: What was judged so far.
        lines: The text of the source's lines, the first at index 0.
        unread: The rows of `raw_unread_cell` that no missing cell took yet.
    """

    file: str
    kind: str
    lines: list[str]
    unread: list[Row]
    cells: list[Cell] = field(default_factory=list)

    def count(self, *states: str) -> int:
        """Count the cells in some states."""
        counts = Counter(cell.state for cell in self.cells)
        return sum(counts[state] for state in states)

    @property
    def total(self) -> int:
        """The cells that the document prints."""
        return len(self.cells) - self.count("invented")

    def judge(self, where: str, row: str, printed: str | None, read: str | None, same: Same) -> None:
        """Judge one cell of a row that is known by a label."""
        if is_blank(printed):
            return
        printed = str(printed)
        if is_blank(read):
            state = "unread" if self._take_unread(row, printed) else "missing"
        else:
            state = "right" if same(printed, str(read)) else "wrong"
        self.cells.append(Cell(where, state, printed, read or ""))

    def judge_amount(self, where: str, row: str, printed: str, unit: str, read: Row, column: str) -> None:
        """Judge an amount in yuan, in the unit that its own table prints where that isn't the truth's."""
        value, read_unit = read.get(column, ""), read.get("amount_unit", "")
        shown = f"{value} {read_unit}"
        table_unit = "" if is_blank(value) else self._printed_unit(read)
        is_bare = not _unit_behind(value) and not _unit_behind(printed)
        if is_bare and table_unit not in ("", unit) and number(printed) == number(value) is not None:
            state = "as_printed" if read_unit == table_unit else "wrong"
            self.cells.append(Cell(where, state, f"{printed} {unit}", shown))
        else:
            self.judge(where, row, printed, value, lambda *_: _same_amount(printed, unit, value, read_unit))

    def invented(self, where: str, row: Row, columns: Iterable[str]) -> None:
        """Count each filled cell of a row that the document doesn't print."""
        for column in columns:
            if not is_blank(row.get(column)):
                self.cells.append(Cell(f"{where} {column}", "invented", "", row[column]))

    def _take_unread(self, row: str, printed: str) -> bool:
        """Whether the list of unread cells holds this one; a number alone needs its row's label too."""
        for entry in self.unread:
            is_there = text(entry["cell_text"]) == text(printed)
            if is_there and (text(row) == text(entry["row_label"]) or number(printed) is None):
                self.unread.remove(entry)
                return True
        return False

    def _printed_unit(self, row: Row) -> str:
        """The unit that is printed last before a row, as the source's lines have it."""
        for line in reversed(self.lines[: int(row["source_line"])]):
            if found := list(_UNIT.finditer(re.sub(r"\s", "", line))):
                return found[-1][1] or found[-1][2]
        return ""


@cache
def text(value: str | None) -> str:
    """Fold the spaces and the widths of letters and signs."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", value or ""))
    return folded.translate(str.maketrans("“”﹣−", '""--')).rstrip(":")


def is_blank(value: str | None) -> bool:
    """Whether a cell prints no value."""
    return value is None or _DASH.fullmatch(re.sub(r"\s", "", value)) is not None


def number(value: str) -> Decimal | None:
    """The number that a text begins with."""
    found = re.match(r"[¥￥]?(-?\d+(?:\.\d+)?)", text(value).replace(",", ""))
    return Decimal(found[1]) if found else None


def yuan(value: str, unit: str) -> Decimal | None:
    """An amount in yuan, by the unit that is printed behind it or else the given one."""
    amount = number(value)
    return None if amount is None else amount * UNITS[_unit_behind(value) or unit or "元"]


def _unit_behind(value: str) -> str:
    """The unit that is printed behind an amount, or an empty string."""
    found = re.match(r"[¥￥]?-?[\d.,]+(亿元|万元|千元|元|万)", text(value))
    return found[1] if found else ""


def _same_amount(printed: str, unit: str, read: str, read_unit: str) -> bool:
    amount = yuan(printed, unit)
    return same_text(printed, read) if amount is None else amount == yuan(read, read_unit)


def same_text(printed: str, read: str) -> bool:
    """Compare words."""
    return text(printed) == text(read)


def same_number(printed: str, read: str) -> bool:
    """Compare weights, scores and rates; 100 % isn't 100."""
    ends_alike = text(printed).endswith("%") == text(read).endswith("%")
    return ends_alike and number(printed) == number(read) is not None
