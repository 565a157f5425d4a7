"""Every rule of the review against the catalogue: made-up forms and documents with their expected results.

The expectations are written from seeds/reference/review_rule.csv and not from the models. A case edits
one form or one document that is otherwise right, and names the result of one rule.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb
import pytest
from review_documents import (
    COST,
    ELSEWHERE,
    FORM,
    QUANTITY,
    Document,
    Edits,
    Form,
    fund,
    funds,
    goal,
    indicator,
    tables,
    ten_forms,
)
from warehouse import ROOT, Warehouse

PASS = ("pass",)
FAIL = ("fail",)
SILENT = ("not_applicable",)  # a rule without a result of a row counts as not applicable to it
UNCHECKABLE = ("not_checkable",)
NEVER_PASS = ("fail", "not_checkable")


@dataclass(frozen=True)
class Case:
    """A form, and the result of one rule on it.

    Attributes:
        name: What the case shows.
        status: The statuses that the catalogue's wording allows.
        edits: Edits of the form that is right.
        at: The row that is judged; blank where the rule judges the form.
        item: A part of the item's name, where a row or a form is judged several times.
        reason: Why it can't be judged.
        reported: What the result says is printed.
        expected: What the result says it should be.
        document: The document of the form.
        rule: The rule.
    """

    name: str
    status: tuple[str, ...]
    edits: Edits = field(default_factory=dict)
    at: str = ""
    item: str = ""
    reason: str | None = None
    reported: str | None = None
    expected: str | None = None
    document: str = "beijing"
    rule: str = ""

    @property
    def project_name(self) -> str:
        return f"{self.rule}：{self.name}"

    def __str__(self) -> str:
        return f"{self.rule}: {self.name}".replace(" ", "_")


# The documents of the cases' forms: organization, year, unit of amounts.
DOCUMENTS = {
    "beijing": Document("beijing"),
    "elsewhere": Document("elsewhere", organization=ELSEWHERE),  # 财预〔2021〕101号 by region and year
    "elsewhere_2021": Document("elsewhere_2021", organization=ELSEWHERE, year="2021"),  # 财预〔2020〕10号
    "in_yuan": Document("in_yuan", amount_unit="元"),
}

FITS_2020_10: Edits = {"quantity.weight": "20", "benefit.weight": "15", "benefit_2.weight": "15"}
FITS_2021_101: Edits = {
    "quantity.weight": "20",
    "cost.weight": "20",
    "benefit.weight": "10",
    "benefit_2.weight": "10",
}
IN_YUAN: Edits = {**funds("1000000.00"), "cost.target": "1000000.00元", "cost.actual": "1000000.00元"}
THIRDS: Edits = {
    f"{row}.{column}": text
    for row, text in [("quantity", "13.333"), ("quality", "13.333"), ("timeliness", "3.334")]
    for column in ("weight", "score")
}


LONG_NAME = "走访慰问辖区内困难家庭和高龄独居老年人的户数"


def rounded_total(total: str) -> Edits:
    """Return edits by which the scores add up to 98.44 (99 - 10 + 9.44), and another total is printed."""
    return {"cost.score": "9", "quantity.score": "9.44", "form.total_score": total}


def of_every_indicator(**cells: str) -> Edits:
    """Return edits of the same cells of all indicators."""
    rows = [row for row, printed in FORM.items() if printed["table"] == "indicator"]
    return {f"{row}.{column}": text for row in rows for column, text in cells.items()}


def points_of_classes(**scores: str) -> Edits:
    """Return edits of a form that prints its points behind the classes alone, with other scores."""
    points = {"quantity": "10", "quality": "10", "timeliness": "10", "cost": "10", "satisfaction": "10"}
    of_classes = {f"{row}.level2_points": text for row, text in {**points, **BENEFITS}.items()}
    weights = {f"{row}.weight": "" for row in (*points, *BENEFITS)}
    return {
        **of_classes,
        **weights,
        "total.weight": "",
        "total.block_points": "10",
        **{f"{row}.score": score for row, score in scores.items()},
    }


# Two indicators share the 40 points of their class.
BENEFITS = {"benefit": "40", "benefit_2": "40"}


def natures(basic: str, project: str) -> Edits:
    """Return edits that divide the total by nature of spending as well."""
    return {"basic": fund("基本支出", basic), "project": fund("项目支出", project)}


def missed(score: str = "10", reason: str = "") -> Edits:
    """Return edits by which 90 of 100 households were visited: worth 9 of 10 points."""
    return {"quantity.actual": "90户", "quantity.score": score, "quantity.deviation_reason": reason}


def late(score: str = "10", reason: str = "") -> Edits:
    """Return edits by which what was due in June was done in July: worth 8 of 10 points at most."""
    return {"timeliness.actual": "7月", "timeliness.score": score, "timeliness.deviation_reason": reason}


def pair(target: str, actual: str, **cells: str) -> Edits:
    """Return edits of the target and the actual of the quantity, and of other cells of its row."""
    return {
        "quantity.target": target,
        "quantity.actual": actual,
        **{f"quantity.{column}": text for column, text in cells.items()},
    }


def rent(total: str, price: str = "≤3元/天/m²") -> Edits:
    """Return edits by which 350 m² were rented: 3 × 350 × 365 = 383,250.00 yuan a year at most."""
    return {
        **funds(total),
        "quantity.level3": "办公用房面积",
        "quantity.target": "≥350m²",
        "quantity.actual": "350m²",
        "cost.level3": "租赁价格",
        "cost.target": price,
        "cost.actual": price,
    }


def grants(total: str) -> Edits:
    """Return edits by which 100 persons get 5,000 yuan each: 500,000.00 yuan."""
    return {
        **funds(total),
        "quantity.target": "100人",
        "quantity.actual": "100人",
        "cost.level3": "补助标准",
        "cost.target": "5000元/人",
        "cost.actual": "5000元/人",
    }


def quality(name: str, value: str) -> Edits:
    """Return edits of the quality indicator: its name, and a value that is target and actual."""
    return {"quality.level3": name, "quality.target": value, "quality.actual": value}


# Target, actual, and why the two can't be compared.
INCOMPARABLE = [
    ("", "100户", "target_blank"),
    ("≥100户", "", "actual_blank"),
    ("优良中差", "优", "target_is_scale"),
    ("是否", "是", "target_is_question"),
    ("按计划完成", "已完成", "target_is_text"),
    ("≥100户", "已完成", "actual_is_text"),
    ("≥100户", "≥100户", "actual_is_bound"),
    ("约2000件", "1900件", "estimate"),
    ("2个区域共5人", "2个区域共5人", "several_numbers"),
    ("完成35栋楼", "30栋", "number_in_phrase"),
    ("≥100户", "90人", "unit_differs"),
    ("≥90%", "80户", "kind_differs"),
]

STREETS, SWEPT = ("58条", "58条", "背街小巷数量"), ("58条", "58条", "清扫背街小巷数量")
"""Target, actual and name of two quantities."""


def goals(expected: str, achieved: str, quantity: tuple[str, str, str] = STREETS, **cells: str) -> Edits:
    """Return edits that add a goal, and print another quantity."""
    target, actual, name = quantity
    return {
        "goal": goal(expected, achieved),
        **pair(target, actual, level3=name),
        **{f"form.{column}": text for column, text in cells.items()},
    }


def costs_below(number: int) -> dict[int, Edits]:
    """Return edits by which the first forms' costs are below their targets."""
    return {form: {"cost.actual": "99.00万元"} for form in range(1, number + 1)}


GOALS: dict[str, list[Case]] = {
    "goal_repeated": [
        Case("another text", PASS, goals("清扫街巷", "已清扫街巷"), "goal"),
        Case("word for word", FAIL, goals("清扫街巷。", "清扫街巷"), "goal"),
        Case("one word more", PASS, goals("清扫街巷", "清扫了街巷"), "goal"),
        Case("nothing achieved", SILENT, goals("清扫街巷", ""), "goal"),
    ],
    "goal_year": [
        Case("the form's", PASS, goals("完成2023年清扫", ""), "goal", reported="2023"),
        Case(
            "the year before",
            FAIL,
            goals("用于2022年协管员经费", "完成", project_name="2023年协管员经费的目标"),
            "goal",
            reported="2022",
            expected="2023",
        ),
        Case(
            "in the achievement",
            FAIL,
            goals("用于协管员经费", "2022年经费已付", project_name="23年协管员经费的目标"),
            "goal",
        ),
        Case(
            "a project without a year",
            UNCHECKABLE,
            goals("完成2022年高标准农田建设", ""),
            "goal",
            reason="project_of_years",
        ),
        Case(
            "the indicator's quantity in another year",
            FAIL,
            goals("2022年清扫背街小巷58条", ""),
            "goal",
            reported="2022",
            expected="2023",
        ),
        Case(
            "built in another year, as many as the indicator's",
            FAIL,
            goals("2022年建成食用菌棚60个", "", ("60个", "60个", "建设食用菌棚")),
            "goal",
        ),
        Case(
            "another quantity in another year",
            UNCHECKABLE,
            goals("2022年清扫背街小巷50条", "", SWEPT),
            "goal",
            reason="project_of_years",
        ),
        Case("both years", PASS, goals("用于2022年经费", "完成2023年清扫"), "goal"),
        Case(
            "the project's own",
            PASS,
            goals("完成2021年改造", "", project_name="2021年改造项目的目标"),
            "goal",
        ),
        Case("an earlier basis", PASS, goals("在2022年基础上提高", "截至2021年底"), "goal"),
        Case("a plan of several years", PASS, goals("实施2021-2025年改造", ""), "goal"),
        Case("money of an earlier year", PASS, goals("支付2022年度服务费尾款", ""), "goal"),
        Case("a cited document", SILENT, goals("按《2022年方案》及京财〔2022〕47号", ""), "goal"),
    ],
    "goal_number": [
        Case(
            "the indicator's", PASS, goals("清扫58条背街小巷", ""), "quantity", reported="58", expected="58"
        ),
        Case(
            "another",
            FAIL,
            goals("清扫58条背街小巷", "", ("71条", "71条", "背街小巷数量")),
            "quantity",
            reported="58",
            expected="71",
        ),
        Case("another in the achievement", FAIL, goals("", "已清扫70条背街小巷的环境"), "quantity"),
        Case(
            "a floor that is not reached",
            FAIL,
            goals("", "开展20余场活动", ("10场", "15场", "活动场次")),
            "quantity",
            reported="20",
            expected="15",
        ),
        Case("a floor that is", PASS, goals("", "开展20余场活动", ("10场", "23场", "活动场次")), "quantity"),
        Case(
            "the name of the project",
            FAIL,
            goals("", "", ("1", "1", "温馨家园数量"), project_name="五个温馨家园租赁费的目标"),
            "quantity",
            reported="5",
            expected="1",
        ),
        Case(
            "the noun before the number",
            FAIL,
            goals("", "购置垃圾桶720个", ("43", "43", "购置垃圾桶")),
            "quantity",
        ),
        Case(
            "above a printed floor",
            PASS,
            goals("清扫58条背街小巷", "", ("≥50条", "58条", "背街小巷数量")),
            "quantity",
        ),
        Case(
            "of the whole town",
            FAIL,
            goals("", "全市调解民间纠纷3126件", ("≥2000件", "2126件", "调解民间纠纷")),
            "quantity",
            reported="3126",
            expected="2126",
        ),
        Case(
            "what the project's name adds",
            FAIL,
            goals(
                "",
                "完成农村危房改造93户",
                ("95户", "91户", "危房改造户数"),
                project_name="农村危房改造的目标",
            ),
            "quantity",
        ),
        Case(
            "in another order",
            FAIL,
            goals("", "抽检食品1700批次", ("1800批次", "1800批次", "食品抽检批次")),
            "quantity",
        ),
        Case(
            "persons by another word",
            FAIL,
            goals("", "36名护林员常年巡护", ("36人", "34人", "聘用护林员"), project_name="森林巡护的目标"),
            "quantity",
        ),
        Case(
            "shorter than the indicator, whose target it prints",
            FAIL,
            goals("组织招聘会3场", "组织招聘会3场", ("3场", "30场", "组织专场招聘会")),
            "quantity",
        ),
        Case(
            "shorter than the indicator",
            SILENT,
            goals("", "组织招聘会5场", ("3场", "30场", "组织专场招聘会")),
            "quantity",
        ),
        Case(
            "longer than the indicator",
            SILENT,
            goals("", "培训骨干教师30人", ("100人", "100人", "培训教师人数")),
            "quantity",
        ),
        Case(
            "another act",
            SILENT,
            goals("", "维修厕所10座", ("5座", "5座", "新建厕所")),
            "quantity",
        ),
        Case(
            "what was planned, in the achievement",
            SILENT,
            goals("", "计划清扫背街小巷60条", SWEPT),
            "quantity",
        ),
        Case(
            "of another year",
            SILENT,
            goals("2022年清扫背街小巷50条", "", SWEPT),
            "quantity",
        ),
        Case(
            "of the form's year",
            FAIL,
            goals("2023年清扫背街小巷50条", "", SWEPT),
            "quantity",
        ),
        Case(
            "ten thousands by the name",
            PASS,
            goals("", "完成营造林2.45万亩", ("≥2.4", "2.45", "完成营造林面积（万亩）")),
            "quantity",
        ),
        Case("a year", SILENT, goals("", "2023年背街小巷清扫", ("58", "58", "背街小巷数量")), "quantity"),
        Case("parts of the whole", PASS, goals("清扫50条背街小巷和8条背街小巷", ""), "quantity"),
        Case("said to be a part", SILENT, goals("其中5条背街小巷", ""), "quantity"),
        Case("an estimate", SILENT, goals("清扫背街小巷约60条", ""), "quantity"),
        Case("another unit", SILENT, goals("清扫3个背街小巷", ""), "quantity"),
        Case(
            "another noun",
            SILENT,
            goals("改造5个社区活动室", "", ("11个", "11个", "社区数量")),
            "quantity",
        ),
        Case(
            "an actual in words",
            UNCHECKABLE,
            goals("", "已清扫58条背街小巷", ("58条", "已完成", "背街小巷数量")),
            "quantity",
            reason="actual_is_text",
        ),
    ],
}

