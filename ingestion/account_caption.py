"""Read the captions above an account table: title, unit of amounts and phase (budget or final account)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ingestion.account_heading import Heading, label_of
from ingestion.document import Line
from ingestion.grid import LAST_YEAR
from ingestion.numbers import UNITS, is_amount
from ingestion.units import UNKNOWN_UNIT, captioned_units, is_note
from ingestion.vocabulary import canonical

FINAL, BUDGET = "final", "budget"
"""The phases of accounts."""

_YEAR_OF = re.compile(r"(?:19|20)\d{2}(?=年)")

_FURTHEST = 14
_LONGEST = 70
_PROPER_NAMES = re.compile(
    r"(?:一般)?公共预算|政府性基金预算|国有资本(?:经营)?预算|社会保险基金预算|(?:部门|政府)预算(?:支出)?经济(?:分类)?|预算(?:执行|绩效|管理|单位|科目|代码|编码)"
)
_BUDGET_TITLE = re.compile(
    r"(?:部门|单位|年度?|收支|支出|收入|总|明细|经费)预算(?:公开|表|总表|草案|信息|报告|情况|报表|编制|说明|数|$|\()"
)
_FINAL_TITLE = re.compile(r"决算")
_SENTENCE = re.compile(r"[，。；：>]")
_UNIT_IN_BRACKETS = re.compile(r"\(([百千万亿]{0,2}元)\)")
_PARTS = re.compile(
    r"\((?:金额)?单位：[^()]{1,6}\)|\(?公开\w{0,4}\d{1,2}(?:-\d+)?表\)?|财决\w*表|^\(?[一-龥]{0,6}\d{1,2}(?:-\d+)?表\)?$|(?:金额)?单位：.*|(?:编制|填报)?(?:部门|单位)(?:名称)?：.*|\(续表?\)|续表?$"
)
_FILER = re.compile(
    r"^(?:编制|填报|公开)?(?:部门|单位)(?:名称)?：(?!\(?[一-龥]{0,4}元)(.{2,}?)(?=(?:金额)?单位：|(?:19|20)\d{2}年|$)"
)
_ENUMERATION = re.compile(
    r"^(?:附件\d*[：:]?|附[：:]|附?表(?:\d+(?:-\d+)*|[一二三四五六七八九十]+(?!般))[：:、.]?|[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d{1,2}[、.．](?!\d))"
)
_TITLE = re.compile(r"(?:收|支|预算|决算|经费|拨款|采购|基金|资本|支出|信息).*(?:表|情况)(?:\(.{0,20}\))?$")
_YEARED = re.compile(r"^.*?((?:19|20)\d{2}年.*)$")
_NATIONAL = re.compile(
    r"(?:19|20)\d{2}年度(?=(?:收入支出决算总表|收入决算表|支出决算表|财政拨款收入支出决算总表"
    r"|一般公共预算财政拨款(?:基本)?支出决算(?:明细)?表"
    r"|(?:政府性基金预算|国有资本经营预算)财政拨款(?:收入)?支出决算表)$)"
)


@dataclass(frozen=True)
class Caption:
    """The captions of a table.

    Attributes:
        title: Its title as printed, or an empty string.
        unit: The unit of its amounts, an empty string, or `UNKNOWN_UNIT`.
    """

    title: str
    unit: str


def caption_of(heading: Heading, before: Sequence[Line], organization: str = "") -> Caption:
    """Return the captions of a table.

    Args:
        heading: The table's heading, including captions in the table's own rows.
        before: The lines of the document above the table.
        organization: The name of the filing organization, which can precede the title.
    """
    title = unit = ""
    for text in _above(heading, before):
        title = title or title_in(text, organization)
        unit = unit or unit_in(text)
        if title and unit:
            break
    return Caption(title, unit)


def filer_of(heading: Heading, before: Sequence[Line]) -> str:
    """Return the department or unit printed above a table, or an empty string."""
    found = (_FILER.search(canonical(text)) for text in _above(heading, before))
    return next((match[1] for match in found if match), "")


def _above(heading: Heading, before: Sequence[Line]) -> Iterator[str]:
    """Yield the texts above a heading, nearest first, up to the figures of the previous table."""
    for line in reversed([*before[-_FURTHEST:], *heading.captions]):
        texts = [cell.text for cell in line.filled] if line.is_row else [line.text]
        if line.is_row and (len(texts) > 4 or any(is_amount(text) for text in texts)):
            return
        if _is_note(line) and any(len(other.filled) > 1 and other.number < line.number for other in before):
            # A note belongs to the table above it.
            continue
        for text in texts:
            if text and len(text) <= _LONGEST:
                yield text


def title_in(text: str, organization: str = "") -> str:
    """Return the table title in a text printed above the table, or an empty string."""
    if len(text) > _LONGEST or re.match(r"注|说明|备注", text):
        return ""
    plain = _PARTS.sub("", canonical(text))
    printed = text if plain == canonical(text) else plain
    while (shorter := _ENUMERATION.sub("", canonical(printed))) != canonical(printed):
        printed = printed[len(printed) - len(shorter) :]
    plain = canonical(printed)
    if not _TITLE.search(plain) or _SENTENCE.search(plain):
        return ""
    found = _YEARED.match(plain)
    if found:
        printed = printed[len(plain) - len(found[1]) :]
    elif organization and plain.startswith(canonical(organization)):
        printed = printed[len(canonical(organization)) :]
    # The tables of the national set have the same names every year; any other title is kept as printed.
    national = _NATIONAL.match(canonical(printed))
    return printed[national.end() :] if national else printed


def unit_in(text: str) -> str:
    """Return the unit in a text printed above a table, an empty string, or `UNKNOWN_UNIT`."""
    found = captioned_units(text) | set(_UNIT_IN_BRACKETS.findall(canonical(text)))
    if not found:
        return ""
    unit = found.pop()
    return unit if unit in UNITS and not found else UNKNOWN_UNIT


def unit_below(rows: Sequence[Line], after: Sequence[Line]) -> str:
    """Return the unit in the notes directly below a table, an empty string, or `UNKNOWN_UNIT`.

    Args:
        rows: The rows of the table below its heading; a sheet prints the notes in them.
        after: The lines of the document after the table.
    """
    lines = [*rows, *takewhile(lambda line: len(line.filled) < 2 and _is_note(line), after)]
    units = {unit_in(_text(line)) for line in lines if _is_note(line)} - {""}
    return units.pop() if len(units) == 1 else (UNKNOWN_UNIT if units else "")


def _is_note(line: Line) -> bool:
    return len(line.filled) < 2 and is_note(_text(line))


def _text(line: Line) -> str:
    return line.text or (line.filled[0].text if line.filled else "")


def phase_in(text: str) -> str:
    """Return the phase that a title or a heading label names, or an empty string."""
    plain = _PROPER_NAMES.sub("", canonical(text))
    if "决算" in plain:
        return FINAL
    return BUDGET if "预算" in plain else ""


def names_both(title: str) -> bool:
    """Return whether a title names both phases and so determines neither."""
    plain = _PROPER_NAMES.sub("", canonical(title))
    return "决算" in plain and "预算" in plain


def phase_of_heading(heading: Heading) -> str:
    """Return the phase that the labels of a heading name, or an empty string.

    A budget prints the final account of an earlier year beside its own amounts.
    """
    texts = [cell.text for row in heading.rows for cell in row.filled]
    latest = max(
        (year for text in texts if phase_in(text) == BUDGET for year in _YEAR_OF.findall(text)), default=""
    )
    if any(phase_in(text) == BUDGET for text in texts):
        texts = [
            text
            for text in texts
            if phase_in(text) != FINAL
            or not (LAST_YEAR.search(text) or max(_YEAR_OF.findall(text), default=latest) < latest)
        ]
    names = {label.name for text in texts if (label := label_of(text)) is not None}
    found = {phase for text in texts if (phase := phase_in(text))}
    if FINAL in found or "决算数" in names:
        return FINAL
    return BUDGET if BUDGET in found else ""


def document_phase(lines: Iterable[Line], year: int | None = None) -> str:
    """Return the phase named by the last title among the lines that names one, or an empty string.

    Args:
        lines: The lines above a table.
        year: The year of a document whose own title calls it a budget, or None. Headings of other years are
            then ignored, because they refer to last year's final account.
    """
    for line in reversed(list(lines)):
        texts = [cell.text for cell in line.filled] if line.is_row else [line.text]
        if len(texts) > 2:
            continue
        for text in texts:
            plain = _PROPER_NAMES.sub("", _ENUMERATION.sub("", canonical(text)))
            if len(plain) > 40 or _SENTENCE.search(plain) or names_both(plain):
                continue
            years = _YEAR_OF.findall(plain) if year is not None else []
            if years and str(year) not in years:
                continue
            if _FINAL_TITLE.search(plain) and re.search(r"部门|单位|年|公开|表", plain):
                return FINAL
            if _BUDGET_TITLE.search(plain):
                return BUDGET
    return ""
