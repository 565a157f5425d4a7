"""The fund block of a self-evaluation form: heading, then a row a fund source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingestion import run_together
from ingestion.document import Cell, Line
from ingestion.form_labels import FUND_COLUMNS, amount_unit, is_fund_heading, label_of
from ingestion.ledger import Ledger, PartError, Value
from ingestion.vocabulary import (
    TOTAL_FUND_SOURCE,
    canonical,
    half_width,
    is_ambiguous_number,
    is_dash,
    is_number,
    is_rate,
)

FUND_LABEL = "fund_source"
_FUND_HEADING = "项目资金"
_AMOUNT_COLUMNS = ("initial_budget", "annual_budget", "executed")
_DAMAGED_SOURCE = 0.5


@dataclass(frozen=True)
class FundBlock:
    """What the fund block gave.

    Attributes:
        rows: The line and the values of each row.
        amount_unit: The unit that the heading prints, or an empty string.
    """

    rows: list[tuple[int, dict[str, Value]]]
    amount_unit: str


def read(rows: list[Line], ledger: Ledger) -> FundBlock:
    """Read the block's rows; the first is its heading.

    Raises:
        PartError: If a heading is not known, an amount is no single number, or there is no total row.
    """
    heading, *items = rows
    ledger.omit(heading, "label")
    columns = _columns(heading)
    try:
        unit = amount_unit(heading.filled)
    except ValueError as error:
        raise PartError(heading.number, f"fund block: {error}") from error
    funds: list[tuple[int, dict[str, Value]]] = []
    for row in items:
        if is_fund_heading(row):
            ledger.omit(row, "repeated_label")
        elif len(row.filled) == 1 and _is_title(row.filled[0]):
            # The block's title goes down beside its rows.
            ledger.omit(row, "label")
        else:
            funds.append((row.number, _read_row(row, columns, ledger)))
    if not any(_is_total(values[FUND_LABEL]) for _, values in funds):
        raise PartError(heading.number, f"fund block: no row {TOTAL_FUND_SOURCE}")
    return FundBlock(funds, unit)


def _columns(heading: Line) -> list[str]:
    """Name the columns in their order.

    Raises:
        PartError: If a heading is not known: the figures could not be told apart by it.
    """
    columns: list[str] = []
    for cell in heading.filled:
        label = label_of("fund_column", cell.text)
        if label is None and not columns and (cell is heading.filled[0] or _is_title(cell)):
            continue
        if label is None or FUND_COLUMNS[label] in columns:
            raise PartError(heading.number, f"fund block: the heading {cell.text[:20]!r} is not known")
        columns.append(FUND_COLUMNS[label])
    if not {"annual_budget", "executed"} <= set(columns):
        raise PartError(heading.number, "fund block: the heading names no 全年预算数 or 全年执行数")
    return columns


def _is_title(cell: Cell) -> bool:
    return canonical(cell.text).startswith(_FUND_HEADING) or label_of("fund_heading", cell.text) is not None


def _is_total(source: Value) -> bool:
    text = source.text if isinstance(source, Cell) else source or ""
    return label_of("fund_source", text, least=_DAMAGED_SOURCE) == TOTAL_FUND_SOURCE


def _read_row(row: Line, columns: list[str], ledger: Ledger) -> dict[str, Value]:
    label, rest = _source(row, ledger)
    cells = _in_columns(row, label, rest, columns)
    values = _by_column(row, label, cells, columns)
    for column, cell in values.items():
        _check_cell(row, label, column, cell)
    expected = [column for column in _AMOUNT_COLUMNS if column in columns]
    printed = [column for column in expected if column in values]
    amounts = [column for column in printed if not is_dash(values[column].text)]
    # The form can ask for no initial budget; a dash under the others is a cell out of place.
    is_whole = printed == expected and (not amounts or {"annual_budget", "executed"} <= set(amounts))
    if (printed and not is_whole) or (_is_total(label) and not amounts):
        raise PartError(
            row.number,
            f"fund row {label.text}: {len(amounts)} of {len(expected)} amounts; "
            "compare the row with the printed form",
        )
    return {FUND_LABEL: label, **values}


def _source(row: Line, ledger: Ledger) -> tuple[Cell, list[Cell]]:
    """Return the row's label and the cells behind it; a label can stand in two cells ("其中：" | …)."""
    cells = list(row.filled)
    if _is_title(cells[0]) and len(cells) > 1 and not is_rate(cells[1].text):
        ledger.omit(cells.pop(0), "repeated_label")
    label = cells.pop(0)
    if (
        label.text.rstrip("：:") == "其中"
        and cells
        and not is_rate(cells[0].text)
        and not is_dash(cells[0].text)
    ):
        ledger.omit(label, "label")
        second = cells.pop(0)
        label = Cell(second.line, second.column, second.printed, f"其中：{second.text}")
    known = label_of("fund_source", label.text, least=1)
    if known == TOTAL_FUND_SOURCE:
        # Contract one, and both gates, know the total by the standard form's label.
        text = known
    else:
        text = canonical(label.text).rstrip("：") if known else mend_source(label.text)
    return Cell(label.line, label.column, label.printed, text), list(row.cells[label.column + 1 :])


