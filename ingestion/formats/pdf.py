"""PDF with text: ruled tables to rows, everything else to running text, page by page.

Nothing is run and no attachment is opened. A scan without text is refused, because its content would be a
guess.
"""

from __future__ import annotations

import io
import logging
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from ingestion.document import DocumentError, Lines
from ingestion.message import Text

logging.getLogger("pdfminer").setLevel(logging.ERROR)

_MOST_PAGES = 5000
_TABLES = {"vertical_strategy": "lines", "horizontal_strategy": "lines", "intersection_tolerance": 4}
_TOLERANCE = 3.0
"""Points: lines nearer than this are one line of a grid."""

_MARGIN = 0.1
"""The share of a page's height at its top and bottom that contains page numbers and running titles."""

_DESCENT = 0.12
"""The share of a character's size below the baseline in a usual font."""

_PAGE_NUMBER = re.compile(r"[-—–·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/,，共]+\s*\d{1,4}\s*页?)?[-—–·\s]*")
_UNMAPPED = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff]")


@dataclass
class _Text:
    """A printed line of running text."""

    top: float
    left: float
    right: float
    size: float
    text: str


@dataclass
class _Box:
    """A cell of a ruled table: its edges, the rows of its page that it spans, and its text."""

    left: float
    right: float
    height: int
    text: str


@dataclass
class _Table:
    """A ruled table: its edges and the cells of its rows."""

    top: float
    left: float
    right: float
    rows: list[list[_Box]] = field(default_factory=list)


@dataclass
class _PageContent:
    number: int
    height: float
    right: float
    parts: list[_Text | _Table]


def read(data: bytes, name: str) -> Lines:
    """Read a PDF.

    Raises:
        DocumentError: If it is damaged, locked, a scan without text, or longer than a disclosure can be.
    """
    lines = Lines(name)
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > _MOST_PAGES:
                raise DocumentError(
                    Text(
                        f"{name}: 共 {len(pdf.pages):,} 页，最多读取 {_MOST_PAGES:,} 页；请拆分",
                        f"{name}: {len(pdf.pages):,} pages, up to {_MOST_PAGES:,} are read; split the file",
                    )
                )
            contents = [_read_page(page, lines) for page in pdf.pages]
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        # A damaged stream can make the library raise any exception, wrapped in its own.
        raise _refusal(name, error) from error
    if not any(content.parts for content in contents):
        raise DocumentError(
            Text(
                f"{name}: 扫描件，只有图片没有文字；请用文字识别（OCR）转成 Word 或 Excel，核对后再添加",
                f"{name}: a scan, pictures of pages without text; recognise the text (OCR) as Word or Excel, check it and add that",
            )
        )
    _drop_furniture(contents, lines)
    _emit(contents, lines)
    return lines


def _refusal(name: str, error: Exception) -> Exception:
    cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
    if isinstance(cause, MemoryError):
        return cause
    if isinstance(cause, PDFPasswordIncorrect):
        return DocumentError(
            Text(
                f"{name}: PDF 设有密码；请去掉密码后另存",
                f"{name}: locked by a password; save it without one",
            )
        )
    return DocumentError(
        Text(
            f"{name}: PDF 已损坏（{type(cause).__name__}），请打开后另存或打印为新的 PDF",
            f"{name}: a damaged PDF ({type(cause).__name__}); open it and print it to a new PDF",
        )
    )


def _read_page(page: Page, lines: Lines) -> _PageContent:
    page = _turned(page)
    if not page.chars and page.images:
        lines.warn(
            Text(
                f"第{page.page_number}页是图片，没有文字，未读取。",
                f"Page {page.page_number} is a picture without text; it was not read.",
            )
        )
    for char in page.chars:
        _stand_on_baseline(char)
    sheet = page.dedupe_chars(tolerance=1)
    found = sheet.find_tables(_TABLES)
    tables = [_read_table(sheet, table) for table in found]
    boxes = [table.bbox for table in found]
    outside = sheet.filter(lambda thing: not _is_inside(thing, boxes)) if boxes else sheet
    texts = [
        _Text(
            line["top"], line["x0"], line["x1"], line["bottom"] - line["top"], _visible(line["text"], lines)
        )
        for line in outside.extract_text_lines(strip=True, return_chars=False)
    ]
    parts: list[_Text | _Table] = [*texts, *(table for table in tables if table.rows)]
    for table in tables:
        for row in table.rows:
            for box in row:
                box.text = _visible(box.text, lines)
    right = max((part.right for part in parts), default=0.0)
    content = _PageContent(
        page.page_number, float(page.height), right, sorted(parts, key=lambda part: part.top)
    )
    # Its characters aren't needed any more; a long document would keep them all in memory.
    page.close()
    return content


def _turned(page: Page) -> Page:
    """Return the page rotated so that most of its text is upright."""
    directions = Counter(_direction(char["matrix"]) for char in page.chars if char["text"].strip())
    turn, count = max(directions.items(), key=lambda item: item[1], default=(0, 0))
    if turn == 0 or count * 3 < sum(directions.values()) * 2:
        return page
    drawn = page.page_obj
    drawn.rotate = drawn.attrs["Rotate"] = (page.rotation + turn) % 360
    page.close()
    return Page(page.pdf, drawn, page.page_number)


def _direction(matrix: Sequence[float]) -> int:
    """Return the degrees by which a page is turned clockwise so that a character is upright."""
    across, up = matrix[0], matrix[1]
    if abs(across) >= abs(up):
        return 0 if across >= 0 else 180
    return 90 if up > 0 else 270