SCORES: dict[str, list[Case]] = {
    "weights_total": [
        Case("a hundred", PASS, reported="100", expected="100"),
        Case("one short", FAIL, {"quantity.weight": "9"}, reported="99", expected="100"),
        Case("half a last place short", PASS, {"quantity.weight": "9.995"}),
        Case("more than half a last place short", FAIL, {"quantity.weight": "9.994"}),
        Case("more than half a last place over", FAIL, {"quantity.weight": "10.006"}),
        Case("a line left out", FAIL, {"satisfaction": None}, reported="90"),
        Case("three decimals that add up", PASS, THIRDS, reported="100"),
        Case("a blank weight", UNCHECKABLE, {"quantity.weight": ""}, reason="weight_blank"),
        Case("no execution weight", UNCHECKABLE, {"total.weight": ""}, reason="weight_blank"),
    ],
    "reported_weight_total": [
        Case("the sum", PASS, reported="100", expected="100"),
        Case("ten short", FAIL, {"form.total_weight": "90"}, reported="90", expected="100"),
        Case("half a last place over", PASS, {"form.total_weight": "100.005"}),
        Case("more than half a last place over", FAIL, {"form.total_weight": "100.006"}),
        Case("copied, a line is missing", FAIL, {"satisfaction": None}, expected="90"),
        Case("no total", SILENT, {"form.total_weight": ""}),
        Case("a blank weight", UNCHECKABLE, {"cost.weight": ""}, reason="weight_blank"),
    ],
    "reported_total": [
        Case("the sum", PASS, reported="100", expected="100"),
        Case("one over", FAIL, {"cost.score": "9"}, reported="100", expected="99"),
        Case("another total", FAIL, {"form.total_score": "98"}, reported="98", expected="100"),
        Case("three decimals that add up", PASS, THIRDS, expected="100"),
        Case("half a last place over", PASS, {"form.total_score": "100.005"}),
        Case("more than half a last place over", FAIL, {"form.total_score": "100.006"}),
        Case("half a last place short", PASS, {"form.total_score": "99.995"}),
        Case("more than half a last place short", FAIL, {"form.total_score": "99.994"}),
        # The scores add up to 98.44.
        Case("rounded to fewer decimals than its scores", PASS, rounded_total("98.4"), expected="98.44"),
        Case("rounded up", FAIL, rounded_total("98.5"), reported="98.5"),
        Case("as many decimals as its scores", FAIL, rounded_total("98.40")),
        Case("a whole total of scores with decimals", FAIL, rounded_total("98")),
        Case("no total", UNCHECKABLE, {"form.total_score": ""}),
        Case("a blank score", UNCHECKABLE, {"cost.score": ""}, reason="score_blank"),
        Case("no execution score", UNCHECKABLE, {"total.score": ""}, reason="score_blank"),
    ],
    "score_above_weight": [
        Case("the points of its class", PASS, points_of_classes(), "quantity", "数量指标“"),
        Case(
            "above the points of its class",
            FAIL,
            points_of_classes(quantity="11"),
            "quantity",
            reported="11",
            expected="10",
        ),
        Case(
            "together above the points of their class",
            FAIL,
            points_of_classes(benefit="21"),
            item="社会效益指标",
            reported="41",
            expected="40",
        ),
        Case(
            "shares of the points of a class are not known",
            UNCHECKABLE,
            points_of_classes(benefit="12"),
            "benefit",
            "“",
            reason="weight_blank",
        ),
        Case("full", PASS, at="quantity", reported="10", expected="10"),
        Case("execution in full", PASS, at="total"),
        Case("28 of 20", FAIL, {"benefit.score": "28"}, "benefit", reported="28", expected="20"),
        Case("half a last place over", PASS, {"quantity.score": "10.005"}, "quantity"),
        Case("more than half a last place over", FAIL, {"quantity.score": "10.006"}, "quantity"),
        Case("execution", FAIL, {"total.score": "11"}, "total", reported="11"),
        Case("no score", UNCHECKABLE, {"quantity.score": ""}, "quantity", reason="score_blank"),
        Case("no weight", UNCHECKABLE, {"quantity.weight": ""}, "quantity", reason="weight_blank"),
    ],
    "score_negative": [
        Case("full", PASS, at="quantity", expected="0"),
        Case("zero", PASS, {"quantity.score": "0"}, "quantity"),
        Case("a deduction", FAIL, {"quantity.score": "-1"}, "quantity", reported="-1"),
        Case("within half a last place", PASS, {"quantity.score": "-0.005"}, "quantity"),
        Case("more than half a last place", FAIL, {"quantity.score": "-0.006"}, "quantity"),
        Case("execution", FAIL, {"total.score": "-2"}, "total", reported="-2"),
        Case("no score", UNCHECKABLE, {"quantity.score": ""}, "quantity", reason="score_blank"),
    ],
    "score_blank": [
        Case("all filled in", PASS, reported="0"),
        Case("a zero is not blank", PASS, {"quantity.score": "0"}, reported="0"),
        Case("one", FAIL, {"quantity.score": ""}, "quantity", reported="1", expected="0"),
        Case("execution", FAIL, {"total.score": ""}, reported="1"),
        Case("two, one of them a dash", FAIL, {"quality.score": "", "cost.score": "—"}, reported="2"),
        Case("of a line without weight", PASS, {"cost.score": "", "cost.weight": ""}),
        Case("words are another rule", PASS, {"quantity.score": "十分"}, reported="0"),
    ],
    "weight_blank": [
        Case("all filled in", PASS, reported="0"),
        Case("one", FAIL, {"quantity.weight": ""}, "quantity", reported="1", expected="0"),
        Case("two", FAIL, {"quantity.weight": "", "cost.weight": "—"}, reported="2"),
        Case("no dash is due on other fund rows", PASS, {"fiscal.weight": ""}),
        Case("words are another rule", PASS, {"quantity.weight": "10分左右"}, reported="0"),
    ],
}

TARGETS_BLANK_OR_TEXT: dict[str, list[Case]] = {
    "indicator_blank": [
        Case("both filled in", PASS, at="quantity"),
        Case("no target", FAIL, {"quantity.target": ""}, "quantity"),
        Case("no actual", FAIL, {"quantity.actual": ""}, "quantity"),
        Case("neither", FAIL, {"cost.target": "", "cost.actual": ""}, "cost"),
        Case("spaces", FAIL, {"quantity.actual": " 　"}, "quantity"),
        Case("a form of scores only", SILENT, of_every_indicator(target="", actual=""), "quantity"),
        Case("a form of actuals only", FAIL, of_every_indicator(target=""), "quantity"),
        Case("zero is not blank", PASS, pair("≤5件", "0", level3="事故数"), "quantity"),
    ],
    "number_unreadable": [
        Case("score", PASS, at="quantity", item="score"),
        Case("score in words", FAIL, {"quantity.score": "十分"}, "quantity", "score"),
        Case("weight in words", FAIL, {"quantity.weight": "10分左右"}, "quantity", "weight"),
        Case("amount in words", FAIL, {"total.executed": "约十万"}, "total", "executed"),
        Case("initial budget", FAIL, {"fiscal.initial_budget": "同上"}, "fiscal", "initial_budget"),
        Case("annual budget", FAIL, {"other.annual_budget": "IO"}, "other", "annual_budget"),
        Case("rate in words", FAIL, {"total.execution_rate": "全部"}, "total", "execution_rate"),
        Case("execution score", FAIL, {"total.score": "满分"}, "total", "score"),
        Case("year", FAIL, {"form.form_year": "二〇二三"}, "form", "form_year"),
        Case("total score", FAIL, {"form.total_score": "优"}, item="total_score"),
        Case("total weight", FAIL, {"form.total_weight": "一百"}, item="total_weight"),
        Case("thousands", PASS, {"total.executed": "1,000.00"}, "total", "executed"),
        Case("full-width digits", PASS, {"quantity.score": "１０"}, "quantity", "score"),
        Case("blank", SILENT, {"quantity.score": ""}, "quantity", "score"),
        Case("dash", SILENT, {"quantity.score": "—"}, "quantity", "score"),
    ],
    "form_year": [
        Case("the report's", PASS, reported="2023", expected="2023"),
        Case("the year before", FAIL, {"form.form_year": "2022"}, reported="2022", expected="2023"),
        Case("the year after", FAIL, {"form.form_year": "2024"}),
        Case("blank", SILENT, {"form.form_year": ""}),
        Case("unreadable", UNCHECKABLE, {"form.form_year": "二〇二三"}, reason="operand_blank"),
    ],
}

PROFILES: dict[str, list[Case]] = {
    "rule_profile": [
        Case("by region and year", PASS),
        Case("elsewhere by region and year", PASS, document="elsewhere"),
        Case("named", PASS, {"form.rule_profile": "mof_2021_101"}),
        Case("unknown", FAIL, {"form.rule_profile": "mof_1999_1"}),
        Case("two", FAIL, {"form.rule_profile": "mof_2020_10,beijing_self_evaluation"}),
        Case(
            "not yet in force",
            FAIL,
            {"form.form_year": "2021", "form.rule_profile": "mof_2021_101"},
            document="elsewhere_2021",
        ),
    ],
    "class_weight": [
        Case("execution", PASS, item="预算执行", reported="10", expected="10"),
        Case("Beijing prescribes no output", SILENT, item="产出指标"),
        Case("execution of 20", FAIL, {"total.weight": "20"}, item="预算执行", reported="20", expected="10"),
        Case("execution off by half a last place", PASS, {"total.weight": "10.005"}, item="预算执行"),
        Case("execution off by more", FAIL, {"total.weight": "10.006"}, item="预算执行"),
        Case("no execution weight", UNCHECKABLE, {"total.weight": ""}, item="预算执行"),
        *(
            Case(f"2020 10 {label}", PASS, {**FITS_2020_10, "form.rule_profile": "mof_2020_10"}, item=label)
            for label in ("预算执行", "产出指标", "效益指标", "满意度指标")
        ),
        Case(
            "2020 10 output of 40",
            FAIL,
            {"form.rule_profile": "mof_2020_10"},
            item="产出指标",
            reported="40",
            expected="50",
        ),
        Case(
            "2020 10 benefit of 40",
            FAIL,
            {"form.rule_profile": "mof_2020_10"},
            item="效益指标",
            reported="40",
            expected="30",
        ),
        Case(
            "weights that the regulation leaves to the unit",
            SILENT,
            {"form.form_year": "2021"},
            item="产出指标",
            document="elsewhere_2021",
        ),
        Case("a local form of central weights", PASS, FITS_2021_101, item="成本指标", document="elsewhere"),
        Case("a local form of other weights", SILENT, item="成本指标", document="elsewhere"),
        Case("2020 10 has no cost class", SILENT, {"form.rule_profile": "mof_2020_10"}, item="成本指标"),
        Case(
            "2020 10 no satisfaction",
            FAIL,
            {"satisfaction": None, "form.rule_profile": "mof_2020_10"},
            item="满意度指标",
            reported="0",
            expected="10",
        ),
        Case(
            "2020 10 a blank weight",
            UNCHECKABLE,
            {**FITS_2020_10, "quality.weight": "", "form.rule_profile": "mof_2020_10"},
            item="产出指标",
            reason="weight_blank",
        ),
        Case(
            "2020 10 a blank weight of another class",
            PASS,
            {**FITS_2020_10, "quality.weight": "", "form.rule_profile": "mof_2020_10"},
            item="效益指标",
        ),
        *(
            Case(f"2021 101 {label}", PASS, FITS_2021_101, item=label, document="elsewhere")
            for label in ("预算执行", "成本指标", "产出指标", "效益指标", "满意度指标")
        ),
        Case(
            "2021 101 cost of 10",
            FAIL,
            {"form.rule_profile": "mof_2021_101"},
            item="成本指标",
            reported="10",
            expected="20",
            document="elsewhere",
        ),
        Case(
            "2021 101 output of 30",
            FAIL,
            {"form.rule_profile": "mof_2021_101"},
            item="产出指标",
            reported="30",
            expected="40",
            document="elsewhere",
        ),
        Case(
            "2021 101 cost as a class of its own",
            PASS,
            {**FITS_2021_101, "cost.level1": "成本指标", "cost.level2": "经济成本指标"},
            item="成本指标",
            document="elsewhere",
        ),
        Case(
            "the form's choice goes before the region's",
            PASS,
            {**FITS_2020_10, "form.rule_profile": "mof_2020_10"},
            item="产出指标",
            document="elsewhere",
        ),
    ],
    "weights_fit_no_profile": [
        Case("neither", FAIL),
        Case("fits 2020 10", PASS, FITS_2020_10),
        Case("fits 2021 101", PASS, FITS_2021_101),
        Case("within half a last place", PASS, {**FITS_2020_10, "benefit.weight": "15.005"}),
        Case("more than half a last place", FAIL, {**FITS_2020_10, "benefit.weight": "15.006"}),
        Case("weights are left to the unit", SILENT, document="elsewhere"),
        Case("a blank weight", UNCHECKABLE, {**FITS_2020_10, "benefit.weight": ""}),
    ],
    "mandatory_class_missing": [
        Case("execution", PASS, item="预算执行"),
        Case("satisfaction", PASS, item="满意度指标"),
        Case("no cost", FAIL, {"cost": None}, item="成本指标"),
        Case("no quantity", FAIL, {"quantity": None}, item="数量指标"),
        Case("no satisfaction", FAIL, {"satisfaction": None}, item="满意度指标"),
        Case("no benefit", FAIL, {"benefit": None, "benefit_2": None}, item="效益指标"),
        Case("one benefit is enough", PASS, {"benefit_2": None}, item="效益指标"),
        Case("quality is not mandatory", SILENT, {"quality": None}, item="质量指标"),
        Case("no cost elsewhere", FAIL, {"cost": None}, item="成本指标", document="elsewhere"),
        Case("unknown profile", UNCHECKABLE, {"form.rule_profile": "mof_1999_1"}, reason="profile_unknown"),
        Case("a blank row is one", PASS, {"cost.target": "", "cost.weight": ""}, item="成本指标"),
        Case(
            "no classes are printed",
            UNCHECKABLE,
            of_every_indicator(level1="", level2=""),
            item="数量指标",
            reason="classes_not_printed",
        ),
        Case("classes of all but the costs", FAIL, {"cost.level1": "", "cost.level2": ""}, item="成本指标"),
    ],
}

