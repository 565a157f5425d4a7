"""Find the heading rows of account tables and determine the contents of the columns below them."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import takewhile

from ingestion.document import Line
from ingestion.grid import Column, Grid, columns_of
from ingestion.numbers import UNITS, is_amount
from ingestion.reference import remembered
from ingestion.synonyms import match
from ingestion.vocabulary import canonical, is_rule

CODE, LEVELS, NAME, ITEM = "科目编码", ("类", "款", "项"), "科目名称", "项目"
UNIT_CODE, UNIT_NAME, ROW_NUMBER, SERIAL, NUMBERS = "单位编码", "单位名称", "行次", "序号", "栏次"
TOTAL, REVENUE_LABEL, EXPENDITURE_LABEL, SOURCE, OTHER = "合计", "本年收入", "本年支出", "资金来源", "其他"
PROJECT_NAME = "项目名称"
"""The ending of the heading of a project column."""

NATURES = {
    "基本支出": "basic",
    "人员经费": "basic_personnel",
    "公用经费": "basic_public",
    "项目支出": "project",
    "上缴上级支出": "remitted_upward",
    "经营支出": "operating",
    "对附属单位补助支出": "affiliated_subsidy",
}
"""The natures of spending, each with its code in the catalogue of account items."""

PHASES = ("年初预算数", "全年预算数", "决算数", "执行数", "预算数", "上年预算数", "上年决算数", "金额")
_LAST_YEAR = ("上年预算数", "上年决算数")
THREE_PUBLIC = {
    "三公经费": "three_public_total",
    "因公出国(境)费": "abroad",
    "公务用车购置及运行费": "vehicle",
    "公务用车购置费": "vehicle_purchase",
    "公务用车运行维护费": "vehicle_running",
    "公务接待费": "reception",
    "机关运行经费": "agency_running",
    "会议费": "meeting",
    "培训费": "training",
}
"""Items of the table of 三公 spending, each with its code."""

_CODES = (CODE, *LEVELS)
_STRUCTURE = {*_CODES, NAME, ITEM, UNIT_CODE, UNIT_NAME, ROW_NUMBER, SERIAL, NUMBERS}
_NAMES = {NAME, ITEM, UNIT_NAME}
_FORM_WORD = re.compile(r"指标|分值|得分|权重|绩效|执行率|项目资金|任务")
_LONGEST_LABEL = 30
_TITLE_END = re.compile(r"表(?:\([^()]*\))?$")
_MOST_HEADING_ROWS = 5
_MOST_COLUMNS = 100
"""The width up to which the labels of a text's heading are spread over its columns."""
_MOST_CAPTION_ROWS = 8
_UNIT = re.compile(rf"\((?:单位：?)?({'|'.join(sorted(UNITS, key=len, reverse=True))})\)$")
_PRINTED_UNIT = re.compile(r"[(（](?:单位[:：]?)?[百千万亿]{0,2}元[)）]$")
_YEAR = re.compile(r"^((?:19|20)\d{2})年?度?")
_FORMULA = re.compile(r"\(?[A-Z0-9]+(?:[=+\-*/][A-Z0-9]+)*\)?$")
_COLUMN_NUMBER = re.compile(r"\(?\d{1,3}\)?(?:栏)?|\d{1,3}=[\d+\-=()]+|[甲乙丙丁A-Z]|[=+\d()-]*\d+[+-]\d+")
_COMPARISON = re.compile(r"%|^(?:完成|较|比)|占(?!用)|比例|增减|增长|差异|差额|比重|率$")
"""Words that compare two amounts; a column headed by one holds neither of the phases that its label names."""

