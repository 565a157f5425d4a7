"""The fund block of a form: a heading, then a row for each source; a target form has only label and amount."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingestion import run_together
from ingestion.document import Cell, Line
from ingestion.form_labels import (
    AMOUNT_COLUMNS,
    FUND_COLUMNS,
    OTHER,
    has_label_shape,
    header_label,
    is_fund_heading,
    label_of,
)
from ingestion.grid import LAST_YEAR, Column, Grid, Stack, bind, columns_of
from ingestion.ledger import Ledger, Value
from ingestion.numbers import amount_problem
from ingestion.sections.form_indicator import AMBIGUOUS, NO_COLUMN, figure_problem
from ingestion.sections.form_unit import Printed, Row
from ingestion.units import labelled_units, nearest
from ingestion.vocabulary import canonical, half_width, is_damaged, is_dash, is_rate

FUND_LABEL = "fund_source"
_AMONG = "其中"
_SOURCES = "来源"
_DAMAGED_SOURCE = 0.5
_NO_MONEY = "无"
_POINT_LABELS = {"分值", "得分"}
_APPLIED = re.compile("申请|申报")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]|[/／](?:千|万|百万|亿)?元$")
_DERIVED = re.compile(
    "占|比[例重率]|率|差[额异]|增[减长]|未|剩余|结余|计划(?:执行|支出)|应支出|政府采购|^其中|[/／÷]"
)
"""Words of headings of figures that are computed from the form's amounts, or are part of them."""
_BUDGETED, _EXECUTED = ("调整", "全年", "预算"), ("全年", "实际")
"""Words of the heading of the whole year, most certain first."""
_REASONS = {"": "unknown_heading", AMBIGUOUS: "ambiguous_heading"}
_TOTALS = ("合计", "小计", "总计", "总额", "资金总额")
_LONGEST_SOURCE = 30
_MOST_HEADING_ROWS = 3
_ENDS_OF_SOURCES = ("资金", "拨款", "总额", "补助", "收入", "支出", "结转", "其他", "基金", "公共预算", "：")
_REMARK = re.compile(r"\((?:单位：)?(?:千元|百万元|亿元|万元|元)\)$")
_PLAIN_FIGURE = re.compile(r"[0-9]+(?:[.][0-9]+)?")
_POINTS = re.compile(r"\(([0-9]+)分?\)$")
_POINTS_OF_BLOCK = re.compile(r"\((?:执行率[*×xX])?([0-9]{1,3}(?:\.[0-9]+)?)分(?:[*×xX]执行率)?\)")
_MID_TERM = re.compile(r"中期|实施周?期|长期|总投资")
_OF_YEAR = re.compile(r"(?:本|当)?年度?.*(?:总额|合计|资金)")
_AMOUNT_BEHIND_WORDS = re.compile(r"[0-9][0-9,，.]*(?:千元|百万元|亿元|万元|亿|万|元)?(?:\(.*\))?")
_AMOUNT_IN_WORDS = re.compile(r"[0-9](?:千元|百万元|亿元|万元|亿|万|元)")


@dataclass(frozen=True)
class FundBlock:
    """The result of reading a fund block.

    Attributes:
        rows: The line and the values of each row.
        units: The units that its labels print.
    """

    rows: list[Row]
    units: Printed