FUNDS: dict[str, list[Case]] = {
    "execution_rate": [
        Case("all", PASS, at="total", reported="100", expected="100"),
        Case("half a point off", PASS, {"total.executed": "95.50", "total.execution_rate": "95%"}, "total"),
        Case("more than half", FAIL, {"total.executed": "95.51", "total.execution_rate": "95%"}, "total"),
        Case(
            "another rate",
            FAIL,
            {"total.executed": "96.00", "total.execution_rate": "90%"},
            "total",
            reported="90",
            expected="96",
        ),
        Case("one decimal", PASS, {"total.executed": "95.55", "total.execution_rate": "95.5%"}, "total"),
        Case("one decimal off", FAIL, {"total.executed": "95.56", "total.execution_rate": "95.5%"}, "total"),
        Case("two decimals", PASS, {"total.executed": "95.555", "total.execution_rate": "95.55%"}, "total"),
        Case(
            "two decimals off", FAIL, {"total.executed": "95.556", "total.execution_rate": "95.55%"}, "total"
        ),
        Case("two decimals of zero", PASS, {"total.execution_rate": "100.00%"}, "total"),
        Case(
            "100.00 but 99.99", FAIL, {"total.executed": "99.99", "total.execution_rate": "100.00%"}, "total"
        ),
        Case("printed as 1", PASS, {"total.execution_rate": "1"}, "total", reported="100"),
        Case("above all", PASS, {"total.executed": "110.00", "total.execution_rate": "110%"}, "total"),
        Case("of a source", FAIL, {"fiscal.execution_rate": "90%"}, "fiscal", reported="90", expected="100"),
        Case("no rate", SILENT, {"total.execution_rate": ""}, "total"),
        Case("no rate of a source", SILENT, at="fiscal"),
        Case("no budget", UNCHECKABLE, {"total.annual_budget": ""}, "total", reason="operand_blank"),
        Case("no executed", UNCHECKABLE, {"total.executed": ""}, "total", reason="operand_blank"),
        Case("all of nothing", SILENT, {"total.annual_budget": "0", "total.executed": "0"}, "total"),
    ],
    "execution_score": [
        Case("the points of its block", PASS, points_of_classes(), reported="10", expected="10"),
        Case(
            "95 and in full of the points of its block",
            FAIL,
            {**points_of_classes(), "total.executed": "95.00", "total.execution_rate": "95%"},
            reported="10",
            expected="9.5",
        ),
        Case("all", PASS, reported="10", expected="10"),
        Case("95", PASS, {"total.executed": "95.00", "total.execution_rate": "95%", "total.score": "9.5"}),
        Case(
            "95 and in full",
            FAIL,
            {"total.executed": "95.00", "total.execution_rate": "95%"},
            reported="10",
            expected="9.5",
        ),
        Case(
            "half a decimal off",
            PASS,
            {"total.executed": "95.00", "total.execution_rate": "95%", "total.score": "9.45"},
        ),
        Case(
            "more than half a decimal off",
            FAIL,
            {"total.executed": "95.00", "total.execution_rate": "95%", "total.score": "9.44"},
        ),
        Case("too little", FAIL, {"total.score": "9.9"}, expected="10"),
        Case("110 is 100", PASS, {"total.executed": "110.00", "total.execution_rate": "110%"}, expected="10"),
        Case(
            "110 is not 110",
            FAIL,
            {"total.executed": "110.00", "total.execution_rate": "110%", "total.score": "11"},
            expected="10",
        ),
        # 92% may be 91.5%, which is within 0.05 of 9.2 points of ten.
        Case(
            "the printed rate of an unknown budget",
            FAIL,
            {"total.annual_budget": "", "total.execution_rate": "92%"},
            reported="10",
            expected="9.2",
        ),
        Case(
            "the points of the printed rate",
            PASS,
            {"total.annual_budget": "", "total.execution_rate": "92%", "total.score": "9.2"},
        ),
        Case(
            "a printed rate that may be 91.5% of twenty points",
            UNCHECKABLE,
            {"total.annual_budget": "", "total.execution_rate": "92%", "total.weight": "20"},
        ),
        Case("no score", UNCHECKABLE, {"total.score": ""}, reason="score_blank"),
        Case("no weight", SILENT, {"total.weight": ""}),
        Case("no budget, no rate", UNCHECKABLE, {"total.annual_budget": "", "total.execution_rate": ""}),
        Case("no executed, no rate", UNCHECKABLE, {"total.executed": "", "total.execution_rate": ""}),
        Case(
            "nothing budgeted, no rate",
            UNCHECKABLE,
            {"total.annual_budget": "0", "total.executed": "0", "total.execution_rate": ""},
        ),
    ],
    "executed_above_budget": [
        Case("equal", PASS, at="total"),
        Case("less", PASS, {"total.executed": "99.99"}, "total"),
        Case(
            "one last place", FAIL, {"total.executed": "100.01"}, "total", reported="100.01", expected="100"
        ),
        Case("less than one last place", PASS, {"total.executed": "100.009"}, "total"),
        Case(
            "above the only budget, of which the rate is",
            FAIL,
            {"total.annual_budget": "", "total.executed": "108.27", "total.execution_rate": "108.27%"},
            "total",
            reported="108.27",
            expected="100",
        ),
        Case(
            "of a budget that is not known",
            UNCHECKABLE,
            {"total.annual_budget": "", "total.executed": "108.27", "total.execution_rate": "100%"},
            "total",
        ),
        Case("one place of the coarser", FAIL, {"total.executed": "100.010"}, "total"),
        Case(
            "within a finer place",
            PASS,
            {"total.annual_budget": "121.704", "total.executed": "121.7042"},
            "total",
        ),
        Case("a finer place", FAIL, {"total.annual_budget": "121.704", "total.executed": "121.705"}, "total"),
        Case(
            "within the only decimal",
            PASS,
            {"total.annual_budget": "18.6", "total.executed": "18.62"},
            "total",
        ),
        Case("the only decimal", FAIL, {"total.annual_budget": "18.6", "total.executed": "18.70"}, "total"),
        Case(
            "zeros that are not printed",
            FAIL,
            {"total.annual_budget": "100", "total.executed": "100.5"},
            "total",
        ),
        Case("of a source", FAIL, {"carryover.executed": "16.00"}, "carryover"),
        Case("spent without a budget", FAIL, {"carryover.annual_budget": "0"}, "carryover"),
        Case(
            "no budget printed",
            UNCHECKABLE,
            {"total.annual_budget": "", "total.execution_rate": ""},
            "total",
            reason="operand_blank",
        ),
        Case("no executed", UNCHECKABLE, {"total.executed": ""}, "total", reason="operand_blank"),
        Case(
            "a source without amounts",
            SILENT,
            {"other.initial_budget": "", "other.annual_budget": "", "other.executed": ""},
            "other",
        ),
    ],
    "amount_rounding": [
        Case("equal", PASS, at="total"),
        Case("less", PASS, {"total.executed": "99.995"}, "total"),
        Case(
            "more decimals", FAIL, {"total.executed": "100.004"}, "total", reported="100.004", expected="100"
        ),
        Case("just below one place", FAIL, {"total.executed": "100.0099"}, "total"),
        Case("one place is overspent", PASS, {"total.executed": "100.01"}, "total"),
        Case("one decimal", FAIL, {"total.annual_budget": "18.6", "total.executed": "18.62"}, "total"),
        Case("no budget printed", UNCHECKABLE, {"total.annual_budget": ""}, "total", reason="operand_blank"),
        Case("no executed", UNCHECKABLE, {"total.executed": ""}, "total", reason="operand_blank"),
    ],
    "fund_total": [
        *(
            Case(f"{label} is the sum", PASS, item=label)
            for label in ("年初预算数", "全年预算数", "全年执行数")
        ),
        Case(
            "initial one place over",
            FAIL,
            {"total.initial_budget": "100.01"},
            item="年初预算数",
            reported="100.01",
            expected="100",
        ),
        Case("annual one place short", FAIL, {"total.annual_budget": "99.99"}, item="全年预算数"),
        Case("executed", FAIL, {"total.executed": "90.00"}, item="全年执行数", reported="90", expected="100"),
        Case("less than one place over", PASS, {"total.initial_budget": "100.009"}, item="年初预算数"),
        Case("zero while a part is not", FAIL, {"total.initial_budget": "0"}, item="年初预算数"),
        Case("a source of more decimals", PASS, {"fiscal.executed": "80.001"}, item="全年执行数"),
        Case("no total", UNCHECKABLE, {"total.executed": ""}, item="全年执行数", reason="operand_blank"),
        # Divided by source (80 + 15 + 5) and by nature.
        Case(
            "the division by nature is right",
            PASS,
            natures("60.00", "40.00"),
            item="全年执行数（按支出性质）",
        ),
        Case("the division by source is right", PASS, natures("60.00", "30.00"), item="全年执行数"),
        Case(
            "the division by nature is wrong",
            FAIL,
            natures("60.00", "30.00"),
            item="全年执行数（按支出性质）",
            reported="100",
            expected="90",
        ),
        Case(
            "the division by source is wrong",
            FAIL,
            {**natures("60.00", "40.00"), "other.executed": "6.00"},
            item="全年执行数",
            reported="100",
            expected="101",
        ),
        Case(
            "natures beside other funds in one division",
            PASS,
            {**natures("60.00", "35.00"), "fiscal": None, "carryover": None},
            item="全年执行数",
            reported="100",
            expected="100",
        ),
        Case(
            "no sources",
            UNCHECKABLE,
            {"fiscal.executed": "", "carryover.executed": "", "other.executed": ""},
            item="全年执行数",
            reason="operand_blank",
        ),
        Case(
            "a source that can't be read",
            UNCHECKABLE,
            {"fiscal.executed": "约八十"},
            item="全年执行数",
            reason="operand_blank",
        ),
        Case("a source that is needed is blank", NEVER_PASS, {"fiscal.executed": ""}, item="全年执行数"),
    ],
}

COSTS: dict[str, list[Case]] = {
    "amount_cut_off": [
        Case(
            "cut off in a goal",
            FAIL,
            {**funds("136.4872"), "goal": goal("开展培训", "开展培训，支出136.48万元")},
            "goal",
            reported="136.48",
            expected="136.49",
        ),
        Case(
            "rounded in a goal",
            PASS,
            {**funds("136.4872"), "goal": goal("开展培训", "开展培训，支出136.49万元")},
            "goal",
        ),
        Case(
            "of another thing in a goal",
            SILENT,
            {**funds("136.4872"), "goal": goal("开展培训", "带动增收120.48万元")},
            "goal",
        ),
        Case("as printed elsewhere", PASS, at="cost", reported="100"),
        Case(
            "cut off",
            FAIL,
            {**funds("16.53958"), "cost.target": "16.539万元", "cost.actual": "16.539万元"},
            "cost",
            reported="16.539",
            expected="16.54",
        ),
        Case(
            "rounded up",
            PASS,
            {**funds("16.53958"), "cost.target": "16.54万元", "cost.actual": "16.54万元"},
            "cost",
        ),
        Case(
            "cut off and rounded alike",
            PASS,
            {**funds("24.153268"), "cost.target": "24.153万元", "cost.actual": "24.153万元"},
            "cost",
        ),
        Case(
            "funds cut off, the cost is exact",
            FAIL,
            {**funds("32.1679"), "cost.target": "321679.8元", "cost.actual": "321679.8元"},
            "total",
            reported="32.1679",
            expected="32.168",
        ),
        Case(
            "a budget below what was executed",
            FAIL,
            {**funds("3.74697"), "total.annual_budget": "3.7469"},
            "total",
            expected="3.747",
        ),
        Case(
            "of the only budget, the initial one",
            FAIL,
            {
                **funds("12.3456"),
                "total.annual_budget": "",
                "total.executed": "11.8",
                "cost.target": "12.34万元",
                "cost.actual": "11.8万元",
            },
            "cost",
            reported="12.34",
            expected="12.35",
        ),
        Case("another amount", PASS, {**funds("16.53958"), "cost.target": "16.5万元"}, "cost"),
        Case(
            "less was executed",
            PASS,
            {**funds("12.3467"), "total.executed": "12.34", "cost.actual": "12.34万元"},
            "total",
        ),
        Case("no amounts", SILENT, {"cost.target": "预算范围内", "cost.actual": "预算范围内"}, "cost"),
    ],
    "price_times_quantity": [
        Case("a rent", PASS, rent("38.325"), "cost", reported="383250", expected="383250"),
        Case("twice the rent", FAIL, rent("75.03125"), "cost", reported="750312.5", expected="383250"),
        Case("a rent at most", PASS, rent("30.00"), "cost"),
        Case("5 % more", PASS, rent("40.24"), "cost"),
        Case("more than 5 % more", FAIL, rent("40.25"), "cost"),  # 38.325 × 1.05 = 40.24125
        Case(
            "a rent at least", UNCHECKABLE, rent("75.03125", "≥3元/天/m²"), "cost", reason="actual_is_bound"
        ),
        Case("a grant", PASS, grants("50.00"), "cost", expected="500000"),
        Case("more than the grants", FAIL, grants("60.00"), "cost", reported="600000"),
        Case("less than the grants", FAIL, grants("47.61"), "cost"),  # 47.61 × 1.05 = 49.9905
        Case("5 % less", PASS, grants("47.62"), "cost"),
        Case("less was spent than budgeted", PASS, {**grants("50.00"), "total.executed": "30.00"}, "cost"),
        Case(
            "the total beside the price",
            FAIL,
            {**grants("60.00"), "cost_2": indicator(COST, "总成本", "60.00万元", "60.00万元", "0")},
            "cost",
        ),
        Case(
            "further costs",
            PASS,
            {**grants("60.00"), "cost_2": indicator(COST, "设备费", "10.00万元", "10.00万元", "0")},
            "cost",
        ),
        Case(
            "three days",
            PASS,
            {
                **grants("12.00"),
                "cost.target": "400元/人·天",
                "cost.actual": "400元/人·天",
                "quantity_2": indicator(QUANTITY, "培训天数", "3天", "3天", "0"),
            },
            "cost",
            expected="120000",
        ),
        Case(
            "two quantities in its unit",
            UNCHECKABLE,
            {**grants("60.00"), "quantity_2": indicator(QUANTITY, "培训人数", "20人", "20人", "0")},
            "cost",
            reason="several_quantities",
        ),
        Case(
            "a quantity in words",
            UNCHECKABLE,
            {**grants("60.00"), "quantity.actual": "已完成"},
            "cost",
            reason="actual_is_text",
        ),
        Case("not executed", UNCHECKABLE, {**grants("60.00"), "total.executed": ""}, "cost"),
        Case("no quantity in its unit", SILENT, {**grants("60.00"), **pair("100户", "100户")}, "cost"),
        Case("no price", SILENT, at="cost"),
    ],
    "amount_finer_than_fen": [
        Case("a fen", PASS, {"cost.target": "1000000.12元"}, "cost"),
        Case("finer than a fen", FAIL, {"cost.target": "1000000.123元"}, "cost", reported="1000000.123"),
        Case("an actual finer than a fen", FAIL, {"cost.actual": "999999.999元"}, "cost"),
        Case("six places of 万元", PASS, {"cost.target": "100.123456万元"}, "cost"),
        Case("seven places of 万元", FAIL, {"cost.target": "100.1234567万元"}, "cost"),
        Case("not a cost", SILENT, {"quality.target": "≥95.125%"}, "quality"),
        Case("blank", SILENT, {"cost.target": "", "cost.actual": ""}, "cost"),
    ],
    "cost_target_budget": [
        Case("the budget", PASS, at="cost", reported="100", expected="100"),
        Case("in yuan", PASS, {"cost.target": "1000000元"}, "cost", reported="100"),
        Case("zeros that are not printed", PASS, {"cost.target": "100万元"}, "cost"),
        Case("one last place", FAIL, {"cost.target": "100.01万元"}, "cost", reported="100.01"),
        Case("less than one last place", PASS, {"cost.target": "100.009万元"}, "cost"),
        Case(
            "fewer decimals than the budget",
            PASS,
            {**funds("949.821024"), "cost.target": "949.82万元"},
            "cost",
        ),
        Case("99 yuan", PASS, {"cost.target": "1000099元"}, "cost"),
        Case("100 yuan", FAIL, {"cost.target": "1000100元"}, "cost"),
        Case("one place below", FAIL, {"cost.target": "99.99万元"}, "cost"),
        Case("the initial budget", PASS, {"total.annual_budget": "90.00"}, "cost"),
        Case(
            "neither budget", FAIL, {"total.annual_budget": "90.00", "total.initial_budget": "80.00"}, "cost"
        ),
        Case("a ceiling at the budget", PASS, {"cost.target": "≤100.00万元"}, "cost"),
        Case("a ceiling below the budget", PASS, {"cost.target": "≤90.00万元"}, "cost"),
        Case("a ceiling above the budget", FAIL, {"cost.target": "≤110.00万元"}, "cost"),
        Case("a ceiling one place above", FAIL, {"cost.target": "≤100.01万元"}, "cost"),
        Case("a ceiling within a place", PASS, {"cost.target": "≤100.009万元"}, "cost"),
        Case(
            "a ceiling at the initial budget",
            PASS,
            {"cost.target": "≤100.00万元", "total.annual_budget": "90.00"},
            "cost",
        ),
        Case("yuan for 万元", FAIL, {"cost.target": "100.00元"}, "cost", reported="0.01"),
        Case("text", UNCHECKABLE, {"cost.target": "预算范围内"}, "cost", reason="cost_not_measurable"),
        Case("blank", UNCHECKABLE, {"cost.target": ""}, "cost"),
        Case(
            "no budget",
            UNCHECKABLE,
            {"total.annual_budget": "", "total.initial_budget": ""},
            "cost",
            reason="operand_blank",
        ),
        Case(
            "several costs",
            UNCHECKABLE,
            {
                "cost.target": "60.00万元",
                "cost_2": indicator(COST, "分项成本", "30.00万元", "30.00万元", "0"),
            },
            "cost",
            reason="several_costs",
        ),
        Case("a unit price", SILENT, {"cost.target": "500元/户"}, "cost"),
        Case(
            "the price of one",
            UNCHECKABLE,
            {"cost.level3": "单个中心运维费", "cost.target": "≤120万元"},
            "cost",
            reason="cost_not_measurable",
        ),
        Case(
            "the cost of a part",
            UNCHECKABLE,
            {"cost.level3": "药剂采购费用", "cost.target": "70.00万元", "cost.actual": "68.08万元"},
            "cost",
            reason="cost_of_a_part",
        ),
        Case(
            "not named a total, but spent in full",
            FAIL,
            {"cost.level3": "药剂采购费用", "cost.target": "70.00万元"},
            "cost",
        ),
        Case("not a cost", SILENT, {"quantity.target": "100.00万元"}, "quantity"),
        Case("in a document in yuan", PASS, IN_YUAN, "cost", document="in_yuan"),
        Case(
            "万元 in a document in yuan",
            PASS,
            {**IN_YUAN, "cost.target": "100万元"},
            "cost",
            document="in_yuan",
        ),
        Case(
            "a fen off in a document in yuan",
            FAIL,
            {**IN_YUAN, "cost.target": "1000000.01元"},
            "cost",
            document="in_yuan",
        ),
    ],
    "cost_actual_executed": [
        Case("executed", PASS, at="cost", reported="100", expected="100"),
        Case("in yuan", PASS, {"cost.actual": "1000000.00元"}, "cost", reported="100"),
        Case("one last place", FAIL, {"cost.actual": "99.99万元"}, "cost", reported="99.99"),
        Case("less than one last place", PASS, {"cost.actual": "99.991万元"}, "cost"),
        Case("the budget was copied", FAIL, {"total.executed": "90.00"}, "cost", expected="90"),
        Case("yuan for 万元", FAIL, {"cost.actual": "100.00元"}, "cost", reported="0.01"),
        Case("text", UNCHECKABLE, {"cost.actual": "预算范围内"}, "cost", reason="cost_not_measurable"),
        Case("a bound", UNCHECKABLE, {"cost.actual": "≤100.00万元"}, "cost", reason="actual_is_bound"),
        Case("blank", UNCHECKABLE, {"cost.actual": ""}, "cost", reason="actual_blank"),
        Case("not executed", UNCHECKABLE, {"total.executed": ""}, "cost", reason="operand_blank"),
        Case(
            "several costs",
            UNCHECKABLE,
            {
                "cost.actual": "60.00万元",
                "cost_2": indicator(COST, "分项成本", "30.00万元", "30.00万元", "0"),
            },
            "cost",
            reason="several_costs",
        ),
        Case("a unit price", SILENT, {"cost.target": "500元/户", "cost.actual": "500元/户"}, "cost"),
        Case(
            "the price of one",
            UNCHECKABLE,
            {"cost.level3": "单个中心运维费", "cost.target": "≤12万元", "cost.actual": "11.46万元"},
            "cost",
            reason="cost_not_measurable",
        ),
        Case(
            "the cost of a part",
            UNCHECKABLE,
            {"cost.level3": "药剂采购费用", "cost.target": "≤70.00万元", "cost.actual": "68.08万元"},
            "cost",
            reason="cost_of_a_part",
        ),
        Case(
            "not named a total, but with the budget as its target",
            FAIL,
            {"cost.level3": "药剂采购费用", "cost.actual": "68.08万元"},
            "cost",
        ),
    ],
}

