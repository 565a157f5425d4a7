"""The printed labels of a form, each of which identifies a column, a row or a part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingestion.document import Cell, Line
from ingestion.reference import remembered
from ingestion.synonyms import match, synonyms
from ingestion.vocabulary import FORM_HEADER_LABELS, LEVEL1_LABELS, LEVEL2_PARENT, canonical, is_number, mend

HEADER, FUND, SECTION, GOAL = "header", "fund", "section", "goal"
INDICATOR, TOTAL, NOTE = "indicator", "total", "note"
"""The parts of a form, in order; a section is a table in the form that no raw column holds."""

FUND_BEHIND = "fund_behind"
"""A fund block printed after the indicators."""

OTHER = "其他"
"""The label of contents that the warehouse has no column for."""

FUND_COLUMNS = {
    "年初预算数": "initial_budget",
    "全年预算数": "annual_budget",
    "全年执行数": "executed",
    "分值": "weight",
    "执行率": "execution_rate",
    "得分": "score",
}
AMOUNT_COLUMNS = ("initial_budget", "annual_budget", "executed")
INDICATOR_COLUMNS = {
    "一级指标": "level1",
    "二级指标": "level2",
    "三级指标": "level3",
    "年度指标值": "target",
    "调整指标值": "adjusted",
    "实际完成值": "actual",
    "分值": "weight",
    "得分": "score",
    "偏差原因分析及改进措施": "deviation_reason",
    "指标性质": "operator",
    "计量单位": "unit",
}
LEVEL_COLUMNS = frozenset({"level1", "level2", "level3"})
TRANSFER_LABEL = "转移支付名称"
PROJECT_LABELS = ("项目名称", TRANSFER_LABEL, "二级项目名称", "一级项目名称")
"""Header labels that name the project, most exact first."""

UNIT_LABELS = frozenset({"主管部门", "地方主管部门", "上级主管部门", "实施单位"})
"""Header labels that name a unit of a project."""

UNIT_LABEL = "单位名称"
"""The header label of a department's own form."""

SCORE_LABEL = "自评总分"
"""The header label of a form's total score."""

GRADE_LABEL = "自评等级"
"""The header label of a form's grade."""

TOTAL_LABEL = "总分"
"""The label of a form's total; the other one is for sub-totals."""

TASKS = "年度主要任务"
"""The section of a department's form that lists its planned tasks."""

_LEAST_OF_HEADING = 0.75
_SUFFIX = re.compile(r"\([^()]*\)$|[0-9.]+分$|[/：](?:千|万|百万|亿)?元$")
_CLASS_WEIGHT = re.compile(r"\(?([0-9]{1,3}(?:[.][0-9]+)?)(?:分|%)\)?$")
_ACCOUNT = re.compile(r"行次|栏次|科目|项目(?:\(按.*)?$|预算科目|功能分类|经济分类")
_MARK = re.compile(r"^[*★☆※#]+")
_SENTENCE = re.compile(r"[。；，！]|[0-9](?:万|亿)?元")
"""What a goal that speaks of the project's funds has, and the label of a block has not."""

_LONGEST_LABEL = 30
_LONGEST_PAIR = 80
_COLON = re.compile("[：:]")
_LABEL_SHAPE = re.compile(r".{1,10}(?:编码|代码|类型|类别|属性|时间|日期|期限|负责人|电话|联系人|名称)")


@remembered
def label_of(part: str, text: str, *, least: float = _LEAST_OF_HEADING) -> str | None:
    """Return the standard form's label for a printed text, or None.

    A synonym counts as its label, with or without a mark before it and a remark in brackets after it: a unit,
    a formula, a weight. A text that lost characters is mended only to a label of the standard form.

    Args:
        part: The part of the synonym table.
        text: The printed text.
        least: The share of the label's characters that must remain; 1 mends nothing.
    """
    if len(text) > _LONGEST_LABEL:
        return None
    forms = _ways_to_write(text)
    known = synonyms(part)
    for form in forms:
        if form in known:
            return known[form]
    found = match(part, forms[-1]) if forms[-1] else None
    if found is not None or least >= 1:
        return found
    return mend(text, tuple(dict.fromkeys(known.values())), least=least)


def _ways_to_write(text: str) -> list[str]:
    """Return a label as printed, then with successively fewer of its additions."""
    forms = [canonical(text)]
    plain = _MARK.sub("", forms[0]).rstrip("：")
    while True:
        shorter = _SUFFIX.sub("", plain).rstrip("：")
        forms.append(plain)
        if shorter == plain:
            return forms
        plain = shorter


def header_label(text: str) -> str | None:
    """Return the header label that a whole text equals, or None; nothing is mended."""
    return label_of("form_header", text, least=1)


def has_label_shape(text: str) -> bool:
    """Return whether a text looks like a header label that the synonym table lacks."""
    plain = canonical(text)
    return len(plain) <= _LONGEST_LABEL and (plain.endswith("：") or bool(_LABEL_SHAPE.fullmatch(plain)))