def _stand_on_baseline(char: dict[str, Any]) -> None:
    """Give a character the box that it has in a usual font.

    A font defines how far its characters extend above and below the line. If the fonts of one line differ,
    its figures would otherwise be taken for another line than its words.
    """
    across, up, _, _, _, baseline = char["matrix"]
    below = baseline - char["y0"]
    if across > 0 and up == 0 and 0 <= below < char["size"] / 2:
        shift = below - _DESCENT * char["size"]
        for edge in ("top", "bottom", "doctop"):
            char[edge] -= shift


def _is_inside(thing: dict[str, Any], boxes: list[tuple[float, float, float, float]]) -> bool:
    middle = (thing["top"] + thing["bottom"]) / 2
    centre = (thing["x0"] + thing["x1"]) / 2
    return any(left <= centre <= right and top <= middle <= bottom for left, top, right, bottom in boxes)


def _visible(text: str, lines: Lines) -> str:
    """Replace a character that the font doesn't map by one that can't be mistaken for another."""
    shown = _UNMAPPED.sub("\ufffd", text)
    if shown != text:
        lines.warn(
            Text(
                "部分字符的字体没有编码，以�表示。",
                "Some characters have no code in their font; they are shown as �.",
            )
        )
    return shown


def _read_table(page: Page, table: Any) -> _Table:
    left, top, right, _ = table.bbox
    texts = table.extract(x_tolerance=2)
    tops = [float(row.bbox[1]) for row in table.rows]
    rows = [
        [
            _Box(float(box[0]), float(box[2]), _rows_within(tops, float(box[1]), float(box[3])), text or "")
            for box, text in zip(row.cells, cells, strict=True)
            if box is not None
        ]
        for row, cells in zip(table.rows, texts, strict=True)
    ]
    return _Table(float(top), float(left), float(right), rows)


def _rows_within(tops: list[float], top: float, bottom: float) -> int:
    """Return the number of rows, by their upper edges from the top, that begin within a cell."""
    return max(bisect_left(tops, bottom - _TOLERANCE) - bisect_left(tops, top - _TOLERANCE), 1)


def _drop_furniture(contents: list[_PageContent], lines: Lines) -> None:
    """Remove page numbers, and titles that most pages repeat, from the margins."""
    repeated = Counter(
        part.text
        for content in contents
        for part in content.parts
        if _is_marginal(part, content) and isinstance(part, _Text)
    )
    often = {text for text, count in repeated.items() if count > max(2, len(contents) // 2)}
    if often:
        lines.warn(
            Text("每页重复的页眉页脚未读取。", "Headers and footers that the pages repeat were not read.")
        )
    for content in contents:
        content.parts = [
            part
            for part in content.parts
            if not (
                isinstance(part, _Text)
                and _is_marginal(part, content)
                and (_PAGE_NUMBER.fullmatch(part.text) or part.text in often)
            )
        ]


def _is_marginal(part: _Text | _Table, content: _PageContent) -> bool:
    return part.top < content.height * _MARGIN or part.top > content.height * (1 - _MARGIN)


def _emit(contents: list[_PageContent], lines: Lines) -> None:
    parts = [(content, part) for content in contents for part in content.parts]
    for group in _groups(parts):
        first = group[0][1]
        if isinstance(first, _Text):
            _emit_paragraphs([(content, part) for content, part in group if isinstance(part, _Text)], lines)
        else:
            _emit_table([(content, part) for content, part in group if isinstance(part, _Table)], lines)


_Part = tuple[_PageContent, _Text | _Table]


def _groups(parts: list[_Part]) -> Iterator[list[_Part]]:
    """Yield groups of consecutive texts, and of tables that continue over pages."""
    group: list[_Part] = []
    for part in parts:
        if group and not _belongs(group[-1], part):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _belongs(last: _Part, part: _Part) -> bool:
    (page, before), (next_page, after) = last, part
    if isinstance(before, _Text) and isinstance(after, _Text):
        return page.number == next_page.number
    return (
        isinstance(before, _Table)
        and isinstance(after, _Table)
        and page.number != next_page.number
        and abs(before.left - after.left) < _TOLERANCE
        and abs(before.right - after.right) < _TOLERANCE
    )


def _emit_paragraphs(texts: list[tuple[_PageContent, _Text]], lines: Lines) -> None:
    """Join the printed lines of a paragraph: a full line continues on the next unless that is indented."""
    left = min(text.left for _, text in texts)
    paragraph, place = "", ""
    goes_on = False
    for content, text in texts:
        if paragraph and not (goes_on and text.left < left + text.size):
            lines.add_text(paragraph, place)
            paragraph = ""
        place = place if paragraph else f"第{content.number}页"
        paragraph += text.text
        goes_on = text.right > content.right - 1.5 * text.size
    lines.add_text(paragraph, place)


def _emit_table(tables: list[tuple[_PageContent, _Table]], lines: Lines) -> None:
    """Emit the rows of a table on one grid: a page whose rows are merged shows fewer of its lines."""
    grid: list[float] = []
    for edge in sorted(box.left for _, table in tables for row in table.rows for box in row):
        if not grid or edge - grid[-1] > _TOLERANCE:
            grid.append(edge)
    for content, table in tables:
        for number, row in enumerate(table.rows, start=1):
            cells = [""] * len(grid)
            spans = {}
            for box in row:
                place = min(range(len(grid)), key=lambda place: abs(grid[place] - box.left))
                cells[place] = box.text
                spans[place] = (max(bisect_left(grid, box.right - _TOLERANCE) - place, 1), box.height)
            lines.add_row(cells, f"第{content.number}页表格第{number}行", spans)