ATTAINMENT: dict[str, list[Case]] = {
    "work_behind_money": [
        Case("both in full", PASS, reported="100", expected="100"),
        Case("56 % for all the money", FAIL, pair("480户", "270户"), reported="56.25", expected="100"),
        Case(
            "with a reason for the number",
            FAIL,
            pair("480户", "270户", deviation_reason="申请人数不足预期"),
        ),
        Case("behind by a fifth", FAIL, pair("≥100户", "80户"), reported="80"),
        Case(
            "behind the money of the only budget",
            FAIL,
            {**pair("≥100户", "80户"), "total.annual_budget": ""},
            reported="80",
            expected="100",
        ),
        Case(
            "no budget",
            UNCHECKABLE,
            {**pair("≥100户", "80户"), "total.annual_budget": "", "total.initial_budget": ""},
            reason="operand_blank",
        ),
        Case("behind by less", PASS, pair("≥100户", "81户")),
        Case("more than the target", PASS, pair("≥100户", "150户"), reported="100"),
        Case("as much money", PASS, {**pair("≥100户", "60户"), "total.executed": "60.00"}, expected="60"),
        Case(
            "one of two is done",
            PASS,
            {**pair("≥100户", "60户"), "quantity_2": indicator(QUANTITY, "培训次数", "≥2次", "2次", "0")},
        ),
        Case("a ceiling", SILENT, pair("≤100户", "50户")),
        Case("in words", UNCHECKABLE, pair("≥100户", "已完成"), reason="actual_is_text"),
        Case("not executed", UNCHECKABLE, {"total.executed": ""}, reason="operand_blank"),
    ],
    "unmet_full_score": [
        Case(
            "missed, with the points of its class",
            FAIL,
            {**points_of_classes(), "quantity.actual": "90户"},
            "quantity",
            reported="10",
            expected="9",
        ),
        Case(
            "missed in a class that has its points in full",
            FAIL,
            {**points_of_classes(), "benefit.actual": "81%"},
            "benefit",
            reported="20",
            expected="18",
        ),
        Case(
            "missed in a class with a deduction",
            UNCHECKABLE,
            {**points_of_classes(benefit_2="19"), "benefit.actual": "81%"},
            "benefit",
            reason="weight_blank",
        ),
        Case("met", PASS, at="quantity"),
        Case("two of three times a year", FAIL, pair("3次/年", "2次/年"), "quantity", reported="10"),
        Case(
            "times a year against times a month",
            UNCHECKABLE,
            pair("3次/年", "2次/月"),
            "quantity",
            reason="unit_differs",
        ),
        Case("missed in full", FAIL, missed(), "quantity", reported="10", expected="9"),
        Case("270 of 480", FAIL, pair("480", "270"), "quantity", reported="10", expected="5.63"),
        Case("missed by one", FAIL, pair("≥100户", "99户"), "quantity"),
        Case("just deducted", PASS, missed("9.99"), "quantity"),
        Case("above the weight", FAIL, missed("11"), "quantity"),
        Case(
            "a failure rate that fell",
            PASS,
            {**pair("5%", "1%"), "quantity.level3": "设备故障率"},
            "quantity",
        ),
        Case(
            "a failure rate that rose",
            FAIL,
            {**pair("1%", "3%"), "quantity.level3": "设备故障率"},
            "quantity",
        ),
        Case("inside a range", PASS, pair("4%-6%", "5%"), "quantity"),
        Case("outside a range", FAIL, pair("4%-6%", "9%"), "quantity"),
        Case("a ceiling kept", PASS, pair("≤5%", "4%"), "quantity"),
        Case("a ceiling broken", FAIL, pair("≤5%", "6%"), "quantity"),
        Case("a strict bound reached", FAIL, pair(">90%", "90%"), "quantity"),
        Case("10000 of 2万", FAIL, pair("2万人", "10000人"), "quantity", expected="5"),
        Case("no where yes was due", FAIL, pair("是", "否"), "quantity"),
        Case("good where excellent was due", FAIL, pair("优", "良"), "quantity"),
        Case("excellent where excellent was due", PASS, pair("优", "优"), "quantity"),
        Case("a deadline is another rule", SILENT, late(), "timeliness"),
        *(
            Case(f"incomparable, {reason}", UNCHECKABLE, pair(target, actual), "quantity", reason=reason)
            for target, actual, reason in INCOMPARABLE
        ),
        Case("missed, no score", UNCHECKABLE, missed(""), "quantity", reason="score_blank"),
        Case(
            "missed, no weight",
            UNCHECKABLE,
            {**missed(), "quantity.weight": ""},
            "quantity",
            reason="weight_blank",
        ),
    ],
    "deadline_missed_full_score": [
        Case("in time", PASS, at="timeliness"),
        Case("in the last month", PASS, {"timeliness.actual": "6月"}, "timeliness"),
        Case("a month late", FAIL, late(), "timeliness", reported="10", expected="8"),
        Case("a month late, just deducted", PASS, late("9.99"), "timeliness"),
        Case(
            "due at the end of November",
            FAIL,
            {"timeliness.target": "11月底前完成", "timeliness.actual": "12月"},
            "timeliness",
        ),
        Case(
            "in November, due at its end",
            PASS,
            {"timeliness.target": "11月底前完成", "timeliness.actual": "11月"},
            "timeliness",
        ),
        Case(
            "in January of the next year",
            FAIL,
            {"timeliness.target": "2023年6月", "timeliness.actual": "2024年1月"},
            "timeliness",
        ),
        Case("not a deadline", SILENT, missed(), "quantity"),
        Case(
            "a number of days, which is a missed number",
            SILENT,
            {"timeliness.target": "≤15天", "timeliness.actual": "22天"},
            "timeliness",
        ),
        Case("no actual", UNCHECKABLE, {"timeliness.actual": ""}, "timeliness", reason="actual_blank"),
        Case(
            "done, no month",
            UNCHECKABLE,
            {"timeliness.actual": "已完成"},
            "timeliness",
            reason="actual_is_text",
        ),
        Case(
            "the deadline repeated",
            UNCHECKABLE,
            {"timeliness.actual": "≤6月"},
            "timeliness",
            reason="actual_is_bound",
        ),
        Case("no target", UNCHECKABLE, {"timeliness.target": ""}, "timeliness", reason="target_blank"),
        Case("late, no score", UNCHECKABLE, late(""), "timeliness", reason="score_blank"),
        Case(
            "late, no weight",
            UNCHECKABLE,
            {**late(), "timeliness.weight": ""},
            "timeliness",
            reason="weight_blank",
        ),
    ],
    "score_above_expected": [
        Case("by its share", PASS, missed("9"), "quantity", reported="9", expected="9"),
        # 8 × 5.75/6 is 7.67, with one decimal 7.7.
        Case(
            "rounded up",
            PASS,
            pair("≥6万支", "5.75万支", weight="8", score="7.7"),
            "quantity",
            reported="7.7",
        ),
        Case("more than rounded", FAIL, pair("≥6万支", "5.75万支", weight="8", score="7.8"), "quantity"),
        Case("below its share", PASS, missed("5"), "quantity"),
        Case("a token deduction", FAIL, missed("9.5"), "quantity", reported="9.5", expected="9"),
        Case("half a last place over", PASS, missed("9.005"), "quantity"),
        Case("more than half a last place over", FAIL, missed("9.006"), "quantity"),
        Case("missed in full is another rule", SILENT, missed(), "quantity"),
        Case("met", SILENT, at="quantity"),
        Case("met and deducted", SILENT, {"quantity.score": "9"}, "quantity"),
        Case("late", PASS, late("8"), "timeliness", reported="8", expected="8"),
        Case("late, half a last place over", PASS, late("8.005"), "timeliness"),
        Case("late, too much", FAIL, late("8.006"), "timeliness"),
        Case("late, a token deduction", FAIL, late("9"), "timeliness", expected="8"),
        Case("missed, no score", UNCHECKABLE, missed(""), "quantity", reason="score_blank"),
        Case(
            "missed, no weight",
            UNCHECKABLE,
            {**missed("9.5"), "quantity.weight": ""},
            "quantity",
            reason="weight_blank",
        ),
        Case(
            "missed, unknown profile",
            UNCHECKABLE,
            {**missed("9.5"), "form.rule_profile": "mof_1999_1"},
            "quantity",
            reason="profile_unknown",
        ),
        *(
            Case(f"deducted, incomparable, {reason}", SILENT, pair(target, actual, score="9"), "quantity")
            for target, actual, reason in INCOMPARABLE
        ),
    ],
    "deduction_without_reason": [
        Case(
            "of the points of its class",
            FAIL,
            points_of_classes(quantity="9"),
            "quantity",
            reported="9",
            expected="10",
        ),
        Case("nothing deducted", PASS, at="quantity"),
        Case("no reason", FAIL, {"quantity.score": "9"}, "quantity", reported="9", expected="10"),
        Case(
            "of a long name",
            FAIL,
            {"quantity.score": "9", "quantity.level3": LONG_NAME},
            "quantity",
            LONG_NAME[:19],
        ),
        Case("a reason", PASS, {"quantity.score": "9", "quantity.deviation_reason": "三户外出"}, "quantity"),
        Case(
            "no reason in words",
            FAIL,
            {"quantity.score": "9", "quantity.deviation_reason": "无。"},
            "quantity",
        ),
        Case(
            "no reason as a stroke",
            FAIL,
            {"quantity.score": "9", "quantity.deviation_reason": "/"},
            "quantity",
        ),
        Case(
            "spaces are no reason",
            FAIL,
            {"quantity.score": "9", "quantity.deviation_reason": " 　"},
            "quantity",
        ),
        Case("a little", FAIL, {"quantity.score": "9.99"}, "quantity"),
        Case("no score", UNCHECKABLE, {"quantity.score": ""}, "quantity", reason="score_blank"),
        Case("no weight", UNCHECKABLE, {"quantity.weight": ""}, "quantity", reason="weight_blank"),
    ],
    "unmet_without_reason": [
        Case("met", PASS, at="quantity"),
        Case("missed", FAIL, missed("9"), "quantity"),
        Case("missed, with a reason", PASS, missed("9", "三户外出"), "quantity"),
        Case("late", FAIL, late("8"), "timeliness"),
        Case("late, with a reason", PASS, late("8", "招标推迟"), "timeliness"),
        *(
            Case(f"incomparable, {reason}", UNCHECKABLE, pair(target, actual), "quantity", reason=reason)
            for target, actual, reason in INCOMPARABLE
        ),
    ],
    "overachievement": [
        Case("as planned", PASS, at="quantity", reported="100", expected="130"),
        Case("129.9 %", PASS, pair("≥1000户", "1299户"), "quantity", reported="129.9"),
        Case("130 %", FAIL, pair("≥1000户", "1300户"), "quantity", reported="130", expected="130"),
        Case("62 of 22", FAIL, pair("22人", "62人"), "quantity"),
        Case(
            "an income",
            FAIL,
            {"benefit.level3": "门票收入", "benefit.target": "60万元", "benefit.actual": "92万元"},
            "benefit",
            expected="130",
        ),
        Case("an amount of output", SILENT, pair("60万元", "92万元"), "quantity"),
        Case("a rate", FAIL, pair("≥50%", "65%"), "quantity"),
        Case("of nothing", SILENT, pair("≥0件", "5件"), "quantity"),
        Case("a ceiling", SILENT, pair("≤5%", "8%"), "quantity"),
        Case("a deadline", SILENT, at="timeliness"),
        *(
            Case(f"incomparable, {reason}", UNCHECKABLE, pair(target, actual), "quantity", reason=reason)
            for target, actual, reason in INCOMPARABLE
        ),
    ],
    "actual_restates_operator": [
        Case("a number", PASS, at="quantity"),
        *(
            Case(f"a bound {operator}", FAIL, pair(f"{operator}5%", f"{operator}5%"), "quantity")
            for operator in "≤≥<>"
        ),
        Case("another sign for ≥", FAIL, pair("≥90%", "≧90%"), "quantity"),
        Case("full width", FAIL, pair("<5%", "＜5%"), "quantity"),
        Case("equal is a number", PASS, pair("≥90%", "=95%"), "quantity"),
        Case("blank", UNCHECKABLE, pair("≥90%", ""), "quantity", reason="actual_blank"),
    ],
    "excellent_but_deducted": [
        Case("in full", PASS, {"benefit.actual": "优"}, "benefit"),
        Case(
            "deducted",
            FAIL,
            {"benefit.actual": "优", "benefit.score": "18"},
            "benefit",
            reported="18",
            expected="20",
        ),
        Case("half a last place", PASS, {"benefit.actual": "优", "benefit.score": "19.995"}, "benefit"),
        Case("more than half", FAIL, {"benefit.actual": "优", "benefit.score": "19.994"}, "benefit"),
        Case("good", SILENT, {"benefit.actual": "良", "benefit.score": "18"}, "benefit"),
        Case(
            "no score",
            UNCHECKABLE,
            {"benefit.actual": "优", "benefit.score": ""},
            "benefit",
            reason="score_blank",
        ),
        Case(
            "no weight",
            UNCHECKABLE,
            {"benefit.actual": "优", "benefit.weight": ""},
            "benefit",
            reason="weight_blank",
        ),
        Case("no actual", SILENT, {"benefit.actual": "", "benefit.score": "18"}, "benefit"),
    ],
}