_QUOTES = str.maketrans(dict.fromkeys('“”"「」『』‘’*★ '))
_CAPTION = re.compile(
    r"""
    [^：。；]{0,45}(?:表|情况)(?:\(.{0,20}\))?
    | \(?公开\w{0,4}\d{1,2}(?:-\d+)?表?\)? | 附件\d{0,2}(?:[-—]\d{1,2})?：?
    | (?:预算|决算|财决|附|报)?[一-龥]{0,2}表?[一二三四五六七八九十\d]{1,3}(?:[-—.]\d{1,2})?表?
    | (?:金额)?单位：?\(?[一-龥]{0,4}元\)?
    | (?:编制|填报|公开|预算|填制)?(?:部门|单位)(?:名称|代码|\(.{0,8}\))*：.{0,60}
    | [^：。；]{0,30}(?:19|20)\d{2}年[^：。；]{0,30}
    | \(?(?:19|20)\d{2}年?度?\)?
    """,
    re.VERBOSE,
)
_NOTE = re.compile(r"(?:注|说明|备注)[:：\d.]|本表")
_TOTAL_ITEM = re.compile(r"(?:本年|收入|支出)*(?:合计|总计|小计|共计)")
_KNOWN_ITEM = re.compile(
    r"因公出国|公务接待|公务用车|三公|机关运行经费"
    r"|(?:财政拨款|一般公共预算|政府性基金|事业|经营|上级补助|其他)\S{0,10}(?:收入|拨款|资金)|(?:基本|项目)支出|支出$|拨款|预算|货物"
)


@dataclass(frozen=True)
class Label:
    """The meaning of a printed heading text.

    Attributes:
        name: The label of the standard form.
        text: The printed text without its unit.
        code: The code of the item of 三公 spending that it names, or an empty string.
        phase: The phase that it names beside an item, or an empty string.
        year: The year that it names, or None.
        unit: The unit printed after it, or an empty string.
    """

    name: str
    text: str
    code: str = ""
    phase: str = ""
    year: int | None = None
    unit: str = ""


@remembered
def label_of(text: str) -> Label | None:
    """Return the meaning of a heading text, or None if the text is not a label."""
    plain = canonical(text).translate(_QUOTES).rstrip("：")
    if not plain or len(plain) > _LONGEST_LABEL or _TITLE_END.search(plain):
        return None
    unit = found[1] if (found := _UNIT.search(plain)) else ""
    printed = _PRINTED_UNIT.sub("", text.rstrip("：:"))
    plain = _UNIT.sub("", plain).removeprefix("其中：")
    year = int(found[1]) if (found := _YEAR.match(plain)) else None
    plain = _YEAR.sub("", plain)
    if year is not None and not plain:
        return Label("金额", printed, year=year, unit=unit)
    if _COMPARISON.search(plain):
        return Label(OTHER, printed, year=year, unit=unit)
    item = match("three_public_item", plain)
    if item is not None:
        phase = next(
            (f"{word}数" for word in ("预算", "决算") if re.search(f"{word}(?:数|总?额)?$", plain)), ""
        )
        return Label(item, printed, THREE_PUBLIC[item], phase, year, unit)
    for form in (plain, _FORMULA.sub("", plain)):
        name = match("account_column", form) if form else None
        if name is not None:
            return Label(name, printed, year=year, unit=unit)
    return None


@dataclass
class Heading:
    """The heading of a table.

    Attributes:
        captions: The caption rows above it.
        rows: Its rows, without column numbers.
        last_line: The line of its last row.
    """

    captions: list[Line]
    rows: list[Line]
    last_line: int

    def texts(self) -> list[tuple[int, str]]:
        """Return its printed labels, each with its position."""
        return [(cell.column, cell.text) for row in self.rows for cell in row.filled]


@dataclass(frozen=True)
class Amounts:
    """A column of amounts.

    Attributes:
        column: Its positions and printed labels.
        phase: The phase that its heading names, one of `PHASES`, or an empty string.
        nature: The code of the nature of spending, or an empty string.
        source: The printed label of the source of funds, or an empty string.
        item: The label of the item, in a table whose columns are its items.
        year: The year that its heading names, or None.
        unit: The unit that its heading names, or an empty string.
        reason: The reason code if its cells stay unread, or an empty string.
    """

    column: Column
    phase: str = ""
    nature: str = ""
    source: str = ""
    item: Label | None = None
    year: int | None = None
    unit: str = ""
    reason: str = ""


