"""Excel: numbers are numbers with their format, and text is text whatever it begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO, cast
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from jixiao.export.sheets import FONT, FORMULA_BEGINS, clean_text, sheet_name
from jixiao.export.sources import Shape
from jixiao.values import to_text

ROWS_OF_SHEET = 1_048_576
"""Rows of a sheet in Excel, the heading among them."""

EXACT_DIGITS = 15
"""Digits that Excel keeps of a number; one with more is written as text."""

_ROWS_MEASURED = 200
_NARROWEST, _WIDEST = 8, 60

_YUAN, _RATE, _OTHER_DECIMAL, _WHOLE, _PLAIN = "#,##0.00", "0.00%", "#,##0.00####", "0", "General"


def write_xlsx(file: BinaryIO, shape: Shape, rows: Iterable[Sequence[Any]], title: str, limit: int) -> int:
    """Write a workbook; rows that don't fit on a sheet continue on the next.

    Args:
        file: The file to write to.
        shape: The columns.
        rows: The rows, with a Python value for each column; they are read once, and never all in memory.
        title: Name of the sheet.
        limit: Rows of a sheet with its heading; Excel holds `ROWS_OF_SHEET`.

    Returns:
        How many rows were written.
    """
    book = Workbook(write_only=True)
    waiting = iter(rows)
    count = 0
    names: list[str] = []
    # Without any rows there is still a sheet with the columns.
    first: list[Sequence[Any]] = list(islice(waiting, 1))
    while first or not names:
        names.append(sheet_name(title, names))
        # Rows are written one by one, but with all the settings of a sheet.
        sheet = cast(Worksheet, book.create_sheet(names[-1]))
        count += _fill(sheet, shape, islice(chain(first, waiting), limit - 1))
        first = list(islice(waiting, 1))
    book.save(file)
    return count


def sheets_needed(rows: int, limit: int) -> int:
    """Return the number of sheets for a number of rows, with a heading on each."""
    return max(1, -(-rows // (limit - 1)))


def number_format(column: str, type_name: str) -> str:
    """Return Excel's number format of a column: yuan, a rate as percent, other decimals with all their places."""
    if type_name.startswith("DECIMAL"):
        scale = int(type_name.rstrip(")").rpartition(",")[2])
        if column.endswith("_yuan") or scale == 2:
            return _YUAN
        return _RATE if column.endswith("_rate") or type_name == "DECIMAL(12,6)" else _OTHER_DECIMAL
    return _WHOLE if "INT" in type_name else _PLAIN


def _fill(sheet: Worksheet, shape: Shape, rows: Iterator[Sequence[Any]]) -> int:
    measured = list(islice(rows, _ROWS_MEASURED))
    for number, heading in enumerate(shape.headings):
        texts = [heading + "  ", *(to_text(row[number]) for row in measured)]
        width = min(_WIDEST, max(_NARROWEST, *map(_width, texts)) + 2)
        sheet.column_dimensions[get_column_letter(number + 1)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, heading) for heading in shape.headings])
    writers = [
        _ColumnWriter(sheet, number_format(column, type_name))
        for column, type_name in zip(shape.columns, shape.types, strict=True)
    ]
    count = 0
    for count, row in enumerate(chain(measured, rows), start=1):  # noqa: B007
        sheet.append([writer.cell(value) for writer, value in zip(writers, row, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(shape.headings))}{count + 1}"
    return count


def _width(text: str) -> int:
    # A Chinese character is as wide as two Latin ones.
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text[: _WIDEST + 1])


def _heading(sheet: Worksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell.font = Font(name=FONT, size=10, bold=True)
    cell.fill = PatternFill("solid", fgColor="FFE7ECF3")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return _text_in(cell, text)


def _text_in(cell: Cell, text: str) -> Cell:
    cell.value = clean_text(text)
    # Without it text that begins with an equals sign is a formula, and "#N/A" an error.
    cell.data_type = "s"
    return cell


class _ColumnWriter:
    """Cells of one column. A row is on its way before the next one needs the same cells again."""

    def __init__(self, sheet: Worksheet, shown_as: str) -> None:
        self._number, self._text, self._quoted, self._day, self._moment = (
            WriteOnlyCell(sheet) for _ in range(5)
        )
        for cell in (self._number, self._text, self._quoted, self._day, self._moment):
            cell.font = Font(name=FONT, size=10)
        self._number.number_format = shown_as
        self._day.number_format = "yyyy-mm-dd"
        self._moment.number_format = "yyyy-mm-dd hh:mm:ss"
        self._quoted.quotePrefix = True

    def cell(self, value: Any) -> Cell | None:
        """Return a cell with a value; None if it is empty."""
        if value is None:
            return None
        if isinstance(value, bool):
            self._number.value = value
            return self._number
        if isinstance(value, int | Decimal | float) and _is_exact(value):
            self._number.value = value
            return self._number
        if isinstance(value, datetime) and value.tzinfo is None:
            self._moment.value = value
            return self._moment
        if isinstance(value, date) and not isinstance(value, datetime):
            self._day.value = value
            return self._day
        text = to_text(value)
        return _text_in(self._quoted if text.startswith(FORMULA_BEGINS) else self._text, text)


def _is_exact(value: int | Decimal | float) -> bool:
    if isinstance(value, float):
        return value - value == 0  # neither infinite nor "not a number"
    digits = Decimal(value).normalize().as_tuple().digits
    return Decimal(value).is_finite() and len(digits) <= EXACT_DIGITS
