"""附件1 and 附件2 of the evaluated project: execution by period, arrivals and spending by item."""

from __future__ import annotations

import re

from ingestion.blocks import Block
from ingestion.document import Cell, Line
from ingestion.ledger import Ledger, PartError, Value
from ingestion.message import Text
from ingestion.vocabulary import canonical, is_dash, is_number, is_plain_number

EXECUTION_TABLE = "raw_project_execution"
SPENDING_TABLE = "raw_project_spending"

_PERIODS = {"第一、二季度": "q1_q2", "第三季度": "q3", "第四季度": "q4"}
_PROJECT_LABEL = re.compile(r"项目名称：(.+)")
_ITEM_PREFIX = re.compile(r"项目\d+[.．、]")
_TOTAL = "合计"
_SECTIONS = {"资金到位情况": "arrival", "资金支出情况": "spending"}


def read_execution(block: Block, ledger: Ledger) -> None:
    """Emit one row a project and period.

    Raises:
        PartError: If the headings do not name budget, arrivals and execution.
    """
    start = block.first_column
    headings = [row for row in block.rows if _is_heading(row, start)]
    items = [row for row in block.rows if not _is_heading(row, start)]
    for row in headings:
        for cell in row.filled:
            ledger.omit(cell, "column_number" if is_number(cell.text) else "label")
    layout = _execution_layout(headings, block.first_line)
    for number, row in enumerate(items, start=1):
        _read_execution_item(row, str(number), layout, ledger)


def _is_heading(row: Line, start: int) -> bool:
    """Return whether a row is a heading: labels or column numbers, never an amount beside a name."""
    if row.filled[0].column > start:
        return True
    return is_number(row.head) or not any(is_number(cell.text) for cell in row.filled)


def _execution_layout(headings: list[Line], line: int) -> dict[int, tuple[str, str]]:
    """Map the positions of a heading to (period, column)."""
    if len(headings) < 3:
        raise PartError(
            line,
            Text("项目预算执行情况表的列标题应有三行", "project execution: expected three rows of headings"),
        )
    groups = {cell.column: cell.text for cell in headings[0].filled}
    layout: dict[int, tuple[str, str]] = {}
    period, group, detail = "total", "", ""
    second = {cell.column: cell.text for cell in headings[1].filled}
    third = {cell.column: cell.text for cell in headings[2].filled}
    for place in range(max(len(row.cells) for row in headings)):
        group = groups.get(place, group)
        detail = second.get(place, detail if place in third else "")
        label = third.get(place, detail)
        if not label and place not in groups:
            continue
        if group == "预算批复":
            period, column = (
                "total",
                {"总预算": "approved", "其中：财政拨款": "approved_fiscal"}.get(label, ""),
            )
        elif group == "资金到位情况":
            period, column = _PERIODS.get(label, "total"), "arrived"
        elif group == "预算执行情况" and detail != "跨年支出":
            if label == _TOTAL:
                period, column = "total", "executed"
            elif label == "小计":
                period, column = "total", "executed_this_year"
            elif label in _PERIODS:
                period, column = _PERIODS[label], "executed"
            else:
                column = "executed_fiscal" if label.startswith("其中") else ""
        elif group.startswith("本年支出进度"):
            period, column = "total", "progress_rate"
        else:
            column = ""
        layout[place] = (period, column)
    known = [place for place in layout.values() if place[1]]
    if not {("total", "approved"), ("total", "executed")} <= set(known):
        raise PartError(
            line,
            Text(
                "项目预算执行情况表没有“总预算”列，或“预算执行情况”下没有“合计”列",
                "project execution: there is no column “总预算”, or no column “合计” under “预算执行情况”",
            ),
        )
    if len(set(known)) != len(known):
        raise PartError(
            line,
            Text(
                "项目预算执行情况表有两列标题相同", "project execution: two columns under the same headings"
            ),
        )
    return layout


def _read_execution_item(row: Line, number: str, layout: dict[int, tuple[str, str]], ledger: Ledger) -> None:
    name = row.filled[0]
    rest = row.cells[name.column + 1 :]
    # The printed row number (行次) is between the name and the figures, without a heading.
    numbered = bool(rest) and rest[0].text == number
    shift = 1 if numbered else 0
    periods: dict[str, dict[str, Value]] = {period: {} for period in ("total", *_PERIODS.values())}
    for cell in rest[shift:]:
        period, column = layout.get(cell.column - shift, ("total", ""))
        if not cell.text:
            continue
        if column and is_plain_number(cell.printed, cell.text):
            periods[period][column] = cell
        elif is_dash(cell.text):
            ledger.omit(cell, "dash")
        else:
            raise PartError(
                row.number,
                Text(
                    f"项目预算执行情况表的“{cell.text}”上方没有认识的列标题",
                    f"project execution: no known heading is above “{cell.text}”",
                ),
            )
    if numbered:
        ledger.omit(rest[0], "column_number")
    for period, values in periods.items():
        ledger.emit(
            EXECUTION_TABLE,
            row.number,
            {"project_name": _ITEM_PREFIX.sub("", name.text), "period": period, **values},
        )
    ledger.claim(EXECUTION_TABLE, "project_name", name)


def read_spending(block: Block, ledger: Ledger, text_before: list[Line]) -> None:
    """Emit the arrivals by fund source and the spending by item.

    Raises:
        PartError: If a line doesn't have two amounts.
    """
    names = [found[1] for line in text_before if (found := _PROJECT_LABEL.fullmatch(canonical(line.text)))]
    section = ""
    for row in block.rows:
        if row.head in _SECTIONS:
            section = _SECTIONS[row.head]
            ledger.omit(row, "label")
        elif not section:
            _omit_goals(row, block.first_column, ledger)
        else:
            _read_spending_item(row, section, names[-1] if names else "", ledger)


def _omit_goals(row: Line, start: int, ledger: Ledger) -> None:
    is_heading = row.filled[0].column > start
    for cell in row.filled:
        ledger.omit(cell, "label" if is_heading or cell.column == start else "narrative")


def _read_spending_item(row: Line, section: str, project: str, ledger: Ledger) -> None:
    amounts: list[Cell] = [cell for cell in row.filled[1:] if is_plain_number(cell.printed, cell.text)]
    if len(amounts) != 2 or len(row.filled) != 3:
        raise PartError(
            row.number,
            Text("收支明细表的行应为名称和两个金额", "project spending: expected an item and two amounts"),
        )
    ledger.emit(
        SPENDING_TABLE,
        row.number,
        {
            "project_name": project,
            "section": section,
            "item_name": row.filled[0],
            "approved": amounts[0],
            "arrived" if section == "arrival" else "spent": amounts[1],
        },
    )
