"""Performance forms: self-evaluations of projects, departments and transfers, and target forms.

A form has a header, a fund block, goals, an indicator block, totals and notes; any of them can be missing.
Contents that aren't understood stay an unread cell and affect nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ingestion.blocks import Block
from ingestion.document import Cell, Line
from ingestion.form_labels import (
    FUND,
    FUND_BEHIND,
    GOAL,
    GRADE_LABEL,
    HEADER,
    INDICATOR,
    NOTE,
    OTHER,
    PROJECT_LABELS,
    SCORE_LABEL,
    SECTION,
    TOTAL,
    TOTAL_LABEL,
    TRANSFER_LABEL,
    UNIT_LABEL,
    header_label,
    is_fund_heading,
    is_indicator_heading,
    joined_goal,
    joined_header_label,
    joined_project,
    label_of,
    part_of,
)
from ingestion.grid import Column, Grid, bind, columns_of
from ingestion.ledger import NOTHING_MISREAD, Ledger, Unread, Value
from ingestion.message import Text
from ingestion.sections import form_fund, form_header, form_indicator, form_list, form_text, form_unit
from ingestion.sections.cover import title_year
from ingestion.sections.doubt import doubts
from ingestion.sections.form_header import Pair
from ingestion.units import labelled_units
from ingestion.vocabulary import canonical, is_dash, is_number

FORM_TABLE = "raw_self_evaluation"
FUND_TABLE = "raw_self_evaluation_fund"
INDICATOR_TABLE = "raw_self_evaluation_indicator"
GOAL_TABLE = "raw_project_goal"
TEXT_FIGURE_TABLE = "raw_text_figure"

SELF, TRANSFER, DEPARTMENT, TARGET = (
    "self_evaluation",
    "transfer_self_evaluation",
    "department_self_evaluation",
    "target_form",
)

_YEAR = re.compile(r"(?:\(|^)((?:19|20)\d{2})年度?(?:\)|$)|年度：((?:19|20)\d{2})(?!\d)")
_YEAR_IN_TITLE = re.compile(r"((?:19|20)\d{2})年(?=.*(?:自评|评价|绩效|目标).*表)|((?:19|20)\d{2})年度")
_TOTAL_ABOVE = re.compile(r"(?:总得分|自评总分|自评得分|总分)：([0-9]+(?:\.[0-9]+)?)分?")
_DEPARTMENT_TITLE = re.compile(r"整体(?:支出)?|部门预算绩效管理|部门绩效")
_TRANSFER_TITLE = re.compile(r"转移支付.{0,6}(?:区域|项目)")
_EVALUATION_TITLE = re.compile(r"自评|评价|考评|完成情况")
_MONITORING_TITLE = re.compile("^(?!.*(?:自评|评价|考评)).*监控[^ ]*表")
_TARGET_TITLE = re.compile(r"目标")
_CODE_BEFORE_NAME = re.compile(r"^\[?[0-9]{3,12}\]?[-—_ ]?(?=[一-龥])")
_LONGEST_LABEL = 20
_ROWS_AHEAD = 3
_LINES_ABOVE = 8
"""Lines above a form in which its project's name is searched."""

_NUMBERED_GOAL = re.compile(
    r"(?:年度)?(?:总体|绩效|工作|预期)?(?:目标|任务)\(?[一二三四五六七八九十0-9]{1,2}\)?：?"
    r"|序号|(?:目标)?名称|(?:绩效)?目标(?:说明|内容)"
)
_YEAR_OF_GOAL = re.compile(r"20[0-9]{2}(?:年度?)?")
_MID_TERM_GOAL, _ADJUSTED_GOAL = "中期目标", "调整目标"
_GOAL_FIELDS = {"预期目标": "expected", "实际完成情况": "achieved", _ADJUSTED_GOAL: "adjusted"}
_GOAL_TITLE = "title"
_TITLE_OF_PART = re.compile(
    "(?:部门|单位|项目|整体|支出|年度)*绩效(?:指标|目标)(?:完成情况)?表|[一二三四五六七八九]、[^，。；]{2,18}(?:任务|指标|情况)"
)