def read(rows: Sequence[Line], grid: Grid, ledger: Ledger) -> FundBlock:
    """Read the block's rows; cells that are not a label, amount, rate or score stay unread."""
    for read_special in (_read_line, _read_turned, _read_beside):
        if (special := read_special(rows, ledger)) is not None:
            return special
    columns: list[Column] = []
    title: Cell | None = None
    width, shifted = 0, -1
    units = Printed(anywhere=_units_of(cell for row in rows for cell in row.filled))
    funds: list[Row] = []
    mid_term: set[int] = set()
    heading_end, reason = 0, "label"
    for number, row in enumerate(rows):
        if length := _heading_length(rows[number : number + _MOST_HEADING_ROWS]):
            reason = "repeated_label" if columns and number >= heading_end else reason
            heading_end = max(heading_end, number + length)
            if not columns:
                heading = rows[number:heading_end]
                shifted = -1 if grid.is_drawn else _place_of_shifted(heading[0])
                end_of_sources = _end_of_sources(rows[heading_end:], shifted)
                columns = _settle(_columns(heading, grid), end_of_sources, is_whole=_is_whole(heading, grid))
                _add_units_of_heading(units, heading, columns)
                title = _title_of(heading[0], columns)
                width = max(line.filled[-1].column for line in heading) + 1
        if number < heading_end:
            ledger.omit(row, reason)
            continue
        cells = _without_title(row, ledger, is_repeated=bool(columns))
        units.block |= _units_of(cell for cell in row.filled if cell not in cells)
        if not cells:
            continue
        if columns:
            is_below = grid.is_drawn or cells[0].column >= min(column.start for column in columns)
            is_of_title = title is not None and not funds and (row is rows[-1] or _source_of(title))
            is_figure = amount_like(cells[0]) or is_rate(cells[0].text)
            label = title if is_of_title and is_below and is_figure else None
            is_shifted = cells[0].column == shifted and _is_shifted(row, cells, columns, width)
            found = _read_row(row, cells, columns, 0 if is_shifted else width, grid, ledger, label)
            if found is not None:
                funds.append((row.number, _score_of_points(found, columns)))
            else:
                units.block |= _units_of(cells)
        else:
            labels = [cell for cell in cells if not amount_like(cell)]
            # A text loses the positions of merged cells: there the order of the labels decides.
            places = [cell.column if grid.is_drawn else number for number, cell in enumerate(labels)]
            for cell, place in zip(labels, places, strict=True):
                if _MID_TERM.search(canonical(cell.text)):
                    mid_term.add(place)
                elif _OF_YEAR.match(canonical(cell.text)):
                    mid_term.discard(place)
            several = {cell.column for cell, place in zip(labels, places, strict=True) if place in mid_term}
            pairs = _read_pairs(cells, several, ledger)
            funds += [(row.number, found) for found in pairs]
            units.block |= set() if pairs else _units_of(cells)
    return FundBlock(funds, units)


def points_of(rows: Sequence[Line]) -> str:
    """Return the points that a block prints (预算执行情况（20分）, 得分（20分*执行率）), or an empty string."""
    cells = (cell for row in rows for cell in row.filled)
    found = {points for cell in cells for points in _POINTS_OF_BLOCK.findall(canonical(cell.text))}
    return found.pop() if len(found) == 1 else ""


def _score_of_points(values: dict[str, Value], columns: Sequence[Column]) -> dict[str, Value]:
    """Read a value below the points in the heading (分值（10）) as the score, if no heading asks for a score."""
    weight = next((column for column in columns if column.field == "weight"), None)
    points = _POINTS.search(canonical(weight.heading)) if weight is not None else None
    cell = values.get("weight")
    if points is None or not isinstance(cell, Cell) or any(column.field == "score" for column in columns):
        return values
    figure = half_width(cell.text)
    if not _PLAIN_FIGURE.fullmatch(figure) or Decimal(figure) >= int(points[1]):
        return values
    return {**{name: value for name, value in values.items() if name != "weight"}, "score": cell}


def _heading_length(rows: Sequence[Line]) -> int:
    """Return the number of rows of the heading at the start; an upper one can name groups of columns."""
    first = rows[0]
    length = 1 if is_fund_heading(first) or len(_columns_named(first)) > 1 or _names_years(first) else 0
    if any(map(_is_figure, first.filled)):
        return length
    if not length and _heads_groups(rows):
        length = 2
    printed = {(cell.column, cell.text) for cell in first.filled}
    # Below the title of the block or the heading of the sources, there is no column label.
    behind = first.filled[0].column + first.filled[0].width
    for number, row in enumerate(rows[1:], start=1):
        own = {(cell.column, cell.text) for cell in row.filled}
        named = _columns_named(row)
        is_below = row.filled[0].column >= behind and not own & printed
        if length == number and is_below and _parts_amounts(row, rows[:number]):
            length = number + 1
            break
        if not is_below or not named or len(named) * 2 < len(own) or any(map(_is_figure, row.filled)):
            break
        if length or len(named) > 1:
            length = number + 1
        printed |= own
    return length


def _parts_amounts(row: Line, heading: Sequence[Line]) -> bool:
    """Return whether a row below a heading names the sources of its amounts: 合计, 其中：财政拨款."""
    places = [cell.column for line in heading for cell in line.filled if _amount_field(cell)]
    cells = row.filled
    is_below = bool(places) and cells[0].column >= min(places)
    return is_below and len(cells) > 1 and any(map(_is_part, cells)) and not any(map(_is_figure, cells))


def _heads_groups(rows: Sequence[Line]) -> bool:
    """Return whether a row names sources above groups of columns, and the next row the amounts of each."""
    sources = [cell for cell in rows[0].filled if _is_part(cell)]
    names = [_amount_field(cell) for cell in rows[1].filled] if len(rows) > 1 else []
    return len(sources) > 1 and any(name and names.count(name) > 1 for name in names)


