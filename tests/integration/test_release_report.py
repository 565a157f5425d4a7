"""The report of the sample's release: its figures are those that the document prints, or are calculated from them.

The lines named are those of the printed disclosure; its amounts are in 万元.
"""

from __future__ import annotations

import re
from decimal import Decimal

import duckdb
import pytest
from installation import Installation
from report_page import ReportPage


@pytest.fixture(scope="module")
def page(installation: Installation) -> ReportPage:
    return ReportPage.read(installation.current().path)


def percent(numerator: str, denominator: str) -> str:
    return f"{Decimal(numerator) / Decimal(denominator) * 100:.2f}%"


def test_the_cards_say_what_the_document_holds(page: ReportPage) -> None:
    cards = page.cards()
    assert cards["文件 documents"] == "1"
    assert cards["自评项目 projects"] == "139"
    assert cards["项目执行数 executed"] == "7,980.63 万元"


def test_the_document_stands_with_the_sum_of_its_forms(page: ReportPage) -> None:
    [row] = page.rows("一、单位与文件")
    organization, _, year, forms, executed, in_yuan, *_ = row
    assert (organization, year, forms) == ("北京市丰台区人民政府和义街道办事处", "2023", "139")
    assert (executed, in_yuan) == ("7,980.63", "79,806,316.75 元")  # 7,980.631675


def test_every_indicator_is_accounted_for(page: ReportPage) -> None:
    found = re.search(
        r"指标：完成 ([\d,]+)，超额完成 ([\d,]+)，未完成 ([\d,]+)，无法核对 ([\d,]+)。", page.text
    )
    assert found is not None
    assert sum(int(count.replace(",", "")) for count in found.groups()) == 985


def test_the_coverage_is_the_forms_part_of_the_department_s_projects(page: ReportPage) -> None:
    [row] = page.rows("自评覆盖率")
    # Line 338: 项目支出 9,597.17.
    assert row[2::2] == ["7,980.63", "9,597.17", percent("7980.631675", "9597.17")]


# Lines 338, 362 and 364: numerator, denominator; printed on lines 129, 229, 478, 479 and 481.
RATIOS = {
    ("预算执行率", "全年预算口径"): ("16,923.25", "17,416.47", "97.17%", "相符"),
    ("支出预算调整率", "年初预算口径"): ("6,254.63", "11,161.84", "56.04%", "相符"),
    ("结转结余率", "全年预算口径"): ("493.22", "17,416.47", "2.83%", "相符"),
    ("部门预决算差异率", "全年预算口径"): ("-493.22", "17,416.47", "-2.83%", "相符"),
    ("项目支出执行率", "全年预算口径"): ("9,597.17", "9,601.24", "—", "未公开"),
}


@pytest.mark.parametrize(("ratio", "basis"), RATIOS)
def test_a_ratio_stands_beside_the_printed_one(page: ReportPage, ratio: str, basis: str) -> None:
    numerator, denominator, printed, status = RATIOS[ratio, basis]
    computed = percent(numerator.replace(",", ""), denominator.replace(",", ""))
    [row] = [row for row in page.rows("北京市丰台区人民政府和义街道办事处 2023") if row[:2] == [ratio, basis]]
    assert [row[2], row[4], *row[6:]] == [numerator, denominator, computed, printed, status]


def test_the_bridge_leads_from_the_initial_budget_to_the_final_account(page: ReportPage) -> None:
    # Line 362; the steps between are its differences.
    assert page.chart("年初预算、全年预算、决算，万元")[::2] == [
        *("11,161.84", "+6,254.63", "17,416.47", "-493.22", "16,923.25"),
    ]


def test_the_economic_classes_are_the_printed_ones(page: ReportPage) -> None:
    # Lines 346, 347, 348, 351 and 354; classes without an amount are left out.
    finals = {row[0]: row[-3] for row in page.rows("支出决算（按经济分类）")}
    assert finals == {
        "工资福利支出": "7,287.50",
        "商品和服务支出": "6,916.95",
        "对个人和家庭的补助": "1,361.06",
        "资本性支出": "1,356.29",
        "对企业补助": "1.44",
    }