def mend_source(text: str) -> str:
    """Return the standard fund source that a damaged label stands for, or the label as printed."""
    return label_of("fund_source", text, least=_DAMAGED_SOURCE) or canonical(text).rstrip("：")


def _in_columns(row: Line, label: Cell, cells: list[Cell], columns: list[str]) -> list[Cell]:
    """Return the cells behind the label, as many as columns at most."""
    is_short = any(cell.text for cell in cells) and len(cells) < len(columns)
    if is_short and not any(_is_run_together(cell) for cell in cells):
        raise PartError(
            row.number,
            f"fund row {label.text}: {len(cells)} cells for {len(columns)} columns; one is missing",
        )
    while cells and not cells[-1].text:
        cells.pop()
    # A page break can shift a row by an empty cell.
    while len(cells) > len(columns) and not cells[0].text:
        cells.pop(0)
    if len(cells) > len(columns):
        raise PartError(row.number, f"fund row {label.text}: {len(cells)} cells for {len(columns)} columns")
    return cells


def _is_run_together(cell: Cell) -> bool:
    return bool(cell.text) and run_together.looks_run_together(half_width(cell.text))


def _by_column(row: Line, label: Cell, cells: list[Cell], columns: list[str]) -> Mapping[str, Cell]:
    joined = [place for place, cell in enumerate(cells) if _is_run_together(cell)]
    lost = len(columns) - len(cells)
    if not joined or lost < 1:
        return {column: cell for column, cell in zip(columns, cells, strict=False) if cell.text}
    place = joined[0]
    if len(joined) > 1:
        raise PartError(row.number, f"fund row {label.text}: {cells[place].text!r} is no single number")
    run = columns[place : place + lost + 1]
    others = {
        **dict(zip(columns, cells[:place], strict=False)),
        **dict(zip(columns[place + lost + 1 :], cells[place + 1 :], strict=True)),
    }
    ways = run_together.part(
        half_width(cells[place].text), run, {column: cell.text for column, cell in others.items()}
    )
    if len(ways) != 1:
        raise PartError(
            row.number,
            f"fund row {label.text}: {cells[place].text!r} stands for {len(run)} cells, and the arithmetic leaves "
            f"{len(ways)} ways to part it; part it in the source",
        )
    source = cells[place]
    parts = {
        column: Cell(source.line, source.column, text, text)
        for column, text in zip(run, ways[0], strict=True)
    }
    values = {**others, **parts}
    return {column: values[column] for column in columns if values[column].text}


def _check_cell(row: Line, label: Cell, column: str, cell: Cell) -> None:
    if is_dash(cell.text):
        return
    fits = is_rate(cell.text) if column == "execution_rate" else is_number(cell.text)
    if not fits:
        raise PartError(
            row.number, f"fund row {label.text}: {cell.printed.strip()!r} in {column} is no number"
        )
    if is_ambiguous_number(cell.printed):
        raise PartError(
            row.number,
            f"fund row {label.text}: {cell.printed.strip()!r} in {column} can be one number or two; "
            "join or part it in the source",
        )
