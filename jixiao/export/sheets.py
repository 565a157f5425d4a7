"""Cells and sheets that are safe to fill with text of unknown documents, and fit to print."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Self
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

CELL_LIMIT = 32_767
"""UTF-16 units that Excel holds in a cell."""

CUT_MARK = "…（超出单元格上限，已截断）"

SHEET_NAME_LIMIT = 31

FONT = "宋体"

LINE_HEIGHT = 15
"""Points that a line of text takes."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_LIKE_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\n")


@dataclass(frozen=True)
class Link:
    """A cell that leads to a place.

    Attributes:
        text: What it shows.
        place: The place: in the file, else in the workbook.
        file: The address of another file, as of the workbook's folder; blank for the workbook.
    """

    text: str | int
    place: str
    file: str = ""

    @classmethod
    def to_sheet(cls, text: str | int, sheet: str) -> Self:
        """Return a link to the first cell of a sheet of the same workbook."""
        return cls(text, f"'{sheet}'!A1")


Value = str | int | Decimal | date | Link | None


@dataclass(frozen=True)
class Column:
    """A column of a list: its heading, its width in characters and the style of its cells."""

    heading: str
    width: float
    style: str = "jx_text"


def clean_text(text: str) -> str:
    """Return a text that a cell can hold.

    Characters that xlsx forbids are removed, those that Excel reads as an escape are escaped, and a text longer than a
    cell is cut and ends with `CUT_MARK`.
    """
    text = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _LOOKS_LIKE_ESCAPE.sub("_x005F_", text)
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL_LIMIT:
        return text
    kept = units[: 2 * (CELL_LIMIT - len(CUT_MARK))]
    # A surrogate pair that is cut in half is dropped.
    return kept.decode("utf-16-le", errors="ignore") + CUT_MARK


def sheet_name(wanted: str, taken: Collection[str]) -> str:
    """Return a sheet name that Excel accepts and that no other sheet has, in upper or lower case."""
    name = _NOT_IN_SHEET_NAME.sub(" ", wanted).strip().strip("'")[:SHEET_NAME_LIMIT] or "表"
    used = {other.casefold() for other in taken}
    number, unique = 2, name
    while unique.casefold() in used:
        ending = f"-{number}"
        unique, number = name[: SHEET_NAME_LIMIT - len(ending)] + ending, number + 1
    return unique


def add_styles(book: Workbook) -> None:
    """Give a workbook the styles that `write` names."""
    thin = Side(style="thin", color="FF999999")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    grey = PatternFill("solid", fgColor="FFE7ECF3")
    yellow = PatternFill("solid", fgColor="FFFFFBE6")
    plain, bold = Font(name=FONT, size=10), Font(name=FONT, size=10, bold=True)
    link = Font(name=FONT, size=10, color="FF0563C1", underline="single")
    left = Alignment(horizontal="left", vertical="top", wrap_text=True)
    middle = Alignment(horizontal="center", vertical="top", wrap_text=True)
    right = Alignment(horizontal="right", vertical="top")
    styles = (
        NamedStyle(
            "jx_title", font=Font(name=FONT, size=16, bold=True), alignment=Alignment(vertical="center")
        ),
        NamedStyle("jx_heading", font=Font(name=FONT, size=12, bold=True)),
        NamedStyle(
            "jx_column",
            font=bold,
            fill=grey,
            border=border,
            alignment=Alignment(horizontal="center", vertical="center", wrap_text=True),
        ),
        NamedStyle("jx_label", font=bold, fill=grey, border=border, alignment=left),
        NamedStyle("jx_text", font=plain, border=border, alignment=left),
        NamedStyle("jx_centre", font=plain, border=border, alignment=middle),
        NamedStyle("jx_number", font=plain, border=border, alignment=right),
        NamedStyle("jx_money", font=plain, border=border, alignment=right, number_format="#,##0.00####"),
        NamedStyle("jx_share", font=plain, border=border, alignment=right, number_format="0.0%"),
        NamedStyle("jx_place", font=plain, border=border, alignment=right, number_format="0.000"),
        NamedStyle("jx_link", font=link, border=border, alignment=middle),
        NamedStyle("jx_input", font=plain, fill=yellow, border=border, alignment=left),
        NamedStyle(
            "jx_day", font=plain, fill=yellow, border=border, alignment=middle, number_format="yyyy-mm-dd"
        ),
        NamedStyle("jx_note", font=plain, alignment=left),
        NamedStyle("jx_key", font=Font(name=FONT, size=8), border=border, alignment=left),
    )
    for style in styles:
        book.add_named_style(style)


