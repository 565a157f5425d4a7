"""项目支出绩效自评表: header, fund block, goals, indicators, total."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingestion.blocks import Block
from ingestion.document import Cell, Line
from ingestion.ledger import Ledger, PartError, Value
from ingestion.vocabulary import (
    FORM_HEADER_LABELS,
    FUND_COLUMNS,
    FUND_SOURCES,
    INDICATOR_COLUMNS,
    LEVEL1_LABELS,
    LEVEL2_PARENT,
    PERSON_LABELS,
    TOTAL_FUND_SOURCE,
    canonical,
    is_ambiguous_number,
    is_dash,
    is_number,
    is_plain_number,
    is_rate,
    mend,
)

FORM_TABLE = "raw_self_evaluation"
FUND_TABLE = "raw_self_evaluation_fund"
INDICATOR_TABLE = "raw_self_evaluation_indicator"

_YEAR = re.compile(r"\((\d{4})年度\)")
_FUND_HEADING = "项目资金"
_GOAL_HEADING = "预期目标"
_INDICATOR_HEADING = "绩效指标"
_TOTAL = "总分"
_LEAST_OF_HEADING = 0.75
_AMOUNT_COLUMNS = ("initial_budget", "annual_budget", "executed")
_VALUE_COLUMNS = ("level3", "target", "actual", "weight", "score", "deviation_reason")


@dataclass(frozen=True)
class _Heading:
    """Where the indicator block's heading stands.

    Attributes:
        places: The place of each column.
        start: The place of its leftmost label.
        width: The number of its cells: a row with fewer has lost one.
    """

    places: dict[str, int]
    start: int
    width: int


def form_year(preamble: list[Line]) -> str:
    """The year printed last before the form, or an empty string."""
    years = [year for line in preamble for year in _YEAR.findall(canonical(line.text))]
    return years[-1] if years else ""


def read(block: Block, ledger: Ledger, form_no: int) -> None:
    """Emit one form: its header, its fund rows, its indicators.

    Raises:
        PartError: If a part of the form is missing or a row fits no pattern.
    """
    header: dict[str, Cell | str] = {}
    parts = _split(block)
    for row in parts["header"]:
        header |= _read_header(row, ledger)
    if "项目名称" not in header:
        raise PartError(block.first_line, "self-evaluation form without 项目名称: the form's start is lost")
    funds = _read_funds(parts["fund"], header, block, ledger)
    heading = _read_heading(parts["indicator"], block, ledger)
    indicators = _read_indicators(parts["indicator"], heading, ledger)
    total = _read_total(parts["total"], heading, block, ledger)
    _omit_goals(parts["goal"], ledger)
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
    for line, values in funds:
        ledger.emit(FUND_TABLE, line, {**key, **values})
    for number, (line, values) in enumerate(indicators, start=1):
        ledger.emit(INDICATOR_TABLE, line, {**key, "indicator_no": str(number), **values})


def _split(block: Block) -> dict[str, list[Line]]:
    """Assign each row of a form to the part whose heading stands before it."""
    parts: dict[str, list[Line]] = {"header": [], "fund": [], "goal": [], "indicator": [], "total": []}
    part = "header"
    for row in block.rows:
        texts = {canonical(cell.text) for cell in row.filled}
        if canonical(row.head).startswith(_FUND_HEADING):
            part = "fund"
        elif _GOAL_HEADING in texts:
            part = "goal"
        elif "三级指标" in texts:
            part = "indicator"
        elif row.head == _TOTAL:
            part = "total"
        parts[part].append(row)
    return parts


def _read_header(row: Line, ledger: Ledger) -> dict[str, Cell | str]:
    """Read label and value pairs; a label and its value can share a cell, a value can be blank."""
    found: dict[str, Cell | str] = {}
    label = ""
    for cell in row.filled:
        text = canonical(cell.text).rstrip("：")
        joined = next((name for name in FORM_HEADER_LABELS if cell.text.startswith(name)), "")
        if text in FORM_HEADER_LABELS or (not label and mend(text, FORM_HEADER_LABELS)):
            label = mend(text, FORM_HEADER_LABELS) or text
            ledger.omit(cell, "label")
        elif joined and label != "项目名称":
            rest = cell.text.removeprefix(joined).lstrip("：:")
            _take(found, joined, Cell(cell.line, cell.column, cell.printed, rest), ledger)
            label = ""
        elif label:
            _take(found, label, cell, ledger)
            label = ""
        else:
            # Not quoted: it can be a person's name.
            raise PartError(row.number, f"form header: cell {cell.column + 1} has no label before it")
    return found


def _take(found: dict[str, Cell | str], label: str, value: Cell, ledger: Ledger) -> None:
    if label in PERSON_LABELS:
        ledger.omit(value, "telephone" if label == "联系电话" else "person")
    else:
        found[label] = value


def _read_funds(
    rows: list[Line], header: Mapping[str, Cell | str], block: Block, ledger: Ledger
) -> list[tuple[int, dict[str, Value]]]:
    if not rows:
        raise PartError(block.last_line, f"form {_name(header)}: no fund block (项目资金): the form is cut")
    heading, *items = rows
    ledger.omit(heading, "label")
    columns = _fund_columns(heading)
    funds = []
    for row in items:
        if _is_fund_heading(row):
            ledger.omit(row, "repeated_label")
        else:
            funds.append((row.number, _read_fund(row, columns, ledger)))
    sources = [values["fund_source"] for _, values in funds]
    if not any(isinstance(cell, Cell) and cell.text == TOTAL_FUND_SOURCE for cell in sources):
        raise PartError(heading.number, f"fund block: no row {TOTAL_FUND_SOURCE}")
    return funds


def _is_fund_heading(row: Line) -> bool:
    names = [mend(cell.text, FUND_COLUMNS, least=_LEAST_OF_HEADING) for cell in row.filled]
    return canonical(row.head).startswith(_FUND_HEADING) and len(names) > 1 and all(names[1:])


def _fund_columns(heading: Line) -> list[str]:
    """Name the columns in their order.

    Raises:
        PartError: If a heading is not known: the figures could not be told apart by it.
    """
    columns: list[str] = []
    for cell in heading.filled[1:]:
        name = mend(cell.text, FUND_COLUMNS, least=_LEAST_OF_HEADING)
        if name is None or FUND_COLUMNS[name] in columns:
            raise PartError(heading.number, f"fund block: the heading {cell.text[:20]!r} is not known")
        columns.append(FUND_COLUMNS[name])
    if not {"annual_budget", "executed"} <= set(columns):
        raise PartError(heading.number, "fund block: the heading names no 全年预算数 or 全年执行数")
    return columns


def _name(header: Mapping[str, Cell | str]) -> str:
    name = header["项目名称"]
    return name.text if isinstance(name, Cell) else name


def _read_fund(row: Line, columns: list[str], ledger: Ledger) -> dict[str, Value]:
    label, *others = row.filled
    if canonical(label.text).startswith(_FUND_HEADING) and others:
        ledger.omit(label, "repeated_label")
        label = others[0]
    cells = list(row.cells[label.column + 1 :])
    if any(cell.text for cell in cells) and len(cells) < len(columns):
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
    values = {column: cell for column, cell in zip(columns, cells, strict=False) if cell.text}
    for column, cell in values.items():
        _check_fund_cell(row, label, column, cell)
    expected = [column for column in _AMOUNT_COLUMNS if column in columns]
    printed = [column for column in expected if column in values]
    amounts = [column for column in printed if not is_dash(values[column].text)]
    is_total = mend(label.text, FUND_SOURCES) == TOTAL_FUND_SOURCE
    # The form can ask for no initial budget; a dash under the others is a cell out of place.
    is_whole = printed == expected and (not amounts or {"annual_budget", "executed"} <= set(amounts))
    if (printed and not is_whole) or (is_total and not amounts):
        raise PartError(
            row.number,
            f"fund row {label.text}: {len(amounts)} of {len(expected)} amounts; "
            "compare the row with the printed form",
        )
    return {"fund_source": _mended(label, FUND_SOURCES), **values}


def _check_fund_cell(row: Line, label: Cell, column: str, cell: Cell) -> None:
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


def _mended(cell: Cell, labels: tuple[str, ...] | dict[str, str]) -> Cell:
    text = mend(cell.text, labels) or canonical(cell.text)
    return Cell(cell.line, cell.column, cell.printed, text)


def _read_heading(rows: list[Line], block: Block, ledger: Ledger) -> _Heading:
    """Find the place of each column of the indicator block."""
    if not rows:
        raise PartError(block.last_line, "form without an indicator block (三级指标): the form is cut")
    heading = rows[0]
    if len(rows) == 1:
        raise PartError(heading.number, "indicator block without an indicator: the form is cut")
    ledger.omit(heading, "label")
    places = {
        column: cell.column
        for cell in heading.filled
        if (column := INDICATOR_COLUMNS.get(_indicator_heading(cell) or ""))
    }
    if not {"level3", "target", "actual", "weight", "score"} <= set(places):
        raise PartError(
            heading.number, "indicator block: the heading lacks one of the columns 三级指标 … 得分"
        )
    return _Heading(places, heading.filled[0].column, heading.filled[-1].column + 1)


def _indicator_heading(cell: Cell) -> str | None:
    return mend(cell.text, INDICATOR_COLUMNS, least=_LEAST_OF_HEADING)


def _read_indicators(
    rows: list[Line], heading: _Heading, ledger: Ledger
) -> list[tuple[int, dict[str, Value]]]:
    indicators = []
    level1 = level2 = ""
    for row in rows[1:]:
        if sum(1 for cell in row.filled if _indicator_heading(cell)) > len(row.filled) // 2:
            ledger.omit(row, "repeated_label")
            continue
        cells = list(row.filled)
        if cells[0].text == _INDICATOR_HEADING:
            ledger.omit(cells.pop(0), "repeated_label")
        if not cells:
            continue
        labels, values = _read_indicator(row, cells, heading)
        if "level2" in labels:
            level2 = labels["level2"].text
            # The first level's own label can be lost in the conversion; the second level's is not.
            level1 = labels["level1"].text if "level1" in labels else _parent(level1, level2)
        elif "level1" in labels and labels["level1"].text != level1:
            # The same label again is a page break within the second level.
            level1, level2 = labels["level1"].text, ""
        indicators.append((row.number, {"level1": level1, "level2": level2, **labels, **values}))
    return indicators


def _parent(level1: str, level2: str) -> str:
    parent = LEVEL2_PARENT[level2]
    return level1 if level2 == "成本指标" and level1 == "成本指标" else parent


def _read_indicator(
    row: Line, cells: list[Cell], heading: _Heading
) -> tuple[dict[str, Cell], dict[str, Value]]:
    """Part the labels of the levels from the values.

    A third-level name can look like a broken label ("服务对象满意度"): as many labels are taken
    as leave a whole indicator, one without blanks before any other. A whole label is one.
    """
    labels = _leading_labels(cells)
    whole = max((n for n, (_, label) in enumerate(labels, 1) if label.text == cells[n - 1].text), default=0)
    counts = range(len(labels), whole - 1, -1)
    for count in counts:
        if values := _in_sequence(cells[count:]):
            return dict(labels[:count]), dict(values)
    for count in counts:
        if len(row.cells) < heading.width:
            break
        if values := _by_place(cells[count:], dict(labels[:count]), heading.places):
            return dict(labels[:count]), dict(values)
    printed = " | ".join(cell.text for cell in cells)
    raise PartError(row.number, f"indicator row fits no pattern: {printed[:80]}")


def _leading_labels(cells: list[Cell]) -> list[tuple[str, Cell]]:
    labels: list[tuple[str, Cell]] = []
    rest = list(cells)
    for level, vocabulary in (("level1", LEVEL1_LABELS), ("level2", tuple(LEVEL2_PARENT))):
        if not rest or mend(rest[0].text, vocabulary) is None:
            continue
        if level == "level1" and _is_second_level(rest):
            continue
        labels.append((level, _mended(rest.pop(0), vocabulary)))
    return labels


def _is_second_level(cells: list[Cell]) -> bool:
    """Whether a label of both levels ("成本指标") is the second one here."""
    second = mend(cells[0].text, tuple(LEVEL2_PARENT))
    return second is not None and (len(cells) == 1 or mend(cells[1].text, tuple(LEVEL2_PARENT)) is None)


def _in_sequence(cells: list[Cell]) -> Mapping[str, Cell] | None:
    """Read a row without blank cells by the order of its values, wherever a break has put it."""
    if len(cells) not in {5, 6} or cells[4].column - cells[1].column != 3:
        return None
    values = dict(zip(_VALUE_COLUMNS, cells, strict=False))
    return values if _is_indicator(values) else None


def _by_place(
    cells: list[Cell], labels: dict[str, Cell], places: dict[str, int]
) -> Mapping[str, Cell] | None:
    """Read a row with blank cells by the heading's places, shifted as the row's labels are."""
    shifts = {cell.column - places[level] for level, cell in labels.items() if level in places}
    if len(shifts) > 1:
        return None
    for shift in shifts or (0, -1, 1):
        by_column = {places[column] + shift: column for column in _VALUE_COLUMNS if column in places}
        values = {by_column[cell.column]: cell for cell in cells if cell.column in by_column}
        if len(values) == len(cells) and _is_indicator(values):
            return values
    return None


def _is_indicator(values: Mapping[str, Cell]) -> bool:
    if not {"level3", "weight"} <= set(values):
        return False
    figures = [values[column] for column in ("weight", "score") if column in values]
    if "deviation_reason" in values and is_rate(values["deviation_reason"].text):
        return False
    return all(is_plain_number(cell.printed, cell.text) for cell in figures)


def _read_total(rows: list[Line], heading: _Heading, block: Block, ledger: Ledger) -> dict[str, Value]:
    if not rows:
        raise PartError(block.last_line, "form without a total (总分): the form is cut in the middle")
    row = rows[0]
    label, *figures = row.filled
    if len(figures) > 2 or not all(is_plain_number(cell.printed, cell.text) for cell in figures):
        raise PartError(row.number, "total row (总分): expected a weight and a score")
    ledger.omit(label, "label")
    names = ["total_weight", "total_score"]
    if len(figures) == 1:
        shift = label.column - heading.start
        by_column = {heading.places[name] + shift: f"total_{name}" for name in ("weight", "score")}
        names = [by_column.get(figures[0].column, "")]
        if not names[0] or len(row.cells) < heading.width:
            raise PartError(row.number, "total row (总分): one figure, and no telling weight from score")
    values: dict[str, Value] = dict(zip(names, figures, strict=False))
    return {**values, "total_source_line": str(row.number)}


def _omit_goals(rows: list[Line], ledger: Ledger) -> None:
    for row in rows:
        is_heading = any(canonical(cell.text) == _GOAL_HEADING for cell in row.filled)
        for cell in row.filled:
            ledger.omit(cell, "label" if is_heading else "narrative")
