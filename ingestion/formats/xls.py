"""Old Excel workbooks (.xls) and WPS tables (.et), which have the same format, read like `.xlsx`.

A formula gives its stored value; none is calculated. Macros and links are not opened.
"""

from __future__ import annotations

import os
from datetime import datetime, time
from pathlib import Path

import xlrd

from ingestion.document import DocumentError, Lines, coordinate
from ingestion.formats.number_format import shown
from ingestion.formats.sheet import Sheet
from ingestion.message import Text

_SMALLEST_DAY = 1


def read(data: bytes, name: str) -> Lines:
    """Read the visible sheets of a workbook, each row with its place.

    Raises:
        DocumentError: If the workbook is damaged, locked, or larger than a disclosure can be.
    """
    lines = Lines(name)
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            # Ragged rows: otherwise a cell at the far corner of a sheet allocates all cells before it.
            book = xlrd.open_workbook(
                file_contents=data, formatting_info=True, ragged_rows=True, logfile=nowhere
            )
            for sheet in book.sheets():
                if sheet.visibility:
                    lines.warn(
                        Text(
                            f"隐藏的工作表“{sheet.name}”未读取。",
                            f"The hidden sheet “{sheet.name}” was not read.",
                        )
                    )
                else:
                    _read_sheet(book, sheet, name, lines)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        # A damaged record can make the library raise any exception.
        if "encrypted" in str(error):
            raise DocumentError(
                Text(
                    f"{name}: 工作簿设有密码；请去掉密码后另存为 .xlsx",
                    f"{name}: locked by a password; save it without one as .xlsx",
                )
            ) from error
        raise DocumentError(
            Text(
                f"{name}: 工作簿已损坏（{type(error).__name__}: {error}）；请用 Excel 打开后另存为 .xlsx",
                f"{name}: a damaged workbook ({type(error).__name__}: {error}); open it in Excel and save it as .xlsx",
            )
        ) from error
    return lines


def _read_sheet(book: xlrd.Book, worksheet: xlrd.sheet.Sheet, name: str, lines: Lines) -> None:
    sheet = Sheet(worksheet.name)
    for row in range(worksheet.nrows):
        for column, cell in enumerate(worksheet.row(row), start=1):
            if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
                continue
            value = _value(book, cell)
            code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str or "General"
            sheet.put(row + 1, column, shown(value, code), name, value=value, number_format=code)
            if cell.ctype == xlrd.XL_CELL_ERROR:
                place = coordinate(row + 1, column)
                lines.warn(
                    Text(
                        f"工作表“{sheet.title}”{place}是错误值{value}。",
                        f"{place} of “{sheet.title}” is the error value {value}, kept as text.",
                    )
                )
    for top, bottom, left, right in worksheet.merged_cells:
        sheet.merge(top + 1, left + 1, bottom, right)
    sheet.has_hidden = any(
        part.hidden for part in (*worksheet.rowinfo_map.values(), *worksheet.colinfo_map.values())
    )
    sheet.emit(lines)


def _value(book: xlrd.Book, cell: xlrd.sheet.Cell) -> object:
    match cell.ctype:
        case xlrd.XL_CELL_DATE:
            return _date(cell.value, book.datemode)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cell.value, "#ERROR!")
        case _:
            return cell.value


def _date(value: float, mode: int) -> datetime | time | float:
    try:
        found: datetime = xlrd.xldate_as_datetime(value, mode)
    except (ValueError, OverflowError, xlrd.XLDateError):
        return value
    return found if value >= _SMALLEST_DAY else found.time()
