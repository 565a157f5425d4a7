"""Final accounts by function code: 支出决算表, 一般公共预算财政拨款支出决算表 and their variants.

A row gives a raw row of what it spent in all, and one for each nature of spending that has a
column of its own. Headings can be two or three rows high.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingestion.account_labels import (
    AMOUNTS,
    CODE,
    LEVELS,
    MOST_HEADING_ROWS,
    NAME,
    NATURES,
    heading_rows,
    is_caption,
    is_heading,
    label_of,
    unit_of,
)
from ingestion.blocks import Block
from ingestion.document import Cell, Line
from ingestion.ledger import Ledger, PartError, Value
from ingestion.vocabulary import canonical, is_dash, is_number, is_plain_number

TABLE = "raw_final_account"
_ITEM = "function_item"
_NATURE = "nature_item"
_FINAL = "final_account"
_TOTALS = {"合计", "总计", "支出合计", "本年支出合计", "支出总计"}
_CODE = re.compile(r"2\d{2}(?:\d{2}){0,2}")
_LENGTH_BEFORE = (0, 3, 5)
_NOTE = re.compile(r"(?:注|说明|备注)[:：\d.]")
_TITLE = re.compile(r"(?!年)[一-龥()]*决算[一-龥()]*表")
_UNIT = re.compile(r"单位：?\(?([百千万亿]*元)|\(([百千万亿]*元)\)")
_UNITS = {"元", "万元", "亿元"}
_FURTHEST_TITLE = 12
_LONGEST_TITLE = 60

_Place = tuple[str, str]
"""A kind of amount, and the nature of spending or an empty string."""


@dataclass
class _Layout:
    """Where the columns of a table stand, and what is printed above it.

    Attributes:
        codes: Columns of the code: one, or one for each of 类, 款 and 项.
        name: Column of the item's name.
        amounts: What each column of amounts holds.
        unit: The unit printed above the table or in its heading, or an empty string.
        title: The printed title, or an empty string.
        last_code: The code of the row before: merged cells carry its beginning down.
    """

    codes: list[int]
    name: int
    amounts: dict[int, _Place]
    unit: str
    title: str
    last_code: str = ""


@dataclass
class _Row:
    """A row of figures, taken apart."""

    code: str
    code_cells: list[Cell]
    name: Cell
    amounts: dict[_Place, Cell] = field(default_factory=dict)


def read(block: Block, ledger: Ledger, before: Sequence[Line]) -> None:
    """Emit the items of a table by function code.

    Args:
        block: The table, its heading first.
        ledger: Where its rows go.
        before: The lines of the document above it, for its title and unit.

    Raises:
        PartError: If a code is none, a figure stands where none belongs, or a heading says too little.
    """
    captions = [row for row in block.rows if is_caption(row)]
    layout = _layout(heading_rows(block.rows), [*before, *captions])
    for number, row in enumerate(block.rows):
        if is_caption(row):
            ledger.omit(row, "label")
        elif is_heading(row):
            is_first = number < len(captions) + MOST_HEADING_ROWS
            ledger.omit(row, "label" if is_first else "repeated_label")
            ledger.omit(row, "column_number")
        elif len(row.filled) == 1 and _NOTE.match(row.head):
            ledger.omit(row, "narrative")
        else:
            _emit(_take_apart(row, layout), layout, ledger)


def _layout(heading: list[Line], before: Sequence[Line]) -> _Layout:
    line = heading[0].number
    stacks = _stacks(heading)
    deepest = {column: stack[-1] for column, stack in stacks.items()}
    names = [column for column, label in deepest.items() if label == NAME]
    codes = [column for column, label in deepest.items() if label in (CODE, *LEVELS)]
    if len(names) != 1 or not codes:
        raise PartError(line, "function accounts: no column 科目编码 or 科目名称 in the heading")
    # A label over three columns stands in the first of them.
    codes = [
        *codes,
        *(place for place in range(min(codes), names[0]) if place not in deepest),
    ]
    amounts: dict[int, _Place] = {}
    for column, stack in stacks.items():
        place = _place(stack)
        if place is None:
            continue
        if place in amounts.values():
            raise PartError(line, f"function accounts: two columns are headed {'/'.join(stack)}")
        amounts[column] = place
    return _Layout(sorted(codes), names[0], amounts, _unit(heading, before), _title(before))


def _stacks(heading: list[Line]) -> dict[int, list[str]]:
    """The labels above each column, from the top; one over several columns belongs to them all."""
    stacks: dict[int, list[str]] = {}
    for level, row in enumerate(heading):
        labels = {cell.column: label for cell in row.filled if (label := label_of(cell))}
        below = {cell.column for later in heading[level + 1 :] for cell in later.filled if label_of(cell)}
        over = ""
        for column in range(max((*labels, *below), default=-1) + 1):
            own = labels.get(column)
            if own is not None:
                over = own if own in AMOUNTS or own in NATURES else ""
                stacks.setdefault(column, []).append(own)
            elif over and column in below and column not in stacks:
                stacks[column] = [over]
            elif over and column in below:
                stacks[column].append(over)
    return stacks


def _place(stack: list[str]) -> _Place | None:
    if any(label in (CODE, NAME, *LEVELS) for label in stack):
        return None
    natures = [NATURES[label] for label in stack if label in NATURES]
    kinds = [AMOUNTS[label] for label in stack if label in AMOUNTS]
    if not natures and not kinds:
        # 合计 alone is what was spent in all; 项目 alone says nothing.
        return (_FINAL, "") if stack[-1] == "合计" else None
    return kinds[0] if kinds else _FINAL, natures[-1] if natures else ""


def _above(before: Sequence[Line]) -> Iterator[Line]:
    """The lines right above a table, the nearest first, as far as the figures of the table before."""
    for line in reversed(before[-_FURTHEST_TITLE:]):
        if any(is_number(cell.text) for cell in line.filled):
            return
        yield line


def _title(before: Sequence[Line]) -> str:
    for line in _above(before):
        found = _TITLE.search(canonical(line.text).replace("年度", "年"))
        if found and len(line.text) <= _LONGEST_TITLE:
            return found[0].removeprefix("年")
    return ""


def _unit(heading: list[Line], before: Sequence[Line]) -> str:
    own = {unit for row in heading for cell in row.filled if (unit := unit_of(cell))}
    if len(own) > 1:
        raise PartError(heading[0].number, f"function accounts: columns in {' and '.join(sorted(own))}")
    for line in _above(before):
        found = _UNIT.search(canonical(line.text))
        if found and len(line.text) <= _LONGEST_TITLE:
            own = own or {found[1] or found[2]}
            break
    unit = next(iter(own), "")
    if unit and unit not in _UNITS:
        raise PartError(heading[0].number, f"function accounts: amounts in {unit}, known are 元, 万元, 亿元")
    return unit


def _take_apart(row: Line, layout: _Layout) -> _Row:
    places = {*layout.codes, layout.name, *layout.amounts}
    for cell in row.filled:
        if cell.column not in places:
            raise PartError(
                row.number, f"function accounts: {cell.text[:20]!r} stands under no known heading"
            )
    amounts = {layout.amounts[cell.column]: cell for cell in row.filled if cell.column in layout.amounts}
    if amounts and len(row.cells) <= max(layout.amounts):
        raise PartError(row.number, "function accounts: a cell is missing, the amounts stand out of place")
    for cell in amounts.values():
        if not is_plain_number(cell.printed, cell.text) and not is_dash(cell.text):
            raise PartError(row.number, f"function accounts: {cell.printed.strip()!r} is no single number")
    code_cells = [cell for cell in row.filled if cell.column in layout.codes]
    name = next((cell for cell in row.filled if cell.column == layout.name), None)
    if name is None and len(code_cells) == 1 and code_cells[0].text in _TOTALS:
        name, code_cells = code_cells[0], []
    if name is None:
        raise PartError(row.number, "function accounts: amounts without an item")
    if is_number(name.text):
        raise PartError(row.number, f"function accounts: {name.text!r} stands where an item is named")
    if not code_cells and name.text not in _TOTALS:
        raise PartError(row.number, f"function accounts: {name.text[:20]!r} has no code")
    return _Row(_code(row, code_cells, layout), code_cells, name, amounts)


def _code(row: Line, cells: list[Cell], layout: _Layout) -> str:
    """Join the cells of a code; where merged cells leave its beginning blank, that of the row before holds."""
    if not cells:
        return ""
    places = [layout.codes.index(cell.column) for cell in cells]
    blank = places[0] if len(layout.codes) == len(LEVELS) else 0
    printed = "".join(cell.text for cell in cells)
    code = layout.last_code[: _LENGTH_BEFORE[blank]] + printed
    has_gap = places[-1] - places[0] != len(places) - 1
    if has_gap or not _CODE.fullmatch(code) or len(code) - len(printed) != _LENGTH_BEFORE[blank]:
        raise PartError(
            row.number, f"function accounts: {printed!r} is no code of a function (3, 5 or 7 digits from 2)"
        )
    layout.last_code = code
    return code


def _emit(row: _Row, layout: _Layout, ledger: Ledger) -> None:
    natures = dict.fromkeys(nature for _, nature in row.amounts)
    if not any(natures):
        natures[""] = None
    for nature in sorted(natures, key=["", *NATURES.values()].index):
        values: dict[str, Value] = {
            kind: cell for (kind, of_nature), cell in row.amounts.items() if of_nature == nature
        }
        ledger.emit(
            TABLE,
            row.name.line,
            {
                "account_side": "expenditure",
                "classification": _NATURE if nature else _ITEM,
                "item_name": row.name,
                **values,
                "item_code": row.code,
                "spending_nature": nature,
                "table_title": layout.title,
                "amount_unit": layout.unit,
            },
        )
    for cell in row.code_cells:
        ledger.claim(TABLE, "item_code", cell)
