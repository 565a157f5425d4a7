"""Divide a document into its tables by their labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingestion.account_heading import PHASES, Heading, find_heading, label_of
from ingestion.captions import as_text, is_caption_row
from ingestion.document import Document, Line
from ingestion.form_labels import (
    FUND,
    GOAL,
    HEADER,
    INDICATOR,
    NOTE,
    TOTAL,
    begins_with_level,
    has_label_shape,
    header_label,
    indicator_columns,
    is_form_total,
    is_fund_heading,
    is_indicator_heading,
    is_total,
    joined_header_label,
    joined_project,
    names_project,
    opens_headless_form,
    part_of,
)
from ingestion.message import Text
from ingestion.vocabulary import canonical, is_dash, is_rule

CONCLUSION = "conclusion"
ACCOUNT = "account_table"
TARGET_DECLARATION = "target_declaration"
TARGET_COMPLETION = "target_completion"
INDICATOR_SYSTEM = "indicator_system"
EVALUATION_SCORES = "evaluation_scores"
PROJECT_EXECUTION = "project_execution"
PROJECT_SPENDING = "project_spending"
SELF_EVALUATION = "self_evaluation"
UNRECOGNISED = "unrecognised"

NAMES = {
    CONCLUSION: Text("绩效评价结论一览表", "conclusion of an evaluation"),
    ACCOUNT: Text("收支预决算表", "final accounts and budgets"),
    TARGET_DECLARATION: Text("部门绩效目标申报表", "department targets"),
    TARGET_COMPLETION: Text("部门绩效目标完成情况对比表", "completion of the targets"),
    INDICATOR_SYSTEM: Text("指标体系及打分情况表", "scored indicator system"),
    EVALUATION_SCORES: Text("绩效评价评分表", "scores of an evaluation"),
    PROJECT_EXECUTION: Text("项目预算执行情况表", "execution of the project"),
    PROJECT_SPENDING: Text("绩效目标完成情况及收支明细表", "spending of the project"),
    UNRECOGNISED: Text("无法识别的表格", "unknown table"),
}
"""The names of the kinds of tables; a form is named by its own kind."""

_LONGEST_TITLE = 60
_FURTHEST_HEADING = 20
"""Lines searched for the heading of an account table below its captions, and for its first items."""

_FURTHEST_BLOCK = 60
"""Rows searched for the fund or indicator block of a form whose header has begun."""

_SHEET = "工作表"
_FORM_TITLE = re.compile("(?:自评|绩效).*表")
_LINES_OF_TITLE = 4
"""Lines above a form in which its title is searched."""

_EVALUATION_TITLE = re.compile("^(?!.*自评).*评价")
_PART_OF_EVALUATION = re.compile(
    r"(?:部门|项目)?(?:决策|立项|投入|过程|管理|产出|效益|效果|绩效)(?:指标)?(?:\([0-9.]+分?\))?"
)
_ATTACHMENT = re.compile(r"附件\d*")
_PAGE = re.compile(r"附件\d*|[-—–]*第?\d{1,4}页?(?:[,，/]?共?\d{1,4}页)?[-—–]*|.{0,30}续表.{0,5}")


@dataclass
class Block:
    """The rows of one table.

    Attributes:
        kind: One of the constants of this module.
        rows: Its rows, in order.
        preamble: Running text printed between the previous table and this one.
        complete: Whether the closing row of such a table was found.
        part: The part of a self-evaluation form that its last row belongs to.
        heading: The heading of an account table.
        goes_on_from: The previous account table, if nothing is printed between it and this one.
        repeated_until: The last line of the heading that a page break repeated, or 0.
    """

    kind: str
    rows: list[Line] = field(default_factory=list)
    preamble: list[Line] = field(default_factory=list)
    complete: bool = False
    part: str = HEADER
    heading: Heading | None = None
    goes_on_from: Block | None = None
    repeated_until: int = 0

    @property
    def heading_until(self) -> int:
        """The last line of its heading, or of the last repetition of the heading after a page break."""
        return max(self.heading.last_line if self.heading else 0, self.repeated_until)

    @property
    def caption_line(self) -> int:
        """1-based line that the block's title precedes; for a table divided by page breaks, its beginning."""
        return self.goes_on_from.caption_line if self.goes_on_from is not None else self.first_line

    @property
    def is_form_header(self) -> bool:
        """Return whether the block is a form with header rows only, so far."""
        return self.kind == SELF_EVALUATION and self.part == HEADER

    def add(self, row: Line) -> None:
        """Append a row and update whether the table is complete."""
        self.rows.append(row)
        if self.kind == SELF_EVALUATION:
            self.part = part_of(row, self.part, self.first_column)
        self.complete = self.complete or _ends(self, row)

    @property
    def first_line(self) -> int:
        """1-based line of the first row."""
        return self.rows[0].number

    @property
    def last_line(self) -> int:
        """1-based line of the last row."""
        return self.rows[-1].number

    @property
    def first_column(self) -> int:
        """Position of the leftmost filled cell: a conversion can put empty cells before it."""
        return min(row.filled[0].column for row in self.rows)


