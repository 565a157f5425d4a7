"""The headings of account tables: which rows are one, and what each of their labels names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.document import Cell, Line
from ingestion.grid import Stack
from ingestion.numbers import is_amount
from ingestion.vocabulary import canonical

CODE, NAME, ROW_NUMBER, PASSED_OVER, AMOUNT = "code", "name", "row_number", "passed_over", "amount"
"""What a column of an account table holds."""

LONGEST_LABEL = 30
UNITS = "百万元|千元|亿元|万元|元"
_MOST_HEADING_ROWS = 5
_COLUMN_NUMBERS = "栏次"
_CODE_LABEL = re.compile(r".*(?:科目编码|科目代码|科目编号|分类编码)|编码|代码|[类款项]")
_NAME_LABEL = re.compile(
    r"(?:.*科目名称|.*科目\(单位\)|单位名称\(科目\)|项目|项目名称|收入项目|支出项目|预算项目|名称|科目|.*支出功能分类|项目\(按.*\))"
)
_PASSED_OVER_LABEL = re.compile(
    r"单位代码|单位编码|部门编码|单位名称|序号|备注|说明|增减.*|比.*|.*比率|.*比例|.*%|完成.*"
)
_AMOUNT_LABEL = re.compile(
    r".*(?:决算数|预算数|金额|合计|小计|总计|基本支出|项目支出|收入|支出|拨款|执行数|经费|结转|结余|资金|预算|决算|国有资本.*|基金.*)"
    r".*"
)
_HEADING_WORD = re.compile(r"栏次|类|款|项|收入|支出|收\s*入|支\s*出|科目|功能分类|经济分类")
COUNT_ITEM = re.compile(
    r".*[(（](?:个|人|辆|批|批次|台|次|人次|套)[)）]$|.*(?:团组数|人数|保有量|购置数|批次)"
)
CODE_TEXT = re.compile(r"[1-9][0-9]{2}(?:[0-9]{2}){0,3}")
_ITEM_START = re.compile(
    r"[一二三四五六七八九十]+、|[(（][一二三四五六七八九十0-9]+[)）]|[0-9]+[、.．]|其中|合计|总计|本年|年初|年末|因公|公务"
)
TOTAL_LABEL = re.compile(
    r"(?:本年)?(?:支出|收入)?(?:合计|小计|总计)|金额|.*决算数|.*预算数|.*执行数|本年(?:支出|收入)|决算|预算|支出|收入|.*金额"
)
SOURCE_LABEL = re.compile(r".*(?:拨款|收入|资金|基金.*|国有资本.*|一般公共预算|结转.*|结余.*|补助)")
THREE_PUBLIC = re.compile(r"三公|因公出国|公务接待|公务用车|机关运行经费")


def label_of(cell: Cell) -> str:
    """Return a heading's label without its unit and colon."""
    return re.sub(rf"\((?:单位：)?(?:{UNITS})\)$", "", canonical(cell.text)).rstrip("：")


def words_of(stack: Stack) -> list[str]:
    """Return the labels of a stack without the numbers of columns between them."""
    return [text for text in map(canonical, stack) if not text.isdigit() and text != _COLUMN_NUMBERS]


def field_of(stack: Stack) -> str:
    """Return what the column below a stack of labels holds, or an empty string."""
    labels = [re.sub(rf"\((?:单位：)?(?:{UNITS})\)$", "", text).rstrip("：") for text in words_of(stack)]
    if not labels:
        return ""
    leaf = labels[-1]
    if leaf in {"类", "款", "项"} or _CODE_LABEL.fullmatch(leaf):
        return CODE
    if leaf == "行次":
        return ROW_NUMBER
    if _NAME_LABEL.fullmatch(leaf):
        return NAME
    if _PASSED_OVER_LABEL.fullmatch(leaf):
        return PASSED_OVER
    return AMOUNT if any(_AMOUNT_LABEL.fullmatch(label) for label in labels) else ""


def is_numbers_row(row: Line) -> bool:
    """Whether a row numbers the columns: 栏次, 1, 2 …, or the numbers alone."""
    texts = [cell.text for cell in row.filled]
    numbers = [text for text in texts if text.isdigit() and len(text) <= 2]
    return (
        bool(numbers)
        and all(
            text in numbers or text == "栏次" or re.fullmatch(r"[0-9]+=.*|[类款项]", text) for text in texts
        )
        and (len(numbers) >= 2 or "栏次" in texts)
    )


def _is_heading_row(row: Line) -> bool:
    """Whether all that a row prints can be labels of a heading."""
    if is_numbers_row(row):
        return True
    has_numbers = any(cell.text == _COLUMN_NUMBERS for cell in row.filled)
    for cell in row.filled:
        label = label_of(cell)
        if has_numbers and cell.text.isdigit():
            continue
        # 合计 and 本年支出合计 are labels as well as items: a figure beside them tells.
        is_known = TOTAL_LABEL.fullmatch(label) or SOURCE_LABEL.fullmatch(label) or THREE_PUBLIC.search(label)
        is_item = len(label) > LONGEST_LABEL or is_amount(cell.text) or _ITEM_START.match(label)
        if is_item and not is_known:
            return False
        if CODE_TEXT.fullmatch(label):
            return False
    return bool(row.filled)


def heading_length(rows: Sequence[Line]) -> int:
    """Return how many rows the heading takes that these rows begin with; 0 where they begin with none."""
    length = 0
    for row in rows[:_MOST_HEADING_ROWS]:
        if not row.is_row or not row.filled or not _is_heading_row(row):
            break
        if not _adds_labels(row):
            break
        length += 1
    return length


def _adds_labels(row: Line) -> bool:
    if is_numbers_row(row):
        return True
    known = sum(
        bool(
            _CODE_LABEL.fullmatch(label)
            or _NAME_LABEL.fullmatch(label)
            or label == "行次"
            or _AMOUNT_LABEL.fullmatch(label)
            or _PASSED_OVER_LABEL.fullmatch(label)
            or _HEADING_WORD.fullmatch(label)
            or THREE_PUBLIC.search(label)
            or TOTAL_LABEL.fullmatch(label)
            or SOURCE_LABEL.fullmatch(label)
        )
        for label in map(label_of, row.filled)
        if "：" not in label
    )
    return known * 2 >= len(row.filled)


def opens(rows: Sequence[Line]) -> bool:
    """Whether an account table begins with these rows: items or codes beside amounts, or items as columns."""
    length = heading_length(rows)
    if not length:
        return False
    labels = [label_of(cell) for row in rows[:length] for cell in row.filled]
    has_items = any(_NAME_LABEL.fullmatch(label) or _CODE_LABEL.fullmatch(label) for label in labels)
    has_amounts = any(
        re.search(r"决算|预算|金额|合计|基本支出|本年收入|执行数", label) and not _NAME_LABEL.fullmatch(label)
        for label in labels
    )
    if has_items and has_amounts:
        return not any(re.search(r"指标|分值|得分|绩效|目标", label) for label in labels)
    is_wide = sum(bool(THREE_PUBLIC.search(label)) for label in labels) >= 2
    return is_wide and any(re.search(r"决算|预算|执行|合计", label) for label in labels)


def heading_texts(rows: Sequence[Line]) -> list[tuple[int, str]]:
    """Return the labels of the heading that rows begin with, each with its place."""
    return [(cell.column, label_of(cell)) for row in rows[: heading_length(rows)] for cell in row.filled]
