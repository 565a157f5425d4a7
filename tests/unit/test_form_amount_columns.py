"""The choice among several columns of amounts for a form's funds. All figures are made up."""

from __future__ import annotations

import pytest
from drawn_documents import FORMATS, Table
from drawn_documents import table as drawn

from ingestion.extract import Extraction, extract_document
from ingestion.read import read_bytes

AMOUNTS = ("initial_budget", "annual_budget", "executed")
PLACED = ("csv", "xlsx")
"""Formats whose blank cells show which columns a heading spans."""


def form(*funds: str) -> Table:
    """Return a form of eight columns with these rows of funds."""
    return drawn(
        "项目名称|设备购置|<|<|<|<|<|<",
        *funds,
        "一级指标|二级指标|三级指标|指标值|完成值|分值|得分|",
        "产出指标|数量指标|购置设备|18台|18台|90|90|",
    )


def read(suffix: str, funds: Table) -> Extraction:
    """Read a form from a document of one format."""
    document = read_bytes(FORMATS[suffix](("2023年度项目支出绩效自评表", funds)), name=f"form.{suffix}")
    return extract_document(document)


def amounts(extraction: Extraction) -> list[tuple[str, ...]]:
    return [
        tuple(row[name] for name in AMOUNTS) for row in extraction.ledger.tables["raw_self_evaluation_fund"]
    ]


def unread(extraction: Extraction) -> set[str]:
    return {row["cell_text"] for row in extraction.ledger.tables["raw_unread_cell"]}


@pytest.mark.parametrize("suffix", PLACED)
@pytest.mark.parametrize("parts", ["小计|财政|其他", "财政|小计|其他"])
def test_of_the_parts_of_an_amount_the_total_is_read(suffix: str, parts: str) -> None:
    figures = {"小计": ("12", "11.8"), "财政": ("9", "8.8"), "其他": ("3.5", "2.5")}
    row = "|".join(figures[part][side] for side in (0, 1) for part in parts.split("|"))
    extraction = read(
        suffix,
        form(
            "项目资金（万元）||全年预算数|<|<|全年执行数|<|<",
            f"^|^|{parts}|{parts}",
            f"^|年度资金总额|{row}",
        ),
    )
    assert amounts(extraction) == [("", "12", "11.8")]
    assert unread(extraction) == {"9", "3.5", "8.8", "2.5"}


@pytest.mark.parametrize("suffix", PLACED)
def test_parts_of_an_amount_without_a_total_stay_unread(suffix: str) -> None:
    extraction = read(
        suffix,
        form(
            "项目资金（万元）||全年预算数|<|全年执行数|<|执行率|得分",
            "^|^|本级|上级|本级|上级|^|^",
            "^|年度资金总额|3|9|2.8|8.9|98%|9.8",
        ),
    )
    assert amounts(extraction) == [("", "", "")]
    assert unread(extraction) == {"3", "9", "2.8", "8.9"}


@pytest.mark.parametrize("suffix", ["txt", *PLACED])
def test_amounts_of_one_source_are_not_those_of_all(suffix: str) -> None:
    extraction = read(
        suffix,
        form(
            "项目资金（万元）||财政拨款|<|<|其他资金|<|<",
            "^|^|年初预算数|全年预算数|全年执行数|年初预算数|全年预算数|全年执行数",
            "^|年度资金总额|8|9|8.8|11|12|11.8",
        ),
    )
    assert amounts(extraction) == [("", "", "")]
    assert unread(extraction) == {"8", "9", "8.8", "11", "12", "11.8"}


@pytest.mark.parametrize("suffix", PLACED)
def test_of_amounts_by_source_those_of_all_sources_are_read(suffix: str) -> None:
    extraction = read(
        suffix,
        form(
            "项目资金（万元）||财政拨款|<|<|合计|<|<",
            "^|^|年初预算数|全年预算数|全年执行数|年初预算数|全年预算数|全年执行数",
            "^|年度资金总额|8|9|8.8|11|12|11.8",
        ),
    )
    assert amounts(extraction) == [("11", "12", "11.8")]


@pytest.mark.parametrize("parts", ["财政|小计|其他", "小计|财政|其他"])
def test_a_text_that_lost_the_places_of_its_heading_gives_no_total(parts: str) -> None:
    extraction = read(
        "txt",
        form(
            "项目资金（万元）||全年预算数|<|<|全年执行数|<|<",
            f"^|^|{parts}|{parts}",
            "^|年度资金总额|9|12|3|8.8|11.8|2.5",
        ),
    )
    assert amounts(extraction) == [("", "", "")]


@pytest.mark.parametrize("suffix", ["txt", *PLACED])
def test_what_was_applied_for_is_no_budget_of_an_evaluation(suffix: str) -> None:
    approved = form(
        "项目资金（万元）||申请数|批复数|实际支出数|执行率|分值|得分", "^|年度资金总额|15|12|11.8|98%|10|9.8"
    )
    assert amounts(read(suffix, approved)) == [("", "12", "11.8")]
    alone = form(
        "项目资金（万元）||申请数|实际支出数|执行率|分值|得分|", "^|年度资金总额|15|11.8|98%|10|9.8|"
    )
    assert amounts(read(suffix, alone)) == [("", "", "11.8")]
    assert unread(read(suffix, alone)) == {"15"}