def _starts(line: Line) -> str | None:
    """Return the kind of table that starts with this row, or None."""
    texts = {canonical(cell.text) for cell in line.filled}
    if {"评价内容", "分值", "评价得分"} <= texts:
        return CONCLUSION
    if {"指标内容", "计划内容"} <= texts:
        return TARGET_COMPLETION
    is_form = "actual" in indicator_columns(line.filled)
    if {"一级指标", "二级指标", "三级指标", "四级指标"} <= texts and not is_form:
        return INDICATOR_SYSTEM
    if {"预算批复", "资金到位情况", "预算执行情况"} <= texts:
        return PROJECT_EXECUTION
    if {"目标内容", "目标调整情况"} <= texts:
        return PROJECT_SPENDING
    return None


def _starts_scores(rows: Sequence[Line], current: Block | None, between: list[Line]) -> str | None:
    """Return the kind of the scores of an evaluation if they start here: parts with weight and score, no values."""
    columns = set(indicator_columns(rows[0].filled))
    is_open = current is not None and current.is_form_header
    if is_open or not {"level1", "weight", "score"} <= columns or columns & {"target", "actual"}:
        return None
    first = next((row for row in _rows_of_table(rows[1:])), None)
    is_part = first is not None and _PART_OF_EVALUATION.fullmatch(canonical(first.head))
    titles = [canonical(line.text) for line in between[-_LINES_OF_TITLE:]]
    return EVALUATION_SCORES if is_part and any(map(_EVALUATION_TITLE.search, titles)) else None


def _starts_form(rows: Sequence[Line], current: Block | None, between: list[Line]) -> str | None:
    """Return the kind of form that starts with the first of these rows, or None if the open form continues.

    A project's form names its project; a department's form starts with any header label above a fund or
    indicator block. A department's targets have neither.
    """
    row = rows[0]
    if current is not None and current.is_form_header and not (between and names_project(row)):
        return None
    if names_project(row):
        return SELF_EVALUATION
    is_open = current is not None and not current.complete and current.kind != UNRECOGNISED
    if (is_open and not between) or is_caption_row(row):
        return None
    # Below the title of a form, its first label can be one that the table of wordings lacks.
    is_titled = any(_FORM_TITLE.search(canonical(line.text)) for line in between[-_LINES_OF_TITLE:])
    is_label = header_label(row.head) is not None or (is_titled and has_label_shape(row.head))
    if not is_label and not _joins_labels(rows[:2]):
        return None
    if _has_form_ahead(rows):
        return SELF_EVALUATION
    return TARGET_DECLARATION if canonical(row.head) == "部门(单位)名称" else None


def _has_form_ahead(rows: Sequence[Line]) -> bool:
    """Return whether a fund or indicator block follows in the table before another header names a project."""
    return any(is_fund_heading(row) or is_indicator_heading(row) for row in _rows_of_table(rows))


def _joins_labels(rows: Sequence[Line]) -> bool:
    """Return whether a form with label and value in one cell starts; a single such cell is a caption."""
    labels = [cell for row in rows for cell in row.filled if joined_header_label(cell.text) is not None]
    return len(labels) > 1 and labels[0].line == rows[0].number


def _is_before_indicators(block: Block | None, rows: Sequence[Line]) -> bool:
    """Return whether rows continue a form before its indicators; its funds can resemble an account's."""
    if block is None or block.kind != SELF_EVALUATION or block.part in {INDICATOR, TOTAL, NOTE}:
        return False
    if _table_of(block.rows[-1]) != _table_of(rows[0]):
        return False
    return any(is_indicator_heading(row) for row in _rows_of_table(rows))


def _rows_of_table(rows: Sequence[Line]) -> Iterator[Line]:
    """Yield the rows up to the next text."""
    for row in rows:
        if not row.is_row and row.text:
            return
        if row.filled:
            yield row


def _table_of(row: Line) -> str:
    """Return the part of a row's place that identifies its table, or an empty string."""
    return row.place.rpartition("第")[0] if row.place.startswith("表") else ""


def _continues_form(block: Block, row: Line, between: list[Line]) -> bool:
    """Return whether a row that starts no table still belongs to an open form.

    A page break, with a page number or a repeated title, doesn't end a form; another table does.
    """
    if not between and _table_of(row) == _table_of(block.rows[-1]):
        return True
    if all(_PAGE.fullmatch(line.text) for line in between) and not _table_of(row):
        return True
    if block.part in {TOTAL, NOTE} or any(joined_project(line.text) for line in between):
        return False
    is_form_row = (
        part_of(row, block.part, block.first_column) != block.part or is_total(row) or begins_with_level(row)
    )
    has_same_width = len(row.cells) == len(block.rows[-1].cells)
    return is_form_row or (has_same_width and block.part in {FUND, GOAL, INDICATOR}) or not _table_of(row)


def _ends(block: Block, line: Line) -> bool:
    head = line.head
    return {
        CONCLUSION: head.endswith("评定级别"),
        TARGET_DECLARATION: head.startswith("其他说明"),
        INDICATOR_SYSTEM: head == "合计",
        EVALUATION_SCORES: is_form_total(line),
    }.get(block.kind, False)