def form_year(preamble: Iterable[Line]) -> str:
    """Return the year printed last before the form, or an empty string."""
    found = ""
    for line in preamble:
        text = canonical(line.text)
        years = [first or second for first, second in _YEAR.findall(text)]
        if not years and len(text) <= 60:
            years = [first or second for first, second in _YEAR_IN_TITLE.findall(text)]
            # Of several years, the one that the title is about.
            years += [year for year in [title_year(line.text)[0]] if len(set(years)) > 1 and year]
        found = years[-1] if years else found
    return found


def read(
    block: Block, ledger: Ledger, form_no: int, *, is_drawn: bool, around: Sequence[Iterable[Line]] = ()
) -> int:
    """Emit one form, or the forms that one table lists; return their number.

    A form that can't be read counts as one.

    Args:
        block: The rows of the form, or of the list.
        ledger: The target of its rows.
        form_no: The number of the form, or of the first of the list.
        is_drawn: Whether the source marks merged cells.
        around: Lines that can print the unit of its funds, nearest first: in it, above it, below it.
    """
    listed = form_list.find(block, ledger, is_drawn=is_drawn)
    if listed is None:
        sides = _sides(block)
        for number, side in enumerate(sides, start=form_no):
            _read_form(side, ledger, number, around, is_drawn=is_drawn)
        return len(sides)
    return _read_list(listed, block, ledger, form_no, around)


def _sides(block: Block) -> list[Block]:
    """Divide forms printed side by side: each names its project and has the same headings."""
    place = _place_of_second(block.rows)
    if place is None:
        return [block]
    left = [_between(row, 0, place) for row in block.rows]
    right = [_between(row, place, len(row.cells)) for row in block.rows]
    return [replace(block, rows=[row for row in rows if row.filled]) for rows in (left, right)]


def _place_of_second(rows: Sequence[Line]) -> int | None:
    """Return the position where a form begins beside another one, or None."""
    for row in rows[:_ROWS_AHEAD]:
        names = [cell for cell in row.filled if header_label(cell.text) in PROJECT_LABELS]
        if len(names) == 2 and canonical(names[0].text) == canonical(names[1].text):
            place = names[1].column
            headings = [row for row in rows if is_fund_heading(row) or is_indicator_heading(row)]
            sides = [
                [[cell.text for cell in row.filled if (cell.column < place) is is_left] for row in headings]
                for is_left in (True, False)
            ]
            return place if headings and sides[0] == sides[1] else None
    return None


def _between(row: Line, start: int, end: int) -> Line:
    """Return a row with the cells outside a range of positions blank."""
    cells = (cell if start <= cell.column < end else replace(cell, printed="", text="") for cell in row.cells)
    return replace(row, cells=tuple(cells))


def units_of(block: Block, *, is_drawn: bool) -> tuple[str, str]:
    """Return the competent and the implementing unit that a form prints, each of them or an empty string."""
    header = _read_header(_split(block)[HEADER], Grid(block.rows, is_drawn), Ledger(""))
    found = _competent_unit(header), _implementing_unit(header, "")
    competent, implementing = (cell.text if cell is not None else "" for cell in found)
    return competent, implementing


def _read_list(
    listed: form_list.FormList,
    block: Block,
    ledger: Ledger,
    first_no: int,
    around: Sequence[Iterable[Line]],
) -> int:
    """Emit the forms of a list: each project with its funds, its goal and its indicators."""
    title = _title(block.preamble)
    kind = _kind(title, {PROJECT_LABELS[0]: listed.heading[-1].filled[0]}, listed.sides, [])
    printed = form_unit.Printed(anywhere=labelled_units(c.text for row in listed.heading for c in row.filled))
    units = [form_unit.of_lines(lines) for lines in around]
    number = 0
    for entry in listed.entries(ledger):
        heads = entry.heads
        indicators, _ = form_indicator.read_rows(entry.rows, listed.sides, listed.grid, ledger)
        if not indicators:
            # The total of a unit, or of all projects.
            ledger.unread(heads.values(), "no_column")
            continue
        key = {"form_no": str(first_no + number)}
        number += 1
        for line, values in form_unit.in_units(listed.funds(heads, ledger), printed, units, ledger):
            ledger.emit(FUND_TABLE, line, {**key, **values})
        if form_list.GOAL in heads:
            goal = heads[form_list.GOAL]
            _emit_goal(ledger, goal.line, {**key, "goal_no": "1"}, {"expected": goal})
        form_indicator.emit(ledger, INDICATOR_TABLE, key, indicators)
        ledger.emit(
            FORM_TABLE,
            entry.first_line,
            {
                **key,
                "form_year": form_year(block.preamble),
                "project_name": heads.get(form_list.PROJECT),
                "competent_unit": _without_code(heads.get(form_list.COMPETENT)),
                "implementing_unit": _without_code(heads.get(form_list.UNIT)),
                "form_kind": kind,
                "reading": _reading(ledger),
            },
        )
        _emit_figures(ledger)
    return max(number, 1)