@dataclass
class Panel:
    """A group of columns that identify an item, with the columns of its amounts.

    Attributes:
        group: The printed labels above the whole panel, joined.
        codes: Positions of the code: one, or one each for 类, 款 and 项.
        name: The column of the item's name, or None.
        name_label: The printed label of that column.
        unit_code: The column of the unit's code, or None.
        unit_name: The column of the unit's name beside one of the item, or None.
        row_number: The column of 行次, or None.
        serial: The column of serial numbers, or None.
        second: Columns of the same items in a second catalogue of codes.
        amounts: Its columns of amounts.
    """

    group: str = ""
    codes: list[int] = field(default_factory=list)
    code_label: str = ""
    name: Column | None = None
    name_label: str = ""
    unit_code: Column | None = None
    unit_name: Column | None = None
    row_number: Column | None = None
    serial: Column | None = None
    second: list[Column] = field(default_factory=list)
    amounts: list[Amounts] = field(default_factory=list)

    @property
    def is_wide(self) -> bool:
        """Return whether the items are columns."""
        return sum(amounts.item is not None for amounts in self.amounts) >= 2

    def columns(self) -> Iterator[Column]:
        """Yield the columns that identify an item, except those of codes."""
        for column in (self.name, self.unit_code, self.unit_name, self.row_number, self.serial):
            if column is not None:
                yield column


def is_numbers_row(row: Line) -> bool:
    """Return whether a row numbers the columns from one, after 栏次, after level labels or on its own."""
    texts = [canonical(cell.text) for cell in row.filled]
    words = [text for text in texts if text == NUMBERS or text in LEVELS or text in {"栏目", ROW_NUMBER}]
    rest = [text for text in texts if text not in words]
    if not rest or not all(_COLUMN_NUMBER.fullmatch(text) for text in rest):
        return NUMBERS in texts and not rest
    numbers = [int(found[0]) for text in rest if (found := re.match(r"\d+", text.strip("()")))]
    steps = all(after == before + 1 for before, after in itertools.pairwise(numbers))
    return steps and (bool(words) or (len(numbers) >= 2 and numbers[0] == 1))


def is_caption(row: Line) -> bool:
    """Return whether a row is a caption in the table's columns: title, department, year or unit."""
    cells = row.filled
    if not cells or len(cells) > 4 or any(is_amount(cell.text) for cell in cells):
        return False
    if len(cells) == 1 and _NOTE.match(canonical(cells[0].text)):
        return False
    texts = [canonical(cell.text) for cell in cells]
    # A year beside the department and the unit is the year of the table.
    years = [text for text in texts if _YEAR.fullmatch(text)] if any("：" in text for text in texts) else []
    return all(_CAPTION.fullmatch(text) and (text in years or label_of(text) is None) for text in texts)


def find_heading(rows: Sequence[Line]) -> Heading | None:
    """Return the heading at the start of the rows, with the caption rows before it, or None."""
    captions: list[Line] = []
    heading: list[Line] = []
    last_line = 0
    names: set[int] = set()
    for row in rows:
        if row.text and not row.is_row:
            break
        if not row.filled or all(is_rule(cell.text) for cell in row.filled):
            continue
        if not heading and len(captions) < _MOST_CAPTION_ROWS and is_caption(row):
            captions.append(row)
            continue
        if heading and is_numbers_row(row):
            levels = _only(row, lambda label: label.name in LEVELS)
            if levels.filled:
                heading.append(levels)
            last_line = row.number
            break
        is_label = _is_heading(row, names, is_first=not heading) or _is_merged_label(row, heading, names)
        if len(heading) == _MOST_HEADING_ROWS or not is_label:
            mixed = _levels_of(row) if heading else None
            if mixed is not None:
                heading.append(mixed)
                last_line = row.number - 1
            break
        heading.append(_without_totals_of_items(_without_numbers(row), heading))
        last_line = row.number
        for cell in row.filled:
            label = label_of(cell.text)
            if label is not None and label.name in _NAMES:
                names.add(cell.column)
            elif label is not None and label.name in _STRUCTURE:
                names.discard(cell.column)
    if not heading:
        return None
    found = Heading(captions, heading, last_line)
    return found if _is_account(found, rows) else None


def opens(rows: Sequence[Line]) -> bool:
    """Return whether an account table starts with these rows, optionally after caption rows."""
    return find_heading(rows) is not None


def _only(row: Line, keep: Callable[[Label], bool]) -> Line:
    cells = tuple(
        cell
        if (label := label_of(cell.text)) is not None and keep(label)
        else replace(cell, printed="", text="")
        for cell in row.cells
    )
    return replace(row, cells=cells)


def _levels_of(row: Line) -> Line | None:
    """Return the level labels of a row that also prints a total, as the last row of the heading, or None."""
    levels = _only(row, lambda label: label.name in LEVELS)
    return levels if len(levels.filled) >= 2 else None