TARGETS: dict[str, list[Case]] = {
    "target_not_measurable": [
        Case("a rate", PASS, at="quality"),
        Case("a month", PASS, at="timeliness"),
        Case("an amount", PASS, at="cost"),
        Case("a number in a phrase", PASS, pair("50%以上社区干部完成体检", "60%"), "quantity"),
        Case("a scale", FAIL, pair("优良中差", "优"), "quantity"),
        Case("a question", FAIL, pair("是否", "是"), "quantity"),
        Case("a statement", FAIL, pair("按计划完成", "已完成"), "quantity"),
        Case("a statement that is known", FAIL, pair("符合", "符合"), "quantity"),
        Case("blank", UNCHECKABLE, pair("", "100户"), "quantity", reason="target_blank"),
    ],
    "comparator_direction": [
        Case("a quantity at least", PASS, at="quantity"),
        Case("a quantity as such", PASS, pair("11个", "11个"), "quantity"),
        Case("a quantity at most", FAIL, pair("≤11个", "11个"), "quantity"),
        Case("a quantity below", FAIL, pair("<11个", "10个"), "quantity"),
        Case("a quantity at most in words", FAIL, pair("不超过11个", "11个"), "quantity"),
        Case("a cost at most", PASS, {"cost.target": "≤100.00万元"}, "cost"),
        Case("a cost at least", FAIL, {"cost.target": "≥100.00万元"}, "cost"),
        Case("a cost above", FAIL, {"cost.target": ">100.00万元"}, "cost"),
        Case("a cost at least in words", FAIL, {"cost.target": "不低于100.00万元"}, "cost"),
        Case("a rate of quality at most", SILENT, {"quality.target": "≤5%"}, "quality"),
        Case("savings at least", SILENT, {"cost.level3": "成本节约率", "cost.target": "≥3%"}, "cost"),
        Case("money saved", SILENT, {"cost.level3": "节约资金", "cost.target": "≥3万元"}, "cost"),
        Case("a subsidy at least", FAIL, {"cost.level3": "演出补助", "cost.target": "≥4000元/场"}, "cost"),
        Case("faults at most", SILENT, pair("≤2次", "1次", level3="系统故障次数"), "quantity"),
        Case("no target", UNCHECKABLE, {"quantity.target": ""}, "quantity", reason="target_blank"),
    ],
    "deadline_not_binding": [
        Case("June", PASS, at="timeliness", reported="6"),
        Case("November", PASS, {"timeliness.target": "≤11月"}, "timeliness", reported="11"),
        Case("December", FAIL, {"timeliness.target": "≤12月"}, "timeliness", reported="12"),
        Case("the end of December", FAIL, {"timeliness.target": "12月底"}, "timeliness"),
        Case("a day of December", FAIL, {"timeliness.target": "2023年12月31日前"}, "timeliness"),
        Case("each year's December", FAIL, {"timeliness.target": "每年12月底前"}, "timeliness"),
        Case(
            "December in the name",
            FAIL,
            {
                "timeliness.level3": "2023年12月底前完工",
                "timeliness.target": "100%",
                "timeliness.actual": "100%",
            },
            "timeliness",
            reported="12",
        ),
        Case(
            "June in the name",
            PASS,
            {"timeliness.level3": "6月底前完工", "timeliness.target": "100%", "timeliness.actual": "100%"},
            "timeliness",
        ),
        Case("not a deadline", SILENT, at="quantity"),
        Case("a rate", SILENT, {"timeliness.target": "100%"}, "timeliness"),
        Case("no target", UNCHECKABLE, {"timeliness.target": ""}, "timeliness", reason="target_blank"),
        Case(
            "unknown profile",
            UNCHECKABLE,
            {"form.rule_profile": "mof_1999_1"},
            "timeliness",
            reason="profile_unknown",
        ),
    ],
    "satisfaction_by_complaints": [
        Case("a survey", PASS, at="satisfaction"),
        Case("satisfaction with complaints", PASS, {"satisfaction.level3": "投诉处理满意度"}, "satisfaction"),
        Case("complaints", FAIL, {"satisfaction.level3": "居民投诉率"}, "satisfaction"),
        Case("number of complaints", FAIL, {"satisfaction.level3": "投诉件数"}, "satisfaction"),
        Case("not satisfaction", SILENT, {"quality.level3": "投诉办结率"}, "quality"),
        Case("no name", UNCHECKABLE, {"satisfaction.level3": ""}, "satisfaction", reason="operand_blank"),
    ],
    "satisfaction_measures_other": [
        Case("satisfaction", PASS, at="satisfaction"),
        Case("complaints", PASS, {"satisfaction.level3": "居民投诉率"}, "satisfaction"),
        Case("another thing", FAIL, {"satisfaction.level3": "保障居民供暖"}, "satisfaction"),
        Case("not satisfaction", SILENT, at="quality"),
        Case("no name", UNCHECKABLE, {"satisfaction.level3": ""}, "satisfaction", reason="operand_blank"),
    ],
    "quantity_is_price": [
        Case("households", PASS, at="quantity"),
        Case("a number", PASS, pair("480", "480"), "quantity"),
        Case("a rate of payment", FAIL, pair("5000元/人", "5000元/人"), "quantity"),
        Case("an amount", FAIL, pair("100万元", "100万元"), "quantity"),
        Case("an amount without a unit", FAIL, pair("43.2", "37.24", level3="工程资金金额"), "quantity"),
        Case("a number of funds", PASS, pair("3", "3", level3="发放资金批次"), "quantity"),
        Case("a cost", SILENT, at="cost"),
        Case("no target", UNCHECKABLE, pair("", "100户"), "quantity", reason="target_blank"),
    ],
    "quality_is_count": [
        Case("a rate", PASS, at="quality"),
        Case("stations", FAIL, quality("社工站点增设", "4个"), "quality"),
        Case("visits", FAIL, quality("活动覆盖面", "400人次"), "quality"),
        Case("none", PASS, quality("社工站点撤销", "0个"), "quality"),
        Case("at most", PASS, quality("设备停用", "≤3次"), "quality"),
        Case("a bad thing", PASS, quality("发生死亡人数", "1人"), "quality"),
        Case("those that passed", PASS, quality("培训合格人数", "30人"), "quality"),
        Case("a count called a rate", FAIL, quality("设备验收合格率", "18台"), "quality"),
        Case("a measure", PASS, quality("路面厚度", "20厘米"), "quality"),
        Case("words", PASS, quality("社工站点增设", "是否"), "quality"),
        Case("a quantity", SILENT, at="quantity"),
        Case("no target", UNCHECKABLE, {"quality.target": ""}, "quality", reason="target_blank"),
    ],
    "weight_on_fund_part": [
        Case("a dash", PASS, at="fiscal"),
        Case("the weight again", FAIL, {"fiscal.weight": "10"}, "fiscal", reported="10"),
        Case("on the last part only", FAIL, {"total.weight": "", "other.weight": "10"}, "other"),
        Case("zero", PASS, {"fiscal.weight": "0"}, "fiscal"),
        Case("on the total", SILENT, at="total"),
        Case("no total", SILENT, {"total": None, "fiscal.weight": "10"}, "fiscal"),
    ],
    "project_name_year": [
        Case("no year", SILENT, expected=None),
        Case("the report's", PASS, {"form.project_name": "2023年消防经费"}, reported="2023"),
        Case("another", FAIL, {"form.project_name": "2021年度改造项目"}, reported="2021", expected="2023"),
        Case("the next", FAIL, {"form.project_name": "提前下达2024年补助"}, reported="2024"),
    ],
    "unit_exchanged": [
        Case("as on the other forms", PASS),
        Case(
            "the wrong way round",
            FAIL,
            {"form.competent_unit": "民生保障办公室", "form.implementing_unit": "示范街道办事处"},
        ),
        Case("the department itself", PASS, {"form.implementing_unit": "示范街道办事处"}),
        Case("another office", PASS, {"form.implementing_unit": "综合办公室"}),
        Case("blank", SILENT, {"form.implementing_unit": ""}),
    ],
    "same_project_name": [
        Case("one of its name", PASS, reported="1", expected="1"),
    ],
}

FORM_CASES = [
    replace(case, rule=rule)
    for cases in (GOALS, SCORES, TARGETS_BLANK_OR_TEXT, PROFILES, FUNDS, COSTS, ATTAINMENT, TARGETS)
    for rule, of_rule in cases.items()
    for case in of_rule
]


@dataclass(frozen=True)
class DocumentCase:
    """A document, and the result of one rule on it.

    Attributes:
        name: What the case shows.
        status: The statuses that the catalogue's wording allows.
        forms: The forms of the document.
        tables: Edits of its other tables, which are left out where this is None.
        form: The number of the form that is judged, if a form is.
        at: The row that is judged: of the form, or of the other tables.
        item: A part of the item's name.
        reason: Why it can't be judged.
        reported: What the result says is printed.
        expected: What the result says it should be.
        rule: The rule.
    """

    name: str
    status: tuple[str, ...]
    forms: tuple[Form, ...] = ()
    tables: Edits | None = None
    form: int = 0
    at: str = ""
    item: str = ""
    reason: str | None = None
    reported: str | None = None
    expected: str | None = None
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.rule}: {self.name}".replace(" ", "_")


def households(value: str) -> Edits:
    """Return edits by which the report on the evaluated project prints how many households were to be paid."""
    return {"figure_households.value": value}


def two(first: Edits, second: Edits, names: tuple[str, str] = ("甲项目", "乙项目")) -> tuple[Form, ...]:
    return (Form(names[0], first), Form(names[1], second))


ONE_NAME = ("养老服务补贴", "养老服务补贴")
OTHER_FACTS: Edits = {"quantity.actual": "101户"}
TEN_CHARACTERS = "改善辖区居民居住环境"
NINE_CHARACTERS = "改善辖区居民居环境"
COPIED: Edits = {"benefit.level3": TEN_CHARACTERS}

PERSONS: Edits = {"quantity.level3": "服务人数"}
ANOTHER: Edits = {"quantity.level3": "发放户数"}
ONE_QUANTITY_MORE: Edits = {"quantity_2": indicator(QUANTITY, "培训次数", "≥2次", "2次", "0")}


REPETITION: dict[str, list[DocumentCase]] = {
    "same_project_name": [
        DocumentCase(
            "two of one name", FAIL, two({}, OTHER_FACTS, ONE_NAME), form=1, reported="2", expected="1"
        ),
        DocumentCase("the second of one name", FAIL, two({}, OTHER_FACTS, ONE_NAME), form=2, reported="2"),
        DocumentCase("two names", PASS, two({}, OTHER_FACTS), form=1, reported="1"),
    ],
    "duplicate_filing": [
        DocumentCase("the same under two names", FAIL, two({}, {}), form=1),
        DocumentCase("the same under two names, seen from the other", FAIL, two({}, {}), form=2),
        DocumentCase("one name", PASS, two({}, {}, ONE_NAME), form=1),
        DocumentCase("another amount", PASS, two({}, funds("100.01")), form=1),
        DocumentCase("another actual", PASS, two({}, OTHER_FACTS), form=1),
        DocumentCase("another target", PASS, two({}, {"quantity.target": "≥99户"}), form=1),
        DocumentCase("another indicator", PASS, two({}, {"quantity.level3": "发放户数"}), form=1),
        DocumentCase(
            "one quantity more",
            PASS,
            two({}, {"quantity_2": indicator(QUANTITY, "培训次数", "≥2次", "2次", "0")}),
            form=1,
        ),
        DocumentCase(
            "executed is blank",
            UNCHECKABLE,
            two({"total.executed": ""}, {"total.executed": ""}),
            form=1,
            reason="operand_blank",
        ),
    ],
    "duplicate_indicator": [
        DocumentCase("each once", PASS, two({}, {}), form=1, at="benefit", reported="1"),
        DocumentCase(
            "twice",
            FAIL,
            two({"benefit_2.level3": "受益覆盖率"}, {}),
            form=1,
            at="benefit",
            reported="2",
            expected="1",
        ),
        DocumentCase(
            "twice, the second", FAIL, two({"benefit_2.level3": "受益覆盖率"}, {}), form=1, at="benefit_2"
        ),
        DocumentCase(
            "in two classes", FAIL, two({"benefit.level3": "走访慰问户数"}, {}), form=1, at="benefit"
        ),
        DocumentCase(
            "twice, each with its number",
            FAIL,
            two({"benefit.level3": "指标1：受益覆盖率", "benefit_2.level3": "指标2：受益覆盖率"}, {}),
            form=1,
            at="benefit",
            reported="2",
        ),
        DocumentCase("in two forms", PASS, two({}, {}, ONE_NAME), form=2, at="benefit"),
        DocumentCase(
            "without names",
            UNCHECKABLE,
            two({"benefit.level3": "", "benefit_2.level3": ""}, {}),
            form=1,
            at="benefit",
            reason="operand_blank",
        ),
    ],
    "copied_indicator": [
        DocumentCase("ten characters", FAIL, two(COPIED, COPIED), form=1, at="benefit", reported="1"),
        DocumentCase("seen from the other", FAIL, two(COPIED, COPIED), form=2, at="benefit"),
        DocumentCase(
            "nine characters are generic",
            SILENT,
            two({"benefit.level3": NINE_CHARACTERS}, {"benefit.level3": NINE_CHARACTERS}),
            form=1,
            at="benefit",
        ),
        DocumentCase("one name", PASS, two(COPIED, COPIED, ONE_NAME), form=1, at="benefit"),
        DocumentCase("another text", PASS, two(COPIED, {}), form=1, at="benefit", reported="0"),
        DocumentCase(
            "not a benefit",
            SILENT,
            two({"quality.level3": TEN_CHARACTERS}, {"quality.level3": TEN_CHARACTERS}),
            form=1,
            at="quality",
        ),
        DocumentCase(
            "no text",
            UNCHECKABLE,
            two({"benefit.level3": ""}, {"benefit.level3": ""}),
            form=1,
            at="benefit",
            reason="operand_blank",
        ),
    ],
    "boilerplate_output": [
        DocumentCase("five projects", FAIL, ten_forms({})[:5], form=5, reported="5", expected="5"),
        DocumentCase("four projects", PASS, ten_forms({})[:4], form=1),
        DocumentCase("five forms of one project", PASS, (Form("养老服务补贴"),) * 5, form=1),
        DocumentCase("a longer name", FAIL, ten_forms({1: {"quantity.level3": "春节走访慰问户数"}}), form=1),
        DocumentCase("another number", PASS, ten_forms({1: pair("≥101户", "101户")}), form=1),
        DocumentCase("another thing", PASS, ten_forms({1: ANOTHER}), form=1),
        DocumentCase("not the only quantity", SILENT, ten_forms({1: ONE_QUANTITY_MORE}), form=1),
        DocumentCase("in words", SILENT, ten_forms({1: pair("已完成", "已完成")}), form=1),
        DocumentCase(
            "no target", UNCHECKABLE, ten_forms({1: pair("", "100户")}), form=1, reason="target_blank"
        ),
    ],
    "shared_count": [
        DocumentCase("the same households", FAIL, two({}, {}), form=1, at="quantity", reported="100"),
        DocumentCase("a round number of others", PASS, two({}, ANOTHER), form=1, at="quantity"),
        DocumentCase(
            "a number that is not round",
            FAIL,
            two(pair("382户", "382户"), {**pair("382户", "382户"), **ANOTHER}),
            form=2,
            at="quantity",
            reported="382",
        ),
        DocumentCase(
            "the quantity of one, the benefit of another",
            FAIL,
            two(
                pair("126人", "126人", level3="聘用公益性岗位人员"),
                {"benefit.level3": "带动脱贫人口就业", "benefit.target": "≥126人", "benefit.actual": "126人"},
            ),
            form=2,
            at="benefit",
            reported="126",
        ),
        DocumentCase("another number", PASS, two({}, pair("≥101户", "101户")), form=1, at="quantity"),
        DocumentCase(
            "one without its unit",
            FAIL,
            two({**PERSONS, **pair("2500人", "2500人")}, {**PERSONS, **pair("2500", "2500")}),
            form=2,
            at="quantity",
        ),
        DocumentCase(
            "the unit in the name",
            FAIL,
            two(pair("43", "已完成", level3="提升垃圾桶站43组"), pair("43组", "43组", level3="垃圾桶站")),
            form=1,
            at="quantity",
            reported="43",
        ),
        DocumentCase(
            "29 households",
            SILENT,
            two(pair("29户", "29户"), pair("29户", "29户")),
            form=1,
            at="quantity",
        ),
        DocumentCase(
            "things", SILENT, two(pair("100份", "100份"), pair("100份", "100份")), form=1, at="quantity"
        ),
        DocumentCase("one form", PASS, two({}, {})[:1], form=1, at="quantity"),
    ],
    "same_facts_different_scores": [
        DocumentCase(
            "another score",
            FAIL,
            two({}, {"quality.score": "9"}, ONE_NAME),
            form=2,
            at="quality",
            reported="9",
            expected="10",
        ),
        DocumentCase("the same score", PASS, two({}, {}, ONE_NAME), form=2, at="quality"),
        DocumentCase(
            "within half a last place",
            PASS,
            two({}, {"quality.score": "9.995"}, ONE_NAME),
            form=2,
            at="quality",
        ),
        DocumentCase(
            "more than half a last place",
            FAIL,
            two({}, {"quality.score": "9.994"}, ONE_NAME),
            form=2,
            at="quality",
        ),
        DocumentCase(
            "another weight",
            SILENT,
            two({}, {"quality.score": "9", "quality.weight": "9"}, ONE_NAME),
            form=2,
            at="quality",
        ),
        DocumentCase(
            "another actual",
            SILENT,
            two({}, {"quality.score": "9", "quality.actual": "97%"}, ONE_NAME),
            form=2,
            at="quality",
        ),
        DocumentCase("another name", SILENT, two({}, {"quality.score": "9"}), form=2, at="quality"),
        DocumentCase(
            "a blank score",
            UNCHECKABLE,
            two({}, {"quality.score": ""}, ONE_NAME),
            form=2,
            at="quality",
            reason="score_blank",
        ),
    ],
}