def _emit_goal(ledger: Ledger, line: int, key: Mapping[str, str], texts: Mapping[str, Value]) -> None:
    """Emit a goal, with whether its achievement repeats its expectation."""
    ledger.emit(GOAL_TABLE, line, {**key, **texts})
    row = ledger.tables[GOAL_TABLE][-1]
    row["is_repeated"] = form_text.is_repetition(row["expected"], row["achieved"])


def _emit_figures(ledger: Ledger) -> None:
    """Emit the numbers in the sentences of the last form: its name and its goals."""
    form = ledger.tables[FORM_TABLE][-1]
    goals = [row for row in ledger.tables[GOAL_TABLE] if row["form_no"] == form["form_no"]]
    sentences = [(row, part) for row in goals for part in ("expected", "achieved")]
    for row, part in [(form, "project_name"), *sentences]:
        for number, figure in enumerate(form_text.figures(row[part]), start=1):
            ledger.emit(
                TEXT_FIGURE_TABLE,
                int(row["source_line"]),
                {
                    "form_no": row["form_no"],
                    "goal_no": row.get("goal_no", ""),
                    "part": part,
                    "figure_no": str(number),
                    "number": figure.number,
                    "words_before": figure.before,
                    "words_behind": figure.behind,
                },
            )


def _read_form(
    block: Block, ledger: Ledger, form_no: int, around: Sequence[Iterable[Line]], *, is_drawn: bool
) -> None:
    """Emit one form: its header, fund rows, goals and indicators."""
    grid = Grid(block.rows, is_drawn)
    parts = _split(block)
    title = _title(block.preamble)
    header = _read_header(parts[HEADER], grid, ledger)
    if _project_name(header) is None and any(joined_project(line.text) for line in block.preamble):
        header = form_header.read_above(block.preamble[-_LINES_ABOVE:], ledger) | header
    if (reason := _why_no_form(title, header, parts)) is not None:
        ledger.unread((cell for row in block.rows for cell in ledger.unclaimed([row])), reason)
        return
    # The first fund block is the form's; another one after the indicators stays unread.
    rows_of_funds = parts[FUND] or parts[FUND_BEHIND]
    funds = form_fund.read(rows_of_funds, grid, ledger)
    _leave_section_unread(parts[SECTION], ledger)
    year = form_year(block.preamble)
    goals = _read_goals(parts[GOAL], year, grid, ledger)
    headings, indicators = _read_indicators(parts[INDICATOR], _mid_term(parts[GOAL]), year, grid, ledger)
    total = _read_totals(parts[TOTAL], headings, ledger, is_drawn=is_drawn)
    notes = _read_notes(parts[NOTE], grid, ledger)
    grade = header.get(GRADE_LABEL)
    if "grade" not in total and grade is not None and form_indicator.is_grade(grade.text):
        total["grade"] = grade
    if "grade" not in total and (grade := _grade(notes)) is not None:
        total["grade"] = grade
    _leave_notes_unread(notes, total, ledger)
    if not total.get("total_score"):
        total |= _total_in_header(header) or _total_above(block.preamble)
    inside = [row for part in (HEADER, SECTION, GOAL, TOTAL, NOTE) for row in parts[part]]
    units = [form_unit.of_rows(inside), *map(form_unit.of_lines, around)]
    key = {"form_no": str(form_no)}
    points = {"block_points": form_fund.points_of(rows_of_funds)}
    for line, values in form_unit.in_units(funds.rows, funds.units, units, ledger):
        ledger.emit(FUND_TABLE, line, {**key, **values, **points})
    if several := form_unit.several(funds.units, units):
        ledger.doubts.append(_of_form(form_no, several))
    for number, (line, values) in enumerate(goals, start=1):
        _emit_goal(ledger, line, {**key, "goal_no": str(number)}, values)
    form_indicator.emit(ledger, INDICATOR_TABLE, key, indicators)
    kind = _kind(title, header, headings, funds.rows)
    name = _project_name(header)
    values = {
        "project_name": name,
        "competent_unit": _competent_unit(header),
        "implementing_unit": _implementing_unit(header, kind) or _department_above(block.preamble, kind),
        **total,
    }
    taken = {(cell.line, cell.column) for cell in values.values() if isinstance(cell, Cell)}
    left = [cell for cell in ledger.unclaimed(block.rows) if (cell.line, cell.column) not in taken]
    named = {(cell.line, cell.column) for cell in header.values()}
    for cell in left:
        ledger.unread(cell, "no_column" if (cell.line, cell.column) in named else "out_of_place")
    first = next((cell.line for cell in (name, header.get(UNIT_LABEL)) if cell is not None), block.first_line)
    ledger.emit(
        FORM_TABLE,
        first,
        {
            **key,
            "form_year": year,
            **values,
            "form_kind": kind,
            "reading": _reading(ledger),
        },
    )
    row = ledger.tables[FORM_TABLE][-1]
    _emit_figures(ledger)
    own = [
        [r for r in ledger.tables[of] if r["form_no"] == row["form_no"]]
        for of in (FUND_TABLE, INDICATOR_TABLE)
    ]
    for doubt in doubts(row, *own):
        row["reading"] = "doubtful"
        ledger.doubts.append(_of_form(form_no, doubt))


