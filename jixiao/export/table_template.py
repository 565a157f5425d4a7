"""The budget table and the indicator table, with an example and a page of explanation: filled in and added, they load."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ingestion.message import Text, beside
from ingestion.synonyms import TABLE_COLUMN, synonyms
from ingestion.tables.headings import BUDGET, INDICATORS
from jixiao.atomic import replacing

_SHEETS = {BUDGET: "预算表", INDICATORS: "指标表"}
_YEAR = "2024"
_WORDS_SHOWN = 6


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        label: Its heading.
        english: Its heading in English.
        need: Whether it must be there: `required`, `needed` where nothing else gives it, or `optional`.
        meaning: What it holds, in Chinese.
        meaning_en: The same in English.
        examples: What the rows of the example hold.
    """

    label: str
    english: str
    need: str
    meaning: str
    meaning_en: str
    examples: tuple[str, ...]

    @property
    def line(self) -> Text:
        """The column in one line, for the terminal."""
        need = _NEEDS[self.need]
        return Text(
            f"{self.label}（{need.zh}）：{self.meaning}",
            f"{self.english} ({need.en}): {self.meaning_en}",
        )


REQUIRED, NEEDED, OPTIONAL = "required", "needed", "optional"
_NEEDS = {
    REQUIRED: Text("必有", "required"),
    NEEDED: Text("必有，或以选项给出", "required, or an option"),
    OPTIONAL: Text("可选", "optional"),
}

_WHOSE = (
    Column(
        *("单位名称", "organization", NEEDED),
        "单位全称；没有这一列时用 --organization，或取实施单位、主管部门列",
        "name of the organization; without the column: --organization, else the implementing or competent unit",
        ("示例市教育局", "示例市教育局", "示例市水利局"),
    ),
    Column(
        *("年度", "year", NEEDED),
        "四位数字，如 2024、2024年；没有这一列时用 --year",
        "four digits, 2024 or 2024年; without the column: --year",
        (_YEAR, _YEAR, _YEAR),
    ),
    Column(
        *("项目名称", "project", REQUIRED),
        "项目名称；预算表每个项目一行",
        "name of the project; a budget table has a row a project",
        ("校舍维修", "教师培训", "河道清淤"),
    ),
)
_UNITS = (
    Column(
        *("主管部门", "competent unit", OPTIONAL),
        "项目的主管部门",
        "the department in charge of the project",
        ("示例市教育局", "示例市教育局", "示例市水利局"),
    ),
    Column(
        *("实施单位", "implementing unit", OPTIONAL),
        "项目的实施单位，不填则为单位名称；同名项目以此区分",
        "the unit that carries the project out, by default the organization; it tells projects of one name apart",
        ("第一小学", "教师进修学校", "河道管理处"),
    ),
)
_AMOUNT = "数字，可有千分位、括号负数和单位（12万元）；空白不是零"
_AMOUNT_EN = "a number, with or without thousands separators, brackets for a negative one, a unit (12万元); blank is not zero"
_POINTS = "数字；没有则空着", "a number; blank where there is none"

COLUMNS: dict[str, tuple[Column, ...]] = {
    BUDGET: (
        *_WHOSE,
        Column("年初预算数", "initial", OPTIONAL, _AMOUNT, _AMOUNT_EN, ("120", "50", "300.5")),
        Column("全年预算数", "adjusted", OPTIONAL, _AMOUNT, _AMOUNT_EN, ("130", "60", "300.5")),
        Column("全年执行数", "executed", OPTIONAL, _AMOUNT, _AMOUNT_EN, ("128.4", "55.25", "290")),
        Column(
            *("金额单位", "amount unit", NEEDED),
            "元、千元、万元、百万元、亿元之一；也可写在标题中（执行数（万元））或用 --amount-unit",
            "one of 元 千元 万元 百万元 亿元; or in the heading (执行数（万元）), or --amount-unit",
            ("万元", "万元", "万元"),
        ),
        Column(
            *("币种", "currency", OPTIONAL),
            "空白或 CNY 为人民币；全部金额同为一种外币的文件保留币种，不与其他币种相加；与人民币混填的外币金额为未读单元格",
            "blank or CNY is yuan; a document whose amounts are all in one other currency (USD…) keeps it and is never added to others; beside yuan, amounts in another currency are kept as unread cells",
            ("", "", ""),
        ),
        *_UNITS,
        Column(
            "分值",
            "weight",
            OPTIONAL,
            f"预算执行率的分值，{_POINTS[0]}",
            f"points of the execution rate, {_POINTS[1]}",
            ("10", "10", "10"),
        ),
        Column(
            "执行率",
            "execution rate",
            OPTIONAL,
            "百分数，如 98.77%",
            "a percentage such as 98.77%",
            ("98.77%", "92.08%", "96.51%"),
        ),
        Column(
            "得分",
            "score",
            OPTIONAL,
            f"预算执行率的得分，{_POINTS[0]}",
            f"score of the execution rate, {_POINTS[1]}",
            ("9.88", "9.21", "9.65"),
        ),
    ),
    INDICATORS: (
        *_WHOSE,
        Column(
            "一级指标",
            "class",
            OPTIONAL,
            "如 产出指标、效益指标、满意度指标",
            "such as 产出指标, 效益指标, 满意度指标",
            ("产出指标", "产出指标", "产出指标"),
        ),
        Column(
            "二级指标",
            "level",
            OPTIONAL,
            "如 数量指标、质量指标、时效指标、成本指标",
            "such as 数量指标, 质量指标, 时效指标, 成本指标",
            ("数量指标", "质量指标", "数量指标"),
        ),
        Column(
            "三级指标",
            "indicator",
            REQUIRED,
            "指标名称",
            "name of the indicator",
            ("维修面积", "培训合格率", "清淤长度"),
        ),
        Column(
            "年度指标值",
            "target",
            REQUIRED,
            "目标值，带符号和单位，如 ≥90%、3次；与实际完成值至少有一列",
            "the target with comparator and unit, such as ≥90%, 3次; this column or the next",
            ("≥1200平方米", "≥95%", "≥5"),
        ),
        Column(
            "实际完成值",
            "actual",
            REQUIRED,
            "完成值，如 92%、3次",
            "what was reached, such as 92%, 3次",
            ("1300平方米", "97%", "5"),
        ),
        Column(
            "计量单位",
            "unit of measure",
            OPTIONAL,
            "指标值和完成值没有写单位时用",
            "for a target and an actual value that print no unit",
            ("", "", "公里"),
        ),
        Column("分值", "weight", OPTIONAL, *_POINTS, ("20", "20", "30")),
        Column("得分", "score", OPTIONAL, *_POINTS, ("20", "20", "30")),
        Column(
            "偏差原因分析及改进措施",
            "reason",
            OPTIONAL,
            "未完成或扣分的原因",
            "why a target was missed or points were deducted",
            ("", "", ""),
        ),
        *_UNITS,
    ),
}

