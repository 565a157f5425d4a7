"""Word documents (.docx): paragraphs and tables of the body, in order.

Headers, footers, pictures, and deleted or hidden passages are skipped. Nothing is run and no link is
followed.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingestion.document import DocumentError, Lines
from ingestion.message import Text

_PART = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TRANSPARENT = {
    f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink")
}
_ABSENT = {f"{_W}del", f"{_W}moveFrom", f"{_MC}Fallback", f"{_W}pPr", f"{_W}tblPr", f"{_W}sectPr"}
_CHARACTERS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": " ", f"{_W}noBreakHyphen": "-"}
_RELATIONS = re.compile(r"word/_rels/[^/]+\.rels")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_WIDEST = 500
"""Maximum number of columns of a table."""


def read(data: bytes, name: str) -> Lines:
    """Read the body of a Word document.

    Raises:
        DocumentError: If the package or its XML is damaged.
    """
    lines = Lines(name)
    _Body(_parse(data, name, lines), name, lines).read()
    return lines


def _parse(data: bytes, name: str, lines: Lines) -> etree._Element:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _warn_of_passengers(package, lines)
            xml = package.read(_PART)
    except MemoryError:
        raise
    except Exception as error:
        # A damaged package can make the library raise any exception.
        raise DocumentError(
            Text(
                f"{name}: Word 文件已损坏（{error}）；请用 Word 打开后重新保存",
                f"{name}: a damaged Word file ({error}); open it in Word and save it again",
            )
        ) from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(
            Text(
                f"{name}: 正文不是有效的 XML（{error.msg}）；请用 Word 打开后重新保存",
                f"{name}: {_PART} is no XML ({error.msg}); open the document in Word and save it again",
            )
        ) from error
    body = root.find(f"{_W}body")
    if body is None:
        raise DocumentError(
            Text(
                f"{name}: 文件没有正文；请另存为 .docx",
                f"{name}: {_PART} has no body; save the document again as .docx",
            )
        )
    return body


def _warn_of_passengers(package: zipfile.ZipFile, lines: Lines) -> None:
    parts = package.namelist()
    if any(part.endswith("vbaProject.bin") for part in parts):
        lines.warn(Text("文件含宏，未运行。", "The file holds macros; none was run."))
    if any(part.startswith("word/embeddings/") for part in parts):
        lines.warn(Text("文件嵌有其他文件，未打开。", "The file embeds other files; none was opened."))
    relations = (package.read(part) for part in parts if _RELATIONS.fullmatch(part))
    if any(_is_outside(relation) for found in relations for relation in _RELATION.findall(found)):
        lines.warn(
            Text(
                "文件链接到外部模板、图片或文件，未打开。", "The file links to other files; none was opened."
            )
        )


def _is_outside(relation: bytes) -> bool:
    """Return whether Word loads the target from elsewhere unasked; a hyperlink waits for a click."""
    return b'"External"' in relation.replace(b"'", b'"') and b"/hyperlink" not in relation


@dataclass
class _Row:
    """A row while it is read.

    Attributes:
        cells: Its printed texts, blank for each position that a merged cell covers.
        widths: The columns that each merged cell spans, by its first.
        opened: Columns with a cell that the next row may continue.
        carried: Columns in which the row continues the cell above.
        nested: The tables in its cells.
    """

    cells: list[str]
    widths: dict[int, int] = field(default_factory=dict)
    opened: list[int] = field(default_factory=list)
    carried: list[int] = field(default_factory=list)
    nested: list[etree._Element] = field(default_factory=list)


class _Body:
    """The traversal of a document's body."""

    def __init__(self, body: etree._Element, name: str, lines: Lines) -> None:
        self._body = body
        self._name = name
        self._lines = lines
        self._tables = 0
        self._paragraphs = 0

    def read(self) -> None:
        """Add every paragraph and row to the lines."""
        for block in _blocks(self._body):
            if block.tag == f"{_W}tbl":
                self._read_table(block)
            else:
                self._paragraphs += 1
                self._lines.add_text(self._text(block), f"第{self._paragraphs}段")

    def _read_table(self, outer: etree._Element) -> None:
        # Tables inside a table follow it. A stack, because a hostile file nests them deeper than Python's
        # call stack.
        waiting = [outer]
        while waiting:
            table = waiting.pop()
            self._tables += 1
            rows: list[list[str]] = []
            spans: list[dict[int, tuple[int, int]]] = []
            inner: list[etree._Element] = []
            # The start of the open cell at each column; a row of the table may continue it.
            above: dict[int, int] = {}
            for number, row in enumerate(_children(table, f"{_W}tr")):
                read = self._read_row(row, above)
                above = {column: above[column] for column in read.carried}
                for column, start in above.items():
                    width, height = spans[start].get(column, (1, 1))
                    spans[start][column] = (width, height + 1)
                above |= dict.fromkeys(read.opened, number)
                rows.append(read.cells)
                spans.append({column: (width, 1) for column, width in read.widths.items()})
                inner += read.nested
            width = max(map(len, rows), default=0)
            for number, (cells, merged) in enumerate(zip(rows, spans, strict=True), start=1):
                place = f"表{self._tables}第{number}行"
                self._lines.add_row([*cells, *[""] * (width - len(cells))], place, merged)
            waiting += reversed(inner)

    def _read_row(self, row: etree._Element, above: Collection[int]) -> _Row:
        """Read a row; `above` are the columns in which the row above has a cell that may extend into it."""
        read = _Row([""] * _number(row, "trPr/gridBefore"))
        for cell in _children(row, f"{_W}tc"):
            parts = list(_blocks(cell))
            read.nested += [part for part in parts if part.tag == f"{_W}tbl"]
            column = len(read.cells)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val", "continue") != "restart" and column in above
            width = max(_number(cell, "tcPr/gridSpan"), 1)
            if goes_on:
                read.carried.append(column)
            elif merge is not None:
                read.opened.append(column)
            if width > 1 and not goes_on:
                read.widths[column] = width
            text = "" if goes_on else "\n".join(self._text(part) for part in parts if part.tag == f"{_W}p")
            read.cells += [text, *[""] * (width - 1)]
            if len(read.cells) > _WIDEST:
                raise DocumentError(
                    Text(
                        f"{self._name}: 表格超过 {_WIDEST} 列，不是公开文件",
                        f"{self._name}: a table of more than {_WIDEST} columns; not a disclosure",
                    )
                )
        return read

    def _text(self, paragraph: etree._Element) -> str:
        found: list[str] = []
        waiting = [iter(paragraph)]
        while waiting:
            node = next(waiting[-1], None)
            if node is None:
                waiting.pop()
            elif node.tag == f"{_W}t":
                found.append(node.text or "")
            elif node.tag in _CHARACTERS:
                found.append(_CHARACTERS[node.tag])
            elif node.tag == f"{_W}r" and _is_hidden(node):
                self._lines.warn(Text("隐藏文字未读取。", "Hidden text was not read."))
            elif node.tag not in _ABSENT and isinstance(node.tag, str):
                waiting.append(iter(node))
        return "".join(found)


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """Yield the paragraphs and tables of a body or a cell, through any wrappers."""
    waiting = [iter(parent)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.tag in {f"{_W}p", f"{_W}tbl"}:
            yield node
        elif node.tag in _TRANSPARENT:
            waiting.append(iter(node))


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    waiting = [iter(parent)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
        elif node.tag == tag:
            yield node
        elif node.tag in _TRANSPARENT:
            waiting.append(iter(node))


def _number(node: etree._Element, path: str) -> int:
    found = node.find("/".join(f"{_W}{step}" for step in path.split("/")))
    value = found.get(f"{_W}val", "") if found is not None else ""
    return min(int(value), _WIDEST) if value.isdecimal() else 0


def _is_hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "true") not in {"0", "false"}
