"""The indicator block of a form: a heading of one to three rows, one row an indicator, totals.

Cells are bound to the columns that the heading names, in any order. A page break can shift the rows of a
converted text against its heading: the position of the level labels and of figures determines by how much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ingestion.document import Cell, Line
from ingestion.form_labels import (
    INDICATOR_COLUMNS,
    indicator_columns,
    is_indicator_heading,
    is_level_label,
    label_of,
    level_label,
    points_of,
)
from ingestion.grid import Column, Grid, Stack, bind, columns_of
from ingestion.ledger import Ledger, Value
from ingestion.synonyms import synonyms
from ingestion.vocabulary import (
    LEVEL1_LABELS,
    LEVEL2_PARENT,
    canonical,
    half_width,
    is_ambiguous_number,
    is_damaged,
    is_dash,
    is_number,
    is_rate,
)

TITLE, NO_COLUMN, ADJUSTED = "title", "other", "adjusted"
AMBIGUOUS = "ambiguous"
"""The field of a column whose field another column already has."""
LEVELS = ("level1", "level2", "level3")
POINTS = ("level1_points", "level2_points")
"""The points printed behind a class, which its indicators share."""
_TARGET_PARTS = ("operator", "target", "unit")
_FIGURES = ("weight", "score")
_OF_POINTS = (*_FIGURES, "deviation_reason")
ACTUAL_UNIT = "actual_unit"
"""The field of a column with the units of the actuals, if those of the targets have their own."""
DIRECTION = "direction"
_VALUES = (
    "operator",
    "target",
    "unit",
    "actual",
    ACTUAL_UNIT,
    "weight",
    "score",
    "deviation_reason",
    DIRECTION,
)
_PART_OF_VALUE = re.compile("数值|数量|数额|值|数")
_PART_OF_GROUP = re.compile(
    "(?:年初|调整后?|全年|本年|上年|自评|复核|核定|评审)(?:指标|目标)?(?:值|数|得?分)?"
)
"""Labels that divide a value or a score by time or by who gives it."""
_MOST_HEADING_ROWS = 3
_WRONG = 3
"""The cost from which on one of a row's cells is in an impossible position."""

_HOPELESS = 10**6
_FILLER = re.compile(
    r"(?:指标)?[0-9]{0,2}[:：.、．]?[/／—–－-]?|[….。·*＊]+|\(?[0-9]{1,2}\)?[.、．]?|[①-⑳]|[/／—–－-]+"
)
_POINTS = re.compile(r"(?<=[0-9])分$")
_OPERATOR = re.compile(
    r"[≥≤≧≦＞＜><=＝﹦═±]+|[>＞]=|[<＜]=|(?:大于|小于|不少于|不低于|不高于|不超过|等于|大于等于|小于等于|约等于|大于或等于|小于或等于)+"
)
_NO_UNIT = "无"
_NO_REASON = "0"
_ADJUSTED = re.compile("调整")
AS_BEFORE = ("无", "同左", "同前", "不变", "未调整", "无调整")
"""What a column of adjusted targets or goals prints where nothing was adjusted."""

_ACHIEVED = "完成情况"
_AIM = "目标"
_GRADES = ("优秀", "良好", "一般", "较差", "合格", "不合格", "优", "良", "中", "差")
_VALUE = re.compile(r"[≥≤≧≦＞＜><=＝]+.*|[0-9.,]+[%a-zA-Z/一-龥²]{0,4}|优良中?低?差|是否|好坏|符合")
_MID_TERM = re.compile(r"中期|实施周?期|长期|上年|半年")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_DATE = re.compile(r"(?:(?:19|20)[0-9]{2}年)?[0-9]{1,2}月|(?:19|20)[0-9]{2}年")
_SCORE = re.compile("得分|自评|评分|总评")
_TOTAL = re.compile("(?:分|合计|总计|总评|结果)：?[0-9]")
_FULL = Decimal(100)
_OWN = re.compile("自评|全年|本年|当年")
"""Words of a lower label that mark its column as the form's own among those below one upper label."""


@dataclass(frozen=True)
class Heading:
    """One side of an indicator block.

    Attributes:
        rows: The rows of the heading.
        columns: The columns of the side; fields are raw columns, `operator`, `unit`, `title`, `other` or
            blank.
        is_mid_term: Whether its targets are of several years, beside a side with those of one year: it stays
            unread.
        shares_level1: Whether its first level is printed on the side before it.
    """

    rows: tuple[Line, ...]
    columns: tuple[Column, ...]
    is_mid_term: bool = False
    shares_level1: bool = False

    @property
    def level1(self) -> str:
        """The class that the side's names are printed under, if each class has columns of its own."""
        name = self.place("level3")
        above = name.labels[:-1] if name is not None else ()
        return next((text for label in above if (text := level1_of(label))), "")

    @property
    def width(self) -> int:
        """The number of cells of a row that reaches the last label."""
        return max((column.end for column in self.columns), default=0)

    def place(self, name: str) -> Column | None:
        """Return the column of a field, or None."""
        return next((column for column in self.columns if column.field == name), None)

    @property
    def fields(self) -> set[str]:
        """The fields that the side has a column for."""
        return {column.field for column in self.columns}


@dataclass
class Carried:
    """The levels that apply to the next row of a side, and the points printed behind two of them."""

    level1: str = ""
    level2: str = ""
    level3: str = ""
    level1_points: str = ""
    level2_points: str = ""


@dataclass
class Indicator:
    """An indicator: its row and the values of its raw columns."""

    row: Line
    values: dict[str, Value]
    extra: list[tuple[str, Cell]] = field(default_factory=list)


def heading_length(rows: Sequence[Line]) -> int:
    """Return the number of rows of the heading at the start; an upper one can name groups of columns."""
    rows = rows[:_MOST_HEADING_ROWS]
    if not rows:
        return 0
    if len(rows) > 1 and heads_classes(rows[0]) and is_indicator_heading(rows[1]):
        return 2
    length = 1 if is_indicator_heading(rows[0]) else 0
    has_name = length or "level3" in indicator_columns(rows[0].filled)
    while has_name and (lower := _next_lower(rows, max(length, 1))) is not None:
        if not length and not is_indicator_heading(rows[lower]):
            break
        length = lower + 1
    return max(length, _spanned(rows)) if length else 0