def _is_part(cell: Cell) -> bool:
    label = label_of("fund_column", cell.text, least=1)
    return _is_total(cell.text) or _source_of(cell) or label == OTHER


def _is_total(text: str) -> bool:
    return _REMARK.sub("", canonical(text)) in _TOTALS


def _names_years(row: Line) -> bool:
    """Return whether a row heads amounts of the year beside amounts of other years."""
    labels = [label_of("fund_column", cell.text, least=1) for cell in row.filled if not _source_of(cell)]
    known = [label for label in labels if label is not None]
    amounts = _columns_named_by(row.filled) & set(AMOUNT_COLUMNS)
    return len(amounts) == 1 and OTHER in known and len(known) > 1 and not any(map(_is_figure, row.filled))


def _is_figure(cell: Cell) -> bool:
    return is_rate(cell.text) or is_dash(cell.text)


def _read_line(rows: Sequence[Line], ledger: Ledger) -> FundBlock | None:
    """Read a block of one row with a label before each value (预算数 100 执行数 90 执行率 90% 得分 9), or return None."""
    if len(rows) != 1:
        return None
    title, *cells = rows[0].filled
    if not _is_title(title) or len(cells) % 2:
        return None
    pairs = list(zip(cells[::2], cells[1::2], strict=True))
    names = [FUND_COLUMNS.get(label_of("fund_column", label.text, least=1) or "", "") for label, _ in pairs]
    if len(set(names)) < len(names) or "" in names or not {"annual_budget", "executed"} <= set(names):
        return None
    source = replace(title, text=_BRACKETS.sub("", source_text(title.text)))
    values: dict[str, Value] = {FUND_LABEL: source}
    for name, (label, cell) in zip(names, pairs, strict=True):
        ledger.omit(label, "label")
        if (problem := _problem(name, cell)) is not None:
            ledger.unread(cell, problem, row=source.text, column=label.text)
        else:
            values[name] = cell
    labels = [(name, label) for name, (label, _) in zip(names, pairs, strict=True) if name in AMOUNT_COLUMNS]
    return FundBlock([(rows[0].number, values)], _units_before(labels, rows))


def _read_turned(rows: Sequence[Line], ledger: Ledger) -> FundBlock | None:
    """Read a block with sources as columns and amounts as rows, or return None."""
    heads = [cell for cell in rows[0].filled if _source_of(cell)] if rows else []
    # One row of amounts without a label, as in a form of targets, is the budget.
    is_bare = bool(heads) and len(rows) == 2 and all(map(amount_like, rows[1].filled))
    if is_bare:
        heads = [cell for cell in rows[0].filled if not (_is_title(cell) or amount_like(cell))]
    labels = [_without_block_title(row, heads[0].column) for row in rows[1:]] if len(heads) >= 2 else []
    if not labels or (any(label is None for label in labels) and not is_bare):
        return None
    columns = [Column(cell.column, cell.column + cell.width, (cell.text,), cell.text) for cell in heads]
    values: dict[str, dict[str, Value]] = {cell.text: {} for cell in heads}
    for row, label in zip(rows[1:], labels, strict=True):
        name = "annual_budget" if label is None else _name_of(label)
        titles = [] if label is None else [cell for cell in row.filled if cell.column <= label.column]
        text = "" if label is None else label.text
        ledger.omit(titles, "label")
        for cell, column in bind((cell for cell in row.filled if cell not in titles), columns):
            if column is None:
                ledger.unread(cell, "no_column", row=text)
            elif (problem := _problem(name, cell)) is not None or name in values[column.field]:
                ledger.unread(cell, problem or "out_of_place", row=text, column=column.heading)
            else:
                values[column.field][name] = cell
    ledger.omit((cell for cell in rows[0].filled if cell not in heads), "label")
    found: list[tuple[int, dict[str, Value]]] = [
        (cell.line, {FUND_LABEL: replace(cell, text=source_text(cell.text)), **values[cell.text]})
        for cell in heads
        if values[cell.text]
    ]
    names = [(_name_of(label), label) for label in labels if label is not None]
    return FundBlock(found, _units_before(names, rows))


