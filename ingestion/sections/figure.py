"""Figures that the report prints in running text, and in the reasons of its score table.

Each pattern applies to text without spaces. A figure that is printed several times gives a row each time: the
same fact must have the same value everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingestion.document import Line, squeeze
from ingestion.ledger import Ledger
from ingestion.sections.ranking import ranks

TABLE = "raw_reported_figure"
RANK = "rank"
"""The code of a rank, which is compared with other ranks and with no table."""

_NUMBER = r"([-−]?\d[\d,]*(?:\.\d+)?)"
_CHANGE = {"增加": "", "上升": "", "增长": "", "减少": "-", "下降": "-", "降低": "-"}
_CHANGE_WORD = rf"({'|'.join(_CHANGE)})"


@dataclass(frozen=True)
class Figure:
    """A figure in running text.

    Attributes:
        code: Stable code in `raw_reported_figure.figure_code`.
        label: Chinese label.
        pattern: Regular expression; group `value`, and optionally `change` and `unit`.
    """

    code: str
    label: str
    pattern: re.Pattern[str]


def _figure(code: str, label: str, before: str, unit: str) -> Figure:
    return Figure(code, label, re.compile(rf"{before}(?P<value>{_NUMBER[1:-1]})(?P<unit>{unit})"))


def _change(code: str, label: str, before: str, unit: str) -> Figure:
    pattern = rf"{before}(?P<change>{_CHANGE_WORD[1:-1]})了?(?P<value>{_NUMBER[1:-1]})(?P<unit>{unit})"
    return Figure(code, label, re.compile(pattern))


def _word(code: str, label: str, before: str, words: str) -> Figure:
    return Figure(code, label, re.compile(rf"{before}“?(?P<value>{words})(?P<unit>)”?"))


_MONEY = "万元|元"
_GRADES = "优秀|优|良好|良|中|一般|较差|差"
_PARTS = {"decision": "决策", "management": "管理", "output": "产出", "benefit": "效益"}


def _evaluation_figures(kind: str, name: str, subject: str) -> list[Figure]:
    """Return the scores and weights that the text of one evaluation repeats."""
    figures = [
        _figure(f"{kind}_total_score", f"{name}综合得分", rf"{subject}.{{0,20}}?综合得分", "分"),
        _word(f"{kind}_grade", f"{name}评定结论", rf"{subject}.*?评定结[论果]为", _GRADES),
    ]
    for code, part in _PARTS.items():
        head = f"{name}{part}"
        figures += [
            _figure(f"{kind}_{code}_score", f"{head}得分", rf"{head}(?:指标,满分\d+分,评价得分为?)?", "分"),
            _figure(f"{kind}_{code}_weight", f"{head}满分", rf"{head}指标,满分", "分"),
        ]
    return figures


FIGURES: tuple[Figure, ...] = (
    _figure("annual_budget", "全年预算数", "全年预算数", _MONEY),
    _figure("basic_budget", "基本支出预算数", "基本支出预算数", _MONEY),
    _figure("project_budget", "项目支出预算数", "项目支出预算数", _MONEY),
    _figure("total_spending", "资金总体支出", "资金总体支出", _MONEY),
    _figure("basic_spending", "基本支出", "基本支出", _MONEY),
    _figure("project_spending", "项目支出", "项目支出", _MONEY),
    _figure("budget_execution_rate", "预算执行率", "预算执行率为", "%"),
    _figure("budget_adjustment_rate", "支出预算调整率", "支出预算调整率为", "%"),
    _figure("public_expense_control_rate", "公用经费控制率", "公用经费控制率为?", "%"),
    _figure("three_public_change_rate", "三公经费变动率", "三公经费变动率为", "%"),
    _figure("carryover", "年末结转结余", "年末结转结余", _MONEY),
    _figure("adjusted_budget", "调整预算数", "度调整预算数", _MONEY),
    _figure("carryover_rate", "结转结余率", "结转结余率为?", "%"),
    _figure("actual_spending", "支出实际完成", "支出实际完成", _MONEY),
    _figure("budget_amount", "预算金额", "预算金额", _MONEY),
    _figure("final_account_variance_rate", "部门预决算差异率", "预决算差异率", "%"),
    _figure("total_assets", "资产总额", "资产总额", _MONEY),
    _change("total_assets_change_rate", "资产总额较上年变动", r"资产总额[\d,.]+万元,较上年", "%"),
    _figure("total_liabilities", "负债总额", "负债总额", _MONEY),
    _change("total_liabilities_change_rate", "负债总额较上年变动", r"负债总额[\d,.]+万元,较上年", "%"),
    _figure("net_assets", "净资产", "净资产", _MONEY),
    _change("net_assets_change_rate", "净资产较上年变动", r"净资产[\d,.]+万元,较上年", "%"),
    _figure("fixed_assets", "固定资产净值", "固定资产净值", _MONEY),
    _figure("fixed_assets_buildings", "土地、房屋及构筑物", "土地、房屋及构筑物", _MONEY),
    _figure("fixed_assets_equipment", "设备", ",?其中:.*构筑物[^,、]*、?,?设备", _MONEY),
    _figure("fixed_assets_relics", "文物和陈列品", "文物和陈列品", _MONEY),
    _figure("fixed_assets_books", "图书档案", "图书档案", _MONEY),
    _figure("fixed_assets_furniture", "家具用具", "家具用具", _MONEY),
    _figure("internal_departments", "内设机构", "设", "个(?=内设机构)"),
    _figure("staff_administrative", "行政人员", "实有行政人员", "人"),
    _figure("staff_workers", "工勤人员", "包含工勤人员", "人"),
    _change("staff_administrative_change", "行政人员较上年变动", r"实有行政人员.*?比\d+年底", "人"),
    _figure("staff_institution", "事业单位人员", "事业单位人员", "人"),
    _change("staff_institution_change", "事业单位人员较上年变动", r"事业单位人员\d+人,比\d+年底", "人"),
    _figure("staff_community", "社区工作者", "社区工作者", "人"),
    _change("staff_community_change", "社区工作者较上年变动", r"社区工作者\d+人,比\d+年底", "人"),
    _figure("staff_employed", "聘用人员", "聘用人员", "人"),
    _figure("complaints", "接到各类诉求", "接到各类诉求", "件"),
    _change("complaints_change_rate", "诉求接件量较上年变动", "接件量较去年同比", "%"),
    *_evaluation_figures("department", "部门", "整体支出绩效评价"),
    *_evaluation_figures("project", "项目", "项目"),
    _figure("evaluated_project_initial_budget", "被评价项目批复预算", "批复[^,。]{0,20}资金", _MONEY),
    _figure("evaluated_project_annual_budget", "被评价项目调整后预算", "调整预算为", _MONEY),
    _figure("evaluated_project_spending", "被评价项目支出", r"截至\d+年\d+月\d+日支出", _MONEY),
    _figure("evaluated_project_cost_target", "被评价项目成本目标", "全年总成本", _MONEY),
    _figure("evaluated_project_households_target", "被评价项目发放户数目标", "发放户数", "户"),
    _figure("evaluated_project_persons_paid", "被评价项目发放人数", "共发放", "人"),
)

_WEIGHTS_SENTENCE = re.compile(r"(?P<name>决策|管理|产出|效益)指标\((?P<value>\d+)分\)")
_WEIGHTS_OPENING = re.compile(r"主要包括(部门|项目)决策")
_FOLD = str.maketrans("，（）：−；！？", ",():-;!?")


_YEAR = re.compile(r"(?<![比较与同和\d])((?:19|20)\d{2})年(?!\d{1,2}月)")
_ITEM = re.compile(r"\(\d{0,7}[类款项]\)")
_SPENDING = {"basic_spending", "project_spending", "total_spending", "basic_budget", "project_budget"}
"""Figures that a sentence can also print of an item or of another year."""


def read(
    lines: list[Line], ledger: Ledger, others: Mapping[int, list[dict[str, str]]], year: str = ""
) -> None:
    """Emit the figures of the running text, and of the reasons in the department's score table.

    Ranks are those of these texts, and of what the forms' goals achieved.

    Args:
        lines: The lines to search.
        ledger: The target of the figures.
        others: Raw rows that were already read, by line.
        year: The document's year, or an empty string; figures of other years are left out.
    """
    rows = {int(row["source_line"]): row for row in ledger.tables["raw_evaluation_indicator"]}
    for line in lines:
        if line.is_row:
            text = rows[line.number]["deduction_reason"] if line.number in rows else ""
        else:
            text = line.text
        if text:
            _read_text(line.number, text.translate(_FOLD), ledger, year)
        for row in others.get(line.number, ()):
            ledger.emit(TABLE, line.number, row)
    for goal in ledger.tables["raw_project_goal"]:
        _read_ranks(int(goal["source_line"]), squeeze(goal["achieved"]).translate(_FOLD), ledger, year)


def _is_of_another(text: str, place: int, year: str) -> bool:
    """Return whether the sentence before a position is about an item or (its last year) another year."""
    before = text[text.rfind("。", 0, place) + 1 : place]
    years = _YEAR.findall(before)
    return bool(_ITEM.search(before)) or (bool(years) and year not in {"", years[-1]})


def _read_text(number: int, text: str, ledger: Ledger, year: str) -> None:
    found: dict[str, tuple[str, str, str]] = {}
    for figure in FIGURES:
        matches = figure.pattern.finditer(text)
        if figure.code in _SPENDING:
            matches = (match for match in matches if not _is_of_another(text, match.start(), year))
        if match := next(matches, None):
            sign = _CHANGE.get(match.groupdict().get("change") or "", "")
            found[figure.code] = (figure.label, sign + match["value"], match["unit"])
    opening = _WEIGHTS_OPENING.search(text)
    if opening:
        kind = "department" if opening[1] == "部门" else "project"
        codes = {part: code for code, part in _PARTS.items()}
        for match in _WEIGHTS_SENTENCE.finditer(text):
            part = match["name"]
            found[f"{kind}_{codes[part]}_weight"] = (f"{opening[1]}{part}满分", match["value"], "分")
    for code, (label, value, unit) in found.items():
        ledger.emit(TABLE, number, {"figure_code": code, "label": label, "value": value, "unit": unit})
    _read_ranks(number, text, ledger, year)


def _read_ranks(number: int, text: str, ledger: Ledger, year: str) -> None:
    for rank in ranks(text, year):
        values = {"figure_code": RANK, "label": rank.ranking, "value": rank.value, "unit": rank.unit}
        ledger.emit(TABLE, number, values)