def heads_classes(row: Line) -> bool:
    """Return whether a row names classes beside each other, each above columns of its own."""
    return sum(bool(level1_of(cell.text)) and cell.width > 1 for cell in row.filled) > 1


def level1_of(text: str) -> str:
    """Return the class of the first level that a text names, or an empty string."""
    return level_label(text, LEVEL1_LABELS) if is_level_label(text, "level1") else ""


def _spanned(rows: Sequence[Line]) -> int:
    """Return the number of rows that level labels span if all other labels are divided in the rows below."""
    levels = [cell for cell in rows[0].filled if set(indicator_columns([cell])) & set(LEVELS)]
    length = min((cell.height for cell in levels), default=1)
    parted = {
        place: cell
        for cell in rows[0].filled
        if cell.height < length
        for place in range(cell.column, cell.column + cell.width)
    }
    below = [cell for row in rows[1:length] for cell in row.filled]
    is_parted = all(
        cell.column in parted and (parted[cell.column].width > 1 or not is_number(cell.text))
        for cell in below
    )
    return length if below and is_parted and length <= len(rows) else 1


def _next_lower(rows: Sequence[Line], first: int) -> int | None:
    """Return the index of a heading's next lower row, after rows that only divide its groups, or None."""
    for place, row in enumerate(rows[first:], start=first):
        labels = [(label_of("indicator_column", cell.text, least=1), cell.text) for cell in row.filled]
        known = sum(label is not None or _is_part_of_value(text) for label, text in labels)
        is_under_name = _prints_name(row, rows[0])
        is_parted = len(labels) > 1 and all(_PART_OF_GROUP.fullmatch(canonical(text)) for _, text in labels)
        is_lower = (is_parted or (known >= 2 and known * 2 > len(labels))) and not _has_number(row)
        is_lower = is_lower and not _parts_points(row, rows[0])
        if is_lower and (place == first or not is_under_name):
            return place
        if not row.filled or _has_number(row) or is_under_name:
            break
    return None


def _parts_points(row: Line, heading: Line) -> bool:
    """Return whether a label of values is below one of points: a text lost positions of merged labels."""
    above = [(cell.column, _field_of((cell.text,))) for cell in heading.filled]
    return any(
        next((name for place, name in reversed(above) if place <= cell.column), "") in _OF_POINTS
        for cell in row.filled
        if _is_part_of_value(cell.text) or _field_of((cell.text,)) in {*_TARGET_PARTS, "actual"}
    )


def _is_part_of_value(text: str) -> bool:
    """Return whether a lower label divides a value into number and unit; the label above names the value."""
    return bool(_PART_OF_VALUE.fullmatch(canonical(text)))


def _prints_name(row: Line, heading: Line) -> bool:
    """Return whether a row prints anything below the levels of a heading, like an indicator."""
    levels = [cell for cell in heading.filled if set(indicator_columns([cell])) & set(LEVELS)]
    places = {place for cell in levels for place in range(cell.column, cell.column + cell.width)}
    return any(cell.column in places for cell in row.filled)


def _has_number(row: Line) -> bool:
    return any(is_number(cell.text) for cell in row.filled)


def read_heading(
    rows: Sequence[Line], grid: Grid, ledger: Ledger, mid_term: Sequence[Cell] = (), year: str = ""
) -> list[Heading]:
    """Bind the heading at the start of the rows to the sides of the block; two sides have a heading each.

    Args:
        rows: The rows of the block.
        grid: The table's grid.
        ledger: The target of the labels.
        mid_term: The headings of goals of several years.
        year: The year of the form, or an empty string; of several columns of a value, that of the year
            applies.
    """
    heading = rows[: max(heading_length(rows), 1)]
    for row in heading:
        ledger.omit(row, "label")
    columns = _name_parted(_name_titles(columns_of(heading, grid, _field_of, stretch=LEVELS)), year)
    if not grid.is_drawn and len(heading) == 1:
        columns = [_as_printed(column) for column in columns]
    columns = _find_operators(columns, rows[len(heading) :], is_drawn=grid.is_drawn)
    columns = _without_weights_of_levels(columns, rows[len(heading) :])
    sides = _part_sides(columns)
    shared = [column for column in sides[0] if column.field in {"level1", TITLE}]
    is_mid_term = [grid.is_drawn and _is_mid_term(side, mid_term) for side in sides]
    if not any(is_mid_term) and len(sides) == 2:
        # The extent of a heading is unknown in a text, and a drawn one can end short: several years precede
        # the year.
        is_mid_term[0] = bool(mid_term)
    return [
        Heading(
            tuple(heading),
            tuple(_settle(side if n == 0 else _with_shared(side, shared))),
            is_mid_term=is_mid_term[n] and not all(is_mid_term),
            shares_level1=n > 0 and all(column.field != "level1" for column in side),
        )
        for n, side in enumerate(sides)
    ]


def _name_titles(columns: list[Column]) -> list[Column]:
    """Assign a field to titles of the block among its columns.

    After the heading of a second level, or without any level, 绩效指标 heads the indicators' names, and after the
    names, 指标完成情况 heads the actuals.
    """
    named: list[Column] = []
    has_level = any(column.field in LEVELS for column in columns)
    for column in columns:
        fields = [before.field for before in named]
        name = column.field
        if name == TITLE and (fields[-1:] == ["level2"] or not (has_level or "level3" in fields)):
            name = "level3"
        elif name == TITLE and "level3" in fields and _ACHIEVED in canonical(column.heading):
            name = "actual"
        named.append(replace(column, field=name))
    return named