def _has_numbers(row: Line) -> bool:
    """Return whether a row of labels also numbers columns, after 栏次 or beside 类, 款 and 项."""
    names = {label.name for cell in row.filled if (label := label_of(cell.text)) is not None}
    return NUMBERS in names or {"类", "款"} <= names


def _without_numbers(row: Line) -> Line:
    """Return the row without 栏次 and the column numbers."""
    if not _has_numbers(row):
        return row
    cells = tuple(
        replace(cell, printed="", text="") if _is_numbering(cell.text) else cell for cell in row.cells
    )
    return replace(row, cells=cells)


def _is_numbering(text: str) -> bool:
    label = label_of(text)
    return label.name == NUMBERS if label is not None else bool(_COLUMN_NUMBER.fullmatch(canonical(text)))


def _without_totals_of_items(row: Line, above: Sequence[Line]) -> Line:
    """Return the row without totals in item columns: such a total is an item in the last row of a heading."""
    places = {
        cell.column + shift
        for line in above
        for cell in line.filled
        if (label := label_of(cell.text)) and label.name in _STRUCTURE
        for shift in range(cell.width)
    }
    cells = tuple(
        replace(cell, printed="", text="")
        if cell.column in places and (label := label_of(cell.text)) is not None and label.name == TOTAL
        else cell
        for cell in row.cells
    )
    return replace(row, cells=cells)


def _is_heading(row: Line, names: set[int], *, is_first: bool) -> bool:
    known = strong = unknown = 0
    has_numbers = _has_numbers(row) and not is_first
    for cell in row.filled:
        label = label_of(cell.text)
        if has_numbers and _COLUMN_NUMBER.fullmatch(canonical(cell.text)):
            continue
        if label is None:
            if is_amount(cell.text) or cell.column in names or _FORM_WORD.search(cell.text):
                return False
            unknown += 1
            continue
        if cell.column in names and label.name not in _STRUCTURE:
            return False
        known += 1
        strong += label.name not in {TOTAL, SOURCE}
    if is_first:
        return (strong > 0 or _names_both_sides(row)) and unknown <= known
    return known > 0 and unknown <= known and (strong > 0 or not _is_total_row(row))


def _is_merged_label(row: Line, heading: Sequence[Line], names: set[int]) -> bool:
    """Return whether an identifying label is merged down beside a row without items and amounts."""
    if any(cell.column in names or is_amount(cell.text) for cell in row.filled):
        return False
    return any(
        above.number + cell.height > row.number
        for above in heading
        for cell in above.filled
        if (label := label_of(cell.text)) is not None and label.name in _STRUCTURE
    )


def _names_both_sides(row: Line) -> bool:
    texts = [canonical(cell.text) for cell in row.filled]
    return len(texts) == 2 and texts[0].endswith("收入") and texts[1].endswith("支出")


def _is_total_row(row: Line) -> bool:
    """Return whether a row prints only the label of a total and blank amounts."""
    return len(row.filled) <= 2 and all(_TOTAL_ITEM.fullmatch(canonical(cell.text)) for cell in row.filled)


def _is_account(heading: Heading, rows: Sequence[Line]) -> bool:
    labels = [label_of(cell.text) for row in heading.rows for cell in row.filled]
    texts = [canonical(cell.text) for row in heading.rows for cell in row.filled]
    if any(_FORM_WORD.search(text) for text in texts):
        return False
    names = [label.name for label in labels if label is not None]
    items = max(
        sum((label := label_of(cell.text)) is not None and bool(label.code) for cell in row.filled)
        for row in heading.rows
    )
    has_item = any(label is not None and label.code for label in labels)
    amounts = has_item or any(name in PHASES or name in NATURES or name in {TOTAL, SOURCE} for name in names)
    if items >= 2:
        return True
    if (CODE in names or {"类", "款"} <= set(names)) and (NAME in names or ITEM in names) and amounts:
        return True
    if (UNIT_CODE in names or UNIT_NAME in names) and names.count(SOURCE) >= 2 and TOTAL in names:
        return True
    if ITEM in names and SOURCE in names and TOTAL in names:
        return True
    has_phase = any(name in {*PHASES, TOTAL} for name in names) or any(
        label and label.phase for label in labels
    )
    if names.count(ITEM) + names.count(NAME) == 0 or not has_phase:
        return False
    is_two_sided = {REVENUE_LABEL, EXPENDITURE_LABEL} <= set(names) or names.count(ITEM) >= 2
    # A list of projects names nothing that accounts have in common.
    is_list = any(PROJECT_NAME in text for text in texts) and any(name in PHASES for name in names)
    return is_two_sided or is_list or _has_known_items(heading, rows)