def segment(document: Document) -> list[Block]:
    """Divide a document into blocks, in document order; rows without a filled cell are dropped.

    Rows that belong to no recognised table are returned as blocks of kind `unrecognised`.
    """
    blocks: list[Block] = []
    preamble: list[Line] = []
    for line in document.lines:
        if not line.is_row:
            if line.text:
                preamble.append(line)
            continue
        if not line.filled:
            continue
        if is_rule_row(line):
            # A drawn line separates nothing: the title and the year before it belong to the form after it.
            if not blocks or blocks[-1].complete:
                blocks.append(Block(UNRECOGNISED))
            blocks[-1].rows.append(line)
            continue
        current = blocks[-1] if blocks else None
        is_open = current is not None and not current.complete and current.kind != UNRECOGNISED
        heading = None
        kind = _starts(line) or _starts_scores(document.lines[line.number - 1 :][:3], current, preamble)
        if kind is None:
            ahead = document.lines[line.number - 1 : line.number + _FURTHEST_HEADING]
            heading = _account_heading(ahead, current, preamble)
            kind = ACCOUNT if heading is not None else None
        if kind is None:
            ahead = document.lines[line.number - 1 : line.number - 1 + _FURTHEST_BLOCK]
            kind = _starts_form(ahead, current, preamble)
        if kind is None and is_open and current is not None and _goes_on(current, line, preamble):
            preamble = []
        elif kind is None and opens_headless_form(line):
            kind = SELF_EVALUATION
        elif kind is None and (is_title(line) or is_caption_row(line)):
            preamble.append(line if is_title(line) else as_text(line))
            continue
        elif kind is None:
            kind = UNRECOGNISED
        if kind is not None and not (
            kind == UNRECOGNISED and current is not None and current.kind == UNRECOGNISED and not preamble
        ):
            is_divided = heading is not None and not preamble and _has_heading_of(current, heading)
            blocks.append(
                Block(kind, preamble=preamble, heading=heading, goes_on_from=current if is_divided else None)
            )
            preamble = []
        blocks[-1].add(line)
    if titles := [line for line in preamble if line.is_row]:
        blocks.append(Block(UNRECOGNISED, titles))
    return blocks


def _account_heading(rows: Sequence[Line], current: Block | None, between: list[Line]) -> Heading | None:
    """Return the heading of an account table that starts with these rows, unless it repeats the open table's.

    A heading that a page break repeats belongs to the open table; a heading under a title, or with other
    columns, starts another table.
    """
    if current is not None and current.heading is not None and rows[0].number <= current.heading_until:
        return None
    if not between and _is_before_indicators(current, rows):
        return None
    if _names_one_project(rows[0]) and _has_form_ahead(rows):
        # The name of a project can end in a word for totals.
        return None
    heading = find_heading(rows)
    if heading is None or current is None or current.heading is None:
        return heading
    repeats = not heading.captions and heading.texts() == current.heading.texts()
    if repeats and all(_PAGE.fullmatch(line.text) for line in between):
        current.repeated_until = heading.last_line
        return None
    return heading


def _names_one_project(row: Line) -> bool:
    """Return whether a row consists of the label of a project's name and the name."""
    return len(row.filled) == 2 and names_project(row)


def _has_heading_of(block: Block | None, heading: Heading) -> bool:
    """Return whether a heading without captions has the labels of the previous account table, in any order.

    Two halves of one table, one below the other, differ in the phase that they name.
    """
    if block is None or block.heading is None or heading.captions:
        return False
    before, after = (
        [PHASES if (label := label_of(text)) and label.name in PHASES else text for _, text in of.texts()]
        for of in (block.heading, heading)
    )
    return before == after


def is_title(line: Line) -> bool:
    """Return whether a row outside known tables holds one short text: a title or caption of the next."""
    return len(line.filled) == 1 and len(line.head) <= _LONGEST_TITLE and not is_dash(line.head)


def is_rule_row(line: Line) -> bool:
    """Return whether the row is a drawn line that the conversion left behind."""
    return all(is_rule(cell.text) for cell in line.filled)


def _continues_account(block: Block, row: Line) -> bool:
    """Return whether a row that starts no table can belong to an open account table, by its place and width.

    Another sheet is another table; a table of the same width can be the next page.
    """
    before, after = (line.place.rpartition("第")[0] for line in (block.rows[-1], row))
    if before == after or not after.startswith((_SHEET, "表")):
        return True
    return not after.startswith(_SHEET) and len(row.cells) == len(block.rows[-1].cells)


def _goes_on(block: Block, row: Line, between: list[Line]) -> bool:
    """Return whether a row after some running text still belongs to the open table.

    Page furniture ("附件 2") between two rows doesn't end a table; a sentence or a title does.
    """
    if block.kind == ACCOUNT:
        return _continues_account(block, row) and all(_PAGE.fullmatch(line.text) for line in between)
    if block.kind == SELF_EVALUATION:
        return _continues_form(block, row, between)
    return all(_ATTACHMENT.fullmatch(line.text) for line in between)