def test_the_scores_and_grades_are_the_printed_ones(page: ReportPage) -> None:
    rows = page.rows("北京市丰台区人民政府和义街道办事处 2023：评价得分")
    totals = [row[-5:] for row in rows if row[-1] == "良好 / 良好"]
    # Lines 20 and 534.
    assert totals == [
        ["100", "85.26", "85.26", "0", "良好 / 良好"],
        ["100", "86.36", "86.36", "0", "良好 / 良好"],
    ]
    # Lines 16–20, recomputed from lines 465–508.
    assert [row[3:6] for row in rows if "部门决策" in row] == [["7.83", "7.84", "-0.01"]]


# Line of 总分: printed total, and the scores printed above it. Form 58 prints none.
WRONG_TOTALS = {
    "1025": ("98", (10, 10, 10, 20, 20, 28, 10)),
    "2615": ("98", (10, 15, 18, 15, 15, 18, 10)),
    "3033": ("97", (10, 15, 5, 15, 15, 8, 9, 10)),
    "3103": ("98", (10, 10, 10, 10, 20, 9, 9, 10)),
    "3365": ("97", (10, 10, 10, 0, 10, 10, 13, 14, 10)),
    "3712": ("98", (10, 10, 10, 10, 20, 9, 9, 10)),
    "4098": ("96", (10, 10, 10, 10, 0, 18, 18, 10)),
}


def test_the_wrong_totals_are_those_of_the_print(page: ReportPage) -> None:
    rows = {row[2]: row for row in page.rows("总分与各项得分不符或未填的项目")}
    assert rows.pop("2157")[3:5] == ["—", "—"]
    assert {line: (row[3], row[4]) for line, row in rows.items()} == {
        line: (printed, str(sum(scores))) for line, (printed, scores) in WRONG_TOTALS.items()
    }


def test_a_slip_is_told_with_its_line_and_its_other_explanation(page: ReportPage) -> None:
    [row] = [row for row in page.rows("二、须更正的错误") if row[1] == "1023"]
    # The total, which is wrong for the same reason, is of the same case.
    assert row[:1] + row[2:4] == ["11", "得分超过分值", "共 2 条"]
    assert "分值20分，得分28分，超出8分（源文件第1023行）。" in row[4]
    assert "由28改为18" in row[5]


def test_a_habit_is_one_entry_with_its_number(
    page: ReportPage, installation: Installation, sample: duckdb.DuckDBPyConnection
) -> None:
    rows = page.rows("三、疑点、提示和填报习惯")
    # Line by line it would fill a page: 134 of 139 forms measure satisfaction by 投诉.
    [row] = [row for row in rows if row[1] == "以投诉代替满意度"]
    assert row[2:5] == ["填报习惯", "134", "134"]
    doubts = sample.execute(
        "select count(*), count(distinct rule_id) from review.fct_finding where is_open and severity <> 'E'"
    ).fetchall()
    numbers = [next(int(text.replace(",", "")) for text in row[2:] if text != "填报习惯") for row in rows]
    assert doubts == [(sum(numbers), len(rows))]
    # Every sentence leads to its finding on the page of the document.
    page_of = (installation.current().path / "documents/dd34fb40634d9.html").read_text(encoding="utf-8")
    places = page.root.xpath("//table[@class='said']//a/@href")
    assert len(places) == len(rows) + len(page.rows("二、须更正的错误"))
    for place in places:
        file, _, anchor = place.partition("#")
        assert file == "documents/dd34fb40634d9.html"
        assert f'id="{anchor}"' in page_of


def test_a_contradicted_figure_is_told_with_both_values(page: ReportPage) -> None:
    rows = page.rows("四、公开数核对")
    # Line 233 prints 17,416.47 yuan and means 万元.
    [row] = [row for row in rows if row[0] == "233"]
    assert row[2:6] == ["预算金额", "万元", "1.741647", "17,416.47"]


def test_the_first_release_has_nothing_to_be_compared_with(
    page: ReportPage, installation: Installation, sample: duckdb.DuckDBPyConnection
) -> None:
    assert "这是第一个版本" in page.text
    [row] = page.rows("历次版本")
    assert row[:3] == [installation.current().release_id, "139", "7,980.63"]
    [history] = sample.execute(
        "select release_id, is_current, projects, executed_yuan, execution_rate from quality.release_history"
    ).fetchall()
    assert history[:4] == (installation.current().release_id, True, 139, Decimal("79806316.75"))