def _has_known_items(heading: Heading, rows: Sequence[Line]) -> bool:
    """Return whether the rows below a heading with one item column name account items."""
    below = [row for row in rows if row.number > heading.last_line and row.filled][:4]
    names = [canonical(row.head) for row in below]
    return any(_KNOWN_ITEM.search(name) or re.match(r"2\d{2}", name) for name in names)


def layout(heading: Heading, *, is_drawn: bool) -> list[Panel]:
    """Return the panels of a table, from left to right.

    Args:
        heading: The table's heading.
        is_drawn: Whether the source marks merged cells.
    """
    rows, is_undetermined = (heading.rows, False) if is_drawn else _spread(_with_sides_apart(heading.rows))
    has_spans = any(cell.width > 1 or cell.height > 1 for row in rows for cell in row.cells)
    grid = Grid(rows, is_drawn and (has_spans or len(rows) == 1))
    columns = columns_of(rows, grid, lambda stack: _leaf(stack) or "", stretch=(CODE, *LEVELS, NAME, ITEM))
    leaves = [_leaf(column.labels) for column in columns]
    # A single column of names has its amounts and its code on either side.
    is_single = sum(leaf in {NAME, ITEM} for leaf in leaves) <= 1
    second = _second_catalogue(columns, leaves)
    groups = _groups_of_panels(columns, leaves)
    panels: list[Panel] = []
    for place, (column, leaf) in enumerate(zip(columns, leaves, strict=True)):
        if column in second:
            continue
        structural = leaf in _STRUCTURE
        opens_next = (
            structural and leaf != ROW_NUMBER and not is_single and bool(panels and panels[-1].amounts)
        )
        if not panels or (place in groups if groups else opens_next):
            panels.append(Panel())
        if structural:
            _take_structure(column, panels[-1])
        else:
            panels[-1].amounts.append(Amounts(column))
    for panel in panels:
        _complete(panel)
    if second and panels:
        panels[0].second += second
    if is_undetermined or (not is_drawn and _is_shifted(columns, leaves, panels)):
        for panel in panels:
            panel.amounts = [
                replace(amounts, reason=amounts.reason or "ambiguous_heading") for amounts in panel.amounts
            ]
    return [panel for panel in panels if panel.amounts]


def _with_sides_apart(rows: list[Line]) -> list[Line]:
    """Return the rows of a heading, its two sides each over its own columns, if a text dropped merged cells."""
    if len(rows) < 2 or len(rows[0].cells) != 2 or len(rows[0].filled) != 2:
        return rows
    left, right = rows[0].cells
    sides = [label.name for cell in (left, right) if (label := label_of(cell.text)) is not None]
    items = [
        cell.column
        for cell in rows[1].filled
        if (label := label_of(cell.text)) and label.name in {NAME, ITEM}
    ]
    if sides != [REVENUE_LABEL, EXPENDITURE_LABEL] or len(items) != 2:
        return rows
    blanks = [replace(left, column=place, printed="", text="") for place in range(1, items[1])]
    return [replace(rows[0], cells=(left, *blanks, replace(right, column=items[1]))), *rows[1:]]


def _spread(rows: list[Line]) -> tuple[list[Line], bool]:
    """Return the rows of a text's heading, each label over its own columns, and whether that is undetermined.

    A text that drops merged cells moves the labels of an upper row to the left. A label merged down has a
    blank below it, any other one a run of labels; often only one division of the lower row fits both.
    """
    width = max(len(row.cells) for row in rows)
    keeps_blanks = any(not cell.text for cell in rows[0].cells[: rows[0].filled[-1].column])
    if keeps_blanks or width > _MOST_COLUMNS:
        # The top row keeps the blanks of its merged cells.
        return rows, False
    spread: list[Line] = []
    below: list[str] = []
    is_undetermined = False
    for row in reversed(rows):
        texts = [cell.text for cell in row.cells]
        found = _divisions(texts, below) if below and len(texts) < width else ()
        if not found or tuple(range(len(texts))) in found:
            spread.insert(0, row)
            below = [*texts, *[""] * (width - len(texts))]
            continue
        is_undetermined |= len(found) > 1
        cells = [replace(row.cells[0], column=place, printed="", text="") for place in range(width)]
        for cell, place in zip(row.cells, found[0], strict=False):
            cells[place] = replace(cell, column=place)
        spread.insert(0, replace(row, cells=tuple(cells)))
        ends = (*found[0][1:], width)
        below = [
            text for text, start, end in zip(texts, found[0], ends, strict=True) for _ in range(start, end)
        ]
    return spread, is_undetermined


