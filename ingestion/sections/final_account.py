"""附件1 部门收入支出情况决算表: three blocks side by side."""

from __future__ import annotations

from ingestion.blocks import Block
from ingestion.document import Cell, Line
from ingestion.ledger import Ledger, PartError
from ingestion.vocabulary import canonical, is_dash, is_number, is_plain_number

TABLE = "raw_final_account"
_AMOUNTS = {"年初预算数": "initial_budget", "全年预算数": "annual_budget", "决算数": "final_account"}
_ECONOMIC_START = "经济分类支出合计"
_BALANCE_START = ("本年收入合计", "本年支出合计")
_SUM_OF_SOURCES = "本年收入合计"
_ROW_NUMBER = "printed_row_no"


class _Panel:
    """One of the blocks that stand side by side: its columns and what it classifies by."""

    def __init__(self, start: int, columns: dict[int, str], heading: str) -> None:
        self.start = start
        self.columns = columns
        self.side = "revenue" if heading == "项目" else "expenditure"
        self.classification = (
            "source" if self.side == "revenue" else "function" if "功能" in heading else "nature"
        )

    def enter(self, item: str) -> None:
        """Follow the headings that stand inside the block."""
        if item.startswith(_ECONOMIC_START):
            self.classification = "economic"
        elif item in _BALANCE_START:
            self.classification = "balance"


def read(block: Block, ledger: Ledger) -> None:
    """Emit the items of the final accounts.

    Raises:
        PartError: If the table has no heading row, or an amount is no number.
    """
    panels: list[_Panel] = []
    for row in block.rows:
        labels = {canonical(cell.text) for cell in row.filled}
        if labels <= {"收入", "支出"} or row.head == "栏次":
            ledger.omit(row, "label" if row.head != "栏次" else "column_number")
        elif "行次" in labels:
            panels = _panels(row)
            ledger.omit(row, "label")
        elif not panels:
            raise PartError(row.number, "final accounts: a row before the heading 项目/行次/年初预算数")
        else:
            _read_items(row, panels, ledger)


def _panels(heading: Line) -> list[_Panel]:
    panels: list[_Panel] = []
    for cell in heading.cells:
        text = canonical(cell.text)
        if text.startswith("项目"):
            panels.append(_Panel(cell.column, {}, text))
        elif panels and text == "行次":
            panels[-1].columns[cell.column] = _ROW_NUMBER
        elif panels and text in _AMOUNTS:
            panels[-1].columns[cell.column] = _AMOUNTS[text]
    return panels


def _read_items(row: Line, panels: list[_Panel], ledger: Ledger) -> None:
    item: Cell | None = None
    last = panels[-1].columns
    if len(row.cells) <= max(last, default=0) and any(
        row.cells[place].text for place in last if place < len(row.cells) and last[place] != _ROW_NUMBER
    ):
        raise PartError(row.number, "final accounts: a cell is missing, the amounts stand out of place")
    for panel in panels:
        own = row.cells[panel.start] if panel.start < len(row.cells) else None
        if own is not None and own.text:
            if is_number(own.text):
                raise PartError(row.number, f"final accounts: {own.text!r} stands where an item is named")
            item = own
        values = {
            column: row.cells[place]
            for place, column in panel.columns.items()
            if place < len(row.cells) and row.cells[place].text
        }
        if item is None:
            number = values.pop(_ROW_NUMBER, None)
            if values:
                raise PartError(row.number, "final accounts: amounts without an item")
            if number is not None:
                ledger.omit(number, "column_number")
            continue
        if not values:
            # A title that spans this block and the next: its figures stand in the next one.
            continue
        for column, cell in values.items():
            is_row_number = column == _ROW_NUMBER
            fits = cell.text.isdigit() if is_row_number else is_plain_number(cell.printed, cell.text)
            if not fits and (is_row_number or not is_dash(cell.text)):
                raise PartError(
                    row.number, f"final accounts: {cell.printed.strip()!r} in {column} is no single number"
                )
        panel.enter(item.text)
        ledger.emit(
            TABLE,
            row.number,
            {
                "account_side": panel.side,
                "classification": "source" if item.text == _SUM_OF_SOURCES else panel.classification,
                "item_name": item,
                **values,
            },
        )
        item = None
