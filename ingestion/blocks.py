"""Cutting a document into the tables that it holds, by their labels."""

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
    header_label,
    is_fund_heading,
    is_indicator_heading,
    is_total,
    joined_header_label,
    joined_project,
    names_project,
    opens_headless_form,
    part_of,
)
from ingestion.vocabulary import canonical, is_dash, is_rule

CONCLUSION = "conclusion"
ACCOUNT = "account_table"
TARGET_DECLARATION = "target_declaration"
TARGET_COMPLETION = "target_completion"
INDICATOR_SYSTEM = "indicator_system"
PROJECT_EXECUTION = "project_execution"
PROJECT_SPENDING = "project_spending"
SELF_EVALUATION = "self_evaluation"
UNRECOGNISED = "unrecognised"

_LONGEST_TITLE = 60
_FURTHEST_HEADING = 20
"""Lines that are looked through for the heading of an account table below its captions, and its first items."""

_FURTHEST_BLOCK = 60
"""Rows that are looked through for the fund or indicator block of a form whose header has begun."""

_SHEET = "工作表"
_ATTACHMENT = re.compile(r"附件\d*")
_PAGE = re.compile(r"附件\d*|[-—–]*第?\d{1,4}页?(?:[,，/]?共?\d{1,4}页)?[-—–]*|.{0,30}续表.{0,5}")


@dataclass
class Block:
    """The rows of one table.

    Attributes:
        kind: One of the constants of this module.
        rows: Its rows, in order.
        preamble: Running text printed between the table before and this one.
        complete: Whether the row that ends such a table was seen.
        part: The part of a self-evaluation form that its last row belongs to.
        heading: The heading of an account table.
        goes_on_from: The account table before, if nothing is printed between it and this one.
        repeated_until: The last line of the heading as a page break repeated it, or 0.
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
        """The last line of its heading, or of the heading that a page break repeated last."""
        return max(self.heading.last_line if self.heading else 0, self.repeated_until)

    @property
    def caption_line(self) -> int:
        """1-based line above which the block's title stands: of a table that a page break parts, its beginning."""
        return self.goes_on_from.caption_line if self.goes_on_from is not None else self.first_line

    @property
    def is_form_header(self) -> bool:
        """Whether the block is a form of which only header rows were seen."""
        return self.kind == SELF_EVALUATION and self.part == HEADER

    def add(self, row: Line) -> None:
        """Append a row, and see whether the table is whole with it."""
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
        """Place of the leftmost cell that holds something: a conversion can put empty ones before."""
        return min(row.filled[0].column for row in self.rows)


def _starts(line: Line) -> str | None:
    """The kind of table whose first row this is."""
    texts = {canonical(cell.text) for cell in line.filled}
    if {"评价内容", "分值", "评价得分"} <= texts:
        return CONCLUSION
    if {"指标内容", "计划内容"} <= texts:
        return TARGET_COMPLETION
    if {"一级指标", "二级指标", "三级指标", "四级指标"} <= texts:
        return INDICATOR_SYSTEM
    if {"预算批复", "资金到位情况", "预算执行情况"} <= texts:
        return PROJECT_EXECUTION
    if {"目标内容", "目标调整情况"} <= texts:
        return PROJECT_SPENDING
    return None


def _starts_form(rows: Sequence[Line], current: Block | None, between: list[Line]) -> str | None:
    """The kind of form that begins with the first of these rows, if not the open one goes on.

    A form of a project names it; one of a department begins with any label of a header above a fund or indicator
    block. The targets of a department have neither.
    """
    row = rows[0]
    if current is not None and current.is_form_header and not (between and names_project(row)):
        return None
    if names_project(row):
        return SELF_EVALUATION
    is_open = current is not None and not current.complete and current.kind != UNRECOGNISED
    if (is_open and not between) or is_caption_row(row):
        return None
    if header_label(row.head) is None and not _joins_labels(rows[:2]):
        return None
    if _has_form_ahead(rows):
        return SELF_EVALUATION
    return TARGET_DECLARATION if canonical(row.head) == "部门(单位)名称" else None


def _has_form_ahead(rows: Sequence[Line]) -> bool:
    """Whether the rows of one table go on to a fund or an indicator block before another header names a project."""
    return any(is_fund_heading(row) or is_indicator_heading(row) for row in _rows_of_table(rows))