def _divisions(
    upper: Sequence[str], lower: Sequence[str], *, is_total_first: bool = True
) -> tuple[tuple[int, ...], ...]:
    """Return the ways to place the labels of an upper row over a lower one, each as the first positions.

    Of all ways, the one as printed and two others at most; a total begins its group if any way has it so.
    """
    sides = {label.name for text in upper if (label := label_of(text)) is not None}
    has_sides = {REVENUE_LABEL, EXPENDITURE_LABEL} <= sides

    def goes_on(label: int, start: int, place: int) -> bool:
        found = label_of(lower[place])
        is_total = found is not None and found.name == TOTAL and lower[place] != lower[place - 1]
        begins = is_total_first and not has_sides and is_total and place != start
        return not begins and _can_be_above(upper[label], lower[place])

    @cache
    def rest(label: int, place: int) -> tuple[tuple[int, ...], ...]:
        if label == len(upper) or place == len(lower):
            return ((),) if label == len(upper) and place == len(lower) else ()
        ends = [place + 1]
        if upper[label] and lower[place]:
            run = takewhile(partial(goes_on, label, place), range(place, len(lower)))
            ends = [end + 1 for end in run]
        ways = [(place, *way) for end in ends for way in rest(label + 1, end)]
        printed = tuple(range(label, len(upper)))
        return (*[way for way in ways if way == printed], *[way for way in ways if way != printed][:2])

    found = rest(0, 0)
    return found or (_divisions(upper, lower, is_total_first=False) if is_total_first else ())


def _can_be_above(upper: str, lower: str) -> bool:
    """Return whether a label can be one of a group with the label below: both of an item, or of an amount."""
    labels = [label_of(text) for text in (upper, lower)]
    if not lower:
        return False
    if any(label is None or label.name in {REVENUE_LABEL, EXPENDITURE_LABEL} for label in labels):
        return True
    return len({label is not None and label.name in _STRUCTURE for label in labels}) == 1


def _is_shifted(columns: Sequence[Column], leaves: Sequence[str | None], panels: Sequence[Panel]) -> bool:
    """Return whether a text dropped merged cells of its heading, so that labels are above the wrong columns.

    Then the label of an amount is above an identifying column, or one label is above two columns of a panel
    that have the same label.
    """
    for place, (column, leaf) in enumerate(zip(columns, leaves, strict=True)):
        if not place or leaf not in _STRUCTURE or leaves[place - 1] not in _STRUCTURE:
            continue
        above = [text for text in column.labels[:-1] if text not in columns[place - 1].labels]
        if any(found.name in {*PHASES, *NATURES, OTHER} for found in map(label_of, above) if found):
            return True
    stacks = [Counter(amounts.column.labels for amounts in panel.amounts) for panel in panels]
    return any(count > 1 and len(stack) > 1 for of in stacks for stack, count in of.items())


def _groups_of_panels(columns: list[Column], leaves: list[str | None]) -> set[int]:
    """Return where panels begin according to the labels above them; empty if the labels don't divide them.

    Each panel then has one label above both its names and its amounts, in any order.
    """
    if any(len(column.labels) < 2 for column in columns):
        return set()
    starts = [
        place
        for place, column in enumerate(columns)
        if not place or column.labels[0] != columns[place - 1].labels[0]
    ]
    parts = [leaves[start:end] for start, end in itertools.pairwise([*starts, len(columns)])]
    is_whole = all(
        sum(leaf in {NAME, ITEM} for leaf in part) == 1 and any(leaf not in _STRUCTURE for leaf in part)
        for part in parts
    )
    return set(starts) if is_whole and len(parts) > 1 else set()


