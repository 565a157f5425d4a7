"""Conclusions and scored indicator systems of the department and the project evaluation."""

from __future__ import annotations

import re
from dataclasses import replace

from ingestion.blocks import Block
from ingestion.document import Cell, Line
from ingestion.form_labels import is_form_total, is_total
from ingestion.grid import Grid
from ingestion.ledger import Ledger, PartError, Value
from ingestion.message import Text
from ingestion.sections import form_indicator
from ingestion.vocabulary import SHORT_PHRASE, canonical, is_plain_number

TABLE = "raw_evaluation"
LEAF_TABLE = "raw_evaluation_indicator"
_TOTAL = "综合得分"
_GRADE = "评定级别"
_SUBJECT = re.compile(
    r"“([^”]+)”项目|^(?:[一-龥]{2,30}?(?:局|委员会|委|办公室|厅|中心|院|校|馆|政府|站|所|支队|会))?(?:(?:19|20)[0-9]{2}年度?)?"
    r"([^，。“”0-9][^，。“”]{1,39}?)(?:项目)?(?:支出|资金)?绩效评价报告"
)
_GRADE_IN_WORDS = re.compile(
    r"(?:评价|评定|绩效)(?:等级|级别|结果|结论)(?:评定)?(?:为|是|：|:)“?(优秀?|良好?|中等?|一般|较?差)(?![一-龥])"
)
_SUBTOTAL = re.compile("(?:部分|指标)?(?:小计|合计|得分)$")
_WEIGHT_SUFFIX = re.compile(r"\([\d.]+分\)$")
_CLAUSE_END = re.compile(r"[：；。]")
_LEVELS = ("level1", "level2", "level3", "level4")


def evaluation_type(first_part: str) -> str:
    """Return the evaluation type, department or project, from the first part of an evaluation."""
    return "department" if first_part.startswith("部门") else "project"


def subject(kind: str, text_before: list[Line], organization: str) -> str:
    """Return the organization, or the last project that the running text names before the table."""
    if kind == "department":
        return organization
    found = (match for line in text_before for match in _SUBJECT.finditer(line.text))
    names = [match[1] or match[2] for match in found]
    return names[-1] if names else ""


def read_conclusion(block: Block, ledger: Ledger, *, text_before: list[Line], organization: str) -> None:
    """Emit the total of a conclusion table and its first-level parts.

    Raises:
        PartError: If a row has no weight and score, or there is no total.
    """
    parts = [row for row in block.rows[1:] if not row.head.endswith(_GRADE)]
    grades = [row for row in block.rows if row.head.endswith(_GRADE)]
    grade = next((row.filled[1] for row in grades if len(row.filled) > 1), None)
    if not any(row.head == _TOTAL for row in parts):
        raise PartError(
            block.last_line,
            Text(
                f"评价结论表没有“{_TOTAL}”行，表不完整；请补全后重新添加",
                f"evaluation conclusion: the row “{_TOTAL}” is missing, so the table is incomplete; complete it and add it again",
            ),
        )
    kind = evaluation_type(parts[0].head)
    name = subject(kind, text_before, organization)
    ledger.omit(block.rows[0], "label")
    for row in parts:
        if len(row.filled) != 3 or not all(_is_figure(cell) for cell in row.filled[1:]):
            raise PartError(
                row.number,
                Text(
                    "评价结论表的行应为名称、分值、得分",
                    "evaluation conclusion: expected name, weight and score",
                ),
            )
        part, weight, score = row.filled
        is_total = part.text == _TOTAL
        ledger.emit(
            TABLE,
            row.number,
            {
                "evaluation_type": kind,
                "subject_name": name,
                "part_name": "" if is_total else part,
                "total_weight": weight,
                "total_score": score,
                "grade": grade if is_total else "",
            },
        )
        if is_total:
            ledger.omit(part, "label")
    for row in grades:
        ledger.omit(row.filled[0], "label")


def _is_figure(cell: Cell) -> bool:
    return is_plain_number(cell.printed, cell.text)


def read_indicators(block: Block, ledger: Ledger, *, text_before: list[Line], organization: str) -> None:
    """Emit the leaves of an indicator system and its printed total.

    Levels are carried down merged cells. A row without figures continues the text of the previous row after a
    page break.

    Raises:
        PartError: If a row has figures but no indicator.
    """
    heading, *rows = block.rows
    if not rows:
        raise PartError(block.first_line, Text("指标体系表没有内容", "indicator system: no row"))
    places = {canonical(cell.text): cell.column for cell in heading.filled}
    has_reason = "扣分原因" in places
    ledger.omit(heading, "label")
    kind = evaluation_type(rows[0].head)
    carried = dict.fromkeys(_LEVELS, "")
    keys = {"evaluation_type": kind, "subject_name": subject(kind, text_before, organization)}
    for row in rows:
        figures = [cell for cell in row.filled if _is_figure(cell)]
        if row.head == "合计":
            if len(figures) != 2:
                raise PartError(
                    row.number,
                    Text(
                        "指标体系表的合计缺少分值或得分",
                        "indicator system: the total has no weight and score",
                    ),
                )
            ledger.emit(
                TABLE,
                row.number,
                {**keys, "part_name": row.filled[0], "total_weight": figures[0], "total_score": figures[1]},
            )
        elif not figures:
            _continue_text(row, places, ledger)
        elif len(figures) == 2:
            _read_leaf(row, figures, carried, keys, ledger, has_reason=has_reason)
        else:
            raise PartError(
                row.number,
                Text(
                    f"指标体系表的行有 {len(figures)} 个数字，应为分值、得分",
                    f"indicator system: {len(figures)} figures, expected weight and score",
                ),
            )


