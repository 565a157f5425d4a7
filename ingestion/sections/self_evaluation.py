"""项目支出绩效自评表: header, fund block, goals, indicators, total."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingestion.blocks import Block
from ingestion.document import Cell, Line
from ingestion.form_labels import (
    FUND,
    GOAL,
    HEADER,
    INDICATOR,
    TOTAL,
    header_label,
    joined_header_label,
    label_of,
    part_of,
)
from ingestion.ledger import Ledger, PartError
from ingestion.sections import form_fund, form_indicator
from ingestion.vocabulary import FORM_HEADER_LABELS, PERSON_LABELS, canonical, is_damaged, mend

FORM_TABLE = "raw_self_evaluation"
FUND_TABLE = "raw_self_evaluation_fund"
INDICATOR_TABLE = "raw_self_evaluation_indicator"

_YEAR = re.compile(r"\((\d{4})年度?\)")
_UNIT = re.compile(r"(?:金额)?单位：\(?(亿元|万元|元)\)?")


def form_year(preamble: list[Line]) -> str:
    """The year printed last before the form, or an empty string."""
    years = [year for line in preamble for year in _YEAR.findall(canonical(line.text))]
    return years[-1] if years else ""


def read(block: Block, ledger: Ledger, form_no: int) -> None:
    """Emit one form: its header, its fund rows, its indicators.

    Raises:
        PartError: If a part of the form is missing, a row fits no pattern, or characters are damaged.
    """
    header: dict[str, Cell | str] = {}
    parts = _split(block)
    for row in parts[HEADER]:
        header |= _read_header(row, ledger)
    _refuse_damaged(block, ledger)
    if "项目名称" not in header:
        raise PartError(block.first_line, "self-evaluation form without 项目名称: the form's start is lost")
    if not parts[FUND]:
        raise PartError(block.last_line, f"form {_name(header)}: no fund block (项目资金): the form is cut")
    funds = form_fund.read(parts[FUND], ledger)
    if not parts[INDICATOR]:
        raise PartError(block.last_line, "form without an indicator block (三级指标): the form is cut")
    headings = form_indicator.read_heading(parts[INDICATOR], ledger)
    indicators = form_indicator.read_rows(parts[INDICATOR], headings, ledger)
    if not parts[TOTAL]:
        raise PartError(block.last_line, "form without a total (总分): the form is cut in the middle")
    total = form_indicator.read_total(parts[TOTAL], headings[-1], ledger)
    _omit_goals(parts[GOAL], ledger)
    unit = funds.amount_unit or _unit_above(block.preamble)
    key = {"form_no": str(form_no)}
    name = header["项目名称"]
    ledger.emit(
        FORM_TABLE,
        name.line if isinstance(name, Cell) else block.first_line,
        {
            **key,
            "form_year": form_year(block.preamble),
            "project_name": name,
            "competent_unit": header.get("主管部门"),
            "implementing_unit": header.get("实施单位"),
            **total,
        },
    )
    for line, values in funds.rows:
        ledger.emit(FUND_TABLE, line, {**key, **values, "amount_unit": unit})
    form_indicator.emit(ledger, INDICATOR_TABLE, key, indicators)


def _split(block: Block) -> dict[str, list[Line]]:
    """Assign each row of a form to the part whose heading stands before it."""
    parts: dict[str, list[Line]] = {name: [] for name in (HEADER, FUND, GOAL, INDICATOR, TOTAL)}
    part = HEADER
    for row in block.rows:
        part = part_of(row, part)
        parts[part].append(row)
    return parts


def _refuse_damaged(block: Block, ledger: Ledger) -> None:
    """Refuse a form whose characters were read wrong; what is left out can't harm."""
    for row in block.rows:
        for cell in row.filled:
            if is_damaged(cell.text) and (cell.line, cell.column) not in ledger.cells:
                raise PartError(
                    row.number,
                    f"cell {cell.column + 1}: {cell.text[:20]!r} has characters that were not read right; "
                    "correct it by the printed form",
                )


def _unit_above(preamble: list[Line]) -> str:
    """The unit printed last above the form, or an empty string."""
    found = [unit for line in preamble for unit in _UNIT.findall(canonical(line.text))]
    return found[-1] if found else ""


def _read_header(row: Line, ledger: Ledger) -> dict[str, Cell | str]:
    """Read label and value pairs; a label and its value can share a cell, a value can be blank."""
    found: dict[str, Cell | str] = {}
    label = ""
    for cell in row.filled:
        joined = joined_header_label(cell.text) or next(
            (name for name in FORM_HEADER_LABELS if cell.text.startswith(name)), ""
        )
        if whole := header_label(cell.text) or (
            None if label else mend(cell.text.rstrip("：:"), FORM_HEADER_LABELS)
        ):
            label = whole
            ledger.omit(cell, "label")
        elif joined and label != "项目名称":
            _take(
                found, joined, Cell(cell.line, cell.column, cell.printed, _behind(cell.text, joined)), ledger
            )
            label = ""
        elif label:
            _take(found, label, cell, ledger)
            label = ""
        else:
            # Not quoted: it can be a person's name.
            raise PartError(row.number, f"form header: cell {cell.column + 1} has no label before it")
    return found


def _behind(text: str, label: str) -> str:
    """The value behind a label in the same cell, with or without a colon between."""
    for colon in ("：", ":"):
        head, found, value = text.partition(colon)
        if found and header_label(head) == label:
            return value
    return text.removeprefix(label)


def _take(found: dict[str, Cell | str], label: str, value: Cell, ledger: Ledger) -> None:
    if label in PERSON_LABELS:
        ledger.omit(value, "telephone" if label == "联系电话" else "person")
    else:
        found[label] = value


def _name(header: Mapping[str, Cell | str]) -> str:
    name = header["项目名称"]
    return name.text if isinstance(name, Cell) else name


def _omit_goals(rows: list[Line], ledger: Ledger) -> None:
    for row in rows:
        is_heading = any(label_of("goal_heading", cell.text, least=1) for cell in row.filled)
        for cell in row.filled:
            ledger.omit(cell, "label" if is_heading else "narrative")