def _name_parted(columns: list[Column], year: str) -> list[Column]:
    """Determine which of the columns below one upper label holds its value if their labels name no column.

    It is that of the form's year or of the whole year, or the unit's own score; otherwise all of them are
    ambiguous.
    """
    named = list(columns)
    for name in ("target", "actual", "weight", "score"):
        groups: dict[Stack, list[int]] = {}
        for place, column in enumerate(columns):
            if len(column.labels) > 1 and _field_of(column.labels[:-1]) == name:
                groups.setdefault(column.labels[:-1], []).append(place)
        for places in groups.values():
            unknown = [place for place in places if columns[place].field == ""]
            adjusted = [place for place in unknown if _ADJUSTED.search(columns[place].heading)]
            if name == "target" and len(unknown) == 2 and len(adjusted) == 1:
                for place in unknown:
                    named[place] = replace(columns[place], field=ADJUSTED if place in adjusted else name)
                continue
            if any(columns[place].field == name for place in places):
                continue
            chosen = _chosen([columns[place] for place in unknown], len(places), year)
            for place in unknown:
                field_of = name if columns[place] is chosen else NO_COLUMN
                named[place] = replace(columns[place], field=AMBIGUOUS if chosen is None else field_of)
    return named


def _chosen(columns: Sequence[Column], count: int, year: str) -> Column | None:
    """Return the form's column of those below one upper label, or None; `count` is of all columns there."""
    years = [set(_YEAR.findall(column.heading)) for column in columns]
    if any(years):
        left = [column for column, own in zip(columns, years, strict=True) if own == {year}]
    else:
        left = [column for column in columns if _OWN.search(column.heading)]
        left = left or [
            c
            for c in columns
            if any(other.is_of_earlier_period_than(c) for other in columns if other is not c)
        ]
        left = left or (list(columns) if count == 1 else [])
    return left[0] if len(left) == 1 else None


def _is_mid_term(side: Sequence[Column], mid_term: Sequence[Cell]) -> bool:
    """Return whether a side has targets of several years, by its own labels or the goals above it."""
    targets = [column for column in side if column.field == "target"]
    return any(_MID_TERM.search(label) for column in targets for label in column.labels) or any(
        column.overlap(cell) > 0 for column in targets for cell in mid_term
    )


def _as_printed(column: Column) -> Column:
    """Return a text's value column without the blanks after its label, where a label may be lost."""
    return column if column.field in {*LEVELS, TITLE} else replace(column, end=column.start + 1)


def _find_operators(columns: list[Column], rows: Sequence[Line], *, is_drawn: bool) -> list[Column]:
    """Determine what operator columns hold: the same heading can be above an indicator's kind or direction.

    The rows of a text can have lost the cell before them, which moves all others.
    """
    shifts = (0,) if is_drawn else (0, -1)
    found: list[Column] = []
    for column in columns:
        name = column.field
        if name == "operator":
            cells = [cell for row in rows for cell in row.filled if _is_under(cell, column, shifts)]
            is_held = any(_is_operator(cell) or _is_kind(cell) for cell in cells)
            name = name if is_held else DIRECTION if any(map(_is_direction, cells)) else NO_COLUMN
        found.append(replace(column, field=name))
    return found


def _without_weights_of_levels(columns: list[Column], rows: Sequence[Line]) -> list[Column]:
    """Leave out a weight left of the names that is merged over several: it is that of the class before it."""
    name = next((column for column in columns if column.field == "level3"), None)

    def is_of_level(column: Column) -> bool:
        if column.field != "weight" or name is None or column.start > name.start:
            return False
        return any(
            cell.height > 1 and column.overlap(cell) > 0 and is_number(cell.text)
            for row in rows
            for cell in row.filled
        )

    return [replace(column, field=NO_COLUMN) if is_of_level(column) else column for column in columns]


def _is_kind(cell: Cell) -> bool:
    return label_of("indicator_kind", cell.text, least=1) is not None


def _is_direction(cell: Cell) -> bool:
    return label_of("indicator_direction", cell.text, least=1) is not None


def _is_under(cell: Cell, column: Column, shifts: Iterable[int]) -> bool:
    return any(column.overlap(cell, shift) > 0 for shift in shifts)


def _is_operator(cell: Cell) -> bool:
    return bool(_OPERATOR.fullmatch(half_width(canonical(cell.text))))


def _with_shared(side: list[Column], shared: list[Column]) -> list[Column]:
    """Return a side with the first level of the side before it, if it prints none of its own."""
    own = {column.field for column in side}
    return [*(column for column in shared if column.field not in own), *side]


def _field_of(stack: Stack) -> str:
    if len(stack) > 1 and _is_part_of_value(stack[-1]):
        return _field_of(stack[:-1])
    is_whole = canonical(stack[-1]) in synonyms("indicator_column")
    if not is_whole and label_of("indicator_heading", stack[-1], least=1) is not None:
        return TITLE
    label = label_of("indicator_column", stack[-1])
    return INDICATOR_COLUMNS.get(label, NO_COLUMN) if label is not None else ""


def _part_sides(columns: list[Column]) -> list[list[Column]]:
    """Divide the columns of a block of several sides where all headings repeat, or else the third level."""
    width = _width_of_side(columns)
    if width is not None:
        first = len(columns) % width
        parts = [columns[place : place + width] for place in range(first, len(columns), width)]
        return [[*columns[:first], *parts[0]], *parts[1:]]
    sides: list[list[Column]] = [[]]
    for column in columns:
        has_name = any(other.field == "level3" for other in sides[-1])
        opens = column.field in LEVELS and has_name
        if opens and any(other.field in _VALUES for other in sides[-1]):
            sides.append([])
        sides[-1].append(column)
    named = [{column.field for column in side} for side in sides]
    # A column that explains the indicators can have the heading of their names (指标内容): it is not a side.
    is_whole = all("level3" in fields and not fields.isdisjoint(_VALUES) for fields in named)
    return sides if is_whole else [columns]


