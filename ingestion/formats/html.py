"""Web pages: paragraphs and tables as a browser without scripts shows them; nothing is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree, html

from ingestion.document import DocumentError, Lines

_UNSEEN = {"script", "style", "template", "noscript", "head", "title", "select", "object", "iframe", "svg"}
_INLINE = {
    "a", "abbr", "b", "big", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
    "tt", "u", "var", "wbr", "nobr",
}  # fmt: skip
_WIDEST = 500
"""Columns: more are no table that people read."""
_TALLEST = 10_000
"""Rows that one cell may span."""


def read(text: str, name: str) -> Lines:
    """Read a decoded page.

    Raises:
        DocumentError: If it is no page.
    """
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentError(f"{name}: a web page that cannot be read ({error}); save it again") from error
    page = _Page(name)
    page.read(root)
    return page.lines


@dataclass
class _Table:
    """A table at work: its rows of texts, and the cells of rows above that reach into the next."""

    number: int
    rows: list[list[str]] = field(default_factory=list)
    spanned: dict[int, int] = field(default_factory=dict)


class _Page:
    """The walk over a page, without recursion: hostile pages nest deeper than Python calls."""

    def __init__(self, name: str) -> None:
        self.lines = Lines(name)
        self._name = name
        self._tables = 0
        self._paragraphs = 0
        self._text: list[str] = []

    def read(self, root: html.HtmlElement) -> None:
        """Add the page's paragraphs and tables to the lines."""
        waiting: list[html.HtmlElement | str | None] = [root]
        while waiting:
            node = waiting.pop()
            if node is None:
                self._end_paragraph()
            elif isinstance(node, str):
                self._text.append(node)
            elif node.tag == "table" and not _wraps_tables(node):
                self._end_paragraph()
                waiting += reversed(self._read_table(node))
            elif node.tag == "br":
                self._end_paragraph()
            elif not _is_unseen(node):
                waiting += reversed(_parts(node))
        self._end_paragraph()

    def _end_paragraph(self) -> None:
        text = "".join(self._text)
        self._text.clear()
        if text.strip():
            self._paragraphs += 1
            self.lines.add_text(text, f"第{self._paragraphs}段")

    def _read_table(self, table: html.HtmlElement) -> list[html.HtmlElement | str | None]:
        """Add the rows of a table; returns the tables that stand in its cells."""
        self._tables += 1
        inner: list[html.HtmlElement | str | None] = []
        rows: list[list[str]] = []
        spanned: dict[int, int] = {}
        for row in _rows(table):
            cells: list[str] = []
            for cell in row:
                if cell.tag not in {"td", "th"} or _is_unseen(cell):
                    continue
                _fill_spanned(cells, spanned)
                text, tables = _cell_text(cell)
                inner += tables
                width = _span(cell, "colspan", _WIDEST)
                if (down := _span(cell, "rowspan", _TALLEST)) > 1:
                    spanned |= {len(cells) + place: down for place in range(width)}
                cells += [text, *[""] * (width - 1)]
                if len(cells) > _WIDEST:
                    raise DocumentError(
                        f"{self._name}: a table of more than {_WIDEST} columns; not a disclosure"
                    )
            _fill_spanned(cells, spanned)
            spanned = {place: left - 1 for place, left in spanned.items() if left > 1}
            rows.append(cells)
        width = max(map(len, rows), default=0)
        for number, cells in enumerate(rows, start=1):
            self.lines.add_row([*cells, *[""] * (width - len(cells))], f"表{self._tables}第{number}行")
        return inner


def _fill_spanned(cells: list[str], spanned: dict[int, int]) -> None:
    # A cell of a row above reaches down here, but one that begins in this row is not in `spanned` below its place.
    while len(cells) in spanned:
        cells.append("")


def _rows(table: html.HtmlElement) -> list[html.HtmlElement]:
    """The rows of a table, its foot last wherever it is written."""
    head: list[html.HtmlElement] = []
    body: list[html.HtmlElement] = []
    foot: list[html.HtmlElement] = []
    for child in table:
        if child.tag == "tr":
            body.append(child)
        elif child.tag in {"thead", "tbody", "tfoot"} and not _is_unseen(child):
            part = {"thead": head, "tfoot": foot}.get(child.tag, body)
            part += [row for row in child if row.tag == "tr"]
    return [row for row in (*head, *body, *foot) if not _is_unseen(row)]


def _cell_text(cell: html.HtmlElement) -> tuple[str, list[html.HtmlElement]]:
    """The text of a cell, a line break for each block in it, and the tables that stand in it."""
    text: list[str] = []
    tables = []
    waiting: list[html.HtmlElement | str] = list(reversed(_inner(cell)))
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            text.append(node)
        elif node.tag == "table":
            tables.append(node)
        elif node.tag == "br":
            text.append("\n")
        elif not _is_unseen(node):
            around = [] if node.tag in _INLINE else ["\n"]
            waiting += reversed([*around, *_inner(node), *around])
    return "".join(text).strip("\n"), tables


def _wraps_tables(table: html.HtmlElement) -> bool:
    """Whether a table is there for the layout: all that it holds stands in other tables."""
    if next(table.iterdescendants("table"), None) is None:
        return False
    return not any(_cell_text(cell)[0].strip() for row in _rows(table) for cell in row)


def _parts(node: html.HtmlElement) -> list[html.HtmlElement | str | None]:
    around: list[None] = [] if node.tag in _INLINE else [None]
    return [*around, *_inner(node), *around]


def _inner(node: html.HtmlElement) -> list[html.HtmlElement | str]:
    found: list[html.HtmlElement | str] = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str):
            found.append(child)
        found.append(child.tail or "")
    return found


def _is_unseen(node: html.HtmlElement) -> bool:
    style = node.get("style", "").replace(" ", "").lower()
    return (
        not isinstance(node.tag, str)
        or node.tag in _UNSEEN
        or "hidden" in node.attrib
        or "display:none" in style
        or "mso-hide:all" in style
    )


def _span(cell: html.HtmlElement, name: str, most: int) -> int:
    value = cell.get(name, "").strip()
    return min(max(int(value[:9]), 1), most) if value.isdecimal() else 1