def _read_beside(rows: Sequence[Line], ledger: Ledger) -> FundBlock | None:
    """Read a block with a label before each amount, budget and execution as sides or rows, or return None.

    As sides: 预算数 100 执行数 90, and below it each source twice. As rows: 预算数 100 其中：财政拨款 100, and below it the
    same for 执行数.
    """
    printed = [_pairs_of(row) for row in rows]
    fields = [[_amount_field(label) for label, _ in pairs] for pairs in printed]
    if not any(amount for pairs in printed[:1] for _, amount in pairs):
        return None
    texts = [[source_text(label.text) for label, _ in pairs] for pairs in printed]
    sides, firsts = fields[0], [of[0] if of else "" for of in fields]
    if len(sides) == 2 and all(sides) and sides[0] != sides[1]:
        if any(len(of) != 2 or of[0] != of[1] for of in texts[1:]):
            return None
        places = [(n, name) for n in range(len(rows)) for name in sides]
    elif len(rows) > 1 and all(firsts) and len(set(firsts)) == len(rows):
        if any(of[1:] != texts[0][1:] for of in texts):
            return None
        places = [(n, name) for name in firsts for n in range(len(texts[0]))]
    else:
        return None
    found: dict[int, dict[str, Value]] = {}
    for (number, name), (label, amount) in zip(places, (pair for of in printed for pair in of), strict=True):
        if number in found:
            ledger.omit(label, "label")
        values = found.setdefault(number, {FUND_LABEL: replace(label, text=source_text(label.text))})
        if amount is None:
            continue
        if (problem := amount_problem(amount)) is not None:
            ledger.unread(amount, problem, row=label.text)
        else:
            values[name] = amount
    ledger.omit((row.filled[0] for row in rows if _is_title(row.filled[0])), "label")
    lines = [
        label.line for label in (values[FUND_LABEL] for values in found.values()) if isinstance(label, Cell)
    ]
    names = [(_amount_field(label), label) for pairs in printed for label, _ in pairs if _amount_field(label)]
    return FundBlock(list(zip(lines, found.values(), strict=True)), _units_before(names, rows))


def _units_of(cells: Iterable[Cell]) -> set[str]:
    return labelled_units(cell.text for cell in cells)


def _units_before(labels: Iterable[tuple[str, Cell]], rows: Sequence[Line]) -> Printed:
    """Return the units of a block with labels before the amounts, by the raw column of each label."""
    units = Printed(anywhere=_units_of(cell for row in rows for cell in row.filled))
    for name, label in labels:
        units.columns.setdefault(name, set()).update(_units_of([label]))
    units.block = _units_of(row.filled[0] for row in rows if _is_title(row.filled[0]))
    return units


def _add_units_of_heading(units: Printed, heading: Sequence[Line], columns: Sequence[Column]) -> None:
    """Add the units above each column of amounts, lowest first, and those of the block's title."""
    for column in columns:
        if column.field in AMOUNT_COLUMNS:
            units.columns[column.field] = nearest(
                labelled_units([label]) for label in reversed(column.labels)
            )
    of_columns = {label for column in columns for label in column.labels}
    units.block |= _units_of(cell for row in heading for cell in row.filled if cell.text not in of_columns)


def _pairs_of(row: Line) -> list[tuple[Cell, Cell | None]]:
    """Return the labels of a row, each with the amount after it; empty if an amount has no label."""
    pairs: list[tuple[Cell, Cell | None]] = []
    for cell in row.filled[1:] if _is_title(row.filled[0]) else row.filled:
        if not amount_like(cell):
            pairs.append((cell, None))
        elif pairs and pairs[-1][1] is None:
            pairs[-1] = (pairs[-1][0], cell)
        else:
            return []
    return pairs


def _name_of(label: Cell) -> str:
    return FUND_COLUMNS[label_of("fund_column", label.text, least=1) or ""]


def _amount_field(label: Cell) -> str:
    """Return the raw column of amounts that a label names, or an empty string."""
    name = FUND_COLUMNS.get(label_of("fund_column", label.text, least=1) or "", "")
    return name if name in AMOUNT_COLUMNS else ""


def _source_of(cell: Cell) -> bool:
    return label_of("fund_source", cell.text, least=1) is not None


def _without_block_title(row: Line, first: int) -> Cell | None:
    """Return the label of an amount that a row begins with, after the block's title, or None."""
    before = [cell for cell in row.filled if cell.column < first]
    return before[-1] if before and len(_columns_named_by(before[-1:])) == 1 else None


def _title_of(heading: Line, columns: Sequence[Column]) -> Cell | None:
    """Return the title of the block before its columns, without the unit after it."""
    first = min((column.start for column in columns), default=0)
    cell = heading.filled[0]
    return replace(cell, text=_REMARK.sub("", canonical(cell.text))) if cell.column < first else None