def write(sheet: Worksheet, row: int, column: int, value: Value, style: str) -> Cell:
    """Write a cell. Text stays text whatever it begins with; a number keeps its digits."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell), "a cell within a merged range is never written"
    if isinstance(value, Link):
        write(sheet, row, column, value.text, "jx_link")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=value.place, target=value.file or None)
        return cell
    # Text among numbers has to wrap.
    cell.style = "jx_text" if style == "jx_number" and isinstance(value, str) else style
    if isinstance(value, str):
        text = clean_text(value)
        cell.value = text
        # Without it text that begins with an equals sign is a formula, and "#N/A" an error.
        cell.data_type = "s"
        if text.startswith(FORMULA_BEGINS):
            cell.quotePrefix = True
    elif isinstance(value, Decimal):
        cell.value = int(value) if value == value.to_integral_value() else value.normalize()
    else:
        cell.value = value
    return cell


def write_row(sheet: Worksheet, row: int, values: Iterable[Value], style: str) -> None:
    """Write cells of one style, from the first column on."""
    for column, value in enumerate(values, start=1):
        write(sheet, row, column, value, style)


def write_list(sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> int:
    """Fill a sheet with one list that can be filtered, and whose heading stays in sight and on every page.

    Returns:
        The last row.
    """
    widths = [column.width for column in columns]
    headings = [column.heading for column in columns]
    set_widths(sheet, widths)
    write_row(sheet, 1, headings, "jx_column")
    fit_height(sheet, 1, zip(headings, widths, strict=True))
    last = 1
    for last, values in enumerate(rows, start=2):
        for number, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
            write(sheet, last, number, value, column.style)
        fit_height(sheet, last, zip(values, widths, strict=True))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    sheet.print_title_rows = "1:1"
    return last


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Set the widths of the first columns, in characters."""
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def fit_height(sheet: Worksheet, row: int, cells: Iterable[tuple[Value, float]]) -> None:
    """Make a row as high as its longest text is when wrapped.

    Not every office program does so itself when it opens a file, and none does for merged cells.

    Args:
        sheet: The sheet.
        row: The row.
        cells: Values, and the width in characters that each has.
    """
    lines = max((_lines(value, width) for value, width in cells if isinstance(value, str)), default=1)
    sheet.row_dimensions[row].height = LINE_HEIGHT * lines + 2


def _lines(text: str, width: float) -> int:
    # The margins of a cell take about one character; a wide one moves to the next line.
    space = max(width - 1, 2)
    return sum(max(ceil(_columns(line) / space), 1) for line in text.split("\n"))


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def merge(sheet: Worksheet, row: int, first: int, last: int) -> None:
    """Merge cells of a row; all of them keep the border of the first."""
    style = sheet.cell(row, first).style
    for column in range(first + 1, last + 1):
        write(sheet, row, column, None, style)
    # `merge_cells` would compute the borders once more, which takes half of the time of a paper.
    sheet.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}")


def set_page(sheet: Worksheet, left: str, right: str, is_large: bool = False) -> None:
    """Set a sheet to print in landscape, one page wide, with a header and page numbers.

    Args:
        sheet: The sheet.
        left: The text of the header, on the left.
        right: The text of the footer, on the right.
        is_large: Whether to print on A3 instead of A4.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = int(sheet.PAPERSIZE_A3 if is_large else sheet.PAPERSIZE_A4)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    sheet.print_options.horizontalCentered = True
    header, footer = sheet.oddHeader, sheet.oddFooter
    assert header is not None
    assert footer is not None
    header.left.text, header.right.text = _page_text(left), "&A"
    footer.center.text, footer.right.text = "第 &P 页，共 &N 页", _page_text(right)


def _page_text(text: str) -> str:
    # In headers an ampersand begins a code, and all parts together hold 255 characters.
    return _FORBIDDEN.sub("", text)[:80].replace("&", "&&")
