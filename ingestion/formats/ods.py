"""OpenDocument sheets (.ods), read like `.xlsx`.

A cell of such a file holds its shown text and its stored value, so that no format is interpreted: if the text
rounds the value, its digits are replaced by the stored ones.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

from ingestion.document import DocumentError, Figure, Lines
from ingestion.formats.number_format import MARK, NOT_UNDERSTOOD, exact, general
from ingestion.formats.sheet import Sheet
from ingestion.message import Text

_PART = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_NAMESPACES = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE = f"{{{_NAMESPACES}table:1.0}}"
_OFFICE = f"{{{_NAMESPACES}office:1.0}}"
_TEXT = f"{{{_NAMESPACES}text:1.0}}"
_STYLE = f"{{{_NAMESPACES}style:1.0}}"
_ROW_GROUPS = {f"{_TABLE}{name}" for name in ("table-row-group", "table-rows", "table-header-rows")}
_UNSEEN = {f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}ruby-text"}
_BREAKS = {f"{_TEXT}line-break": "\n", f"{_TEXT}tab": " ", f"{_TEXT}s": " "}
_NUMBERS = {"float", "currency", "percentage"}
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NEGATIVE = re.compile(r"[-−－(（△▲负]")
_POWERS = (0, -3, -4, -6, -8, -9)
"""Powers of ten by which a format may scale a number: one, thousands, 万, millions, 亿."""
_MOST = 1_048_576


def read(data: bytes, name: str) -> Lines:
    """Read the visible sheets of a workbook, each row with its place.

    Raises:
        DocumentError: If the workbook is damaged, locked, or larger than a disclosure can be.
    """
    lines = Lines(name)
    root = _parse(data, name, lines)
    hidden = {
        style.get(f"{_STYLE}name")
        for style in root.iter(f"{_STYLE}style")
        for properties in style.iter(f"{_STYLE}table-properties")
        if properties.get(f"{_TABLE}display") == "false"
    }
    for table in root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        title = table.get(f"{_TABLE}name", "")
        if table.get(f"{_TABLE}style-name") in hidden:
            lines.warn(Text(f"隐藏的工作表“{title}”未读取。", f"The hidden sheet “{title}” was not read."))
        else:
            _read_sheet(table, Sheet(title), lines)
    return lines


def _parse(data: bytes, name: str, lines: Lines) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.namelist()
            if _MANIFEST in parts and b"encryption-data" in package.read(_MANIFEST):
                raise DocumentError(
                    Text(
                        f"{name}: 工作簿设有密码；请去掉密码后另存为 .xlsx",
                        f"{name}: locked by a password; save it without one as .xlsx",
                    )
                )
            if any(part.startswith(("Basic/", "Scripts/")) for part in parts):
                lines.warn(Text("文件含宏，未运行。", "The file holds macros; none was run."))
            return etree.fromstring(package.read(_PART), parser)
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        # A damaged package can make the library raise any exception.
        raise DocumentError(
            Text(
                f"{name}: 工作簿已损坏（{type(error).__name__}: {error}）；请打开后另存为 .xlsx",
                f"{name}: a damaged workbook ({type(error).__name__}: {error}); open it and save it as .xlsx",
            )
        ) from error


def _read_sheet(table: etree._Element, sheet: Sheet, lines: Lines) -> None:
    number = 1
    for row in _rows(table):
        repeated = _count(row, "number-rows-repeated")
        if row.get(f"{_TABLE}visibility", "visible") != "visible":
            sheet.has_hidden = True
        for again in range(repeated):
            if not _read_row(row, number + again, sheet, lines):
                break
        number += repeated
    sheet.emit(lines)


def _read_row(row: etree._Element, number: int, sheet: Sheet, lines: Lines) -> bool:
    """Add the cells of a row and return whether any of them is filled."""
    column = 1
    holds = False
    for cell in row:
        if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        repeated = _count(cell, "number-columns-repeated")
        if cell.tag == f"{_TABLE}table-cell":
            right = column + _count(cell, "number-columns-spanned") - 1
            bottom = number + _count(cell, "number-rows-spanned") - 1
            if (bottom, right) != (number, column):
                sheet.merged.append((number, column, bottom, right))
            if len(cell) or cell.get(f"{_OFFICE}value-type"):
                holds = True
                value, text = _value(cell)
                for again in range(repeated if value or str(text).strip() else 0):
                    sheet.put(number, column + again, text, lines.name, value=value)
        column += repeated
    return holds


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    waiting = [iter(table)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.tag == f"{_TABLE}table-row":
            yield node
        elif node.tag in _ROW_GROUPS:
            waiting.append(iter(node))


def _value(cell: etree._Element) -> tuple[str | Decimal, str | Figure]:
    """Return the stored value of a cell and its shown text."""
    text = "\n".join(_paragraph(part) for part in cell.iterchildren(f"{_TEXT}p", f"{_TEXT}h"))
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in _NUMBERS:
        try:
            number = exact(float(cell.get(f"{_OFFICE}value", "")))
        except ValueError:
            return text, text
        if not text and cell.find(f"{_TEXT}p") is None:
            # Written by a program that leaves the formatting to the reader.
            text = f"{general(number * 100)}%" if kind == "percentage" else general(number)
        return number, _as_shown(text, number)
    if kind == "date":
        day = cell.get(f"{_OFFICE}date-value", "")
        return day, text if any(mark in text for mark in "年月日") else day[:10]
    return text, text


def _as_shown(text: str, value: Decimal) -> str | Figure:
    """Write the stored number in place of the shown one."""
    if not value.is_finite() or not any(char.isdigit() for char in text):
        is_nought = value == 0 and text.strip() and not text.strip(" -—–－")
        return Figure(text, "0") if is_nought else text
    found = _NUMBER.findall(text)
    if len(found) == 1:
        printed = found[0]
        shown = Decimal(printed.replace(",", ""))
        decimals = len(printed.partition(".")[2])
        for power in _POWERS:
            scaled = abs(value).scaleb(power + (2 if "%" in text else 0))
            if scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) == shown:
                stored = text.replace(printed, _written(scaled, printed, decimals))
                if value < 0 and not _NEGATIVE.search(text):
                    stored = f"-{stored}"
                unscaled = general(value) if power and value else ""
                return text if text == stored and not unscaled else Figure(text, stored, unscaled=unscaled)
    elif "".join(char for char in text if char.isdigit()).lstrip("0") == general(abs(value)):
        # The digits of a whole number with text between them, such as 2023年11月.
        return text
    elif _is_same(text, value):
        return general(value)
    return Figure(text, general(value) + MARK, NOT_UNDERSTOOD)


def _written(value: Decimal, printed: str, decimals: int) -> str:
    whole, _, digits = general(value).partition(".")
    digits = digits.ljust(decimals, "0")
    width = len(printed.partition(".")[0])
    whole = f"{int(whole):,}" if "," in printed else whole.zfill(width)
    return f"{whole}.{digits}" if digits else whole


def _is_same(text: str, value: Decimal) -> bool:
    """Return whether a shown power of ten or fraction equals the stored number."""
    whole, _, fraction = text.strip().rpartition(" ")
    above, slash, below = fraction.partition("/")
    try:
        if not slash:
            return abs(Decimal(text.strip()) - value) <= abs(value) / 100
        shown = Decimal(whole or 0) + Decimal(above) / Decimal(below)
    except (InvalidOperation, ZeroDivisionError):
        return False
    return abs(shown - abs(value)) <= abs(value) / 100


def _paragraph(paragraph: etree._Element) -> str:
    found: list[str] = []
    waiting: list[etree._Element | str] = [paragraph]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            found.append(node)
        elif node.tag in _BREAKS:
            found.append(_BREAKS[node.tag])
        elif isinstance(node.tag, str) and node.tag not in _UNSEEN:
            parts: list[etree._Element | str] = [node.text or ""]
            for child in node:
                parts += [child, child.tail or ""]
            waiting += reversed(parts)
    return "".join(found)


def _count(node: etree._Element, name: str) -> int:
    value = node.get(f"{_TABLE}{name}", "1")
    return min(max(int(value[:9]), 1), _MOST) if value.isdecimal() else 1