def _columns(heading: Sequence[Line], grid: Grid) -> list[Column]:
    columns = columns_of(heading, grid, _field_of)
    if grid.is_drawn:
        return columns
    last = max(line.filled[-1].column for line in heading)
    # In a text, a blank in the heading is a lost label, not the width of the one before it.
    return [
        replace(column, end=place + 1) if place == column.start else Column(place, place + 1, (), "")
        for column in columns
        for place in range(column.start, min(column.end, last + 1))
        if place == column.start or column.field
    ]


def _columns_named(row: Line) -> set[str]:
    return _columns_named_by(row.filled)


def _columns_named_by(cells: Iterable[Cell]) -> set[str]:
    labels = {label_of("fund_column", cell.text, least=1) for cell in cells}
    return {FUND_COLUMNS[label] for label in labels if label in FUND_COLUMNS}


def _field_of(stack: Stack) -> str:
    label = label_of("fund_column", stack[-1])
    if (
        label not in FUND_COLUMNS
        and (above := _field_of(stack[:-1]) if len(stack) > 1 else "") in AMOUNT_COLUMNS
    ):
        # A part of an amount is not an amount of its own; the sum of its parts is.
        return above if _is_total(stack[-1]) else NO_COLUMN
    name = "" if label is None else FUND_COLUMNS.get(label, NO_COLUMN)
    return NO_COLUMN if name in AMOUNT_COLUMNS and _DERIVED.search(_BRACKETS.sub("", stack[-1])) else name


def _place_of_shifted(heading: Line) -> int:
    """Return the position of a text's block title: a row that begins there lost the blank cell below it.

    A title that names the sources is their heading, with the sources below it: the result is then -1.
    """
    first = heading.filled[0]
    is_title = _is_title(first) and _SOURCES not in canonical(first.text)
    return first.column if is_title and len(heading.filled) > 1 else -1


def _is_shifted(row: Line, cells: Sequence[Cell], columns: Sequence[Column], width: int) -> bool:
    """Return whether a text row below the title lost a cell, and its label is not merged over it."""
    first = min(column.start for column in columns)
    is_short = len(row.cells) < width or any(cell.column < first for cell in cells[1:])
    return first > cells[0].column + 1 and is_short


def _end_of_sources(rows: Sequence[Line], shifted: int) -> int | None:
    """Return the position after the column of fund sources, as the known sources show it, or None.

    Args:
        rows: The rows of the block.
        shifted: The position at which rows begin that lost their first cell in a text, or -1.
    """
    ends = [
        cell.column + cell.width + (cell.column == shifted)
        for row in rows
        if len(_columns_named(row)) < 2
        for cell in row.filled[:2]
        if label_of("fund_source", cell.text, least=1) is not None
    ]
    return max(ends, default=None)


def _is_whole(heading: Sequence[Line], grid: Grid) -> bool:
    """Return whether the extent of a heading's upper labels is known: a text can lose their blank cells."""
    return grid.is_drawn or len({len(row.cells) for row in heading}) == 1


def _settle(columns: list[Column], end_of_sources: int | None, *, is_whole: bool) -> list[Column]:
    """Keep one column for each field; if the sources are side by side, their sum is the annual budget."""
    fields = {column.field for column in columns}
    if not is_whole:
        # It is unknown which amount 合计 refers to.
        columns = [
            replace(column, field=AMBIGUOUS)
            if len(column.labels) > 1 and _is_total(column.heading) and column.field in AMOUNT_COLUMNS
            else column
            for column in columns
        ]
    if "executed" in fields:
        # The amount applied for is the budget only in a target form, which has no other amount yet.
        columns = [
            replace(column, field=NO_COLUMN)
            if column.field in AMOUNT_COLUMNS and _APPLIED.search(column.heading)
            else column
            for column in columns
        ]
        fields = {column.field for column in columns}
    if not fields & {"annual_budget", "initial_budget"}:
        columns = [
            replace(column, field="annual_budget")
            if column.field in {"", NO_COLUMN} and _is_total(column.heading)
            else column
            for column in columns
        ]
    if end_of_sources is not None:
        # The heading of the sources can be worded like one of the amounts after it (年度预算数).
        behind = {column.field for column in columns if column.start >= end_of_sources}
        columns = [
            column for column in columns if column.start >= end_of_sources or column.field not in behind
        ]
    known = [column.start for column in columns if column.field]
    # Left of the first known column is the title of the block or the heading of the sources.
    first = min(known, default=0)
    if end_of_sources is not None:
        first = min(first, end_of_sources)
    columns = [column for column in columns if column.start >= first]
    chosen = {
        name: _chosen([column for column in columns if column.field == name], is_whole=is_whole)
        for name in FUND_COLUMNS.values()
        if name in fields
    }
    return [
        column
        if column.field not in chosen
        or (column is chosen[column.field] and not LAST_YEAR.search("".join(column.labels)))
        else replace(column, field=AMBIGUOUS if chosen[column.field] is None else NO_COLUMN)
        for column in columns
    ]