def _width_of_side(columns: list[Column]) -> int | None:
    """Return the number of columns of a side if the same headings repeat, or None."""
    own = columns[1:] if columns and columns[0].field == TITLE else columns
    printed = [(column.field, column.heading) for column in own]
    for width in range(2, len(own) // 2 + 1):
        if len(own) % width:
            continue
        fields = {column.field for column in own[:width]}
        is_whole = "level3" in fields and not fields.isdisjoint(_VALUES)
        if is_whole and printed == printed[:width] * (len(own) // width):
            return width
    return None


def _settle(columns: list[Column]) -> list[Column]:
    """Keep one column for each field, and find the levels with other headings."""
    columns = _name_target(_name_units(_name_levels(columns)))
    name = next((column.start for column in columns if column.field == "level3"), 0)
    kept: dict[str, Column] = {}
    for column in columns:
        if column.field not in (*LEVELS, *_VALUES):
            continue
        before = kept.get(column.field)
        if before is None or _is_better(column, before, name):
            kept[column.field] = column
    return [
        column
        if column.field not in kept or kept[column.field] is column
        else replace(column, field=NO_COLUMN)
        for column in columns
    ]


def _name_units(columns: list[Column]) -> list[Column]:
    """Take a column of units directly after the actuals as theirs, if the targets have one before it."""
    fields = [column.field for column in columns]
    return [
        replace(column, field=ACTUAL_UNIT)
        if column.field == "unit" and "unit" in fields[:place] and fields[place - 1] == "actual"
        else column
        for place, column in enumerate(columns)
    ]


def _name_target(columns: list[Column]) -> list[Column]:
    """Take an unknown heading of aims (年度工作目标) as the targets', if another heading is for the actuals."""
    fields = [column.field for column in columns]
    unknown = [column for column in columns if column.field == "" and _AIM in column.heading]
    if "actual" not in fields or "target" in fields or len(unknown) != 1:
        return columns
    return [replace(column, field="target") if column is unknown[0] else column for column in columns]


def _is_better(column: Column, before: Column, name: int) -> bool:
    """Return whether a column is a better source of a field than an earlier one."""
    if column.field == "weight":
        # A weight left of the name is that of the level before it.
        return before.start < name <= column.start
    if column.field in {"target", "actual"}:
        is_mid_term = bool(_MID_TERM.search(before.heading)) and not _MID_TERM.search(column.heading)
        return is_mid_term or before.is_of_earlier_period_than(column)
    return False


def _name_levels(columns: list[Column]) -> list[Column]:
    """Take the columns left of the values as levels if the heading gives them other names."""
    fields = [column.field for column in columns]
    if "level3" not in fields and "level2" in fields:
        place = fields.index("level2")
        columns[place] = replace(columns[place], field="level3")
        fields[place] = "level3"
    if "level3" not in fields:
        return columns
    name = fields.index("level3")
    unnamed = [place for place in range(name) if fields[place] == ""]
    missing = [level for level in ("level1", "level2") if level not in fields]
    for place, level in zip(
        unnamed[-len(missing) :] if missing else [], missing[-len(unnamed) :], strict=False
    ):
        columns[place] = replace(columns[place], field=level)
    return columns


def read_rows(
    rows: Sequence[Line],
    headings: Sequence[Heading],
    grid: Grid,
    ledger: Ledger,
    mid_term: Sequence[Cell] = (),
    year: str = "",
) -> tuple[list[Indicator], Sequence[Heading]]:
    """Read the indicators, row by row and from left to right.

    Args:
        rows: The rows below the heading; another heading with other columns among them applies from there on.
        headings: The sides of the heading.
        grid: The table's grid.
        ledger: The target of the cells.
        mid_term: The headings of goals of several years.
        year: The year of the form, or an empty string.

    Returns:
        The indicators, and the heading of the last of them.
    """
    indicators: list[Indicator] = []
    carried = [Carried(heading.level1) for heading in headings]
    starts = [_start(heading, headings[:number]) for number, heading in enumerate(headings)]
    blocks = [headings[0].rows[0], *(row for row in rows if is_indicator_heading(row))]
    has_annual = not all(_names_mid_term(row) for row in blocks)
    is_mid_term = has_annual and _names_mid_term(blocks[0])
    behind = 0
    for place, row in enumerate(rows):
        length = heading_length(rows[place : place + _MOST_HEADING_ROWS])
        if length and place >= behind:
            is_mid_term = has_annual and _names_mid_term(row)
            if _is_other_heading(rows[place : place + length], headings[0].rows, is_drawn=grid.is_drawn):
                headings = read_heading(rows[place:], grid, ledger, mid_term, year)
                carried = [Carried(heading.level1) for heading in headings]
                starts = [_start(heading, headings[:number]) for number, heading in enumerate(headings)]
        behind = max(behind, place + length)
        if place < behind:
            ledger.omit(row, "repeated_label")
            continue
        if is_mid_term:
            _leave_mid_term_unread(row.filled, headings[0], ledger)
            continue
        cells = [cell for cell in row.filled if not _omit_title(cell, headings[0], ledger)]
        if cells and label_of("fund_source", cells[0].text, least=1) is not None and len(cells) > 1:
            # A row of the fund block that a page break put among the indicators.
            ledger.unread(cells, "out_of_place", row=cells[0].text)
            continue
        for number, heading in enumerate(headings):
            end = starts[number + 1] if number + 1 < len(starts) else None
            begin = starts[number] if number else -1
            own = [c for c in cells if c.column >= begin and (end is None or c.column < end)]
            if heading.shares_level1:
                _share_level1(cells, headings[0], carried[number])
            if heading.is_mid_term:
                _leave_mid_term_unread(own, heading, ledger)
            elif own and (found := _read_side(row, own, heading, carried[number], grid, ledger)):
                indicators.append(found)
    return indicators, headings


def _is_other_heading(rows: Sequence[Line], before: Sequence[Line], *, is_drawn: bool) -> bool:
    """Return whether a heading among the indicators has other columns, and is not a repetition.

    A page break moves a text's heading and loses labels of it: another heading has labels that the earlier
    one lacks.
    """
    own, other = (_known_labels(of) for of in (rows, before))
    if not is_drawn:
        return len({text for text, _ in own} - {text for text, _ in other}) > 1
    return own != other


def _known_labels(rows: Sequence[Line]) -> set[tuple[str, int]]:
    """Return the labels of a heading that name columns, each with its position."""
    return {
        (canonical(cell.text), cell.column)
        for row in rows
        for cell in row.filled
        if label_of("indicator_column", cell.text, least=1) is not None
    }


def _names_mid_term(row: Line) -> bool:
    """Return whether the title beside a heading marks the targets below it as of several years."""
    return bool(row.filled) and bool(_MID_TERM.search(canonical(row.head)))


def _share_level1(cells: Sequence[Cell], first: Heading, carried: Carried) -> None:
    """Carry the first level of a row from the first side over to another one."""
    column = first.place("level1")
    own = next((cell for cell in cells if column is not None and column.overlap(cell) > 0), None)
    if own is not None and (text := level_label(own.text, LEVEL1_LABELS)) != carried.level1:
        carried.level1, carried.level2, carried.level3 = text, "", ""
        carried.level1_points, carried.level2_points = points_of(own.text), ""


def _leave_mid_term_unread(cells: Sequence[Cell], heading: Heading, ledger: Ledger) -> None:
    """Keep a side with targets of several years unread: the warehouse has only those of one year."""
    bound = bind(cells, heading.columns)
    label = next((cell.text for cell, column in bound if column and column.field == "level3"), "")
    for cell, column in bound:
        if column is not None and column.field == "level1":
            ledger.omit(cell, "label")
        else:
            ledger.unread(cell, "no_column", row=label, column=column.heading if column else "")


def _start(heading: Heading, before: Sequence[Heading]) -> int:
    """Return the first position of a side that it doesn't share with an earlier one."""
    shared = {column.start for other in before for column in other.columns}
    return min((column.start for column in heading.columns if column.start not in shared), default=0)


def _omit_title(cell: Cell, heading: Heading, ledger: Ledger) -> bool:
    """Leave out the title of the block if a row repeats it."""
    title = heading.place(TITLE)
    first = min((column.start for column in heading.columns if column.field in LEVELS), default=0)
    if cell.column >= first and title is None:
        return False
    if label_of("indicator_heading", cell.text, least=1) is None or cell.column > first:
        return False
    ledger.omit(cell, "repeated_label")
    return True


def _read_side(
    row: Line, cells: list[Cell], heading: Heading, carried: Carried, grid: Grid, ledger: Ledger
) -> Indicator | None:
    bound = _bind_row(row, cells, heading, is_drawn=grid.is_drawn)
    by_field = _by_field(bound, row, ledger)
    _adjust_target(by_field, heading, row, ledger)
    if not grid.is_drawn and bound[0][1] is None:
        # The row can begin with classes of another system: the carried levels don't apply to them.
        carried.level1, carried.level2, carried.level3 = "", "", ""
        carried.level1_points, carried.level2_points = "", ""
    levels = _levels(row, by_field, heading, carried, grid)
    content = [cell for name in ("level3", *_VALUES) if name != DIRECTION for cell in by_field.get(name, [])]
    if not content and by_field.get(""):
        ledger.omit((cell for name in LEVELS for cell in by_field.get(name, [])), "label")
        _leave_unread(bound, row.head, ledger)
        return None
    if all(_FILLER.fullmatch(half_width(cell.text)) and not _is_figure(cell, by_field) for cell in content):
        carried.level3 = ""
        # A total and its label can share the cell of a class.
        totals = [
            cell for name in LEVELS for cell in by_field.get(name, []) if _TOTAL.search(canonical(cell.text))
        ]
        ledger.unread(totals, "out_of_place", row=row.head)
        ledger.omit((cell for name in (*LEVELS, *_VALUES) for cell in by_field.get(name, [])), "blank_row")
        _leave_unread(bound, "", ledger)
        return None
    label = _text(levels["level3"]) or _text(levels["level2"])
    if not any(map(_text, levels.values())):
        # Values without a name: a lower row of the heading, or a remainder after a page break.
        ledger.unread(cells, "no_label")
        return None
    if _is_of_no_indicator(levels, by_field):
        ledger.unread(cells, "out_of_place", row=_text(levels["level1"]))
        return None
    values: dict[str, Value] = {**levels}
    extra: list[tuple[str, Cell]] = []
    target = _target(by_field, ledger, label)
    if target is not None:
        values["target"], rest = target
        extra += [("target", cell) for cell in rest]
    unit = [c for c in by_field.get("unit", []) if not is_dash(c.text) and c.text != _NO_UNIT]
    if unit:
        values["measure_unit"] = unit[0].text
    values[DIRECTION] = _direction(by_field, ledger, label)
    for name in ("actual", "weight", "score", "deviation_reason"):
        found = by_field.get(name, [])
        if name == "weight":
            # Points are out of a hundred: 30% are 30.
            found = [_without_percent(cell) for cell in found]
        if name in _FIGURES:
            found = [cell for cell in found if _is_readable_figure(cell, label, heading, name, ledger)]
        if name == "actual":
            found = [*found, *_unit_of_actual(found, by_field, ledger)]
        first, rest = _join(found, ledger, label) if found else (None, [])
        if first is not None:
            values[name] = first
            extra += [(name, cell) for cell in rest]
    _leave_unread(bound, label, ledger)
    for name, value in list(values.items()):
        if isinstance(value, Cell) and is_damaged(value.text) and name not in LEVELS[:2]:
            ledger.unread(value, "damaged", row=label, column=_heading_of(heading, name))
            values[name] = ""
    return Indicator(row, values, extra)


def _adjust_target(by_field: dict[str, list[Cell]], heading: Heading, row: Line, ledger: Ledger) -> None:
    """Take the target that was adjusted during the year, where a row prints one, instead of the initial one."""
    adjusted = by_field.pop(ADJUSTED, [])
    if all(is_dash(cell.text) or cell.text in AS_BEFORE for cell in adjusted):
        ledger.omit(adjusted, "dash")
        return
    ledger.unread(
        by_field.get("target", []), "no_column", row=row.head, column=_heading_of(heading, "target")
    )
    by_field["target"] = adjusted


def _is_of_no_indicator(levels: Mapping[str, Value], by_field: Mapping[str, list[Cell]]) -> bool:
    """Return whether a row prints points of the funds, or bonuses and deductions, beside the indicators."""
    if _text(levels["level2"]) or _text(levels["level3"]) or not by_field.get("level1"):
        return False
    is_of_funds = label_of("fund_column", by_field["level1"][0].text, least=1) == "执行率"
    return is_of_funds or not (by_field.get("target") or by_field.get("actual"))


def _by_field(
    bound: Iterable[tuple[Cell, Column | None]], row: Line, ledger: Ledger
) -> dict[str, list[Cell]]:
    """Return the cells of each field; if one heading has several values, the row's value is undetermined."""
    found: dict[str, list[Cell]] = {}
    headings: dict[str, str] = {}
    for cell, column in bound:
        found.setdefault(column.field if column else "", []).append(cell)
        headings[column.field if column else ""] = column.heading if column else ""
    for name, cells in found.items():
        if len(cells) > 1 and name in {*LEVELS, *_VALUES} and not _is_one_text(name, cells):
            ledger.unread(cells, "ambiguous_heading", row=row.head, column=headings[name])
            found[name] = []
    return found


def _is_one_text(name: str, cells: Sequence[Cell]) -> bool:
    """Return whether a row's cells below one heading are one text: a number before a name, an operator."""
    if name in LEVELS:
        return all(_FILLER.fullmatch(half_width(cell.text)) for cell in cells[:-1])
    return name == "target" and all(map(_is_operator, cells[:-1]))


def _heading_of(heading: Heading, name: str) -> str:
    column = heading.place(name)
    return column.heading if column else ""


def _text(value: Value) -> str:
    return value.text if isinstance(value, Cell) else value or ""


def _is_figure(cell: Cell, by_field: Mapping[str, list[Cell]]) -> bool:
    return is_number(cell.text) and cell not in by_field.get("level3", [])


def _levels(
    row: Line, by_field: Mapping[str, list[Cell]], heading: Heading, carried: Carried, grid: Grid
) -> dict[str, Value]:
    """Return the levels of a row; merged and blank cells take those from above."""
    found: dict[str, Value] = {}
    own1, own2, own3 = (_joined(by_field.get(level, [])) for level in LEVELS)
    if own1 is not None:
        text = level_label(own1.text, LEVEL1_LABELS)
        if text != carried.level1 or own2 is not None:
            carried.level2, carried.level2_points = "", ""
        if text != carried.level1 or points_of(own1.text):
            carried.level1_points = points_of(own1.text)
        carried.level1 = text
        found["level1"] = replace(own1, text=text)
    if own2 is not None:
        text = level_label(own2.text, tuple(LEVEL2_PARENT))
        if text != carried.level2 or points_of(own2.text):
            carried.level2_points = points_of(own2.text)
        carried.level2 = text
        found["level2"] = replace(own2, text=carried.level2)
        if own1 is None and not grid.is_drawn:
            # A text loses the label of a first level at a page break; a drawn one shows its extent.
            parent = _parent(carried.level1, carried.level2)
            carried.level1_points = carried.level1_points if parent == carried.level1 else ""
            carried.level1 = parent
    name = heading.place("level3")
    if own3 is not None:
        carried.level3 = own3.text
        found["level3"] = own3
    elif name is not None and (spanning := grid.spanning(row, name)) is not None:
        carried.level3 = spanning.text
    elif grid.is_drawn or own2 is not None or not by_field.get("target"):
        carried.level3 = ""
    for level in LEVELS:
        found.setdefault(level, getattr(carried, level))
    for level in POINTS:
        found[level] = getattr(carried, level)
    return found


def _parent(level1: str, level2: str) -> str:
    if level1 and level1 not in LEVEL1_LABELS:
        # A class of another system (履职完成) has subordinate classes of its own.
        return level1
    parent = LEVEL2_PARENT.get(level2, level1)
    return level1 if level2 == "成本指标" and level1 == "成本指标" else parent


def _joined(cells: list[Cell]) -> Cell | None:
    """Return the cells of one column in one row as one: a prefix can have a cell of its own."""
    if not cells:
        return None
    return replace(cells[0], text="".join(cell.text for cell in cells))


def _target(by_field: Mapping[str, list[Cell]], ledger: Ledger, label: str) -> tuple[Cell, list[Cell]] | None:
    """Return operator, value and unit of a target as one text, and the cells after the first.

    The operator column can print the kind (定性) or the direction (正向) of an indicator instead, which is not
    part of its target.
    """
    parts: list[Cell] = []
    for name in _TARGET_PARTS:
        for cell in by_field.get(name, []):
            if name == "operator" and _is_direction(cell):
                continue
            if name == "operator" and not _is_operator(cell):
                _leave_word(cell, ledger, label)
            elif name == "unit" and (
                is_dash(cell.text) or cell.text == _NO_UNIT or not by_field.get("target")
            ):
                ledger.omit(cell, "dash")
            else:
                parts.append(cell)
    if not parts:
        return None
    value = by_field.get("target", [])
    unit = by_field.get("unit", [])
    printed = "".join(cell.text for cell in parts)
    is_unit = bool(value and unit and unit[0] in parts)
    if is_unit and (value[-1].text.endswith(unit[0].text) or _DATE.match(canonical(value[-1].text))):
        # The unit is in the value, or the value is a date, which has none.
        printed = printed.removesuffix(unit[0].text)
    return replace(parts[0], text=printed), parts[1:]


def _direction(by_field: Mapping[str, list[Cell]], ledger: Ledger, label: str) -> Cell | None:
    """Return the direction of an indicator, from its own column or that of the operators."""
    cells = [*by_field.get(DIRECTION, []), *filter(_is_direction, by_field.get("operator", []))]
    found = [cell for cell in cells if _is_direction(cell)]
    for cell in cells:
        if cell not in found[:1]:
            _leave_word(cell, ledger, label)
    return found[0] if found else None


def _leave_word(cell: Cell, ledger: Ledger, label: str) -> None:
    """Leave out a kind or a dash in a column of operators or directions; another word stays unread."""
    if _is_kind(cell):
        ledger.omit(cell, "indicator_kind")
    elif is_dash(cell.text):
        ledger.omit(cell, "dash")
    else:
        ledger.unread(cell, "no_column", row=label, column="指标性质")


def _unit_of_actual(actual: Sequence[Cell], by_field: Mapping[str, list[Cell]], ledger: Ledger) -> list[Cell]:
    """Return the unit in a column of its own for an actual; empty if the actual includes it."""
    units = by_field.get(ACTUAL_UNIT, [])
    printed = "".join(cell.text for cell in actual)
    own = [cell for cell in units if is_number(printed) and not is_dash(cell.text) and cell.text != _NO_UNIT]
    ledger.omit((cell for cell in units if cell not in own), "repeated_label")
    return own


def _join(cells: list[Cell], ledger: Ledger, label: str) -> tuple[Cell, list[Cell]]:
    return replace(cells[0], text="".join(cell.text for cell in cells)), cells[1:]


def _is_readable_figure(cell: Cell, label: str, heading: Heading, name: str, ledger: Ledger) -> bool:
    reason = figure_problem(cell)
    if reason is not None:
        ledger.unread(cell, reason, row=label, column=_heading_of(heading, name))
    return reason is None


def _without_percent(cell: Cell) -> Cell:
    return replace(cell, text=half_width(cell.text)[:-1]) if _is_percent(cell.text) else cell


def _is_percent(text: str) -> bool:
    return is_rate(text) and half_width(text).endswith("%")


def figure_problem(cell: Cell) -> str | None:
    """Return why a cell is not a weight or score, or None; a number, points (9.5分) and a dash are."""
    text = _POINTS.sub("", half_width(cell.text))
    if is_dash(text):
        return None
    if is_damaged(text):
        return "damaged"
    if not is_number(text):
        return "not_a_number"
    return "ambiguous_number" if is_ambiguous_number(cell.printed) else None


def _leave_unread(bound: list[tuple[Cell, Column | None]], label: str, ledger: Ledger) -> None:
    for cell, column in bound:
        if column is None:
            ledger.unread(cell, "no_heading", row=label)
        elif column.field == NO_COLUMN:
            ledger.unread(cell, "no_column", row=label, column=column.heading)
        elif column.field == "":
            ledger.unread(cell, "unknown_heading", row=label, column=column.heading)
        elif column.field == AMBIGUOUS:
            ledger.unread(cell, "ambiguous_heading", row=label, column=column.heading)
        elif column.field == TITLE:
            ledger.unread(cell, "out_of_place", row=label, column=column.heading)


def _bind_row(
    row: Line, cells: list[Cell], heading: Heading, *, is_drawn: bool
) -> list[tuple[Cell, Column | None]]:
    """Bind a row to the heading with the shift that leaves the fewest cells out of place.

    A text row that lost or gained a cell and fits no order is bound by its level labels alone.
    """
    columns = heading.columns
    is_long_enough = is_drawn or len(row.cells) >= heading.width
    is_whole = is_drawn or len(row.cells) == len(heading.rows[-1].cells)
    best: list[tuple[Cell, Column | None]] = []
    cost = _HOPELESS
    for shift in (0, *_shifts(cells, heading, is_drawn=is_drawn)) if is_long_enough else ():
        moved = bind(cells, columns, shift)
        moved_cost = _cost(moved, is_whole=is_whole) + (
            0 if is_drawn else _cost_of_levels(moved, heading, shift, is_whole=is_whole)
        )
        if moved_cost < cost:
            best, cost = moved, moved_cost
        if cost == 0:
            return best
    if is_drawn:
        return best or bind(cells, columns)
    in_order = _in_sequence(cells, heading)
    if in_order is not None and _cost(in_order) < min(cost, _WRONG):
        return in_order
    return best if cost < _WRONG else _by_labels(cells, heading)


def _by_labels(cells: list[Cell], heading: Heading) -> list[tuple[Cell, Column | None]]:
    """Bind only the level labels that a row begins with."""
    labels = _leading_labels(cells, heading)
    return [*labels, *((cell, None) for cell in cells[len(labels) :])]


def _cost_of_levels(
    bound: list[tuple[Cell, Column | None]], heading: Heading, shift: int, *, is_whole: bool
) -> int:
    """Return the cost of a text row's levels: a first without a second, a value in place of a name.

    In a complete row the second level can be merged over several rows that each print the first.
    """
    by_field = {column.field: cell for cell, column in bound if column is not None}
    cost = 0
    if "level1" in by_field and "level2" not in by_field and heading.place("level2") is not None:
        cost += 0 if is_whole and not shift else 2
    if "level3" in by_field and _VALUE.fullmatch(canonical(by_field["level3"].text)):
        cost += _WRONG
    reason = by_field.get("deviation_reason")
    # A complete row can print 0 for no reason; another figure there is a score that has moved.
    is_none = (
        reason is not None and reason.text == _NO_REASON and is_whole and not shift and "score" in by_field
    )
    if reason is not None and is_rate(reason.text) and not is_none:
        cost += _WRONG
    if shift and "level1" in by_field and not is_level_label(by_field["level1"].text, "level1"):
        cost += _WRONG
    return cost


def _shifts(cells: list[Cell], heading: Heading, *, is_drawn: bool) -> list[int]:
    found: list[int] = [] if is_drawn else [-1, 1]
    for cell in cells[:2]:
        for level in ("level1", "level2"):
            column = heading.place(level)
            if column is not None and is_level_label(cell.text, level):
                found.append(cell.column - column.start)
    return list(dict.fromkeys(found))


def _cost(bound: list[tuple[Cell, Column | None]], *, is_whole: bool = False) -> int:
    """Return how much of a row is in impossible positions; 0 for a row that fits its heading.

    In a complete row, which lost and gained no cell, an unreadable figure is a damaged cell and moves
    nothing.
    """
    cost = 0
    fields = [column.field for _, column in bound if column is not None]
    for cell, column in bound:
        name = column.field if column else None
        is_class = is_level_label(cell.text, "level1") or is_level_label(cell.text, "level2")
        is_second = is_class and not is_level_label(cell.text, "level1")
        figure = _without_percent(cell) if name == "weight" else cell
        has_problem = name in _FIGURES and figure_problem(figure) is not None
        if has_problem and is_whole and not _VALUE.fullmatch(canonical(cell.text)):
            cost += 1
        elif (
            name is None
            or name == TITLE
            or has_problem
            or (name in {"level1", "level2"} and is_number(cell.text))
            or (name == "level1" and is_second)
            or (name == "level3" and _is_whole_class(cell.text))
            or (is_class and name not in LEVELS)
        ):
            cost += _WRONG
        elif (name == "level3" and is_number(cell.text)) or (
            name == "deviation_reason" and is_number(cell.text) and "score" not in fields
        ):
            cost += 2
    if "level3" not in fields and {"target", "actual"} & set(fields):
        cost += 1
    return cost


def _is_whole_class(text: str) -> bool:
    return canonical(text) in {*LEVEL1_LABELS, *LEVEL2_PARENT}


def _in_sequence(cells: list[Cell], heading: Heading) -> list[tuple[Cell, Column | None]] | None:
    """Bind a row without blank cells by the order of the heading, wherever a page break has put it."""
    name = heading.place("level3")
    behind = name.start if name is not None else heading.width
    # A column that the warehouse lacks has a cell in the row as well.
    columns = sorted(
        (
            column
            for column in heading.columns
            if column.field in {"level3", *_VALUES}
            or (column.field in {"", NO_COLUMN} and column.start > behind)
        ),
        key=lambda column: column.start,
    )
    labels = _leading_labels(cells, heading)
    rest = cells[len(labels) :]
    if rest and rest[0].column < behind and label_of("fund_column", rest[0].text, least=1) == "执行率":
        # The points of the funds, beside the classes.
        return None
    needed = len(columns) - ("deviation_reason" in {column.field for column in columns})
    if len(rest) not in {needed, len(columns)} or rest[needed - 1].column - rest[1].column != needed - 2:
        return None
    bound = list(zip(rest, columns, strict=False))
    if any(column.field == "deviation_reason" and is_rate(cell.text) for cell, column in bound):
        return None
    return [*labels, *bound]


def _leading_labels(cells: list[Cell], heading: Heading) -> list[tuple[Cell, Column | None]]:
    labels: list[tuple[Cell, Column | None]] = []
    rest = list(cells)
    for level in ("level1", "level2"):
        column = heading.place(level)
        is_second = level == "level1" and _is_second_level(rest)
        if rest and column is not None and not is_second and is_level_label(rest[0].text, level):
            labels.append((rest.pop(0), column))
    return labels


def _is_second_level(cells: list[Cell]) -> bool:
    """Return whether a label of both levels (成本指标) is the second one: no other second one follows it."""
    return (
        bool(cells)
        and is_level_label(cells[0].text, "level2")
        and (len(cells) == 1 or not is_level_label(cells[1].text, "level2"))
    )


def emit(ledger: Ledger, table: str, key: Mapping[str, str], indicators: Iterable[Indicator]) -> None:
    """Emit the indicators in their order, numbered from one."""
    for number, indicator in enumerate(indicators, start=1):
        ledger.emit(table, indicator.row.number, {**key, "indicator_no": str(number), **indicator.values})
        for column, cell in indicator.extra:
            ledger.claim(table, column, cell)


def read_total(row: Line, headings: Sequence[Heading], ledger: Ledger, *, is_drawn: bool) -> dict[str, Value]:
    """Read the form's total: weight and score by their number and the heading, a grade by its word."""
    label, *rest = row.filled
    ledger.omit(label, "label")
    values: dict[str, Value] = {}
    figures = [
        cell for cell in rest if figure_problem(_without_percent(cell)) is None and not is_dash(cell.text)
    ]
    if len(figures) > len(_FIGURES) and figures[-1].text == _NO_REASON:
        figures.pop()
    names = _total_names(row, label, figures, headings, is_drawn=is_drawn)
    taken: list[Cell] = []
    for name, cell in zip(names, figures, strict=False):
        if name and (name == "total_weight" or not _is_percent(cell.text)):
            values[name] = _without_percent(cell)
            taken.append(cell)
    for cell in rest:
        if cell in taken:
            continue
        if is_dash(cell.text):
            ledger.omit(cell, "dash")
        elif canonical(cell.text) in _GRADES and "grade" not in values:
            values["grade"] = cell
        else:
            ledger.unread(cell, "out_of_place", row=label.text)
    return {**values, "total_source_line": str(row.number)}


def _total_names(
    row: Line, label: Cell, figures: list[Cell], headings: Sequence[Heading], *, is_drawn: bool
) -> list[str]:
    fields = [
        column.field
        for column in sorted(headings[-1].columns, key=lambda column: column.start)
        if column.field in _FIGURES
    ]
    if len(figures) == 1 and any(_covers_both(cell, headings[-1]) for cell in (label, figures[0])):
        # A full score merged over both columns doesn't show whether it was reached.
        is_weight = _is_full(figures[0]) and not _SCORE.search(canonical(label.text))
        return ["" if is_weight else "total_score"]
    is_sure = all(column.field != AMBIGUOUS for column in headings[-1].columns)
    if len(figures) == 2 and len(fields) == 2 and is_sure:
        return [f"total_{name}" for name in fields]
    if len(fields) == 1 and len(figures) == 1 and is_sure:
        return [f"total_{fields[0]}"]
    is_long_enough = is_drawn or len(row.cells) >= headings[-1].width
    is_whole = is_drawn or len(row.cells) == len(headings[-1].rows[-1].cells)
    if len(figures) == 1 and len(fields) == 2 and is_long_enough:
        for shift in dict.fromkeys((0, label.column - _label_place(headings[0]))):
            (_, column), *_ = bind(figures, headings[-1].columns, shift)
            if column is not None and column.field in _FIGURES:
                if not is_drawn and column.field == "weight" and not _is_full(figures[0]):
                    # A text loses the width of a cell that is merged over both.
                    return ["total_score" if _SCORE.search(canonical(label.text)) else ""]
                return [f"total_{column.field}"]
    if is_whole:
        # Other columns have totals of their own: each figure is under its heading.
        bound = [column.field if column else "" for _, column in bind(figures, headings[-1].columns)]
        # In a text, a figure below another heading means that the row is shifted.
        if is_drawn or {*bound} <= {*_FIGURES, NO_COLUMN, ""}:
            return [f"total_{name}" if name in fields and bound.count(name) == 1 else "" for name in bound]
    return [""] * len(figures)


def _is_full(cell: Cell) -> bool:
    return Decimal(_POINTS.sub("", half_width(_without_percent(cell).text)).replace(",", "")) == _FULL


def _covers_both(cell: Cell, heading: Heading) -> bool:
    """Return whether a merged cell is under the columns of weights and of scores."""
    columns = [column for column in heading.columns if column.field in _FIGURES]
    return len(columns) == len(_FIGURES) and all(column.overlap(cell) > 0 for column in columns)


def _label_place(heading: Heading) -> int:
    return min((column.start for column in heading.columns), default=0)


def is_grade(text: str) -> bool:
    """Return whether a text is the word for a grade."""
    return canonical(text) in _GRADES