def _why_no_form(title: str, header: dict[str, Cell], parts: dict[str, list[Line]]) -> str | None:
    """Return why rows are not a form, or None; a form has a project or department, and funds or indicators."""
    if _MONITORING_TITLE.search(title) and _has_results(parts[FUND], parts[INDICATOR]):
        return "monitoring_table"
    is_named = _project_name(header) is not None or UNIT_LABEL in header
    if not is_named and not _DEPARTMENT_TITLE.search(title):
        return "no_project_name"
    return None if parts[FUND] or parts[INDICATOR] or parts[FUND_BEHIND] else "no_block"


def _has_results(funds: Iterable[Line], indicators: Iterable[Line]) -> bool:
    """Return whether a heading is for executed amounts, actuals or scores, unmarked as of part of the year."""
    spent = {label_of("fund_column", cell.text, least=1) for row in funds for cell in row.filled}
    achieved = {label_of("indicator_column", cell.text, least=1) for row in indicators for cell in row.filled}
    return "全年执行数" in spent or not achieved.isdisjoint({"实际完成值", "得分"})


def _split(block: Block) -> dict[str, list[Line]]:
    """Assign each row of a form to the part of the heading before it."""
    parts: dict[str, list[Line]] = {
        name: [] for name in (HEADER, FUND, SECTION, GOAL, INDICATOR, FUND_BEHIND, TOTAL, NOTE)
    }
    part = HEADER
    first = block.first_column
    heading_end = 0
    for place, row in enumerate(block.rows):
        if part in {HEADER, FUND, SECTION, GOAL}:
            # An upper row of headings can name an indicator's values only as a group.
            heading_end = place + form_indicator.heading_length(block.rows[place : place + _ROWS_AHEAD])
        part = INDICATOR if place < heading_end else part_of(row, part, first)
        parts[part].append(row)
    return parts


def _title(preamble: Sequence[Line]) -> str:
    """Return the captions above a form, nearest last."""
    return " ".join(canonical(line.text) for line in preamble if len(line.text) <= 80)


def _read_header(rows: Sequence[Line], grid: Grid, ledger: Ledger) -> dict[str, Cell]:
    wanted = {
        *PROJECT_LABELS,
        "主管部门",
        "地方主管部门",
        "上级主管部门",
        "实施单位",
        UNIT_LABEL,
        SCORE_LABEL,
        GRADE_LABEL,
    }
    pairs = [pair for row in rows for pair in form_header.read_pairs(row, grid, ledger)]
    return form_header.take(pairs, wanted, ledger)


