"""Find captions in the rows of a sheet or a table: title, year, unit and filing organization."""

from __future__ import annotations

import re
from dataclasses import replace

from ingestion.document import Document, Line
from ingestion.units import is_unit_caption
from ingestion.vocabulary import canonical

_MOST_CELLS = 4
_LONGEST = 60
_CAPTION = re.compile(
    r"""
    [^：]*(?:自评|评价|绩效目标|决算|预算执行)[^：]*表(?:\(.*\))?   # a title
    | \(?(?:\d{4}|_*)年度?\)?                                      # a year, or the blank for one
    | [^：]*\d{4}年度[^：]*(?:自评|评价|绩效|决算)[^：]*             # a report's title
    | 附[件表]\d*(?:[-—]\d+)?：?
    | (?:编制|填报|填表|申报)(?:单位|部门)(?:\(.*\))?：.*
    | (?:部门|单位)名称(?:\(.*\))?：.*
    | (?:填报|填表|制表)人：.* | (?:填报|填表)(?:日期|时间)：.*
    """,
    re.VERBOSE,
)

_YEAR = re.compile(r"\(?\d{4}年度?\)?")
_MOST_BESIDE = 6
_BESIDE = re.compile(
    r"""
    \(?(?:\d{4})年度?\)? | (?:附|公开)?表\d+(?:[-—]\d+)?
    | (?:金额)?单位：?\(?(?:百万元|千元|亿元|万元|元)\)?
    | (?:(?:填报|填表|编制|报送)(?:日期|时间)：)?\d{4}年\d{1,2}月(?:\d{1,2}日)?
    """,
    re.VERBOSE,
)
_UNIT_LABEL = re.compile(r"(?:金额|货币|计量)*单位：?")
_FILER_LABEL = re.compile(r"(?:编制|填报|公开|预算)?(?:部门|单位)(?:名称)?：?")
_UNIT = re.compile(r"：?\(?(?:百万元|千元|亿元|万元|元)\)?")
_NAMED = re.compile(r"[^：]{0,10}(?:单位|部门|人|电话)(?:名称)?(?:\([^()]*\))?：.*|[^：]*表(?:\(.*\))?")


def with_captions(document: Document) -> Document:
    """Return the document with rows that hold only captions turned into running text."""
    return replace(document, lines=tuple(_caption(line) for line in document.lines))


def _caption(line: Line) -> Line:
    if is_caption(line):
        return as_text(line)
    texts = _beside_labels(line)
    return replace(line, text=" ".join(texts), cells=()) if texts else line


def _beside_labels(line: Line) -> list[str]:
    """Return the captions of a row with a unit in the cell after its label; nothing if it holds more.

    The filing organization can be printed after a label of its own in the same way.
    """
    texts = [cell.text for cell in line.filled]
    if not 2 <= len(texts) <= _MOST_BESIDE:
        return []
    found: list[str] = []
    rest = iter(texts)
    has_unit = False
    for text in rest:
        plain = "".join(canonical(text).split())
        value = next(rest, "") if plain.endswith(("位", "门", "称", "：")) else ""
        if value and _UNIT_LABEL.fullmatch(plain) and _UNIT.fullmatch(canonical(value)):
            has_unit = True
        elif not (value and _FILER_LABEL.fullmatch(plain)) and (value or not _is_beside(plain)):
            return []
        found.append(f"{plain.rstrip('：')}：{value.lstrip('：:')}" if value else text)
    return found if has_unit else []


def _is_beside(text: str) -> bool:
    return bool(_BESIDE.fullmatch(text) or (len(text) <= _LONGEST and _NAMED.fullmatch(text)))


def is_caption(line: Line) -> bool:
    """Return whether every filled cell of a row is a caption; several years side by side are a heading."""
    cells = line.filled
    years = sum(bool(_YEAR.fullmatch(canonical(cell.text))) for cell in cells)
    return (
        years < 2
        and 0 < len(cells) <= _MOST_CELLS
        and all(
            is_unit_caption(cell.text)
            or (len(cell.text) <= _LONGEST and _CAPTION.fullmatch(canonical(cell.text)))
            for cell in cells
        )
    )


def is_caption_row(line: Line) -> bool:
    """Return whether a row above a table names the filer beside an amount unit, a year, a date or a number."""
    texts = [canonical(cell.text) for cell in line.filled]
    is_beside = [bool(_BESIDE.fullmatch(text)) for text in texts]
    return (
        2 <= len(texts) <= _MOST_BESIDE
        and any(is_beside)
        and all(
            beside or (len(text) <= _LONGEST and _NAMED.fullmatch(text))
            for text, beside in zip(texts, is_beside, strict=True)
        )
    )


def as_text(line: Line) -> Line:
    """Return a row of captions as running text."""
    # Separated by a space: the value of one caption ends where the next begins.
    return replace(line, text=" ".join(cell.text for cell in line.filled), cells=())