OF_DEPARTMENT: Edits = {"form": {**FORM["form"], "form_kind": "department_self_evaluation"}}


def units(*pairs: str) -> tuple[Form, ...]:
    """Return a form for each pair of a competent and an implementing unit, such as `街道>民生办`."""
    return tuple(
        Form(f"示范项目{number}", {"form.competent_unit": above, "form.implementing_unit": below})
        for number, (above, below) in enumerate((pair.split(">") for pair in pairs), 1)
    )


TWO_DEPARTMENTS = units(
    "街道>民生办", "街道>民生办", "街道>城管办", "规划局>规划科", "规划局>测绘科", "民生办>街道"
)
MOSTLY_EXCHANGED = units("街道>民生办", "街道>城管办", "街道>司法所", "司法所>街道", "司法所>街道")

UNEQUAL: Edits = {"total.initial_budget": "90.00"}


def some_unequal(equal: int) -> tuple[Form, ...]:
    """Return ten forms, a number of which print three equal amounts."""
    return ten_forms(dict.fromkeys(range(equal + 1, 11), UNEQUAL))


def adjusted_to(annual: str) -> Edits:
    """Return edits by which the department's 1,500.00 were adjusted to another budget."""
    basic = str(Decimal(annual) - 1000)
    return {
        "basic.annual_budget": basic,
        "spending.annual_budget": annual,
        "spending_total.annual_budget": annual,
    }


def totals(lowest: str) -> tuple[Form, ...]:
    """Return ten forms whose printed totals range from a lowest to 100."""
    return ten_forms({1: {"form.total_score": lowest}})


ACROSS: dict[str, list[DocumentCase]] = {
    "unit_exchanged": [
        DocumentCase("beside another department", FAIL, TWO_DEPARTMENTS, form=6),
        DocumentCase("another department", PASS, TWO_DEPARTMENTS, form=4),
        DocumentCase("the right way beside it", PASS, TWO_DEPARTMENTS, form=1),
        DocumentCase("more often exchanged than not", FAIL, MOSTLY_EXCHANGED, form=5),
        DocumentCase("less often right than not", PASS, MOSTLY_EXCHANGED, form=3),
        DocumentCase("the rarer of two", FAIL, units("甲局>乙所", "甲局>乙所", "乙所>甲局"), form=3),
        DocumentCase("one each way", PASS, units("甲局>乙所", "乙所>甲局"), form=2),
        DocumentCase("above a department", PASS, units("街道>民生办", "街道>司法所", "财政局>街道"), form=3),
    ],
    "back_filled_budget": [
        DocumentCase("nine of ten", FAIL, some_unequal(9), {}, reported="90", expected="90"),
        DocumentCase("all", FAIL, some_unequal(10), {}, reported="100"),
        DocumentCase("eight of ten", PASS, some_unequal(8), {}, reported="80"),
        DocumentCase("17 of 19", PASS, (*some_unequal(9), *some_unequal(9)[1:]), {}, reported="89.4737"),
        DocumentCase("adjusted by 10 %", FAIL, some_unequal(9), adjusted_to("1650.00")),
        DocumentCase("adjusted by 9.99 %", SILENT, some_unequal(9), adjusted_to("1649.85")),
        DocumentCase("not adjusted", SILENT, some_unequal(9), adjusted_to("1500.00")),
        DocumentCase("nine forms", UNCHECKABLE, some_unequal(9)[:9], {}, reason="too_few_forms"),
        DocumentCase("no accounts", UNCHECKABLE, some_unequal(9), reason="account_blank"),
    ],
    "targets_equal_actuals": [
        DocumentCase("all costs", FAIL, ten_forms({}), item="成本指标", reported="100", expected="90"),
        DocumentCase("nine of ten", FAIL, ten_forms(costs_below(1)), item="成本指标", reported="90"),
        DocumentCase("eight of ten", PASS, ten_forms(costs_below(2)), item="成本指标", reported="80"),
        DocumentCase("bounds are met", SILENT, ten_forms({}), item="数量指标"),
        DocumentCase(
            "all quantities",
            FAIL,
            ten_forms({number: pair("100户", "100户") for number in range(1, 11)}),
            item="数量指标",
            reported="100",
        ),
        DocumentCase("nine forms", UNCHECKABLE, ten_forms({})[:9], item="成本指标", reason="too_few_forms"),
    ],
    "back_filled_declaration": [
        DocumentCase("the initial budget", PASS, ten_forms({}), {}, item="申报表", reported="1500"),
        DocumentCase(
            "the final account",
            FAIL,
            ten_forms({}),
            {"declared.target": "1,900.00"},
            at="declared",
            reported="1900",
        ),
        DocumentCase("a hundredth more", PASS, ten_forms({}), {"declared.target": "1,900.01"}, at="declared"),
        DocumentCase(
            "all was spent",
            SILENT,
            ten_forms({}),
            {"declared.target": "1,900.00", "basic.annual_budget": "900.00"},
            at="declared",
        ),
        DocumentCase(
            "no accounts",
            UNCHECKABLE,
            ten_forms({}),
            {"basic": None, "project": None},
            at="declared",
            reason="account_blank",
        ),
        DocumentCase(
            "the department's own form",
            FAIL,
            (Form("部门整体", {**OF_DEPARTMENT, "total.initial_budget": "1,900.00"}),),
            {},
            form=1,
            item="年初预算数",
            reported="1900",
        ),
        DocumentCase(
            "the budget of the department's own form",
            PASS,
            (Form("部门整体", {**OF_DEPARTMENT, "total.annual_budget": "2,000.00"}),),
            {},
            form=1,
            item="全年预算数",
        ),
    ],
    "projects_above_department": [
        *(
            DocumentCase(f"as much, {label}", PASS, ten_forms({}), {}, item=label)
            for label in ("年初预算数", "全年预算数", "全年执行数")
        ),
        DocumentCase(
            "more than the initial budget",
            FAIL,
            ten_forms({}),
            {"project.initial_budget": "900.00"},
            item="年初预算数",
            reported="1000",
            expected="900",
        ),
        DocumentCase(
            "more than was spent", FAIL, ten_forms({}), {"project.final_account": "999.99"}, item="全年执行数"
        ),
        DocumentCase(
            "more by half a last place",
            PASS,
            ten_forms({}),
            {"project.annual_budget": "999.995"},
            item="全年预算数",
        ),
        DocumentCase(
            "more by more than half",
            FAIL,
            ten_forms({}),
            {"project.annual_budget": "999.994"},
            item="全年预算数",
        ),
        DocumentCase(
            "no account",
            UNCHECKABLE,
            ten_forms({}),
            {"project.annual_budget": ""},
            item="全年预算数",
            reason="account_blank",
        ),
        DocumentCase(
            "a form without amount",
            UNCHECKABLE,
            ten_forms({2: {"total.annual_budget": ""}}),
            {},
            item="全年预算数",
            reason="operand_blank",
        ),
        DocumentCase(
            "too much without the form that is blank",
            FAIL,
            ten_forms({2: {"total.annual_budget": ""}}),
            {"project.annual_budget": "500.00"},
            item="全年预算数",
        ),
    ],
    "coverage": [
        DocumentCase("all", PASS, ten_forms({}), {}),
        DocumentCase(
            "not all",
            FAIL,
            ten_forms({}),
            {"project.final_account": "1,200.00"},
            reported="1000",
            expected="1200",
        ),
        DocumentCase(
            "all but half a last place", PASS, ten_forms({}), {"project.final_account": "1,000.005"}
        ),
        DocumentCase("all but more than half", FAIL, ten_forms({}), {"project.final_account": "1,000.006"}),
        DocumentCase("more than all", PASS, ten_forms({}), {"project.final_account": "900.00"}),
        DocumentCase(
            "no account", UNCHECKABLE, ten_forms({}), {"project.final_account": ""}, reason="account_blank"
        ),
        DocumentCase("a form without amount", NEVER_PASS, ten_forms({2: {"total.executed": ""}}), {}),
        DocumentCase("accounts without forms", SILENT, (), {}),
    ],
    "scores_without_variance": [
        DocumentCase("15 apart", PASS, totals("85"), reported="15", expected="10"),
        DocumentCase("10 apart", PASS, totals("90"), reported="10"),
        DocumentCase("9.99 apart", FAIL, totals("90.01"), reported="9.99", expected="10"),
        DocumentCase("all alike", FAIL, totals("100"), reported="0"),
        DocumentCase("nine forms", UNCHECKABLE, totals("100")[:9], reason="too_few_forms"),
        DocumentCase(
            "ten forms without totals",
            UNCHECKABLE,
            ten_forms({number: {"form.total_score": ""} for number in range(1, 11)}),
            reason="too_few_forms",
        ),
    ],
}