def _joins_labels(rows: Sequence[Line]) -> bool:
    """Whether a form begins that prints label and value in one cell: one such cell alone is a caption above a form."""
    labels = [cell for row in rows for cell in row.filled if joined_header_label(cell.text) is not None]
    return len(labels) > 1 and labels[0].line == rows[0].number


def _is_before_indicators(block: Block | None, rows: Sequence[Line]) -> bool:
    """Whether rows go on with a form that prints its indicators below: its funds can look like an account's."""
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
    """What the place of a row says of its table, or an empty string."""
    return row.place.rpartition("第")[0] if row.place.startswith("表") else ""


def _continues_form(block: Block, row: Line, between: list[Line]) -> bool:
    """Whether a row that begins no table still belongs to an open form.

    A page break, with a page number or a title printed again, parts no form; a table of its own does.
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
    }.get(block.kind, False)


def segment(document: Document) -> list[Block]:
    """Cut a document into blocks, in its own order; rows without a filled cell are in none.

    Rows that belong to no recognised table come back as blocks of kind `unrecognised`.
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
            # It parts nothing: the title and the year before it belong to the form after it.
            if not blocks or blocks[-1].complete:
                blocks.append(Block(UNRECOGNISED))
            blocks[-1].rows.append(line)
            continue
        current = blocks[-1] if blocks else None
        is_open = current is not None and not current.complete and current.kind != UNRECOGNISED
        heading = None
        kind = _starts(line)
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
            is_parted = heading is not None and not preamble and _has_heading_of(current, heading)
            blocks.append(
                Block(kind, preamble=preamble, heading=heading, goes_on_from=current if is_parted else None)
            )
            preamble = []
        blocks[-1].add(line)
    if titles := [line for line in preamble if line.is_row]:
        blocks.append(Block(UNRECOGNISED, titles))
    return blocks


def _account_heading(rows: Sequence[Line], current: Block | None, between: list[Line]) -> Heading | None:
    """Return the heading of an account table that begins with these rows, if it isn't the open one's.

    A heading that a page break repeats belongs to the open table; a heading under a title, or of other columns,
    is another table's.
    """
    if current is not None and current.heading is not None and rows[0].number <= current.heading_until:
        return None
    if not between and _is_before_indicators(current, rows):
        return None
    if _names_one_project(rows[0]) and _has_form_ahead(rows):
        # The name of a project can end in a word of totals.
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
    """Whether a row is the label of a project's name and the name."""
    return len(row.filled) == 2 and names_project(row)


def _has_heading_of(block: Block | None, heading: Heading) -> bool:
    """Whether a heading without captions has the labels of an account table before, in whatever places.

    The halves of one table, one below the other, differ by the phase that they name.
    """
    if block is None or block.heading is None or heading.captions:
        return False
    before, after = (
        [PHASES if (label := label_of(text)) and label.name in PHASES else text for _, text in of.texts()]
        for of in (block.heading, heading)
    )
    return before == after


def is_title(line: Line) -> bool:
    """Whether a row outside of a known table holds one short text: a title or a caption above the next."""
    return len(line.filled) == 1 and len(line.head) <= _LONGEST_TITLE and not is_dash(line.head)


def is_rule_row(line: Line) -> bool:
    """Whether the row is a rule that the conversion left behind."""
    return all(is_rule(cell.text) for cell in line.filled)


def _continues_account(block: Block, row: Line) -> bool:
    """Whether a row that begins no table can belong to an open account table by its place and width.

    Another sheet is another table; a table of its own that is as wide can be the next page of one.
    """
    before, after = (line.place.rpartition("第")[0] for line in (block.rows[-1], row))
    if before == after or not after.startswith((_SHEET, "表")):
        return True
    return not after.startswith(_SHEET) and len(row.cells) == len(block.rows[-1].cells)


def _goes_on(block: Block, row: Line, between: list[Line]) -> bool:
    """Whether a row after some running text still belongs to the open table.

    Page furniture ("附件 2") between two rows doesn't end a table; a sentence or a title does.
    """
    if block.kind == ACCOUNT:
        return _continues_account(block, row) and all(_PAGE.fullmatch(line.text) for line in between)
    if block.kind == SELF_EVALUATION:
        return _continues_form(block, row, between)
    return all(_ATTACHMENT.fullmatch(line.text) for line in between)