def _project_name(header: dict[str, Cell]) -> Cell | None:
    """Return the project's name as printed, including a code before it in the same cell."""
    return next((header[label] for label in PROJECT_LABELS if label in header), None)


def _competent_unit(header: dict[str, Cell]) -> Cell | None:
    """Return the unit whose budget includes the project: of several, the nearest to the project."""
    labels = ["地方主管部门", "主管部门", "上级主管部门"]
    return _unit(header, [*labels, UNIT_LABEL] if "实施单位" in header else labels)


def _implementing_unit(header: dict[str, Cell], kind: str) -> Cell | None:
    """Return the unit that carries out the project; in a department's own form, the department."""
    labels = ["实施单位", UNIT_LABEL]
    return _unit(header, [UNIT_LABEL, "实施单位"] if kind == DEPARTMENT else labels)


def _department_above(preamble: Sequence[Line], kind: str) -> str:
    """Return the department that a line above its own form names, or an empty string."""
    named = [line for line in preamble if joined_header_label(line.text) == UNIT_LABEL]
    return canonical(named[-1].text).partition("：")[2] if named and kind == DEPARTMENT else ""


def _unit(header: dict[str, Cell], labels: Sequence[str]) -> Cell | None:
    """Return the unit that the first of several labels names, without the code before its name."""
    return _without_code(next((header[label] for label in labels if label in header), None))


def _without_code(cell: Cell | None) -> Cell | None:
    return replace(cell, text=_CODE_BEFORE_NAME.sub("", cell.text, count=1)) if cell is not None else None


def _leave_section_unread(rows: Sequence[Line], ledger: Ledger) -> None:
    """Keep the cells of a table without raw columns unread, each with its row and its heading."""
    heading: dict[int, str] = {}
    for number, row in enumerate(rows):
        if number == 0:
            heading = {cell.column: cell.text for cell in row.filled}
            ledger.omit((cell for cell in row.filled if len(cell.text) <= _LONGEST_LABEL), "label")
            continue
        label, *values = row.filled
        ledger.omit(label, "label")
        for cell in values:
            above = heading.get(max((place for place in heading if place <= cell.column), default=-1), "")
            # Points belong to the total of the form, which can't be checked without them.
            is_point = label_of("fund_column", above, least=1) in {"分值", "得分"} and is_number(cell.text)
            ledger.unread(cell, "out_of_place" if is_point else "no_column", row=label.text, column=above)


def _read_goals(
    rows: Sequence[Line], year: str, grid: Grid, ledger: Ledger
) -> list[tuple[int, dict[str, Value]]]:
    """Read the goals below or beside their headings; other rows of the part, and other years, stay unread."""
    goals: list[tuple[int, dict[str, Value]]] = []
    columns: list[Column] = []
    titles: set[tuple[int, str]] = set()
    for row in rows:
        if len(row.filled) == 1 and _TITLE_OF_PART.fullmatch(canonical(row.head)):
            ledger.omit(row, "label")
            continue
        labels = {
            cell.column: label
            for cell in row.filled
            if (label := label_of("goal_heading", cell.text, least=1)) is not None
        }
        cells = [
            cell
            for cell in row.filled
            if cell.column in labels or not _NUMBERED_GOAL.fullmatch(canonical(cell.text))
        ]
        # The number of a goal, if there are several below one heading, or the heading of numbers and goals.
        ledger.omit((cell for cell in row.filled if cell not in cells), "label")
        if columns and len(labels) == 1 and (cells[0].column, cells[0].text) in titles:
            # The title of the block, repeated beside the goals.
            ledger.omit(cells.pop(0), "repeated_label")
            labels = {}
        is_joined = not columns and any(joined_goal(cell.text) for cell in cells)
        if labels or is_joined:
            titles.add((cells[0].column, cells[0].text))
            texts = [cell for cell in cells if cell.column not in labels]
            if labels:
                # A title before the headings, or the part of it on this line.
                pieces = [cell for cell in texts if cell.column < min(labels)]
                ledger.omit(pieces, "label")
                texts = [cell for cell in texts if cell not in pieces]
            if not is_joined:
                columns = _goal_columns(row, list(labels.values()), grid)
            ledger.omit((cell for cell in row.filled if cell.column in labels), "label")
            before = [column for column in labels if texts and column < texts[0].column]
            if values := _goals_beside(texts, labels[max(before)] if before else "", ledger):
                goals.append((row.number, values))
            continue
        if columns and _YEAR_OF_GOAL.fullmatch(canonical(cells[0].text)):
            if cells[0].text[:4] != year:
                ledger.unread(cells, "no_column", row=cells[0].text)
                continue
            ledger.unread(cells.pop(0), "no_column", row=year)
        values = {}
        bound = bind(cells, columns) if grid.is_drawn else _in_order(cells, columns)
        # A row with a title of its own is of another part: a description of the project.
        is_titled = any(column is not None and column.field == _GOAL_TITLE for _, column in bound)
        for cell, column in bound:
            name = column.field if column is not None and not is_titled else ""
            if name in _GOAL_FIELDS.values() and name not in values and not _is_table_row(row):
                values[name] = cell
            else:
                reason = "out_of_place" if _is_table_row(row) else "no_column"
                ledger.unread(cell, reason, row=row.head[:20], column=column.heading if column else "")
        _adjust_goal(values, ledger)
        if values:
            goals.append((row.number, values))
    return goals


