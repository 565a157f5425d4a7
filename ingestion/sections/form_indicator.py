"""The indicator block of a self-evaluation form: heading, an indicator a row, total."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ingestion.document import Cell, Line
from ingestion.form_labels import INDICATOR_COLUMNS, is_indicator_heading, label_of
from ingestion.ledger import Ledger, PartError, Value
from ingestion.vocabulary import (
    LEVEL1_LABELS,
    LEVEL2_PARENT,
    canonical,
    is_dash,
    is_plain_number,
    is_rate,
    mend,
)

_TITLE = "绩效指标"
_OPERATOR, _UNIT = "operator", "unit"
_EXTRA_COLUMNS = {"indicator_operator": _OPERATOR, "indicator_unit": _UNIT}
_VALUE_COLUMNS = ("level3", "target", "actual", "weight", "score", "deviation_reason")
_NEEDED = {"level3", "target", "actual", "weight", "score"}
_FILLER = re.compile(r"(?:指标)?\d{0,2}[:：.、．]?|[….]+|\(?\d{1,2}\)?[.、．]?|[①-⑳]")
_CLASS_WEIGHT = re.compile(r"\(\d{1,3}(?:\.\d+)?[分%]\)$")


@dataclass(frozen=True)
class Heading:
    """Where one side of the indicator block's heading stands.

    Attributes:
        places: The place of each column.
        start: The place of its leftmost label.
        width: The number of the row's cells up to its end: a row with fewer has lost one.
        end: The place at which the next side begins, or None on the last side.
        is_only: Whether the block has one side.
    """

    places: dict[str, int]
    start: int
    width: int
    end: int | None
    is_only: bool

    @property
    def reads_by_place(self) -> bool:
        """Whether order alone can't tell the values: there are two sides, or columns beside the standard form's."""
        return not self.is_only or bool({_OPERATOR, _UNIT} & set(self.places))

    def own(self, cells: list[Cell]) -> list[Cell]:
        """Return the cells of this side."""
        begin = -1 if self.is_only else self.start
        return [
            cell for cell in cells if cell.column >= begin and (self.end is None or cell.column < self.end)
        ]


@dataclass
class _Levels:
    """The levels that merged cells carry down one side."""

    level1: str = ""
    level2: str = ""

    def follow(self, labels: Mapping[str, Cell]) -> dict[str, str]:
        """Take the labels of a row, and return its levels."""
        if "level2" in labels:
            self.level2 = labels["level2"].text
            # The first level's own label can be lost in the conversion; the second level's is not.
            self.level1 = labels["level1"].text if "level1" in labels else _parent(self.level1, self.level2)
        elif "level1" in labels and labels["level1"].text != self.level1:
            # The same label again is a page break within the second level.
            self.level1, self.level2 = labels["level1"].text, ""
        return {"level1": self.level1, "level2": self.level2}


def _parent(level1: str, level2: str) -> str:
    parent = LEVEL2_PARENT.get(level2, level1)
    return level1 if level2 == "成本指标" and level1 == "成本指标" else parent


def read_heading(rows: list[Line], ledger: Ledger) -> list[Heading]:
    """Find the place of each column of the block; two sides have a heading each.

    Raises:
        PartError: If a column is missing, or nothing follows the heading.
    """
    heading = rows[0]
    if len(rows) == 1:
        raise PartError(heading.number, "indicator block without an indicator: the form is cut")
    ledger.omit(heading, "label")
    sides: list[dict[str, int]] = [{}]
    for cell in heading.filled:
        column = _column(cell)
        if column is None:
            continue
        if column in sides[-1]:
            sides.append({})
        sides[-1][column] = cell.column
    if not all(set(places) >= _NEEDED for places in sides):
        raise PartError(
            heading.number, "indicator block: the heading lacks one of the columns 三级指标 … 得分"
        )
    starts = [heading.filled[0].column, *(min(places.values()) for places in sides[1:])]
    ends = [*starts[1:], None]
    widths = [*(starts[1:]), heading.filled[-1].column + 1]
    return [
        Heading(places, start, width, end, is_only=len(sides) == 1)
        for places, start, width, end in zip(sides, starts, widths, ends, strict=True)
    ]


def _column(cell: Cell) -> str | None:
    label = label_of("indicator_column", cell.text)
    if label is not None:
        return INDICATOR_COLUMNS[label]
    extra = (code for part, code in _EXTRA_COLUMNS.items() if label_of(part, cell.text, least=1))
    return next(extra, None)


def read_rows(
    rows: list[Line], headings: list[Heading], ledger: Ledger
) -> list[tuple[Line, dict[str, Value]]]:
    """Read the indicators, row by row and from left to right.

    Raises:
        PartError: If a row fits no pattern.
    """
    indicators: list[tuple[Line, dict[str, Value]]] = []
    levels = [_Levels() for _ in headings]
    for row in rows[1:]:
        if is_indicator_heading(row):
            ledger.omit(row, "repeated_label")
            continue
        cells = list(row.filled)
        if label_of("indicator_heading", cells[0].text, least=1) and cells[0].column <= headings[0].start:
            ledger.omit(cells.pop(0), "repeated_label")
        for heading, carried in zip(headings, levels, strict=True):
            if values := _read_side(row, heading.own(cells), heading, carried, ledger):
                indicators.append((row, values))
    return indicators


def _read_side(
    row: Line, cells: list[Cell], heading: Heading, carried: _Levels, ledger: Ledger
) -> dict[str, Value] | None:
    if not cells:
        return None
    blank = _labels_of_blank(cells, heading)
    if blank is not None:
        carried.follow(blank)
        ledger.omit(cells, "blank_row")
        return None
    labels, values = _read_indicator(row, cells, heading)
    return {**carried.follow(labels), **labels, **values}


def _labels_of_blank(cells: list[Cell], heading: Heading) -> Mapping[str, Cell] | None:
    """Return the levels of a row in which nothing is filled in, None for any other."""
    labels = dict(_leading_labels(cells))
    rest = cells[len(labels) :]
    values = heading.places["level3"]
    is_blank = all(
        _FILLER.fullmatch(cell.text) and (cell.column <= values or not is_rate(cell.text)) for cell in rest
    )
    return labels if is_blank else None


def _read_indicator(
    row: Line, cells: list[Cell], heading: Heading
) -> tuple[dict[str, Cell], dict[str, Cell]]:
    """Part the labels of the levels from the values.

    A third-level name can look like a broken label ("服务对象满意度"): as many labels are taken
    as leave a whole indicator, one without blanks before any other. A whole label is one.
    """
    labels = _leading_labels(cells)
    whole = max((n for n, (_, label) in enumerate(labels, 1) if label.text == cells[n - 1].text), default=0)
    counts = range(len(labels), whole - 1, -1)
    if not heading.reads_by_place:
        for count in counts:
            if values := _in_sequence(cells[count:]):
                return dict(labels[:count]), dict(values)
    if len(row.cells) >= heading.width:
        for count in counts:
            if values := _by_place(cells[count:], dict(labels[:count]), heading.places):
                return dict(labels[:count]), dict(values)
        if found := _all_by_place(cells, heading.places):
            return found
    printed = " | ".join(cell.text for cell in cells)
    raise PartError(row.number, f"indicator row fits no pattern: {printed[:80]}")


def _leading_labels(cells: list[Cell]) -> list[tuple[str, Cell]]:
    labels: list[tuple[str, Cell]] = []
    rest = list(cells)
    for level, vocabulary in (("level1", LEVEL1_LABELS), ("level2", tuple(LEVEL2_PARENT))):
        if not rest or _level_label(rest[0].text, vocabulary) is None:
            continue
        if level == "level1" and _is_second_level(rest):
            continue
        cell = rest.pop(0)
        text = _level_label(cell.text, vocabulary) or cell.text
        labels.append((level, Cell(cell.line, cell.column, cell.printed, text)))
    return labels


def _level_label(text: str, vocabulary: tuple[str, ...]) -> str | None:
    plain = _CLASS_WEIGHT.sub("", canonical(text))
    if vocabulary is LEVEL1_LABELS and (known := label_of("indicator_level1", plain, least=1)):
        return known
    return mend(plain, vocabulary)


def _is_second_level(cells: list[Cell]) -> bool:
    """Whether a label of both levels ("成本指标") is the second one here."""
    second = _level_label(cells[0].text, tuple(LEVEL2_PARENT))
    return second is not None and (
        len(cells) == 1 or _level_label(cells[1].text, tuple(LEVEL2_PARENT)) is None
    )


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
        by_column = {
            place + shift: column for column, place in places.items() if column not in {"level1", "level2"}
        }
        values = {by_column[cell.column]: cell for cell in cells if cell.column in by_column}
        if len(values) == len(cells) and _is_indicator(values):
            return values
    return None


def _all_by_place(
    cells: list[Cell], places: dict[str, int]
) -> tuple[dict[str, Cell], dict[str, Cell]] | None:
    """Read a row whose every cell stands under its heading, whatever its levels are called."""
    by_column = {place: column for column, place in places.items()}
    found = {by_column[cell.column]: cell for cell in cells if cell.column in by_column}
    if len(found) != len(cells) or not _is_indicator(found):
        return None
    if canonical(found["level3"].text) in {*LEVEL1_LABELS, *LEVEL2_PARENT}:
        # A level where a name belongs: the row has moved.
        return None
    labels = {level: found.pop(level) for level in ("level1", "level2") if level in found}
    if "level1" in labels and (known := _level_label(labels["level1"].text, LEVEL1_LABELS)):
        labels["level1"] = replace(labels["level1"], text=known)
    if any(is_rate(cell.text) for cell in labels.values()):
        return None
    return labels, found


def _is_indicator(values: Mapping[str, Cell]) -> bool:
    if not {"level3", "weight"} <= set(values):
        return False
    figures = [values[column] for column in ("weight", "score") if column in values]
    if "deviation_reason" in values and is_rate(values["deviation_reason"].text):
        return False
    return all(is_plain_number(cell.printed, cell.text) for cell in figures)


def emit(
    ledger: Ledger, table: str, key: Mapping[str, str], indicators: list[tuple[Line, dict[str, Value]]]
) -> None:
    """Emit the indicators in their order; operator, value and unit of a target are one text of the raw row.

    The column of operators can say that an indicator is a qualitative one (定性) instead: that is its kind, and no
    part of its target.
    """
    for number, (row, values) in enumerate(indicators, start=1):
        parts = [(column, values.pop(column, None)) for column in (_OPERATOR, "target", _UNIT)]
        cells = [
            cell for column, cell in parts if isinstance(cell, Cell) and not _leave_out(column, cell, ledger)
        ]
        if cells:
            text = "".join(cell.text for cell in cells)
            values["target"] = replace(cells[0], text=text)
        ledger.emit(table, row.number, {**key, "indicator_no": str(number), **values})
        for cell in cells[1:]:
            ledger.claim(table, "target", cell)


def _leave_out(column: str, cell: Cell, ledger: Ledger) -> bool:
    """Leave out a cell beside a target that says nothing of its value."""
    if column == _OPERATOR and label_of("indicator_kind", cell.text, least=1):
        ledger.omit(cell, "indicator_kind")
    elif column in {_OPERATOR, _UNIT} and is_dash(cell.text):
        ledger.omit(cell, "dash")
    else:
        return False
    return True


def read_total(rows: list[Line], heading: Heading, ledger: Ledger) -> dict[str, Value]:
    """Read the form's total: weight and score, told by their order or their place.

    Raises:
        PartError: If the row has other cells, or one figure of which nothing tells what it is.
    """
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