def _chosen(columns: Sequence[Column], *, is_whole: bool) -> Column | None:
    """Return which of several columns of one field holds the form's value, or None if undetermined.

    It is that of the latest period, of all sources together, and after adjustments.
    """
    left = [c for c in columns if not any(c.is_of_earlier_period_than(other) for other in columns)]
    if len(left) > 1 and not is_whole:
        return None
    if len({column.labels[:-1] for column in left}) > 1:
        totals = [column for column in left if any(map(_is_total, column.labels[:-1]))]
        return totals[0] if len(totals) == 1 else None
    name = left[0].field if left else ""
    words = _EXECUTED if name == "executed" else _BUDGETED
    best = next(filter(None, ([c for c in left if word in c.heading] for word in words)), left)
    return best[0] if len(best) == 1 or (best and name not in AMOUNT_COLUMNS) else None


def _is_title(cell: Cell) -> bool:
    text = canonical(cell.text)
    is_source = label_of("fund_source", cell.text, least=1) is not None
    return not is_source and (
        text.startswith("项目资金") or label_of("fund_heading", cell.text, least=1) is not None
    )


def _without_title(row: Line, ledger: Ledger, *, is_repeated: bool) -> list[Cell]:
    """Return the row's cells after the block's title, which is before its first row or beside them all."""
    cells = list(row.filled)
    if cells and _is_title(cells[0]) and not (len(cells) > 1 and is_rate(cells[1].text)):
        ledger.omit(cells.pop(0), "repeated_label" if is_repeated and cells[1:] else "label")
    return cells


def _read_row(
    row: Line,
    cells: list[Cell],
    columns: list[Column],
    width: int,
    grid: Grid,
    ledger: Ledger,
    title: Cell | None = None,
) -> dict[str, Value] | None:
    """Read a row of the block; a single row can have the title of the block as its label."""
    first = min(column.start for column in columns)
    label, rest = (title, list(cells)) if title is not None else _source(cells, first, ledger)
    if label is None:
        ledger.unread(cells, "no_label")
        return None
    bound = _bind_row(row, label, rest, columns, is_drawn=grid.is_drawn, width=width)
    values: dict[str, Value] = {}
    if label_of("fund_column", label.text, least=1) in _POINT_LABELS:
        # The points of the block in a row of their own.
        ledger.unread([label, *rest], "out_of_place", row=label.text)
        return None
    if not _source_of(label) and any(_is_word_for_amount(cell, column) for cell, column in bound):
        # A row of another table: its label is not a source, and words are in place of amounts.
        _leave_unread(label, bound, ledger)
        return None
    for cell, column in bound:
        heading = column.heading if column else ""
        name = column.field if column else ""
        if column is None or name not in FUND_COLUMNS.values():
            reason = "out_of_place" if column is None else _REASONS.get(name, "no_column")
            ledger.unread(cell, reason, row=label.text, column=heading)
        elif cell.text == _NO_MONEY:
            ledger.omit(cell, "dash")
        elif (problem := _problem(name, cell)) is not None:
            ledger.unread(cell, problem, row=label.text, column=heading)
        elif name in values:
            ledger.unread(cell, "out_of_place", row=label.text, column=heading)
        else:
            values[name] = cell
    if "execution_rate" in values and "annual_budget" not in values and not _source_of(label):
        # A rate without amounts: figures of another table.
        _leave_unread(label, bound, ledger)
        return None
    if _is_moved(bound):
        _leave_unread(label, bound, ledger)
        return None
    if not values and (_has_lost_amount(bound, label, grid) or not _is_source(label)):
        ledger.unread(label, "no_column", row=label.text)
        return None
    return {FUND_LABEL: label, **values}


def _is_moved(bound: Iterable[tuple[Cell, Column | None]]) -> bool:
    """Return whether a row is not below its headings: its percentage is under the score, and a number under the rate.

    A page draws a merged cell wider in one row than in the others.
    """
    texts = {column.field: half_width(cell.text) for cell, column in bound if column is not None}
    rate, score = (texts.get(name, "") for name in ("execution_rate", "score"))
    return is_rate(score) and score.endswith("%") and bool(rate) and not rate.endswith("%")


def _leave_unread(label: Cell, bound: list[tuple[Cell, Column | None]], ledger: Ledger) -> None:
    """Keep the cells of a row of another table unread."""
    for cell, column in ((label, None), *bound):
        ledger.unread(cell, "out_of_place", row=label.text, column=column.heading if column else "")