def joined_header_label(text: str) -> str | None:
    """Return the header label that a text begins with, before a colon and its value, or None."""
    label, colon, value = canonical(text).partition("：")
    return header_label(label) if colon and value else None


def part_pairs(text: str) -> list[str]:
    """Divide a text of several header labels, each with a colon and its value, into one part a label."""
    known = synonyms("form_header")
    starts = [0]
    colons = [colon.start() for colon in _COLON.finditer(text)]
    for before, colon in pairwise(colons):
        sizes = range(min(colon - before - 2, _LONGEST_LABEL), 2, -1)
        size = next(
            (size for size in sizes if _SUFFIX.sub("", canonical(text[colon - size : colon])) in known), 0
        )
        if size:
            starts.append(colon - size)
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def joined_project(text: str) -> bool:
    """Return whether a text begins with the label of a project's name, a colon and the name."""
    return len(text) <= _LONGEST_PAIR and joined_header_label(text) in PROJECT_LABELS


def names_project(row: Line) -> bool:
    """Return whether a row of a form's header names its project."""
    return any(
        header_label(cell.text) in PROJECT_LABELS or joined_header_label(cell.text) in PROJECT_LABELS
        for cell in row.filled[:1]
    ) or any(canonical(cell.text).rstrip("：") in {"项目名称", "二级项目名称"} for cell in row.filled[1:])


def opens_headless_form(row: Line) -> bool:
    """Return whether this is a later row of a form, which identifies a form that lost its first rows."""
    return (
        mend(row.head, FORM_HEADER_LABELS, least=0.75) is not None
        or is_fund_heading(row)
        or is_indicator_heading(row)
        or canonical(row.head).startswith("项目资金")
    )


def is_fund_heading(row: Line) -> bool:
    """Return whether the row names the fund block's columns, each once and not beside those of an account."""
    labels = [label_of("fund_column", cell.text) for cell in row.filled]
    columns = [FUND_COLUMNS[label] for label in labels if label in FUND_COLUMNS]
    is_account = any(_ACCOUNT.match(canonical(cell.text)) for cell in row.filled)
    return len(columns) >= 2 and columns.count("executed") == 1 and not is_account


def indicator_columns(cells: Iterable[Cell]) -> list[str]:
    """Return the columns of the indicator block that cells name, in order.

    The title of the block (绩效指标) after the heading of a level is the heading of the indicators' names.
    """
    columns: list[str] = []
    for cell in cells:
        name = INDICATOR_COLUMNS.get(label_of("indicator_column", cell.text) or "")
        if name is None and columns[-1:] == ["level2"] and names_indicators(cell.text):
            name = "level3"
        if name is not None:
            columns.append(name)
    return columns


def names_indicators(text: str) -> bool:
    """Return whether a label is the title of the indicator block."""
    return label_of("indicator_heading", text, least=1) is not None


def is_indicator_heading(row: Line) -> bool:
    """Return whether the row names columns of the indicator block, or the upper ones of a two-row heading."""
    cells = _behind_project(row.filled)
    columns = indicator_columns(cells)
    known = len(columns) + sum(label_of("indicator_column", cell.text) == OTHER for cell in cells)
    titles = sum(names_indicators(cell.text) for cell in cells[:1])
    known += titles
    if known * 2 <= len(cells) or known < 3:
        return False
    has_values = not {"target", "actual", "weight", "score"}.isdisjoint(columns)
    is_upper = {"target", "actual"} <= set(columns) and not {"weight", "score"}.isdisjoint(columns)
    is_upper = is_upper or (titles > 0 and {"weight", "score"} <= set(columns))
    is_upper = is_upper or (titles > 0 and {"operator", "target"} <= set(columns))
    return ("level3" in columns and has_values) or is_upper


def _behind_project(cells: Sequence[Cell]) -> Sequence[Cell]:
    """Return the labels of indicators in the heading of a list, whose first columns name the projects."""
    for place, cell in enumerate(cells):
        if names_indicators(cell.text) or not LEVEL_COLUMNS.isdisjoint(indicator_columns([cell])):
            return (
                cells[place:] if any(header_label(c.text) in PROJECT_LABELS for c in cells[:place]) else cells
            )
    return cells


def opens_fund_block(row: Line) -> bool:
    """Return whether the fund block starts with this row, with or without a heading."""
    return is_fund_heading(row) or (
        label_of("fund_heading", row.head, least=1) is not None
        and header_label(row.head) is None
        and not _SENTENCE.search(canonical(row.head))
    )


def is_goal_heading(row: Line) -> bool:
    """Return whether the row names the goals of a form."""
    return any(
        label_of("goal_heading", cell.text, least=1) or joined_goal(cell.text) for cell in row.filled[:3]
    )


def joined_goal(text: str) -> tuple[str, str] | None:
    """Divide a text into a heading of goals and, after a colon, the goal; or return None."""
    head, colon, goal = text.replace(":", "：").partition("：")
    label = label_of("goal_heading", head, least=1) if colon and goal else None
    return (label, goal) if label is not None else None