TABLES: dict[str, list[DocumentCase]] = {
    "evaluation_rollup": [
        DocumentCase("score of a part", PASS, (), {}, at="decision", item="得分", reported="7.8"),
        DocumentCase("weight of a part", PASS, (), {}, at="decision", item="分值", reported="10"),
        DocumentCase(
            "another score of a part",
            FAIL,
            (),
            {"decision.total_score": "7.83"},
            at="decision",
            item="得分",
            reported="7.83",
            expected="7.8",
        ),
        DocumentCase(
            "half a last place", PASS, (), {"decision.total_score": "7.805"}, at="decision", item="得分"
        ),
        DocumentCase(
            "more than half", FAIL, (), {"decision.total_score": "7.806"}, at="decision", item="得分"
        ),
        DocumentCase(
            "another weight of a part", FAIL, (), {"output.total_weight": "30"}, at="output", item="分值"
        ),
        DocumentCase(
            "another total",
            FAIL,
            (),
            {"conclusion.total_score": "86.26"},
            at="conclusion",
            item="综合得分 = ",
            reported="86.26",
            expected="85.26",
        ),
        DocumentCase(
            "a printed weight of a level",
            FAIL,
            (),
            {"leaf_targets.level2": "目标设定情况(5分)"},
            at="leaf_targets",
            item="目标设定情况",
            reported="5",
            expected="6",
        ),
        DocumentCase(
            "a blank leaf", UNCHECKABLE, (), {"leaf_decision.score": ""}, at="decision", item="得分"
        ),
    ],
    "narrative_figure": [
        DocumentCase("a budget", PASS, (), {}, at="figure_budget", reported="2000", expected="2000"),
        DocumentCase("a rate", PASS, (), {}, at="figure_rate", reported="95", expected="95"),
        DocumentCase(
            "another budget",
            FAIL,
            (),
            {"figure_budget.value": "2,000.01"},
            at="figure_budget",
            reported="2000.01",
            expected="2000",
        ),
        DocumentCase("half a place", PASS, (), {"figure_budget.value": "2,000.005"}, at="figure_budget"),
        DocumentCase("more than half", FAIL, (), {"figure_budget.value": "2,000.006"}, at="figure_budget"),
        DocumentCase(
            "a rate within half a place", PASS, (), {"figure_rate.value": "95.005"}, at="figure_rate"
        ),
        DocumentCase("another rate", FAIL, (), {"figure_rate.value": "95.01"}, at="figure_rate"),
        DocumentCase("yuan for 万元", FAIL, (), {"figure_budget.unit": "元"}, at="figure_budget"),
        DocumentCase(
            "in yuan",
            PASS,
            (),
            {"figure_budget.value": "20,000,000.00", "figure_budget.unit": "元"},
            at="figure_budget",
        ),
        DocumentCase(
            "not in the tables", UNCHECKABLE, (), {}, at="figure_staff", reason="figure_not_recomputable"
        ),
        DocumentCase("a dash for a value", SILENT, (), {"figure_budget.value": "—"}, at="figure_budget"),
    ],
    "contradictory_rank": [
        DocumentCase("the same in words", PASS, (), {}, at="figure_rank_again", reported="3", expected="3"),
        DocumentCase(
            "another rank",
            FAIL,
            (),
            {"figure_rank_again.value": "5"},
            at="figure_rank_again",
            reported="5",
            expected="3",
        ),
        DocumentCase("the first that is said", SILENT, (), {"figure_rank.value": "5"}, at="figure_rank"),
        DocumentCase(
            "another ranking",
            SILENT,
            (),
            {"figure_rank_again.label": "全市绩效考核", "figure_rank_again.value": "5"},
            at="figure_rank_again",
        ),
        DocumentCase(
            "of another unit",
            UNCHECKABLE,
            (),
            {"figure_rank_again.label": "全区绩效考核（示范社区）", "figure_rank_again.value": "5"},
            at="figure_rank_again",
            reason="several_ranked",
        ),
        DocumentCase(
            "no rank of the first ten in words",
            UNCHECKABLE,
            (),
            {"figure_rank_again.value": "十一"},
            at="figure_rank_again",
        ),
    ],
    "account_identity": [
        DocumentCase(
            "by function", PASS, (), {}, item="全年预算数：本年支出合计 = 各功能分类支出之和", reported="2000"
        ),
        DocumentCase("revenue is expenditure", PASS, (), {}, item="决算数：支出总计 = 收入总计"),
        DocumentCase(
            "a function missing",
            FAIL,
            (),
            {"social.annual_budget": "700.00"},
            item="全年预算数：本年支出合计 = 各功能分类支出之和",
            reported="2000",
            expected="1900",
        ),
        DocumentCase(
            "off by half a place of ten items",
            PASS,
            (),
            {"revenue.final_account": "1,700.05"},
            item="决算数：本年收入合计 = 各项收入之和",
        ),
        DocumentCase(
            "off by more",
            FAIL,
            (),
            {"revenue.final_account": "1,700.06"},
            item="决算数：本年收入合计 = 各项收入之和",
        ),
        DocumentCase(
            "total revenue is not total expenditure",
            FAIL,
            (),
            {"revenue_total.final_account": "2,100.00"},
            item="决算数：支出总计 = 收入总计",
        ),
        DocumentCase(
            "basic spending",
            FAIL,
            (),
            {"personnel.final_account": "600.00"},
            item="决算数：基本支出 = 人员经费 + 公用经费",
            reported="900",
            expected="850",
        ),
        DocumentCase(
            "no total",
            SILENT,
            (),
            {"revenue.annual_budget": ""},
            item="全年预算数：本年收入合计 = 各项收入之和",
        ),
        DocumentCase(
            "no parts",
            UNCHECKABLE,
            (),
            {"services.annual_budget": "", "social.annual_budget": ""},
            item="全年预算数：本年支出合计 = 各功能分类支出之和",
            reason="figure_not_recomputable",
        ),
    ],
    "project_table": [
        DocumentCase("executed by period", PASS, (), {}, at="year", item="预算执行合计"),
        DocumentCase(
            "a period missing",
            FAIL,
            (),
            {"third_quarter.executed": "20.00", "third_quarter.executed_fiscal": "20.00"},
            at="year",
            item="预算执行合计",
            reported="100",
            expected="90",
        ),
        DocumentCase("spending by item", PASS, (), {}, at="payments", reported="100", expected="100"),
        DocumentCase("an item missing", FAIL, (), {"medicine.spent": "30.00"}, at="payments", expected="90"),
        DocumentCase("off by the tolerance of a sum", PASS, (), {"medicine.spent": "40.05"}, at="payments"),
        DocumentCase("off by more", FAIL, (), {"medicine.spent": "40.06"}, at="payments"),
        DocumentCase("no total", SILENT, (), {"payments.spent": ""}, at="payments"),
        DocumentCase(
            "no items",
            UNCHECKABLE,
            (),
            {"allowances.spent": "", "medicine.spent": ""},
            at="payments",
            reason="figure_not_recomputable",
        ),
    ],
    "evaluated_project_form": [
        DocumentCase("the budget", PASS, ten_forms({}), {}, form=1, item="全年预算数"),
        DocumentCase("executed", PASS, ten_forms({}), {}, form=1, item="全年执行数"),
        DocumentCase(
            "another budget",
            FAIL,
            ten_forms({}),
            {"year.approved": "120.00"},
            form=1,
            item="全年预算数",
            reported="100",
            expected="120",
        ),
        DocumentCase(
            "one place", FAIL, ten_forms({}), {"year.executed": "100.01"}, form=1, item="全年执行数"
        ),
        DocumentCase(
            "less than one place",
            PASS,
            ten_forms({1: {"total.executed": "100.009"}}),
            {},
            form=1,
            item="全年执行数",
        ),
        DocumentCase(
            "no amount on the form",
            UNCHECKABLE,
            ten_forms({1: {"total.executed": ""}}),
            {},
            form=1,
            item="全年执行数",
            reason="operand_blank",
        ),
        DocumentCase(
            "no amount in the table",
            UNCHECKABLE,
            ten_forms({}),
            {"year.executed": ""},
            form=1,
            item="全年执行数",
            reason="operand_blank",
        ),
        DocumentCase("another project's form", SILENT, ten_forms({}), {}, form=2),
    ],
    "evaluated_project_quantity": [
        # The form prints a target of ≥100户 and an actual of 100户.
        DocumentCase("the form's", PASS, ten_forms({}), households("100"), form=1, reported="100"),
        DocumentCase("the actual alone", PASS, ten_forms({1: missed()}), households("90"), form=1),
        DocumentCase("another number", FAIL, ten_forms({}), households("281"), form=1, reported="281"),
        DocumentCase("one more", FAIL, ten_forms({}), households("101"), form=1),
        DocumentCase("another unit", FAIL, ten_forms({1: pair("100人", "100人")}), households("100"), form=1),
        DocumentCase(
            "no unit on the form", PASS, ten_forms({1: pair("100", "100")}), households("100"), form=1
        ),
        DocumentCase(
            "no quantity on the form",
            UNCHECKABLE,
            ten_forms({1: {"quantity": None}}),
            households("100"),
            form=1,
            reason="figure_not_recomputable",
        ),
        DocumentCase(
            "blank on the form",
            UNCHECKABLE,
            ten_forms({1: pair("", "")}),
            households("100"),
            form=1,
            reason="figure_not_recomputable",
        ),
        DocumentCase(
            "no form of the project",
            UNCHECKABLE,
            (Form("甲项目"),),
            households("100"),
            at="figure_households",
            reason="figure_not_recomputable",
        ),
        DocumentCase("another project's form", SILENT, ten_forms({}), households("281"), form=2),
    ],
    "reported_grade": [
        DocumentCase("良好 for 85.26", PASS, (), {}, at="conclusion"),
        DocumentCase("优秀 for 85.26", FAIL, (), {"conclusion.grade": "优秀"}, at="conclusion"),
        *(
            DocumentCase(
                f"{grade} for {score}",
                status,
                (),
                {"conclusion.total_score": score, "conclusion.grade": grade},
                at="conclusion",
            )
            for score, grade, status in [
                ("90", "优秀", PASS),
                ("89.99", "优秀", FAIL),
                ("89.99", "良好", PASS),
                ("80", "良好", PASS),
                ("79.99", "良好", FAIL),
                ("60", "一般", PASS),
                ("59.99", "一般", FAIL),
                ("59.99", "较差", PASS),
            ]
        ),
        *(
            DocumentCase(f"{name}, of a form", status, (Form("自评等级", cells),), form=1, reason=reason)
            for name, status, cells, reason in [
                ("优 for 100", PASS, {"form.grade": "优"}, None),
                ("优秀 for 100", PASS, {"form.grade": "优秀"}, None),
                ("良 for 100", FAIL, {"form.grade": "良"}, None),
                ("优 for 84.8", FAIL, {"form.grade": "优", "form.total_score": "84.8"}, None),
                # 85 of 95 is 89.5 of 100.
                (
                    "优 for 85 of 95",
                    FAIL,
                    {"form.grade": "优", "form.total_score": "85", "form.total_weight": "95"},
                    None,
                ),
                # 88 of 95 is 92.6 of 100: either is a way of reading it.
                (
                    "优 for 88 of 95",
                    PASS,
                    {"form.grade": "优", "form.total_score": "88", "form.total_weight": "95"},
                    None,
                ),
                (
                    "良 for 88 of 95",
                    PASS,
                    {"form.grade": "良", "form.total_score": "88", "form.total_weight": "95"},
                    None,
                ),
                ("no total", UNCHECKABLE, {"form.grade": "优", "form.total_score": ""}, "score_blank"),
                ("a word that is no grade", UNCHECKABLE, {"form.grade": "通过"}, "unrecognised"),
                ("no grade", SILENT, {}, None),
            ]
        ),
        DocumentCase("no grade", SILENT, (), {"conclusion.grade": ""}, at="conclusion"),
        DocumentCase(
            "no score", UNCHECKABLE, (), {"conclusion.total_score": ""}, at="conclusion", reason="score_blank"
        ),
    ],
    "score_above_weight": [
        DocumentCase(
            "of an expert",
            FAIL,
            (),
            {"leaf_output.score": "41"},
            at="leaf_output",
            reported="41",
            expected="40",
        ),
        DocumentCase("by an expert", PASS, (), {}, at="leaf_output"),
    ],
    "score_negative": [
        DocumentCase("by an expert", FAIL, (), {"leaf_output.score": "-1"}, at="leaf_output"),
    ],
    "deduction_without_reason": [
        DocumentCase("by an expert, with a reason", PASS, (), {}, at="leaf_output"),
        DocumentCase("by an expert", FAIL, (), {"leaf_output.deduction_reason": ""}, at="leaf_output"),
    ],
}

DOCUMENT_CASES = [
    replace(case, rule=rule)
    for cases in (REPETITION, ACROSS, TABLES)
    for rule, of_rule in cases.items()
    for case in of_rule
]


def document_of(case: DocumentCase) -> Document:
    number = DOCUMENT_CASES.index(case)
    others = {} if case.tables is None else tables(case.tables)
    return Document(f"document{number:03d}", case.forms, others)


@dataclass(frozen=True)
class Slip:
    """A form with an error, and the explanation in the finding of one rule.

    Attributes:
        rule: The rule whose finding is read.
        name: What the case shows.
        edits: Edits of the form that is right.
        at: The row with the number that would have to be another.
        printed: The number as printed; blank if the words are enough.
        would_be: The number that it would have to be.
        words: Words of the explanation; without words and row there must be none.
    """

    rule: str
    name: str
    edits: Edits
    at: str = ""
    printed: str = ""
    would_be: str = ""
    words: str = ""

    def __str__(self) -> str:
        return self.name.replace(" ", "_")


SLIPS = [
    Slip("score_above_weight", "28 for 20 above its weight", {"benefit.score": "28"}, "benefit", "28", "20"),
    Slip("reported_total", "28 for 20 in the total", {"benefit.score": "28"}, "benefit", "28", "20"),
    Slip(
        "reported_total",
        "28 for 20 where no budget stands beside the cost",
        {"benefit.score": "28", "total.annual_budget": ""},
        "benefit",
        "28",
        "20",
    ),
    Slip(
        "reported_total",
        "a transposed score",
        {
            "benefit.weight": "21",
            "benefit_2.weight": "19",
            "benefit_2.score": "19",
            "benefit.score": "12",
        },
        "benefit",
        "12",
        "21",
    ),
    Slip(
        "fund_total",
        "another annual budget",
        {"total.annual_budget": "200.00"},
        "total",
        "200万元",
        "100万元",
    ),
    Slip(
        "execution_rate",
        "another annual budget in the rate",
        {"total.annual_budget": "200.00"},
        "total",
        "200万元",
        "100万元",
    ),
    Slip("reported_total", "two scores", {"benefit.score": "28", "quality.score": "5"}),
    Slip("score_above_weight", "two lines", {"benefit.score": "28", "quality.score": "5"}),
    Slip(
        "cost_target_budget",
        "yuan for 万元",
        {**funds("11.92085"), "cost.target": "1192085元", "cost.actual": "1192085元"},
        words="10的幂",
    ),
    Slip(
        "cost_actual_executed",
        "yuan for 万元 in the actual",
        {**funds("11.92085"), "cost.target": "1192085元", "cost.actual": "1192085元"},
        words="10的幂",
    ),
    Slip(
        "cost_target_budget",
        "transposed digits",
        {**funds("116.8431"), "cost.target": "116.8341万元", "cost.actual": "116.8341万元"},
        words="数字颠倒",
    ),
    Slip(
        "cost_target_budget",
        "an amount of its own",
        {**funds("209.22"), "cost.target": "10.7577万元", "cost.actual": "10.7577万元"},
    ),
    Slip(
        "cost_actual_executed",
        "the amount of the form before",
        {**funds("300.00"), "cost.target": "209.22万元", "cost.actual": "209.22万元"},
        words="第12张自评表",
    ),
    Slip("reported_total", "a lost row in the total", {"satisfaction": None}, words="漏了一行"),
    Slip("weights_total", "a lost row in the weights", {"satisfaction": None}, words="分值10、得分10"),
    Slip("weights_total", "a lost weight", {"satisfaction": None, "form.total_score": "90"}),
    Slip(
        "weights_total",
        "a weight ten times as much, and a total weight added up with it",
        {"quantity.weight": "100", "form.total_weight": "190"},
        "quantity",
        "100",
        "10",
    ),
]

# Before the rules are in force: it has no results.
EARLIER = Document(
    "earlier", (Form("早年项目", {"form.form_year": "2014", "quantity.score": "99"}),), year="2014"
)
# 财预〔2020〕10号 is not in force, but a sum is a sum.
OF_2019 = Document(
    "of_2019", (Form("上年项目", {"form.form_year": "2019", "quantity.score": "99"}),), year="2019"
)
SLIPPED = Document(
    "slipped", tuple(Form(f"笔误{number}", slip.edits) for number, slip in enumerate(SLIPS, 1))
)

# A slip on a line whose document prints tables: its place is that of the table.
_SLIP = Document("in_tables", (Form("表中笔误", {"benefit.score": "28"}),))
_PLACE = {"source_line": str(_SLIP.line_of(1, "benefit")), "source_place": "表1第9行"}
IN_TABLES = replace(_SLIP, tables={"raw_source_place": {"place": _PLACE}})


def cases_of(document: str) -> list[Case]:
    return [case for case in FORM_CASES if case.document == document]


def form_of(case: Case) -> Form:
    name = case.edits.get("form.project_name", case.project_name)
    year = {"form.form_year": DOCUMENTS[case.document].year}
    edits = {place: value for place, value in case.edits.items() if place != "form.project_name"}
    assert isinstance(name, str)
    return Form(name, {**year, **edits})


@cache
def with_forms(document: str) -> Document:
    return replace(DOCUMENTS[document], forms=tuple(form_of(case) for case in cases_of(document)))


ALL_DOCUMENTS = [
    *(with_forms(document) for document in DOCUMENTS),
    *(document_of(case) for case in DOCUMENT_CASES),
    Document("right", (Form("规范项目"),)),
    EARLIER,
    OF_2019,
    SLIPPED,
    IN_TABLES,
]


def land(landing: Path) -> None:
    """Land the documents of this module."""
    for document in ALL_DOCUMENTS:
        document.write(landing)


@dataclass(frozen=True)
class Result:
    """A row of int_rule_outcome."""

    rule: str
    document: str
    project: str | None
    subject: str
    line: int
    item: str
    status: str
    reason: str | None
    reported: Decimal | None
    expected: Decimal | None


Results = dict[tuple[str, str], list[Result]]
"""Results by rule, and by project or document."""


