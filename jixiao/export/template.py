"""The blank self-evaluation form as a workbook: filled in and added, it loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jixiao.atomic import replacing

LEFT, UP = "<", "^"
"""A cell merged into the one to its left, or above."""

BLANK_ROWS = 3
"""Rows of a second-level class: a unit inserts more where it needs them."""

_TITLE = "项目支出绩效自评表"
_HEAD = (
    "项目名称|<||<|<|<|<|<|<",
    "主管部门|<||<|<|实施单位|<||<",
    "项目负责人|<||<|<|联系电话|<||<",
    "项目资金（万元）||<|年初预算数|全年预算数|全年执行数|分值|执行率|得分",
    "^|年度资金总额|<|||||| ",
    "^|其中：当年财政拨款|<||||—|—|—",
    "^|上年结转资金|<||||—|—|—",
    "^|其他资金|<||||—|—|—",
    "年度总体目标|预期目标|<|<|<|实际完成情况|<|<|<",
    "^||<|<|<||<|<|<",
    "绩效指标|一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分|偏差原因分析及改进措施",
)
_CLASSES = (
    ("产出指标", ("数量指标", "质量指标", "时效指标", "成本指标")),
    ("效益指标", ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标")),
    ("满意度指标", ("服务对象满意度指标",)),
)
_FOOT = "总分|<|<|<|<|<|||"
_WIDTHS = (11, 11, 13, 20, 14, 14, 8, 8, 20)
_GUIDE = (
    "填表说明",
    "1. 每张工作表填一个项目；项目多时复制工作表，或用 --forms 生成多张。",
    "2. 金额按表头单位填写（万元），只填数字。",
    "3. 年度指标值写明符号、数值和单位，如 ≥90%、≤12月、200人次；实际完成值只写结果，不抄写符号。",
    "4. 执行率填百分数，如 97.17%；表中“—”处不填。",
    "5. 没有指标的行可以空着；行数不够时在同类指标下插入行。",
    "6. 未完成或扣分的指标须填写偏差原因分析及改进措施。",
    "7. 填好后保存为 .xlsx，用 jixiao add 添加，或放入 landing/inbox/。",
)


def write_template(path: Path, forms: int = 1, year: int | None = None) -> None:
    """Write a workbook of blank forms, one sheet for each, behind a sheet of instructions.

    Args:
        path: The file; an existing one is replaced.
        forms: How many forms.
        year: The fiscal year printed under each title; without it a blank one.
    """
    book = Workbook()
    guide = book.worksheets[0]
    guide.title = _GUIDE[0]
    for number, text in enumerate(_GUIDE, start=1):
        guide.cell(number, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
    guide.cell(1, 1).font = Font(bold=True, size=14)
    guide.column_dimensions["A"].width = 90
    for number in range(1, forms + 1):
        _draw(book.create_sheet(f"自评表{number}"), year)
    with replacing(path) as file:
        book.save(file)


def _draw(sheet: Worksheet, year: int | None) -> None:
    width = len(_WIDTHS)
    for number, text in enumerate((_TITLE, f"（{year or '    '}年度）"), start=1):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=width)
        cell = sheet.cell(number, 1, text)
        cell.alignment = Alignment(horizontal="center", vertical="center")
        cell.font = Font(bold=number == 1, size=16 if number == 1 else 11)
    rows = [row.replace(" ", "").split("|") for row in (*_HEAD, *_indicator_rows(), _FOOT)]
    for top in range(len(rows)):
        for left in range(width):
            _draw_cell(sheet, rows, top, left)
        sheet.row_dimensions[top + 3].height = 22
    for column, size in zip("ABCDEFGHI", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = size
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True


def _indicator_rows() -> Iterator[str]:
    for level1, classes in _CLASSES:
        for level2 in classes:
            for number in range(BLANK_ROWS):
                first = level1 if level2 == classes[0] and number == 0 else UP
                yield f"^|{first}|{level2 if number == 0 else UP}||||||"


def _draw_cell(sheet: Worksheet, rows: list[list[str]], top: int, left: int) -> None:
    """Write a cell with its border; where it is its own, merge what belongs to it."""
    first_row, text = top + 3, rows[top][left]
    line = Side(style="thin")
    cell = sheet.cell(first_row, left + 1)
    cell.border = Border(left=line, right=line, top=line, bottom=line)
    if text in (LEFT, UP):
        return
    cell.value = text or None
    # Text, so that what is typed stays as it was typed: 97.17% and 1.10 lose no digit.
    cell.number_format = "@"
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    right = left
    while right + 1 < len(rows[top]) and rows[top][right + 1] == LEFT:
        right += 1
    bottom = top
    while bottom + 1 < len(rows) and rows[bottom + 1][left] == UP:
        bottom += 1
    if (right, bottom) != (left, top):
        sheet.merge_cells(
            start_row=first_row, start_column=left + 1, end_row=bottom + 3, end_column=right + 1
        )
