"""The printed labels of a self-evaluation form: which column, row or part of it a cell names."""

from __future__ import annotations

import re
from functools import lru_cache

from ingestion.document import Cell, Line
from ingestion.synonyms import synonyms
from ingestion.vocabulary import FORM_HEADER_LABELS, canonical, mend

HEADER, FUND, GOAL, INDICATOR, TOTAL = "header", "fund", "goal", "indicator", "total"
"""The parts of a form, in their order."""

FUND_COLUMNS = {
    "年初预算数": "initial_budget",
    "全年预算数": "annual_budget",
    "全年执行数": "executed",
    "分值": "weight",
    "执行率": "execution_rate",
    "得分": "score",
}
INDICATOR_COLUMNS = {
    "一级指标": "level1",
    "二级指标": "level2",
    "三级指标": "level3",
    "年度指标值": "target",
    "实际完成值": "actual",
    "分值": "weight",
    "得分": "score",
    "偏差原因分析及改进措施": "deviation_reason",
}
_LEAST_OF_HEADING = 0.75
_UNIT = re.compile(r"\((?:单位：)?(亿元|万元|元)\)")
_SUFFIX = re.compile(r"\([^()]*\)$")
_UNIT_ROW = re.compile(r"(?:金额)?单位：\(?(亿元|万元|元)\)?")


@lru_cache(maxsize=65_536)
def label_of(part: str, text: str, *, least: float = _LEAST_OF_HEADING) -> str | None:
    """Return the standard form's label that a printed text stands for, or None.

    A synonym stands for its label, with or without a remark in brackets: a unit, a formula, a weight. A text
    that lost characters is mended only to a label of the standard form.

    Args:
        part: The part of the synonym table.
        text: The printed text.
        least: The share of the label's characters that must be left.
    """
    known = synonyms(part)
    plain = canonical(text).rstrip("：")
    for candidate in (canonical(text), plain, _SUFFIX.sub("", plain)):
        if candidate in known:
            return known[candidate]
    return mend(text, tuple(dict.fromkeys(known.values())), least=least)


def header_label(text: str) -> str | None:
    """Return the header label that a whole text is, or None; nothing is mended."""
    return synonyms("form_header").get(canonical(text).rstrip("："))


def joined_header_label(text: str) -> str | None:
    """Return the header label that a text begins with, a colon and its value behind it; else None."""
    label, colon, _ = canonical(text).partition("：")
    return synonyms("form_header").get(label) if colon else None


def opens_form(row: Line) -> bool:
    """Whether a form begins with this row: it names a project."""
    return "项目名称" in (header_label(row.head), joined_header_label(row.head))


def opens_headless_form(row: Line) -> bool:
    """Whether this is a later row of a form: one whose first rows are lost still shows itself by it."""
    return mend(row.head, FORM_HEADER_LABELS, least=0.75) is not None or canonical(row.head).startswith(
        "项目资金"
    )


def is_fund_heading(row: Line) -> bool:
    """Whether the row names the columns of the fund block."""
    labels = {label_of("fund_column", cell.text) for cell in row.filled}
    return {"全年预算数", "全年执行数"} <= labels


def is_indicator_heading(row: Line) -> bool:
    """Whether the row names the columns of the indicator block."""
    labels = [label_of("indicator_column", cell.text) for cell in row.filled]
    return "三级指标" in labels and sum(map(bool, labels)) * 2 > len(labels)


def part_of(row: Line, part: str) -> str:
    """Return the part of a form that a row belongs to, the part of the row before being `part`."""
    if is_fund_heading(row) or canonical(row.head).startswith("项目资金"):
        return FUND
    if is_indicator_heading(row) or "三级指标" in {canonical(cell.text) for cell in row.filled}:
        return INDICATOR
    if part == INDICATOR:
        return TOTAL if is_total(row) else INDICATOR
    # A value of the header can be any text, but the goals stand between the funds and the indicators.
    if part in {FUND, GOAL} and any(label_of("goal_heading", cell.text, least=1) for cell in row.filled):
        return GOAL
    return part


def is_total(row: Line) -> bool:
    """Whether the row is the form's total."""
    return label_of("form_total", row.head, least=1) == "总分"


def amount_unit(cells: tuple[Cell, ...]) -> str:
    """Return the unit that a heading prints behind its labels, or an empty string.

    Raises:
        ValueError: If it prints several.
    """
    found = {match[1] for cell in cells if (match := _UNIT.search(canonical(cell.text)))}
    found |= {match[1] for cell in cells if (match := _UNIT_ROW.search(canonical(cell.text)))}
    if len(found) > 1:
        raise ValueError(f"the heading names several units: {', '.join(sorted(found))}")
    return next(iter(found), "")