@pytest.fixture(scope="module")
def results(warehouse: Warehouse) -> Results:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        rows = connection.execute(
            "select rule_id, document_id, project_id, subject_id, source_line, coalesce(item, ''), status, reason_code,"
            " reported_value, expected_value from intermediate.int_rule_outcome"
        ).fetchall()
    found: Results = {}
    for row in rows:
        result = Result(*row)
        for subject in {result.project, result.document} - {None}:
            found.setdefault((result.rule, str(subject)), []).append(result)
    return found


def check(found: list[Result], case: Case | DocumentCase) -> None:
    assert len(found) <= 1, found
    if not found:
        assert "not_applicable" in case.status, "no result"
        return
    result = found[0]
    assert result.status in case.status, result
    if case.reason:
        assert result.reason == case.reason, result
    if case.reported:
        assert result.reported == Decimal(case.reported), result
    if case.expected:
        assert result.expected == Decimal(case.expected), result


@pytest.mark.parametrize("case", FORM_CASES, ids=str)
def test_a_rule_says_of_a_form_what_the_catalogue_asks(results: Results, case: Case) -> None:
    document = with_forms(case.document)
    number = cases_of(case.document).index(case) + 1
    line = document.line_of(number, case.at) if case.at else None
    found = [
        result
        for result in results.get((case.rule, document.project_id(number)), [])
        if line in (None, result.line) and is_item(case, result)
    ]
    check(found, case)


@pytest.mark.parametrize("case", DOCUMENT_CASES, ids=str)
def test_a_rule_says_of_a_document_what_the_catalogue_asks(results: Results, case: DocumentCase) -> None:
    document = document_of(case)
    subject = document.project_id(case.form) if case.form else document.document_id
    line = None
    if case.at:
        line = document.line_of(case.form, case.at) if case.form else document.line_of_table(case.at)
    found = [
        result
        for result in results.get((case.rule, subject), [])
        if line in (None, result.line) and is_item(case, result)
    ]
    check(found, case)


def is_item(case: Case | DocumentCase, result: Result) -> bool:
    """Return whether a result is of the case's item; a cell is known by the code that ends its key, a class by its name."""
    if case.rule == "number_unreadable":
        return result.subject.endswith(f"|{case.item}")
    if case.rule == "fund_total" or (case.rule == "score_above_weight" and case.item.endswith("指标")):
        return case.item == result.item
    return case.item in result.item


# Presence, legibility and double filing can always be judged.
ALWAYS_JUDGED = {
    "amount_cut_off",
    "shared_count",
    "weight_on_fund_part",
    "score_blank",
    "weight_blank",
    "indicator_blank",
    "number_unreadable",
    "amount_finer_than_fen",
    "rule_profile",
    "same_project_name",
    "project_name_year",
    "unit_exchanged",
    "goal_repeated",
}


def test_every_rule_of_the_catalogue_has_a_case_that_passes_one_that_fails_and_one_that_cannot_be_judged() -> (
    None
):
    with (ROOT / "seeds" / "reference" / "review_rule.csv").open(encoding="utf-8", newline="") as file:
        rules = {row["rule_id"] for row in csv.DictReader(file)}
    every: list[Case | DocumentCase] = [*FORM_CASES, *DOCUMENT_CASES]
    cases = [(case.rule, case.status) for case in every]
    assert {rule for rule, _ in cases} == rules
    assert {rule for rule, status in cases if status == PASS} == rules
    assert {rule for rule, status in cases if status == FAIL} == rules
    assert {rule for rule, status in cases if status == UNCHECKABLE} == rules - ALWAYS_JUDGED
    assert [name for name, count in Counter(map(str, every)).items() if count > 1] == []


EDGES = {"score": "0.005", "weight": "0.005", "execution_score": "0.05", "account_cell": "0.005"}
"""Half a unit of the last printed place, by tolerance."""


@pytest.mark.parametrize("tolerance", EDGES)
def test_the_cases_of_a_rule_stand_on_both_sides_of_its_tolerance(results: Results, tolerance: str) -> None:
    with (ROOT / "seeds" / "reference" / "review_rule.csv").open(encoding="utf-8", newline="") as file:
        rules = {row["rule_id"] for row in csv.DictReader(file) if row["tolerance_code"] == tolerance}
    edge = Decimal(EDGES[tolerance])
    # It compares sets of weights and gives no pair of figures; its cases are named.
    for rule in rules - {"weights_fit_no_profile"}:
        distances: dict[str, set[Decimal]] = {"pass": set(), "fail": set()}
        for result in {result for (of, _), found in results.items() if of == rule for result in found}:
            if result.status in distances and result.reported is not None and result.expected is not None:
                distances[result.status].add(abs(result.reported - result.expected))
        assert edge in distances["pass"], rule
        assert any(edge < distance <= edge * Decimal("1.2") for distance in distances["fail"]), rule


def test_the_weights_of_a_wrong_sum_are_named_by_class_and_a_long_name_is_cut(warehouse: Warehouse) -> None:
    number = next(n for n, slip in enumerate(SLIPS, 1) if slip.name == "a lost row in the weights")
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        [(message,)] = connection.execute(
            "select message_zh from review.fct_finding where rule_id = 'weights_total' and project_id = ?",
            [SLIPPED.project_id(number)],
        ).fetchall()
        names = connection.execute(
            "select distinct item from review.fct_finding where rule_id = 'deduction_without_reason'"
            " and document_id = 'beijing' and item like '%…”'"
        ).fetchall()
    # The form of this module without its satisfaction: 10 + 4 × 10 + 2 × 20.
    assert "合计90分（预算执行10、产出指标40、效益指标40）" in message
    assert names == [("数量指标“" + LONG_NAME[:19] + "…”",)]


def test_a_form_that_is_right_has_no_error(results: Results) -> None:
    with (ROOT / "seeds" / "reference" / "review_rule.csv").open(encoding="utf-8", newline="") as file:
        errors = {row["rule_id"] for row in csv.DictReader(file) if row["severity"] == "E"}
    judged = {rule: found for (rule, subject), found in results.items() if subject == "right-001"}
    failed = {rule for rule, found in judged.items() for result in found if result.status == "fail"}
    assert len(judged) > 30
    assert failed & errors == set()


def test_nothing_is_said_of_a_year_before_the_rules(results: Results) -> None:
    assert [key for key in results if key[1].startswith(EARLIER.document_id)] == []


def test_a_year_before_a_rule_of_points_is_judged_by_the_sums_alone(results: Results) -> None:
    with (ROOT / "seeds" / "reference" / "review_rule.csv").open(encoding="utf-8", newline="") as file:
        later = {row["rule_id"] for row in csv.DictReader(file) if row["valid_from"] == "2020"}
    judged = {rule for rule, subject in results if subject.startswith(OF_2019.document_id)}
    assert "score_above_weight" in later
    assert judged & later == set()
    # 100 is printed, and the scores add up to 189.
    [total] = results["reported_total", OF_2019.project_id(1)]
    assert (total.status, total.reported, total.expected) == ("fail", Decimal(100), Decimal(189))


@pytest.mark.parametrize("slip", SLIPS, ids=str)
def test_a_slip_that_explains_everything_is_named(warehouse: Warehouse, slip: Slip) -> None:
    number = SLIPS.index(slip) + 1
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        rows = connection.execute(
            "select hypothesis, hypothesis_en from review.fct_finding where rule_id = ? and project_id = ?",
            [slip.rule, SLIPPED.project_id(number)],
        ).fetchall()
    assert len(rows) == 1, rows
    [(chinese, english)] = rows
    if not slip.at and not slip.words:
        assert (chinese, english) == (None, None)
    elif slip.words:
        assert slip.words in chinese
        assert english
    else:
        line = SLIPPED.line_of(number, slip.at)
        assert f"第{line}行" in chinese
        assert f"由{slip.printed}" in chinese
        assert f"改为{slip.would_be}" in chinese
        assert f"line {line} " in english
        assert f"{slip.would_be} instead of {slip.printed}" in english


def test_a_slip_is_named_by_the_printed_place_of_its_line(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        [(chinese, english)] = connection.execute(
            "select hypothesis, hypothesis_en from review.fct_finding"
            " where rule_id = 'reported_total' and document_id = ?",
            [IN_TABLES.document_id],
        ).fetchall()
    assert chinese.startswith("若表1第9行的得分由28改为20")
    assert english.startswith(
        f"If the score on source line {IN_TABLES.line_of(1, 'benefit')}, 表1第9行 were 20"
    )


def test_a_figure_of_the_text_is_said_to_be_computed_from_the_tables(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        messages = connection.execute(
            "select message_zh, message_en from review.fct_finding where rule_id = 'narrative_figure'"
            " and document_id like 'document%'"
        ).fetchall()
    assert messages
    assert [chinese for chinese, _ in messages if "，按表格计算为" not in chinese] == []
    assert [english for _, english in messages if ", the tables give " not in english] == []


def test_funds_that_are_divided_twice_are_counted_once(warehouse: Warehouse) -> None:
    number = next(
        n for n, one in enumerate(cases_of("beijing"), 1) if one.name == "the division by nature is right"
    )
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        counted = connection.execute(
            "select fund_source, executed_yuan from execution.fct_project_fund where is_counted and project_id = ?"
            " order by source_line",
            [DOCUMENTS["beijing"].project_id(number)],
        ).fetchall()
    amounts = {"total": 100, "fiscal_current": 80, "carryover": 15, "other": 5}
    assert dict(counted) == {source: Decimal(amount) * 10000 for source, amount in amounts.items()}


def finding_ids(warehouse: Warehouse) -> dict[str, set[tuple[str, str, str]]]:
    """Return the findings of each document: place in the document, rule and id."""
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        rows = connection.execute(
            "select document_id, coalesce(project_id, document_id), rule_id, finding_id from review.fct_finding"
        ).fetchall()
    found: dict[str, set[tuple[str, str, str]]] = {}
    for document, subject, rule, finding in rows:
        found.setdefault(document, set()).add((subject.removeprefix(document), rule, finding))
    return found


def test_a_finding_keeps_its_id_in_the_next_build_and_in_a_corrected_filing(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    shutil.copytree(warehouse.landing, tmp_path / "landing")
    shutil.rmtree(tmp_path / "landing" / SLIPPED.document_id)
    changed = Form("笔误1", {"benefit.score": "29"})
    corrected = replace(SLIPPED, document_id="corrected", forms=(changed, *SLIPPED.forms[1:]))
    corrected.write(tmp_path / "landing")
    again = Warehouse(tmp_path, tmp_path / "landing")
    again.build("build", "--select", "+fct_finding", "--exclude-resource-type", "test", "unit_test")

    ids, ids_again = finding_ids(warehouse), finding_ids(again)
    before, after = ids.pop(SLIPPED.document_id), ids_again.pop(corrected.document_id)
    assert ids == ids_again
    assert sum(map(len, ids.values())) > 1000
    other_forms = {row for row in before if row[0] not in ("", "-001")}
    assert len(other_forms) > len(SLIPS)
    assert other_forms == {row for row in after if row[0] not in ("", "-001")}
    total = {row for row in before if row[:2] == ("-001", "reported_total")}
    assert len(total) == 1
    assert not total & after


def test_findings_that_print_the_same_in_two_documents_are_two(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        rows = connection.execute(
            "select document_id, finding_id from review.fct_finding where rule_id = 'duplicate_filing'"
            " and document_id in (?, ?) and project_id like '%-001'",
            [
                document_of(case).document_id
                for case in DOCUMENT_CASES
                if case.name.startswith("the same under two")
            ],
        ).fetchall()
    assert len(rows) == len({document for document, _ in rows}) == len({finding for _, finding in rows}) == 2


def test_the_checks_of_a_form_are_all_that_its_rules_could_judge_or_not(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        differing = connection.execute(
            "with outcomes as (select project_id, count_if(status <> 'not_applicable') as checks,"
            " count_if(status = 'not_checkable') as not_checkable"
            " from intermediate.int_rule_outcome where project_id is not null group by all)"
            " select * from outcomes full join review.mart_project_risk as risk using (project_id)"
            # A form of a year without rules has no outcome.
            " where (coalesce(outcomes.checks, 0) is distinct from risk.checks"
            " or coalesce(outcomes.not_checkable, 0) is distinct from risk.not_checkable)"
            # A department is no project.
            " and project_id not in"
            " (select project_id from core.dim_project where form_kind = 'department_self_evaluation')"
        ).fetchall()
        projects = connection.execute(
            "select count(*) from review.mart_project_risk where checks > 0"
        ).fetchone()
    assert differing == []
    assert projects is not None
    assert projects[0] > 100


def test_the_published_results_count_every_outcome_once(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        differing = connection.execute(
            "with outcomes as (select document_id, rule_id, status, count(*) as subjects"
            " from intermediate.int_rule_outcome group by all),"
            " published as (select document_id, rule_id, status, sum(subjects) as subjects"
            " from review.fct_rule_result group by all)"
            " (from outcomes except all from published) union all (from published except all from outcomes)"
        ).fetchall()
        counted = connection.execute("select count(distinct status) from review.fct_rule_result").fetchall()
    assert (differing, counted) == ([], [(4,)])


def test_a_finding_points_to_the_rows_that_its_figure_is_held_against(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        rows = connection.execute(
            "with places as ("
            "  select project_id, max(case when fund_source = 'total' then source_line end) as total_line,"
            "    min(case when fund_source <> 'total' then source_line end) as part_line,"
            "    max(case when fund_source <> 'total' then source_line end) as last_part_line"
            "  from execution.fct_project_fund where is_counted group by all"
            "), natures as ("
            "  select project_id, min(source_line) as nature_line, max(source_line) as last_nature_line"
            "  from execution.fct_project_fund where fund_source in ('basic', 'project') group by all"
            "), scores as ("
            "  select project_id, min(source_line) as first_line, max(source_line) as last_line"
            "  from score.fct_score_line where is_counted group by all"
            ")"
            " select rule_id, case"
            "   when rule_id like 'cost_%' then against_line = total_line and against_last_line is null"
            "   when rule_id = 'fund_total' and item like '%按支出性质%'"
            "     then (against_line, against_last_line) = (nature_line, last_nature_line)"
            "   when rule_id = 'fund_total' then against_line = part_line"
            "     and coalesce(against_last_line, against_line) = last_part_line"
            "   when rule_id in ('reported_total', 'reported_weight_total', 'weights_total')"
            "     then (against_line, against_last_line) = (first_line, last_line)"
            "   else against_line = source_line and against_last_line is null end as is_right, count(*) > 0"
            " from review.mart_finding left join places using (project_id) left join scores using (project_id)"
            " left join natures using (project_id)"
            " where rule_id in (select unnest(?)) group by all order by all",
            [HELD_AGAINST],
        ).fetchall()
        keyless = connection.execute(
            "select rule_id, count(*) from review.fct_finding"
            " where rule_id in (select unnest(?)) and reconciliation_id is null group by all",
            [RECONCILED],
        ).fetchall()
    assert rows == [(rule_id, True, True) for rule_id in sorted(HELD_AGAINST)]
    assert keyless == []


HELD_AGAINST = [
    *("cost_target_budget", "cost_actual_executed", "fund_total", "reported_total", "reported_weight_total"),
    *("weights_total", "score_above_weight", "executed_above_budget", "execution_rate", "execution_score"),
]
RECONCILED = [
    *("reported_total", "reported_weight_total", "execution_rate", "execution_score", "fund_total"),
    *("account_identity", "evaluation_rollup", "narrative_figure", "project_table"),
]
