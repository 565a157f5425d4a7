"""Web pages: paragraphs and tables as a browser without scripts shows them; nothing is loaded."""

from __future__ import annotations

from lxml import etree, html

from ingestion.document import DocumentError, Lines
from ingestion.message import Text

_UNSEEN = {"script", "style", "template", "noscript", "head", "title", "select", "object", "iframe", "svg"}
_INLINE = {
    "a", "abbr", "b", "big", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
    "tt", "u", "var", "wbr", "nobr",
}  # fmt: skip
_WIDEST = 500
"""Maximum number of columns of a table."""


def read(text: str, name: str) -> Lines:
    """Read a decoded page.

    Raises:
        DocumentError: If it is not a web page.
    """
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentError(
            Text(
                f"{name}: 网页无法读取（{error}）；请重新保存",
                f"{name}: a web page that cannot be read ({error}); save it again",
            )
        ) from error
    if next(root.iter("frameset"), None) is not None and next(root.iter("table"), None) is None:
        raise DocumentError(
            Text(
                f"{name}: 网页框架，表格存放在旁边文件夹的其他文件中；请用 Excel 打开，另存为 .xlsx",
                f"{name}: a frame whose tables are in other files beside it; open it in Excel and save it as .xlsx",
            )
        )
    page = _Page(name)
    page.read(root)
    return page.lines


class _Page:
    """The traversal of a page, without recursion: hostile pages nest deeper than Python's call stack."""

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
        """Add the rows of a table and return the tables in its cells."""
        self._tables += 1
        inner: list[html.HtmlElement | str | None] = []
        rows: list[list[str]] = []
        spans: list[dict[int, tuple[int, int]]] = []
        for group in _row_groups(table):
            # A cell extends to the end of its row group at most.
            spanned: dict[int, int] = {}
            for place, row in enumerate(group):
                cells, merged, tables = self._read_row(row, spanned, len(group) - place)
                rows.append(cells)
                spans.append(merged)
                inner += tables
                spanned = {column: left - 1 for column, left in spanned.items() if left > 1}
        width = max(map(len, rows), default=0)
        for number, (cells, merged) in enumerate(zip(rows, spans, strict=True), start=1):
            self.lines.add_row(
                [*cells, *[""] * (width - len(cells))], f"表{self._tables}第{number}行", merged
            )
        return inner

    def _read_row(
        self, row: html.HtmlElement, spanned: dict[int, int], rows_left: int
    ) -> tuple[list[str], dict[int, tuple[int, int]], list[html.HtmlElement]]:
        """Return the texts, spans and inner tables of a row; record in `spanned` the cells that extend below."""
        cells: list[str] = []
        merged: dict[int, tuple[int, int]] = {}
        inner: list[html.HtmlElement] = []
        for cell in row:
            if cell.tag not in {"td", "th"} or _is_unseen(cell):
                continue
            _fill_spanned(cells, spanned)
            text, tables = _cell_text(cell)
            inner += tables
            width = max(_span(cell, "colspan", _WIDEST), 1)
            # No value means one row, zero all remaining rows.
            height = min(_span(cell, "rowspan", rows_left) or rows_left, rows_left)
            if (width, height) != (1, 1):
                merged[len(cells)] = (width, height)
            if height > 1:
                spanned |= {len(cells) + place: height for place in range(width)}
            cells += [text, *[""] * (width - 1)]
            if len(cells) > _WIDEST:
                raise DocumentError(
                    Text(
                        f"{self._name}: 表格超过 {_WIDEST} 列，不是公开文件",
                        f"{self._name}: a table of more than {_WIDEST} columns; not a disclosure",
                    )
                )
        _fill_spanned(cells, spanned)
        return cells, merged, inner


def _fill_spanned(cells: list[str], spanned: dict[int, int]) -> None:
    # A cell of a row above extends down to here; one that begins in this row is not in `spanned` at its
    # position.
    while len(cells) in spanned:
        cells.append("")


def _row_groups(table: html.HtmlElement) -> list[list[html.HtmlElement]]:
    """Return the rows of a table by row group, its foot last wherever it is written."""
    head: list[list[html.HtmlElement]] = []
    body: list[list[html.HtmlElement]] = []
    foot: list[list[html.HtmlElement]] = []
    loose: list[html.HtmlElement] = []
    for child in table:
        if child.tag == "tr":
            if not loose:
                body.append(loose)
            loose.append(child)
        elif child.tag in {"thead", "tbody", "tfoot"} and not _is_unseen(child):
            loose = []
            part = {"thead": head, "tfoot": foot}.get(child.tag, body)
            part.append([row for row in child if row.tag == "tr"])
    return [[row for row in group if not _is_unseen(row)] for group in (*head, *body, *foot)]


def _cell_text(cell: html.HtmlElement) -> tuple[str, list[html.HtmlElement]]:
    """Return the text of a cell, with a line break for each block, and the tables in it."""
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
    """Return whether a table is for layout only: all of its contents are in other tables."""
    if next(table.iterdescendants("table"), None) is None:
        return False
    rows = (row for group in _row_groups(table) for row in group)
    return not any(_cell_text(cell)[0].strip() for row in rows for cell in row)


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
    return min(int(value[:9]), most) if value.isdecimal() else 1