def _adjust_goal(values: dict[str, Value], ledger: Ledger) -> None:
    """Take the goal that was adjusted during the year, where a row prints one, instead of the initial one."""
    adjusted = values.pop("adjusted", None)
    if not isinstance(adjusted, Cell):
        return
    if is_dash(adjusted.text) or adjusted.text in form_indicator.AS_BEFORE:
        ledger.omit(adjusted, "dash")
        return
    initial = values.get("expected")
    if isinstance(initial, Cell):
        ledger.unread(initial, "no_column", row="年初目标")
    values["expected"] = adjusted


def _goal_columns(row: Line, labels: Sequence[str], grid: Grid) -> list[Column]:
    """Return the columns of a heading of goals; a title before the headings is none of a text's."""
    columns = columns_of([row], grid, _goal_field)
    is_title = labels[0] in labels[1:] or (labels[0] == "预期目标" and _MID_TERM_GOAL in labels[1:])
    if not is_title or (not grid.is_drawn and len(columns) != len(labels)):
        return columns
    if not grid.is_drawn:
        return columns[1:]
    title = next(column for column in columns if column.field)
    return [replace(column, field=_GOAL_TITLE) if column is title else column for column in columns]


def _in_order(cells: Sequence[Cell], columns: Sequence[Column]) -> list[tuple[Cell, Column | None]]:
    """Bind the goals of a text, whose rows can be shifted, by order if there is one for each heading."""
    named = [column for column in columns if column.field in {"expected", "achieved"}]
    for of in (columns, named):
        if len(of) == len(cells):
            return list(zip(cells, of, strict=True))
    return bind(cells, columns)


def _goal_field(stack: tuple[str, ...]) -> str:
    return _GOAL_FIELDS.get(label_of("goal_heading", stack[-1], least=1) or "", "")


def _is_table_row(row: Line) -> bool:
    """Return whether a row below the goals, with more cells than goals have, belongs to another table."""
    return len(row.filled) > 3


def _goals_beside(texts: Sequence[Cell], title: str, ledger: Ledger) -> dict[str, Value]:
    """Read the goals beside their title; one can print its own heading before a colon."""
    values: dict[str, Value] = {}
    joined = [joined_goal(cell.text) for cell in texts]
    for place, (cell, parts) in enumerate(zip(texts, joined, strict=True)):
        label, text = parts or ("", cell.text)
        if parts is not None:
            name = _GOAL_FIELDS.get(label, "")
        elif title in {_MID_TERM_GOAL, _ADJUSTED_GOAL, OTHER} or any(joined):
            name = ""
        else:
            name = ("expected", "achieved", "")[min(place, 2)]
        goal = replace(cell, text=text)
        if name and name not in values:
            values[name] = goal
        else:
            reason = "no_column" if label or title in {_MID_TERM_GOAL, OTHER} else "no_heading"
            ledger.unread(goal, reason, row=label or title or "年度总体目标")
    _adjust_goal(values, ledger)
    return values