def read_scores(
    block: Block, ledger: Ledger, *, text_before: list[Line], organization: str, is_drawn: bool
) -> None:
    """Emit the scores of an evaluation whose table has other columns: its leaves, and the totals of parts and whole."""
    grid = Grid(block.rows, is_drawn)
    length = max(form_indicator.heading_length(block.rows), 1)
    headings = form_indicator.read_heading(block.rows, grid, ledger)
    kind = evaluation_type(block.rows[length].head) if len(block.rows) > length else "project"
    texts = [*text_before, *block.preamble]
    name = subject(kind, texts, organization)
    keys = {"evaluation_type": kind, "subject_name": name}
    grades = [grade for line in texts for grade in _GRADE_IN_WORDS.findall(line.text)]
    leaves = [row for row in block.rows[length:] if not is_total(row)]
    indicators, _ = form_indicator.read_rows(leaves, headings, grid, ledger)
    for indicator in indicators:
        values = {
            name: indicator.values.get(name) for name in ("level1", "level2", "level3", "weight", "score")
        }
        values["deduction_reason"] = indicator.values.get("deviation_reason")
        ledger.emit(LEAF_TABLE, indicator.row.number, {**keys, **values})
    for row in block.rows[length:]:
        if not is_total(row):
            continue
        part = row.filled[0]
        total = form_indicator.read_total(row, headings, ledger, is_drawn=is_drawn)
        values = {name: total[name] for name in ("total_weight", "total_score") if name in total}
        if len(values) < 2:
            figures = [cell for cell in values.values() if isinstance(cell, Cell)]
            ledger.unread(figures, "out_of_place", row=row.head)
        elif is_form_total(row):
            grade = total.get("grade") or (grades[-1] if grades else "")
            ledger.emit(TABLE, row.number, {**keys, **values, "part_name": part, "grade": grade})
        else:
            without = replace(part, text=_SUBTOTAL.sub("", canonical(part.text)))
            ledger.emit(TABLE, row.number, {**keys, **values, "part_name": without})
    for cell in ledger.unclaimed(block.rows):
        ledger.unread(cell, "no_column")


def _read_leaf(
    row: Line,
    figures: list[Cell],
    carried: dict[str, str],
    keys: dict[str, str],
    ledger: Ledger,
    *,
    has_reason: bool,
) -> None:
    weight, score = figures
    labels = [cell for cell in row.filled if cell.column < weight.column]
    if labels and _WEIGHT_SUFFIX.fullmatch(canonical(labels[0].text)):
        _extend_level(labels.pop(0), carried, ledger)
    if not labels or len(labels) > len(_LEVELS):
        raise PartError(
            row.number,
            Text("指标体系表的行有数字而没有指标", "indicator system: figures without an indicator"),
        )
    if labels[-1].column - labels[0].column != len(labels) - 1:
        raise PartError(
            row.number,
            Text("指标体系表的行中间缺一级指标", "indicator system: a level is blank between two others"),
        )
    levels = dict(zip(_LEVELS[-len(labels) :], labels, strict=True))
    values: dict[str, Value] = {**keys, **carried, **levels}
    reason = next((cell for cell in row.filled if cell.column > score.column), None) if has_reason else None
    ledger.emit(
        LEAF_TABLE, row.number, {**values, "weight": weight, "score": score, "deduction_reason": reason}
    )
    last = ledger.tables[LEAF_TABLE][-1]
    for level, cell in levels.items():
        last[level] = shorten(cell.text) if level == "level4" else cell.text
        carried[level] = last[level]
    ledger.omit(row, "narrative")


def _extend_level(rest: Cell, carried: dict[str, str], ledger: Ledger) -> None:
    """Restore a weight that a page break cut from the end of a label."""
    mended = carried["level3"] + rest.text
    for row in ledger.tables[LEAF_TABLE]:
        if row["level3"] == carried["level3"]:
            row["level3"] = mended
    carried["level3"] = mended
    ledger.claim(LEAF_TABLE, "level3", rest)


def _continue_text(row: Line, places: dict[str, int], ledger: Ledger) -> None:
    for cell in row.filled:
        is_indicator = cell is row.filled[0] and cell.column <= places["四级指标"]
        if is_indicator and len(cell.text) <= SHORT_PHRASE:
            ledger.extend(LEAF_TABLE, "level4", cell)
        elif cell.column >= places.get("扣分原因", cell.column + 1):
            ledger.extend(LEAF_TABLE, "deduction_reason", cell)
        else:
            ledger.omit(cell, "narrative")


def shorten(text: str) -> str:
    """Keep the first clause of an indicator that goes on into an explanation."""
    if len(text) <= SHORT_PHRASE:
        return text
    return _CLAUSE_END.split(text, maxsplit=1)[0]