def _is_word_for_amount(cell: Cell, column: Column | None) -> bool:
    is_amount = column is not None and column.field in AMOUNT_COLUMNS and cell.text != _NO_MONEY
    return is_amount and amount_problem(cell) == "not_a_number"


def _has_lost_amount(bound: list[tuple[Cell, Column | None]], label: Cell, grid: Grid) -> bool:
    """Return whether an unread cell of a row can be an amount of its source, or be from another table."""
    is_sure = grid.is_drawn and label_of("fund_source", label.text, least=1) is not None
    return any(
        not is_sure if column is None else column.field in FUND_COLUMNS.values() for _, column in bound
    )


def _is_source(label: Cell) -> bool:
    """Return whether a label can name a fund source, unlike a remark of several clauses."""
    text = canonical(label.text)
    return len(text) <= _LONGEST_SOURCE and not _AMOUNT_BEHIND_WORDS.search(text)


def _problem(name: str, cell: Cell) -> str | None:
    if is_dash(cell.text):
        return None
    if name in AMOUNT_COLUMNS:
        return amount_problem(cell)
    if name == "execution_rate":
        return _rate_problem(cell)
    return figure_problem(cell)


def _rate_problem(cell: Cell) -> str | None:
    text = half_width(cell.text)
    if is_damaged(text):
        return "damaged"
    return None if is_rate(text) else "not_a_number"


def _source(cells: list[Cell], first: int, ledger: Ledger) -> tuple[Cell | None, list[Cell]]:
    """Return the row's label and the cells after it; a label can be in two cells ("其中：" and the source)."""
    rest = list(cells)
    if is_rate(rest[0].text) or (is_dash(rest[0].text) and rest[0].column >= first):
        return None, rest
    label = rest.pop(0)
    while rest and _goes_on(label, rest[0], first):
        if label.text.rstrip("：:") == _AMONG:
            ledger.omit(label, "label")
            second = rest.pop(0)
            label = replace(second, text=f"其中：{second.text}")
        else:
            ledger.omit(label, "repeated_label")
            label = rest.pop(0)
    return replace(label, text=source_text(label.text)), rest


def _goes_on(label: Cell, following: Cell, first: int) -> bool:
    """Return whether the cell after a label is the actual label, preceded by a title or 其中."""
    if is_rate(following.text) or is_dash(following.text):
        return False
    return label.text.rstrip("：:") == _AMONG or (
        following.column < first and label.column < following.column
    )


def source_text(text: str) -> str:
    """Return a fund source as printed, or, if it lost characters, the standard label that it matches."""
    plain = canonical(text).rstrip("：")
    if label_of("fund_source", text, least=1) is not None:
        return plain
    return label_of("fund_source", text, least=_DAMAGED_SOURCE) or plain


def _bind_row(
    row: Line, label: Cell, cells: list[Cell], columns: list[Column], *, is_drawn: bool, width: int
) -> list[tuple[Cell, Column | None]]:
    """Bind the cells after a label; those of a text row that lost or gained a cell are bound to nothing."""
    if is_drawn:
        return bind(cells, columns)
    behind = list(row.cells[label.column + 1 :])
    if (divided := _part_run_together(list(behind), columns)) is not None:
        return divided
    first = min(column.start for column in columns)
    bound: list[tuple[Cell, Column | None]]
    fits = cells and cells[-1].column < width <= len(row.cells)
    if label.column < first and (fits or not cells):
        bound = bind(cells, columns)
    else:
        # The label is where the heading begins, or a page break has shifted the row: the order decides.
        is_short = bool(cells) and len(behind) < len(columns)
        while behind and not behind[-1].text:
            behind.pop()
        while len(behind) > len(columns) and not behind[0].text:
            behind.pop(0)
        if is_short or len(behind) > len(columns):
            return [(cell, None) for cell in cells]
        bound = [(cell, column) for cell, column in zip(behind, columns, strict=False) if cell.text]
    named = {column.field: cell for cell, column in bound if column is not None}
    annual, executed = (name in named and is_dash(named[name].text) for name in ("annual_budget", "executed"))
    # A form asks for both amounts of a source or for neither: a dash under one of them has moved.
    return [(cell, None) for cell in cells] if annual != executed else bound