def _mid_term(rows: Sequence[Line]) -> list[Cell]:
    """Return the headings of goals of several years, which can also be above a side of the indicators."""
    return [
        cell
        for row in rows
        for cell in row.filled
        if label_of("goal_heading", cell.text, least=1) == _MID_TERM_GOAL
    ]


def _read_indicators(
    rows: Sequence[Line], mid_term: Sequence[Cell], year: str, grid: Grid, ledger: Ledger
) -> tuple[list[form_indicator.Heading], list[form_indicator.Indicator]]:
    if not rows:
        return [], []
    length = max(form_indicator.heading_length(rows), 1)
    first = form_indicator.read_heading(rows, grid, ledger, mid_term, year)
    indicators, last = form_indicator.read_rows(rows[length:], first, grid, ledger, mid_term, year)
    return [*first, *last], indicators


def _read_totals(
    rows: Sequence[Line], headings: Sequence[form_indicator.Heading], ledger: Ledger, *, is_drawn: bool
) -> dict[str, Value]:
    """Read the last row headed 总分, or else the last total; a class's sub-total is never the form's."""
    if not rows or not headings:
        return {}
    totals = [row for row in rows if label_of("form_total", row.head, least=1) == TOTAL_LABEL]
    named = [row for row in totals if "总" in canonical(row.head)]
    last = next(iter([*named[-1:], *totals[-1:]]), None)
    for row in rows:
        if row is not last:
            # A sub-total, or an unknown note after the total.
            ledger.omit(row.filled[0], "label")
            ledger.unread(row.filled[1:], "no_column", row=row.head)
    if last is None:
        return {}
    return form_indicator.read_total(last, headings, ledger, is_drawn=is_drawn)


def _read_notes(rows: Sequence[Line], grid: Grid, ledger: Ledger) -> list[Pair]:
    return [pair for row in rows for pair in form_header.read_pairs(row, grid, ledger)]


def _grade(notes: Sequence[Pair]) -> Cell | None:
    return next(
        (
            pair.value
            for pair in notes
            if pair.value is not None
            and form_indicator.is_grade(pair.value.text)
            and re.search("等级|结论|结果|评价", pair.printed)
        ),
        None,
    )


def _leave_notes_unread(notes: Sequence[Pair], total: dict[str, Value], ledger: Ledger) -> None:
    for pair in notes:
        if pair.value is None or pair.value is total.get("grade"):
            continue
        ledger.unread(pair.value, "no_column", row=pair.printed)


def _total_in_header(header: dict[str, Cell]) -> dict[str, Value]:
    """Return the total score in the header of a form, with its line; empty if there is none."""
    cell = header.get(SCORE_LABEL)
    if cell is None or form_indicator.figure_problem(cell) is not None or is_dash(cell.text):
        return {}
    return {"total_score": cell, "total_source_line": str(cell.line)}


def _total_above(preamble: Sequence[Line]) -> dict[str, Value]:
    """Return the total score in a caption above the form, with its line; empty if there is none."""
    for line in reversed(preamble):
        if found := _TOTAL_ABOVE.search(canonical(line.text)):
            return {"total_score": found[1], "total_source_line": str(line.number)}
    return {}


def _kind(
    title: str,
    header: dict[str, Cell],
    headings: Sequence[form_indicator.Heading],
    funds: Sequence[tuple[int, dict[str, Value]]],
) -> str:
    fields = {name for heading in headings for name in heading.fields}
    has_actuals = "actual" in fields or "score" in fields or any("executed" in row for _, row in funds)
    if not has_actuals and (_TARGET_TITLE.search(title) or not _EVALUATION_TITLE.search(title)):
        return TARGET
    if TRANSFER_LABEL in header or _TRANSFER_TITLE.search(title):
        return TRANSFER
    return SELF if _project_name(header) is not None else DEPARTMENT


def _reading(ledger: Ledger) -> str:
    """Return whether every cell with a column in the warehouse was read."""
    reasons = {entry.reason for entry in ledger.cells.values() if isinstance(entry, Unread)}
    return "complete" if reasons <= NOTHING_MISREAD else "partial"


def _of_form(form_no: int, text: Text) -> Text:
    """Return a message on a form with its number before it."""
    return Text(f"第 {form_no} 张自评表：", f"form {form_no}: ") + text