def _second_catalogue(columns: list[Column], leaves: list[str | None]) -> list[Column]:
    """Return the columns of the second of two catalogues of economic classes that code the same amounts.

    The catalogue of departments (部门预算经济分类) identifies items; that of the government is the second.
    """
    pairs: list[list[Column]] = []
    has_name = True
    for number, (column, leaf) in enumerate(zip(columns, leaves, strict=True)):
        if leaf not in {*_CODES, NAME, ITEM}:
            break
        is_code = leaf in _CODES
        # A catalogue whose names contain their codes has one column.
        if (is_code and (number == 0 or leaves[number - 1] not in _CODES)) or (not is_code and has_name):
            pairs.append([])
        has_name = not is_code
        pairs[-1].append(column)
    labels = ["".join(canonical(text) for column in pair for text in column.labels) for pair in pairs]
    if len(pairs) != 2 or not all("经济" in label for label in labels):
        return []
    return pairs[0] if "政府" in labels[0] and "部门" in labels[1] else pairs[1]


def _leaf(labels: Sequence[str]) -> str | None:
    """Return the meaning of the lowest of a stack of labels, or None."""
    last = label_of(labels[-1]) if labels else None
    return None if last is None else last.name


def _take_structure(column: Column, panel: Panel) -> None:
    leaf = _leaf(column.labels)
    if leaf in _CODES:
        panel.codes += range(column.start, column.end)
        panel.code_label += "".join(canonical(text) for text in column.labels)
    elif leaf == UNIT_CODE:
        panel.unit_code = panel.unit_code or column
    elif leaf == UNIT_NAME and panel.name is not None:
        panel.unit_name = column
    elif leaf in _NAMES:
        if panel.name is not None and _leaf(panel.name.labels) == UNIT_NAME:
            panel.unit_name = panel.name
        elif panel.name is not None:
            # A project is printed before or after the function that it belongs to.
            if PROJECT_NAME in panel.name_label:
                panel.second.append(column)
                return
            panel.second.append(panel.name)
        panel.name = column
        panel.name_label = canonical(column.labels[-1])
    elif leaf == ROW_NUMBER:
        panel.row_number = column
    elif leaf == SERIAL:
        panel.serial = column


def _complete(panel: Panel) -> None:
    """Determine the contents of a panel's columns from the labels above all of them and above each."""
    stacks = [list(amounts.column.labels) for amounts in panel.amounts]
    structural = {text for column in panel.columns() for text in column.labels[:-1]}
    panel.group = "".join(canonical(text) for column in panel.columns() for text in column.labels[:-1])
    # A remark beside the amounts lacks the labels above them, and these labels still distinguish nothing.
    is_known = [leaf is not None and leaf != OTHER for leaf in map(_leaf, stacks)]
    if sum(is_known) < 2:
        is_known = [True] * len(stacks)
    depth = _shared_depth(list(itertools.compress(stacks, is_known)), structural)
    read = [
        _resolve(amounts, stack, depth if known else 0)
        for amounts, stack, known in zip(panel.amounts, stacks, is_known, strict=True)
    ]
    items = {amounts.item.code for amounts in read if amounts.item is not None}
    if sum(amounts.item is not None for amounts in read) >= 2:
        total = "" if THREE_PUBLIC["三公经费"] in items else THREE_PUBLIC["三公经费"]
        read = [_with_total_item(amounts, total) for amounts in read]
    has_both = _has_both_sides(stacks)
    # Beside a total of this year's spending and the carry-over, 本年支出 is a part.
    is_part = any(len(stack) == depth + 1 and _leaf(stack) == TOTAL for stack in stacks)
    read = [_with_sides(amounts, has_both=has_both, is_part=is_part) for amounts in read]
    read = _distinguished(_of_one_year(read))
    panel.amounts = read


def _shared_depth(stacks: list[list[str]], structural: set[str]) -> int:
    """Return the number of top labels that all amounts of a panel share and that distinguish nothing."""
    depth = 0
    while stacks and all(len(stack) > depth + 1 for stack in stacks):
        texts = {stack[depth] for stack in stacks}
        if len(texts) > 1 or (len(stacks) == 1 and stacks[0][depth] not in structural):
            break
        depth += 1
    if len(stacks) == 1 and stacks[0] and len(stacks[0]) > 1:
        depth = len(stacks[0]) - 1
    return depth