def is_total(row: Line) -> bool:
    """Return whether the row is a total of the indicator block; one of them is the form's."""
    return label_of("form_total", row.head, least=1) is not None


def is_form_total(row: Line) -> bool:
    """Return whether the row is the total of the whole, not one of a class."""
    return label_of("form_total", row.head, least=1) == TOTAL_LABEL


def is_note(row: Line, first: int) -> bool:
    """Return whether the row follows the indicators and is not one of them.

    Args:
        row: The row.
        first: The position of the form's leftmost cell: a note begins there, an indicator's name doesn't.
    """
    head = row.filled[0]
    return head.column <= first and (
        label_of("form_note", head.text, least=1) is not None or len(head.text) > _LONGEST_LABEL * 2
    )


def is_section(row: Line) -> bool:
    """Return whether a table without raw columns starts in the form, such as the management of the funds."""
    return any(label_of("form_section", cell.text, least=1) for cell in row.filled[:2])


def opens_tasks(row: Line) -> bool:
    """Return whether a table of a department's tasks starts, which has amounts of its own."""
    return any(label_of("form_section", cell.text, least=1) == TASKS for cell in row.filled[:2])


def begins_with_level(row: Line) -> bool:
    """Return whether one of the first cells of a row is a class of indicators."""
    return any(is_level_label(cell.text, level) for cell in row.filled[:2] for level in ("level1", "level2"))


def _holds_figures(row: Line) -> bool:
    """Return whether a row after a sub-total is an indicator of another class, by its cells and figures."""
    return len(row.filled) >= 5 and sum(is_number(cell.text) for cell in row.filled) >= 2


def _is_fund_behind(row: Line, part: str) -> bool:
    """Return whether a fund block after the indicators starts with a row or continues with a source."""
    is_source = label_of("fund_source", row.head, least=1) is not None
    # An indicator of the execution, with the words of such a heading, has figures.
    is_heading = is_fund_heading(row) and not any(is_number(cell.text) for cell in row.filled)
    return (part in {INDICATOR, TOTAL, FUND_BEHIND} and is_heading) or (part == FUND_BEHIND and is_source)


def part_of(row: Line, part: str, first: int = 0) -> str:
    """Return the part of a form that a row belongs to.

    Args:
        row: The row.
        part: The part of the previous row.
        first: The position of the form's leftmost cell.
    """
    if is_indicator_heading(row):
        return INDICATOR
    # A goal below its heading can begin with the words of a label; the block's label stands in the first column.
    is_goal = part == GOAL and row.filled[0].column > first and not is_fund_heading(row)
    opens_fund = not is_goal and not is_section(row) and opens_fund_block(row)
    if part not in {INDICATOR, TOTAL, NOTE, FUND_BEHIND} and opens_fund:
        return FUND
    # Indicators can be printed goal by goal, each below its own.
    is_goal_among = part == INDICATOR and len(row.filled) == 2 and row.filled[0].column <= first
    if (
        (part in {HEADER, FUND, GOAL, SECTION} or is_goal_among)
        and is_goal_heading(row)
        and not opens_tasks(row)
    ):
        return GOAL
    if _is_fund_behind(row, part):
        return FUND_BEHIND
    if part in {INDICATOR, TOTAL, NOTE, FUND_BEHIND}:
        if is_total(row):
            return TOTAL
        if is_note(row, first):
            return NOTE
        goes_on = part == INDICATOR or begins_with_level(row) or (part == TOTAL and _holds_figures(row))
        return INDICATOR if goes_on else part
    if (part in {FUND, GOAL} and is_section(row)) or (part == HEADER and opens_tasks(row)):
        return SECTION
    # The amount can be among the rows of the header.
    is_header = part == FUND and row.filled[0].column <= first and header_label(row.head) in UNIT_LABELS
    return HEADER if is_header else part


def level_label(text: str, vocabulary: tuple[str, ...]) -> str:
    """Return the class that a printed level label names, or the label as printed."""
    plain = _CLASS_WEIGHT.sub("", canonical(text)).rstrip("：")
    if vocabulary is LEVEL1_LABELS and (known := label_of("indicator_level1", plain, least=1)):
        return known
    return mend(plain, vocabulary) or text


def points_of(label: str) -> str:
    """Return the points printed behind a class (产出指标（50分）), or an empty string."""
    points = _CLASS_WEIGHT.search(canonical(label))
    return points[1] if points else ""


def is_level_label(text: str, level: str) -> bool:
    """Return whether a text is a class of the first or second level, complete or with characters lost."""
    vocabulary = LEVEL1_LABELS if level == "level1" else tuple(LEVEL2_PARENT)
    plain = _CLASS_WEIGHT.sub("", canonical(text))
    known = label_of("indicator_level1", plain, least=1) if level == "level1" else None
    return known is not None or mend(plain, vocabulary) is not None
