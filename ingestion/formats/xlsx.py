"""Excel workbooks (.xlsx): the cells of every sheet as printed.

A formula gives the value that Excel stored; none is calculated. Macros, links and connections are not opened.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.document import DocumentError, Lines
from ingestion.formats.number_format import shown
from ingestion.formats.sheet import Sheet
from ingestion.message import Text

_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_PASSENGERS = {
    "vbaProject.bin": Text("文件含宏，未运行。", "The file holds macros; none was run."),
    "xl/externalLinks/": Text(
        "文件链接到其他工作簿，未打开。", "The file links to other workbooks; none was opened."
    ),
    "xl/connections.xml": Text(
        "文件含数据连接，未打开。", "The file holds data connections; none was opened."
    ),
}


def read(data: bytes, name: str) -> Lines:
    """Read the visible sheets of a workbook, each row with its place.

    Raises:
        DocumentError: If the workbook is damaged or larger than a disclosure can be.
    """
    lines = Lines(name)
    has_formulas = _inspect(data, name, lines)
    values = _load(data, name, values=True)
    formulas = _load(data, name, values=False) if has_formulas else None
    for sheet in values.worksheets:
        if sheet.sheet_state != "visible":
            lines.warn(
                Text(
                    f"隐藏的工作表“{sheet.title}”未读取。", f"The hidden sheet “{sheet.title}” was not read."
                )
            )
            continue
        if formulas is not None:
            _warn_of_unstored(sheet, formulas[sheet.title], lines)
        _read_sheet(sheet, name, lines)
    return lines


def _inspect(data: bytes, name: str, lines: Lines) -> bool:
    """Warn of contents that are never opened, and return whether any sheet holds a formula."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.namelist()
            for mark, warning in _PASSENGERS.items():
                if any(mark in part for part in parts):
                    lines.warn(warning)
            return any(_FORMULA.search(package.read(part)) for part in parts if _SHEET.fullmatch(part))
    except MemoryError:
        raise
    except Exception as error:
        raise _damaged(name, error) from error


def _load(data: bytes, name: str, *, values: bool) -> Workbook:
    try:
        return load_workbook(io.BytesIO(data), data_only=values, keep_links=False)
    except (DefusedXmlException, ParseError) as error:
        raise DocumentError(
            Text(
                f"{name}: 工作簿内含异常的 XML（{type(error).__name__}）；请另存为 .xlsx",
                f"{name}: XML that no workbook has ({type(error).__name__}); save it again as .xlsx",
            )
        ) from error
    except MemoryError:
        raise
    except Exception as error:
        # A damaged part can make the library raise any exception.
        raise _damaged(name, error) from error


def _damaged(name: str, error: Exception) -> DocumentError:
    return DocumentError(
        Text(
            f"{name}: 工作簿已损坏（{type(error).__name__}: {error}）；请用 Excel 打开后重新保存",
            f"{name}: a damaged workbook ({type(error).__name__}: {error}); open it in Excel and save it again",
        )
    )


def _warn_of_unstored(sheet: Worksheet, formulas: Worksheet, lines: Lines) -> None:
    """Warn of formulas without a stored value, whose cells are blank."""
    # The library's own store of cells: iterating over the sheet's range would create a cell for every blank.
    for (row, column), cell in formulas._cells.items():
        if cell.data_type == "f" and sheet.cell(row, column).value is None:
            lines.warn(
                Text(
                    f"工作表“{sheet.title}”{cell.coordinate}的公式没有保存结果，按空白读取；请在Excel中重算并保存。",
                    f"The formula at {cell.coordinate} of “{sheet.title}” has no stored value and was read as blank: calculate and save it in Excel.",
                )
            )


def _read_sheet(worksheet: Worksheet, name: str, lines: Lines) -> None:
    sheet = Sheet(worksheet.title)
    for (row, column), cell in worksheet._cells.items():
        if isinstance(cell, MergedCell):
            continue
        code = cell.number_format
        sheet.put(row, column, shown(cell.value, code), name, value=cell.value, number_format=code)
        if cell.data_type == "e":
            lines.warn(
                Text(
                    f"工作表“{sheet.title}”{cell.coordinate}是错误值{cell.value}。",
                    f"{cell.coordinate} of “{sheet.title}” is the error value {cell.value}, kept as text.",
                )
            )
    # The library has emptied the cells that a merged range covers.
    sheet.merged += [(r.min_row, r.min_col, r.max_row, r.max_col) for r in worksheet.merged_cells.ranges]
    sheet.has_hidden = any(
        part.hidden for part in (*worksheet.row_dimensions.values(), *worksheet.column_dimensions.values())
    )
    sheet.emit(lines)
