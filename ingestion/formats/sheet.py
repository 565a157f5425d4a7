"""Common parts of the workbook readers: sheets of cells and merged ranges, as rows on one grid."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from ingestion.document import DocumentError, Figure, Lines, coordinate
from ingestion.message import Text

MOST_COLUMNS = 200
MOST_ROWS = 100_000

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, all 1-based."""

_SHOWN_OTHERWISE = {
    "rounded": (
        Text(
            "工作表“{title}”有{number}个数显示时经过舍入，按存储的数读取（{place}显示{shown}，存储{stored}）。",
            "{number} numbers of “{title}” are shown rounded, and are read as stored ({place} shows {shown}, stores {stored}).",
        )
    ),
    "scaled": (
        Text(
            "工作表“{title}”有{number}个数的格式改变了数量级，按显示的数量级读取（{place}存储{raw}，显示{shown}）。",
            "{number} numbers of “{title}” are shown in another scale than stored, and are read as shown ({place} stores {raw}, shows {shown}).",
        )
    ),
    "hidden": (
        Text(
            "工作表“{title}”有{number}个单元格的格式使内容不显示（如{place}），按空白读取。",
            "The format of {number} cells of “{title}” (such as {place}) hides their content; they are read as blank.",
        )
    ),
}


@dataclass
class Sheet:
    """A visible sheet.

    Attributes:
        title: Its name.
        rows: The shown text or figure of each filled cell, by row and column, both 1-based.
        merged: Its merged ranges.
        has_hidden: Whether rows or columns of it are hidden.
    """

    title: str
    rows: dict[int, dict[int, str | Figure]] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    has_hidden: bool = False
    _otherwise: dict[str, list[tuple[str, Figure]]] = field(default_factory=dict)
    _unknown: dict[str, list[str]] = field(default_factory=dict)

    def put(
        self, row: int, column: int, text: str | Figure, file: str, *, value: object, number_format: str = ""
    ) -> None:
        """Add a cell with its shown text; a cell that shows nothing is ignored.

        Args:
            row: Its 1-based row.
            column: Its 1-based column.
            text: The shown text or figure.
            file: The file's name, for messages.
            value: The stored value.
            number_format: The code of its format, for messages.

        Raises:
            DocumentError: If the sheet is larger than that of any disclosure.
        """
        place = coordinate(row, column)
        if isinstance(text, str) and not text.strip():
            if value and str(value).strip():
                self._otherwise.setdefault("hidden", []).append((place, Figure("", "")))
            return
        if column > MOST_COLUMNS or len(self.rows) > MOST_ROWS:
            raise DocumentError(
                Text(
                    f"{file}: 工作表“{self.title}”用到 {place}，最多读取 {MOST_COLUMNS} 列、{MOST_ROWS:,} 行；请删去表格以外的内容",
                    f"{file}: the sheet “{self.title}” goes to {place}; up to {MOST_COLUMNS} columns and {MOST_ROWS:,} rows are read: remove what is no form",
                )
            )
        self.rows.setdefault(row, {})[column] = text
        if isinstance(text, Figure):
            if text.problem:
                self._unknown.setdefault(number_format, []).append(place)
            elif text.unscaled:
                self._otherwise.setdefault("scaled", []).append((place, text))
            elif text.stored != "0":
                self._otherwise.setdefault("rounded", []).append((place, text))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge a range: the contents of its other cells aren't shown."""
        self.merged.append((top, left, bottom, right))
        for row in range(top, bottom + 1) if bottom - top < len(self.rows) else self.rows:
            cells = self.rows.get(row, {})
            for column in [column for column in cells if left <= column <= right]:
                if top <= row <= bottom and (row, column) != (top, left):
                    del cells[column]

    def emit(self, lines: Lines) -> None:
        """Add the filled rows to the lines; a sheet with at most one cell a row becomes text."""
        numbers = sorted(row for row, cells in self.rows.items() if cells)
        width = max((max(cells) for cells in self.rows.values()), default=0)
        spans = self._spans(numbers, width)
        is_table = any(len(cells) > 1 for cells in self.rows.values())
        for number in numbers:
            cells = self.rows[number]
            place = f"工作表“{self.title}”第{number}行"
            if is_table:
                printed = [cells.get(column, "") for column in range(1, width + 1)]
                lines.add_row(printed, place, spans.get(number))
            else:
                lines.add_text(str(next(iter(cells.values()))), place)
        self._warn(lines)

    def _warn(self, lines: Lines) -> None:
        """Warn of cells that are shown otherwise than stored, naming the first of each kind."""
        if self.has_hidden:
            lines.warn(
                Text(
                    f"工作表“{self.title}”有隐藏的行或列，仍已读取。",
                    f"Hidden rows or columns of “{self.title}” were read.",
                )
            )
        for number_format, places in self._unknown.items():
            code = f"“{number_format}”" if number_format else ""
            lines.warn(
                Text(
                    f"工作表“{self.title}”{places[0]}等{len(places)}个单元格的数字格式{code}无法识别，其中的数未读取；请改为“常规”后保存。",
                    f"The number format {code} of {len(places)} cells of “{self.title}” ({places[0]}) is unknown, and their numbers were not read: set it to General and save.",
                )
            )
        for kind, cells in self._otherwise.items():
            place, figure = cells[0]
            lines.warn(
                _SHOWN_OTHERWISE[kind].format(
                    title=self.title,
                    number=len(cells),
                    place=place,
                    shown=figure.shown,
                    stored=figure.stored,
                    raw=figure.unscaled,
                )
            )

    def _spans(self, numbers: list[int], width: int) -> dict[int, dict[int, tuple[int, int]]]:
        """Return the merged cells of each row, by their first column; blank rows don't count."""
        spans: dict[int, dict[int, tuple[int, int]]] = {}
        for top, left, bottom, right in self.merged:
            rows = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
            if rows and left <= width:
                spans.setdefault(rows[0], {})[left - 1] = (min(right, width) - left + 1, len(rows))
        return spans