@pytest.mark.parametrize("suffix", ["txt", *PLACED])
def test_of_two_budgets_the_adjusted_one_is_of_the_whole_year(suffix: str) -> None:
    funds = form(
        "项目资金（万元）||预算数|调整后预算数|执行数|执行率|分值|得分",
        "^|年度资金总额|10|12|11.8|98%|10|9.8",
    )
    assert amounts(read(suffix, funds)) == [("", "12", "11.8")]


@pytest.mark.parametrize("suffix", ["txt", *PLACED])
def test_the_budget_goes_before_what_arrived_and_what_was_paid_before_what_was_planned(suffix: str) -> None:
    funds = form(
        "项目资金（万元）||实际到位数|预算数|计划支出数|实际支出数|执行率|得分",
        "^|年度资金总额|10|12|9|11.8|98%|9.8",
    )
    assert amounts(read(suffix, funds)) == [("", "12", "11.8")]
    assert unread(read(suffix, funds)) == {"10", "9"}


@pytest.mark.parametrize("suffix", ["txt", *PLACED])
def test_a_share_a_difference_or_a_part_of_an_amount_is_not_the_amount(suffix: str) -> None:
    funds = form(
        "项目资金||执行数占预算数比例|全年预算数/万元|未执行数|其中：政府采购执行数|全年执行数/万元|得分",
        "^|年度资金总额|98.3|12|0.2|7|11.8|9.8",
    )
    assert amounts(read(suffix, funds)) == [("", "12", "11.8")]
    assert unread(read(suffix, funds)) == {"98.3", "0.2", "7"}


@pytest.mark.parametrize("suffix", ["txt", *PLACED])
def test_of_budgets_by_kind_of_spending_none_is_that_of_the_whole(suffix: str) -> None:
    funds = form(
        "项目资金（万元）||基本支出预算数|项目支出预算数|全年执行数|执行率|得分|",
        "^|年度资金总额|10|12|11.8|98%|9.8|",
    )
    assert amounts(read(suffix, funds)) == [("", "", "11.8")]
    assert unread(read(suffix, funds)) == {"10", "12"}


@pytest.mark.parametrize("suffix", ["html", "docx", "xlsx", "txt"])
def test_a_row_can_print_a_label_before_each_value(suffix: str) -> None:
    extraction = read(
        suffix,
        form(
            "预算执行情况（10分）|预算数（万元）|30|执行数（元）|294000|执行率|98%|",
            "年度目标|安全|<|<|<|<|<|<",
        ),
    )
    fund = extraction.ledger.tables["raw_self_evaluation_fund"]
    columns = ("fund_source", *AMOUNTS, "execution_rate")
    assert [tuple(row[name] for name in columns) for row in fund] == [
        ("预算执行情况", "", "30", "294000元", "98%")
    ]
    assert [row["amount_unit"] for row in fund] == ["万元"]


def test_a_row_drawn_one_column_too_far_is_read_under_no_heading() -> None:
    page = """<table><tr><td>项目名称</td><td colspan=7>设备购置</td></tr>
    <tr><td rowspan=2 colspan=2>项目资金（万元）</td><td>年初预算数</td><td>全年预算数</td><td>全年执行数</td>
    <td>分值</td><td>执行率</td><td>得分</td></tr>
    <tr><td>年度资金总额</td><td>88</td><td>88</td><td>85.36</td><td>10</td><td>97%</td><td>9.7</td></tr>
    <tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标值</td><td>完成值</td><td>分值</td><td>得分</td></tr>
    <tr><td>产出指标</td><td>数量指标</td><td>购置设备</td><td>18台</td><td>18台</td><td>90</td><td>90</td></tr>
    </table>"""
    title = "<p>2023年度项目支出绩效自评表</p>"
    extraction = extract_document(read_bytes((title + page).encode(), name="form.html"))
    assert amounts(extraction) == []
    assert {"88", "85.36", "97%", "9.7"} <= unread(extraction)


@pytest.mark.parametrize("suffix", ["html", "docx", "xlsx", "csv", "txt"])
def test_a_percentage_is_no_source(suffix: str) -> None:
    heading = "项目资金（万元）|执行率|得分|分值|年初预算数|全年预算数|全年执行数|"
    extraction = read(suffix, form(heading, "^|95%|9.5|10|10|12|11.4|"))
    columns = ("fund_source", *AMOUNTS, "execution_rate", "score", "weight")
    found = [
        tuple(row[name] for name in columns) for row in extraction.ledger.tables["raw_self_evaluation_fund"]
    ]
    assert found == [("项目资金", "10", "12", "11.4", "95%", "9.5", "10")]


@pytest.mark.parametrize("suffix", PLACED)
@pytest.mark.parametrize("executed", ["全年支出", "实际执行", "支出决算"])
def test_the_executed_amount_can_be_headed_without_a_word_for_number(suffix: str, executed: str) -> None:
    heading = f"整体支出（万元）|项目|年初预算|批复预算|{executed}|执行率|权重|得分"
    extraction = read(suffix, form(heading, "^|合计|30|31|28|90.32%|10|9", "^|基本支出|30|31|28|90.32%||"))
    assert amounts(extraction) == [("30", "31", "28"), ("30", "31", "28")]