def _part_run_together(cells: list[Cell], columns: list[Column]) -> list[tuple[Cell, Column | None]] | None:
    """Divide a text's cell of several run-together amounts, if the arithmetic leaves one way to do so."""
    while cells and not cells[-1].text:
        cells.pop()
    joined = [place for place, cell in enumerate(cells) if _is_run_together(cell)]
    lost = len(columns) - len(cells)
    if len(joined) != 1 or lost < 1:
        return None
    place = joined[0]
    run = [column.field for column in columns[place : place + lost + 1]]
    others: Mapping[str, Cell] = {
        **{column.field: cell for column, cell in zip(columns, cells[:place], strict=False)},
        **{
            column.field: cell
            for column, cell in zip(columns[place + lost + 1 :], cells[place + 1 :], strict=False)
        },
    }
    ways = run_together.part(
        half_width(cells[place].text), run, {name: cell.text for name, cell in others.items()}
    )
    if len(ways) != 1:
        return None
    source = cells[place]
    parts = {
        name: Cell(source.line, source.column, text, text) for name, text in zip(run, ways[0], strict=True)
    }
    values = {**others, **parts}
    return [(values[column.field], column) for column in columns if values[column.field].text]


def _is_run_together(cell: Cell) -> bool:
    return bool(cell.text) and run_together.looks_run_together(half_width(cell.text))


def _read_pairs(cells: list[Cell], mid_term: set[int], ledger: Ledger) -> list[dict[str, Value]]:
    """Read a row of a block without a heading: each source with its amount after it.

    Args:
        cells: The cells of the row.
        mid_term: Positions of labels that are, or are below, one of several years: sources there are not of
            one year.
        ledger: The target of the cells.
    """
    found: list[dict[str, Value]] = []
    waiting = list(cells)
    while waiting:
        label = waiting.pop(0)
        if label.text.rstrip("：:") == _AMONG and waiting and not amount_like(waiting[0]):
            ledger.omit(label, "label")
            second = waiting.pop(0)
            label = replace(second, text=f"其中：{second.text}")
        if amount_like(label) or is_dash(label.text):
            ledger.unread(label, "no_label")
            continue
        name, joined = _joined(label)
        if joined is not None:
            if label.column in mid_term:
                ledger.unread(joined, "no_column", row=name.text)
            else:
                found.append({FUND_LABEL: name, "annual_budget": joined})
            continue
        amounts = [waiting.pop(0) for _ in range(_leading_amounts(waiting))]
        if len(amounts) > 1:
            ledger.unread([label, *amounts], "no_heading", row=label.text)
            continue
        value = amounts[0] if amounts else None
        is_source = names_source(label)
        is_alone = len(cells) == 1 and not _is_pair_label(label)
        if value is None and waiting and not _is_pair_label(waiting[0]) and _joined(waiting[0])[1] is None:
            # The cell beside a header label is its value, not an amount.
            ledger.unread(waiting.pop(0), "not_a_number" if is_source else "no_column", row=label.text)
        if _AMOUNT_IN_WORDS.search(canonical(label.text)):
            ledger.unread([label, *amounts], "not_a_number")
        elif is_alone:
            # A text of the block, such as the purpose of the funds.
            ledger.unread(label, "no_column")
        elif label.column in mid_term or not is_source:
            ledger.omit(label, "label")
            if value is not None:
                ledger.unread(value, "no_column", row=label.text)
        else:
            found.append({FUND_LABEL: name, **({"annual_budget": value} if value is not None else {})})
    return found


def _leading_amounts(cells: list[Cell]) -> int:
    return next((n for n, cell in enumerate(cells) if not amount_like(cell)), len(cells))


def _joined(label: Cell) -> tuple[Cell, Cell | None]:
    """Divide a cell that holds a source and its amount after a colon."""
    head, colon, value = canonical(label.text).rpartition("：")
    if colon and value and _AMOUNT_BEHIND_WORDS.match(value) and not _AMOUNT_IN_WORDS.search(head):
        return replace(label, text=source_text(head)), replace(label, text=value)
    return replace(label, text=source_text(label.text)), None


def _is_pair_label(cell: Cell) -> bool:
    return not amount_like(cell) and (
        names_source(cell) or has_label_shape(cell.text) or header_label(cell.text) is not None
    )


def names_source(cell: Cell) -> bool:
    """Return whether a label of a block without a heading can be a source, and not a header label."""
    text = canonical(cell.text)
    if _source_of(cell) or text.startswith(_AMONG):
        return True
    return header_label(text) is None and _BRACKETS.sub("", text).endswith(_ENDS_OF_SOURCES)


def amount_like(cell: Cell) -> bool:
    """Return whether a cell holds an amount, with or without its unit and a remark after it."""
    return bool(_AMOUNT_BEHIND_WORDS.fullmatch(half_width(canonical(cell.text)))) or is_dash(cell.text)