GUIDE = (
    ("填表说明", "How to fill it in"),
    ("示例行请删去后再填写。", "Delete the rows of the example first."),
    (
        "一个文件可以有许多单位和年度：每个单位、每个年度成为一份文件。列的顺序不限，可以不要可选的列。",
        "One file can hold many organizations and years; each of them becomes a document. Columns come in any order, and optional ones can be left out.",
    ),
    (
        "预算表和指标表可以一起添加，也可以先后添加；单位、年度、项目名称相同的合为一个项目。",
        "Budget and indicators can be added together or one after the other; rows of one organization, year and project belong together.",
    ),
    (
        "更正后重新添加整个文件，替代原来的同一张表。有问题的行单独列出，其余照常读取。",
        "Add the whole file again to correct it: it takes the place of the same table. Bad rows are listed, the others load.",
    ),
)


def write_table_template(kind: str, path: Path, year: int | None = None) -> None:
    """Write a table with three rows of an example.

    Args:
        kind: One of `COLUMNS`.
        path: The file; `.xlsx` gives a workbook with a sheet of explanation, anything else a CSV in UTF-8.
        year: The fiscal year of the example.

    Raises:
        OSError: It can't be written.
    """
    rows = _rows(kind, year)
    with replacing(path) as file:
        if path.suffix.lower() == ".xlsx":
            _workbook(kind, rows).save(file)
            return
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        # Excel takes a CSV without the mark for one in GBK.
        file.write(text.getvalue().encode("utf-8-sig"))


def _rows(kind: str, year: int | None) -> list[list[str]]:
    columns = COLUMNS[kind]
    examples = [list(row) for row in zip(*(column.examples for column in columns), strict=True)]
    place = next(number for number, column in enumerate(columns) if column.label == "年度")
    for row in examples:
        row[place] = str(year or _YEAR)
    return [[column.label for column in columns], *examples]


def describe(kind: str) -> list[tuple[str, str, str, str]]:
    """Return what a table's page of explanation lists: heading, other headings, need, meaning of each column."""
    words: dict[str, list[str]] = {}
    for word, label in synonyms(TABLE_COLUMN).items():
        words.setdefault(label, []).append(word)
    return [
        (
            column.label,
            "、".join([column.english, *_others(column, words.get(column.label, ()))]),
            beside(_NEEDS[column.need]),
            f"{column.meaning}。 {column.meaning_en}",
        )
        for column in COLUMNS[kind]
    ]


def _others(column: Column, words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in (column.label, column.english)][:_WORDS_SHOWN]


def _workbook(kind: str, rows: Sequence[Sequence[str]]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _SHEETS[kind]
    for row in rows:
        sheet.append(list(row))
    for number, heading in enumerate(rows[0], start=1):
        cell = sheet.cell(1, number)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDEBF7")
        sheet.column_dimensions[get_column_letter(number)].width = max(12, 2 * len(heading) + 2)
    for line in sheet.iter_rows():
        for cell in line:
            # Text, so that what is typed stays as it was typed: 97.10% and 1.50 lose no digit.
            cell.number_format = "@"
    sheet.freeze_panes = "A2"
    guide = book.create_sheet("填表说明")
    for chinese, english in GUIDE:
        guide.append([f"{chinese} {english}"])
    for heading, others, need, meaning in describe(kind):
        guide.append([f"{heading}（{need}）：{meaning}。 同义 also: {others}"])
    guide.column_dimensions["A"].width = 120
    for (cell,) in guide.iter_rows():
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    guide["A1"].font = Font(bold=True, size=14)
    return book