def _resolve(amounts: Amounts, stack: list[str], depth: int) -> Amounts:
    phase = nature = source = unit = reason = ""
    item: Label | None = None
    year: int | None = None
    for level, text in enumerate(stack):
        label = label_of(text)
        is_shared = level < depth
        if label is None:
            if not is_shared and canonical(text).rstrip("：") != "其中":
                reason = reason or "unknown_heading"
            continue
        year = label.year or year
        unit = label.unit or unit
        if label.name == OTHER:
            reason = "no_column"
        elif label.code:
            phase = phase if phase in _LAST_YEAR else label.phase or phase
            if not is_shared or item is None:
                item = label
        elif label.name in PHASES:
            phase = label.name
        elif label.name in NATURES and not is_shared:
            nature = NATURES[label.name]
        elif label.name in {SOURCE, REVENUE_LABEL, EXPENDITURE_LABEL} and not is_shared:
            source = label.text if label.name == SOURCE or not source else source
        elif label.name == TOTAL and item is not None:
            item = replace(item, text=label.text)
    leaf = label_of(stack[-1])
    if item is not None and not any(found and found.code for found in map(label_of, stack[depth:])):
        # 三公经费 is above all columns; the lowest label names the item.
        item = item if leaf is not None and leaf.name == TOTAL else None
    return replace(
        amounts, phase=phase, nature=nature, source=source, item=item, year=year, unit=unit, reason=reason
    )


def _with_total_item(amounts: Amounts, code: str) -> Amounts:
    """Return the column with its item in a table of item columns; 合计 is the item that sums the others.

    Args:
        amounts: The column.
        code: The code of that item; empty if 三公经费 has a column of its own beside others, such as 会议费 and 培训费.
    """
    if amounts.item is not None:
        return amounts
    total = next(
        (label for text in amounts.column.labels if (label := label_of(text)) and label.name == TOTAL), None
    )
    if total is None:
        return replace(amounts, reason=amounts.reason or "unknown_heading")
    return replace(amounts, item=replace(total, code=code))


def _has_both_sides(stacks: list[list[str]]) -> bool:
    names = [label.name for stack in stacks for text in stack if (label := label_of(text)) is not None]
    texts = [canonical(text) for stack in stacks for text in stack]
    return EXPENDITURE_LABEL in names and (REVENUE_LABEL in names or any("结转" in text for text in texts))


def _of_one_year(columns: list[Amounts]) -> list[Amounts]:
    """Return the columns; those with only a year take the phase that another column of that year names."""
    phases = {
        (amounts.year, amounts.phase) for amounts in columns if amounts.year and amounts.phase != "金额"
    }
    known = {year: phase for year, phase in phases if phase and sum(one == year for one, _ in phases) == 1}
    return [
        replace(amounts, phase=known[amounts.year])
        if amounts.phase == "金额" and amounts.year in known
        else amounts
        for amounts in columns
    ]


def _with_sides(amounts: Amounts, *, has_both: bool, is_part: bool) -> Amounts:
    """Return the column without 本年支出 as its source, all of an item's spending except beside a total."""
    label = label_of(amounts.source) if amounts.source else None
    if label is not None and label.name == EXPENDITURE_LABEL:
        return amounts if is_part and not amounts.nature else replace(amounts, source="")
    if label is not None and label.name == REVENUE_LABEL and not has_both:
        leaf = label_of(amounts.column.labels[-1])
        is_whole = leaf is not None and leaf.name == REVENUE_LABEL
        return replace(amounts, source="" if is_whole else amounts.source)
    return amounts


def _distinguished(columns: list[Amounts]) -> list[Amounts]:
    """Return the columns, two of one meaning distinguished by all of their labels or, if equal, left unread."""

    def key(amounts: Amounts) -> tuple[object, ...]:
        item = (amounts.item.code, amounts.item.text) if amounts.item else None
        return amounts.phase, amounts.nature, amounts.source, item, amounts.year

    def count(of: list[Amounts]) -> Counter[tuple[object, ...]]:
        return Counter(key(amounts) for amounts in of if not amounts.reason)

    first = count(columns)
    paths = [
        replace(amounts, source="/".join(amounts.column.labels))
        if first[key(amounts)] > 1 and amounts.source and not amounts.reason
        else amounts
        for amounts in columns
    ]
    second = count(paths)
    return [
        replace(amounts, reason="ambiguous_heading")
        if second[key(amounts)] > 1 and not amounts.reason
        else amounts
        for amounts in paths
    ]
