"""附件2 部门绩效目标申报表 and 附件3 部门绩效目标完成情况对比表."""

from __future__ import annotations

import re

from ingestion.blocks import TARGET_DECLARATION, Block
from ingestion.document import Line
from ingestion.ledger import Ledger
from ingestion.private import kind_of
from ingestion.vocabulary import SHORT_LABEL, canonical, is_plain_number

TABLE = "raw_department_target"
_LEVEL2 = re.compile(r"(产出|社会|经济|环境|生态|可持续|服务对象).*指标")
_SIDE_LABEL = "绩效指标"
_LABELS = re.compile(
    r"部门\(单位\).*|绩效指标|[一二三]级指标|具体指标.*|指标内容|计划内容|实际完成情况|已落实情况|其他说明.*"
)
_FUND_HEADING = "总体资金情况"
_FUND_ITEMS = ("资金总额", "基本支出", "项目支出", "其他")


def read(block: Block, ledger: Ledger) -> None:
    """Emit the department's targets, planned or beside the actuals, and its fund lines.

    Sentences are withheld: the column stays blank and `withheld` names it.
    """
    is_declaration = block.kind == TARGET_DECLARATION
    answers = ("target",) if is_declaration else ("target", "completion")
    level1 = ""
    goes_on = False
    for row in block.rows:
        level2 = next((cell for cell in row.filled if _LEVEL2.fullmatch(cell.text)), None)
        if level2 is None:
            if not (is_declaration and _read_fund(row, ledger)):
                _omit_other(row, ledger, goes_on=goes_on)
            continue
        before = [cell for cell in row.filled if cell.column < level2.column and cell.text != _SIDE_LABEL]
        if before:
            level1 = before[-1].text
        values = {
            column: row.cells[place]
            for place, column in enumerate(answers, start=level2.column + 1)
            if place < len(row.cells) and row.cells[place].text
        }
        short = {column: cell for column, cell in values.items() if len(cell.text) <= SHORT_LABEL}
        withheld = [column for column in values if column not in short]
        ledger.emit(
            TABLE,
            row.number,
            {
                "source_part": "declaration" if is_declaration else "completion",
                "level1": before[-1] if before else level1,
                "level2": level2,
                **short,
                "withheld": ";".join(withheld),
            },
        )
        ledger.omit((cell for cell in row.filled if cell.text == _SIDE_LABEL), "label")
        ledger.omit([values[column] for column in withheld], "narrative")
        goes_on = bool(withheld)


def _read_fund(row: Line, ledger: Ledger) -> bool:
    labels = [cell for cell in row.filled if cell.text.rstrip(":：") in _FUND_ITEMS]
    if not labels:
        return False
    item = labels[0]
    value = next(
        (c for c in row.filled if c.column > item.column and is_plain_number(c.printed, c.text)), None
    )
    heading = next((cell for cell in row.filled if _FUND_HEADING in cell.text), None)
    ledger.emit(
        TABLE,
        row.number,
        {"source_part": "fund", "level1": "总体资金情况", "level2": item.text.rstrip(":："), "target": value},
    )
    ledger.claim(TABLE, "level2", item)
    if heading is not None:
        ledger.claim(TABLE, "level1", heading)
    return True


def _omit_other(row: Line, ledger: Ledger, *, goes_on: bool) -> None:
    """Leave out headings, contacts and sentences; a short answer without its indicator stays unread."""
    if kind_of(row.head) is not None:
        for cell in row.filled:
            if kind_of(cell.text) is not None:
                ledger.omit(cell, "label")
            else:
                ledger.unread(cell, "no_column")
        return
    is_name = canonical(row.head) == "部门(单位)名称"
    for cell in row.filled:
        if is_name or _LABELS.fullmatch(canonical(cell.text)):
            ledger.omit(cell, "label")
        elif goes_on or len(cell.text) > SHORT_LABEL or canonical(row.head).startswith("部门(单位)"):
            ledger.omit(cell, "narrative")
