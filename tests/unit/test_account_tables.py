"""Account tables of final accounts and budgets: the rows read from each layout.

All figures are made up. Expected rows are written by hand from the printed table: classification, code, item, nature,
source of funds, amounts.
"""

from __future__ import annotations

import itertools
import random

import pytest
from drawn_documents import FORMATS
from drawn_documents import table as drawn
from ingestion_documents import extract_text, tabbed

from ingestion.extract import Extraction, extract_document
from ingestion.read import read_bytes

FINAL_TITLE = "某局2022年度部门决算"
BUDGET_TITLE = "某局2023年部门预算"
Row = tuple[str, ...]


def read(*parts: str) -> Extraction:
    """Read paragraphs and tables, with cells separated by bars."""
    return extract_text("\n".join(tabbed(part) for part in parts) + "\n")


def finals(extraction: Extraction) -> list[Row]:
    columns = ("initial_budget", "annual_budget", "final_account")
    return _rows(extraction, "raw_final_account", columns)


def budgets(extraction: Extraction) -> list[Row]:
    return _rows(extraction, "raw_budget_account", ("budget", "last_year_budget"))


def _rows(extraction: Extraction, table: str, amounts: tuple[str, ...]) -> list[Row]:
    keys = ("account_side", "classification", "item_code", "item_name", "spending_nature", "fund_source")
    rows = extraction.ledger.tables[table]
    return [tuple(row[column] for column in (*keys, *amounts)) for row in rows]


def unread(extraction: Extraction) -> list[tuple[str, str, str]]:
    rows = extraction.ledger.tables["raw_unread_cell"]
    return [(row["column_label"], row["cell_text"], row["reason_code"]) for row in rows]


# ------------------------------------------------------------------ final accounts


@pytest.mark.parametrize("right", ["项目", "项目(按功能分类)"])
@pytest.mark.parametrize("has_row_numbers", [True, False])
@pytest.mark.parametrize("amount", ["决算数", "金额"])
def test_a_table_of_two_sides_has_its_sides_from_the_labels_above_them(
    right: str, has_row_numbers: bool, amount: str
) -> None:
    cells = [
        ["收入", "", "", "支出", "", ""],
        ["项目", "行次", amount, right, "行次", amount],
        ["栏次", "", "1", "栏次", "", "2"],
        ["一、财政拨款收入", "1", "9.00", "一、教育支出", "31", "8.00"],
        ["本年收入合计", "27", "9.00", "本年支出合计", "57", "8.00"],
        ["", "", "", "年末结转和结余", "58", "1.00"],
        ["总计", "30", "9.00", "总计", "60", "9.00"],
    ]
    if not has_row_numbers:
        cells = [[*row[:1], *row[2:4], *row[5:]] for row in cells]
    extraction = read(FINAL_TITLE, "收入支出决算总表", "单位：万元", *("|".join(row) for row in cells))
    assert finals(extraction) == [
        ("revenue", "source", "", "一、财政拨款收入", "", "", "", "", "9.00"),
        ("expenditure", "function", "", "一、教育支出", "", "", "", "", "8.00"),
        ("revenue", "source", "", "本年收入合计", "", "", "", "", "9.00"),
        ("expenditure", "balance", "", "本年支出合计", "", "", "", "", "8.00"),
        ("expenditure", "balance", "", "年末结转和结余", "", "", "", "", "1.00"),
        ("revenue", "balance", "", "总计", "", "", "", "", "9.00"),
        ("expenditure", "balance", "", "总计", "", "", "", "", "9.00"),
    ]
    assert unread(extraction) == []
    rows = extraction.ledger.tables["raw_final_account"]
    assert {(row["table_title"], row["amount_unit"]) for row in rows} == {("收入支出决算总表", "万元")}
    assert rows[1]["printed_row_no"] == ("31" if has_row_numbers else "")


def test_the_right_side_of_fiscal_appropriations_is_parted_by_source() -> None:
    extraction = read(
        FINAL_TITLE,
        "财政拨款收入支出决算总表",
        "收入||支出|||",
        "项目|决算数|项目|合计|一般公共预算财政拨款|政府性基金预算财政拨款",
        "一、一般公共预算财政拨款|10|一、教育支出|9|8|1",
        "年初财政拨款结转和结余|2|年末财政拨款结转和结余|3||3",
    )
    general, fund = "一般公共预算财政拨款", "政府性基金预算财政拨款"
    assert finals(extraction) == [
        ("revenue", "fiscal_source", "", "一、一般公共预算财政拨款", "", "", "", "", "10"),
        ("expenditure", "fiscal_function", "", "一、教育支出", "", "", "", "", "9"),
        ("expenditure", "fiscal_function", "", "一、教育支出", "", general, "", "", "8"),
        ("expenditure", "fiscal_function", "", "一、教育支出", "", fund, "", "", "1"),
        ("revenue", "fiscal_balance", "", "年初财政拨款结转和结余", "", "", "", "", "2"),
        ("expenditure", "fiscal_balance", "", "年末财政拨款结转和结余", "", "", "", "", "3"),
        ("expenditure", "fiscal_balance", "", "年末财政拨款结转和结余", "", fund, "", "", "3"),
    ]


def test_what_came_in_is_no_spending_in_a_table_of_a_fund() -> None:
    extraction = read(
        FINAL_TITLE,
        "政府性基金预算财政拨款收入支出决算表",
        "项目||||年初结转和结余|本年收入|本年支出|||年末结转和结余",
        "功能分类科目编码|||科目名称|||小计|基本支出|项目支出|",
        "类|款|项|栏次|1|2|3|4|5|6",
        "|||合计|1|10|8||8|3",
        "212|||城乡社区支出|1|10|8||8|3",
    )
    assert finals(extraction) == [
        (side, classification, code, item, nature, source, "", "", amount)
        for code, item in (("", "合计"), ("212", "城乡社区支出"))
        for side, classification, nature, source, amount in (
            ("expenditure", "function_item", "", "", "8"),
            ("expenditure", "function_source_item", "", "年初结转和结余", "1"),
            ("expenditure", "function_source_item", "", "本年收入", "10"),
            ("expenditure", "nature_item", "project", "", "8"),
            ("expenditure", "function_source_item", "", "年末结转和结余", "3"),
        )
    ]


def test_the_sources_of_revenue_stand_beside_its_total() -> None:
    extraction = read(
        FINAL_TITLE,
        "收入决算表",
        "科目编码|科目名称|本年收入合计|财政拨款收入|事业收入||其他收入",
        "||||小计|其中：教育收费|",
        "205|教育支出|100|80|15|2|5",
        "合计||100|80|15|2|5",
    )
    assert finals(extraction) == [
        ("revenue", "source_item", code, item, "", source, "", "", amount)
        for code, item in (("205", "教育支出"), ("", "合计"))
        for source, amount in (
            ("", "100"), ("财政拨款收入", "80"), ("事业收入", "15"), ("其中：教育收费", "2"), ("其他收入", "5"),
        )
    ]  # fmt: skip
    assert unread(extraction) == []


def test_economic_classes_stand_in_pairs_beside_each_other() -> None:
    extraction = read(
        FINAL_TITLE,
        "一般公共预算财政拨款基本支出决算表",
        "人员经费|||公用经费|||||",
        "科目编码|科目名称|决算数|科目编码|科目名称|决算数|科目编码|科目名称|决算数",
        "301|工资福利支出|50|302|商品和服务支出|20|310|资本性支出|3",
        "30101|基本工资|50||||||",
        "人员经费合计||50|公用经费合计|||||23",
    )
    assert finals(extraction) == [
        ("expenditure", "economic_item", code, item, "", "", "", "", amount)
        for code, item, amount in (
            ("301", "工资福利支出", "50"), ("302", "商品和服务支出", "20"), ("310", "资本性支出", "3"),
            ("30101", "基本工资", "50"), ("", "人员经费合计", "50"), ("", "公用经费合计", "23"),
        )
    ]  # fmt: skip


THREE_PUBLIC = [
    ("three_public_total", "合计", "7", "6"),
    ("abroad", "因公出国（境）费", "1", "1"),
    ("vehicle", "小计", "5", "4"),
    ("vehicle_purchase", "公务用车购置费", "2", "1"),
    ("vehicle_running", "公务用车运行维护费", "3", "3"),
    ("reception", "公务接待费", "1", "1"),
]


@pytest.mark.parametrize(
    "table",
    [
        (
            "预算数||||||决算数|||||",
            "合计|因公出国（境）费|公务用车购置及运行维护费|||公务接待费|合计|因公出国（境）费|公务用车购置及运行维护费|||公务接待费",
            "||小计|公务用车购置费|公务用车运行维护费||||小计|公务用车购置费|公务用车运行维护费|",
            "1|2|3|4|5|6|7|8|9|10|11|12",
            "7|1|5|2|3|1|6|1|4|1|3|1",
        ),
        (
            "合计||因公出国（境）费||公务用车购置及运行维护费||||||公务接待费|",
            "||||小计||公务用车购置费||公务用车运行维护费|||",
            "预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数|预算数|决算数",
            "7|6|1|1|5|4|2|1|3|3|1|1",
        ),
    ],
)
def test_the_items_of_three_public_spending_are_its_columns(table: tuple[str, ...]) -> None:
    extraction = read(FINAL_TITLE, "财政拨款“三公”经费支出决算表", *table)
    assert finals(extraction) == [
        ("expenditure", "three_public", code, item, "", "", "", budget, final)
        for code, item, budget, final in THREE_PUBLIC
    ]
    assert unread(extraction) == []


def test_counts_of_people_and_cars_are_no_money() -> None:
    extraction = read(
        FINAL_TITLE,
        "财政拨款“三公”经费支出决算表",
        "项目|行次|年初预算数|全年预算数|决算数",
        "合计|1|5|4|3",
        "（二）公务用车购置及运行维护费|2|5|4|3",
        "公务用车保有量（辆）|3|||2",
        "国内公务接待人次（人）|4|||50",
    )
    assert finals(extraction) == [
        ("expenditure", "three_public", "three_public_total", "合计", "", "", "5", "4", "3"),
        ("expenditure", "three_public", "vehicle", "（二）公务用车购置及运行维护费", "", "", "5", "4", "3"),
    ]
    assert unread(extraction) == [
        ("", "公务用车保有量（辆）", "no_column"),
        ("", "2", "no_column"),
        ("", "国内公务接待人次（人）", "no_column"),
        ("", "50", "no_column"),
    ]


def test_the_year_before_has_no_column_in_final_accounts() -> None:
    extraction = read(
        FINAL_TITLE, "支出决算表", "科目编码|科目名称|2021年决算数|2022年决算数", "205|教育支出|90|100"
    )
    assert finals(extraction) == [("expenditure", "function_item", "205", "教育支出", "", "", "", "", "100")]
    assert unread(extraction) == [("2021年决算数", "90", "no_column")]


@pytest.mark.parametrize("corner", ["", "项目", "年度"])
def test_a_row_of_items_in_columns_says_its_phase_before_its_amounts(corner: str) -> None:
    extraction = read(
        FINAL_TITLE,
        "财政拨款“三公”经费支出决算表",
        f"{corner}|合计|因公出国（境）费|公务接待费",
        "预算数|7|4|3",
        "决算数|6|4|2",
    )
    assert [(row[2], row[7], row[8]) for row in finals(extraction)] == [
        ("three_public_total", "7", ""),
        ("abroad", "4", ""),
        ("reception", "3", ""),
        ("three_public_total", "", "6"),
        ("abroad", "", "4"),
        ("reception", "", "2"),
    ]


def test_rows_of_items_in_columns_that_differ_by_unknown_words_stay_unread() -> None:
    extraction = read(
        FINAL_TITLE,
        "财政拨款“三公”经费支出决算表",
        "|合计|因公出国（境）费|公务接待费",
        "甲类经费|7|4|3",
        "乙类经费|6|4|2",
    )
    assert finals(extraction) == []
    assert len(unread(extraction)) == 8


def test_what_stands_beside_three_public_spending_is_no_item_by_function() -> None:
    extraction = read(
        FINAL_TITLE,
        "机构运行信息表",
        "项目|行次|预算数|统计数|项目|行次|统计数",
        "栏次||1|2|栏次||3",
        "（一）支出合计|2|8|6|四、机关运行经费|22|30",
        "1．因公出国（境）费|3|8|6|（一）车辆数合计（辆）|23|3",
        "2．公务接待费|4|||1．机要通信用车|24|2",
    )
    assert finals(extraction) == [
        ("expenditure", "three_public", code, item, "", "", "", budget, final)
        for code, item, budget, final in (
            ("three_public_total", "（一）支出合计", "8", "6"),
            ("agency_running", "四、机关运行经费", "", "30"),
            ("abroad", "1．因公出国（境）费", "8", "6"),
            ("reception", "2．公务接待费", "", ""),
        )
    ]
    assert {(text, reason) for _, text, reason in unread(extraction)} == {
        ("（一）车辆数合计（辆）", "no_column"),
        ("3", "no_column"),
        ("1．机要通信用车", "no_column"),
        ("2", "no_column"),
    }


def test_the_parts_of_what_stands_below_three_public_spending_are_none_of_it() -> None:
    extraction = read(
        FINAL_TITLE,
        "“三公”经费支出及相关信息统计表",
        "单位：万元",
        "项目|统计数",
        "（一）支出合计|6",
        "1．公务接待费|6",
        "二、机关运行经费|30",
        "（一）行政单位|30",
        "（二）参照公务员法管理事业单位|0",
    )
    assert [(row[2], row[-1]) for row in finals(extraction)] == [
        ("three_public_total", "6"),
        ("reception", "6"),
        ("agency_running", "30"),
    ]
    assert [(text, reason) for _, text, reason in unread(extraction) if text.isdigit()] == [
        ("30", "no_column"),
        ("0", "no_column"),
    ]


def test_items_without_codes_are_none_of_the_summarys() -> None:
    extraction = read(
        FINAL_TITLE,
        "支出决算表",
        "单位：万元",
        "科目名称|本年支出合计|基本支出",
        "合计|9|8",
        "教育支出|9|8",
        "普通教育|9|8",
        "小学教育|9|8",
    )
    assert [(row[3], row[-1]) for row in finals(extraction)] == [
        *(("合计", "9"), ("合计", "8")),
        *(("教育支出", "9"), ("教育支出", "8")),
    ]
    assert {reason for _, _, reason in unread(extraction)} == {"bad_code"}


def test_a_rate_of_completion_is_no_budget() -> None:
    extraction = read(
        FINAL_TITLE,
        "一般公共预算财政拨款支出决算表",
        "科目编码|科目名称|年初预算数|决算数|完成年初预算的%",
        "205|教育支出|100|90|90.00",
    )
    assert finals(extraction) == [
        ("expenditure", "function_item", "205", "教育支出", "", "", "100", "", "90")
    ]
    assert unread(extraction) == [("完成年初预算的%", "90.00", "no_column")]


# ------------------------------------------------------------------ budgets


def test_four_columns_of_items_are_four_classifications() -> None:
    extraction = read(
        BUDGET_TITLE,
        "部门收支总表",
        "收入||支出|||||",
        "项目|预算数|按功能科目分类|预算数|按经济科目分类|预算数|按支出性质分类|预算数",
        "一、事业收入|9|一、教育支出|9|一、工资福利支出|9|一、基本支出|9",
    )
    assert budgets(extraction) == [
        ("revenue", "source", "", "一、事业收入", "", "", "9", ""),
        ("expenditure", "function", "", "一、教育支出", "", "", "9", ""),
        ("expenditure", "economic", "", "一、工资福利支出", "", "", "9", ""),
        ("expenditure", "nature", "", "一、基本支出", "", "", "9", ""),
    ]


@pytest.mark.parametrize("is_department_first", [True, False])
def test_the_catalogue_of_departments_tells_economic_classes_apart(is_department_first: bool) -> None:
    pairs = [("部门", "30101|基本工资"), ("政府", "50101|工资奖金津补贴")][
        :: 1 if is_department_first else -1
    ]
    extraction = read(
        BUDGET_TITLE,
        "一般公共预算基本支出表",
        "|".join(f"{kind}预算支出经济分类科目|" for kind, _ in pairs) + "|2023年预算数",
        "科目编码|科目名称|科目编码|科目名称|合计",
        "|".join(cells for _, cells in pairs) + "|50",
    )
    assert budgets(extraction) == [("expenditure", "economic_item", "30101", "基本工资", "", "", "50", "")]
    assert {(text, reason) for _, text, reason in unread(extraction)} == {
        ("50101", "no_column"),
        ("工资奖金津补贴", "no_column"),
    }


def test_a_budget_is_never_a_final_account() -> None:
    heading = "科目编码|科目名称|合计|基本支出|项目支出"
    row = "205|教育支出|100|60|40"
    for lines in (
        (BUDGET_TITLE, "一般公共预算支出表", heading, row),
        ("某局", "2023年部门支出预算总表", heading, row),
        ("某局", "支出表", heading.replace("合计", "预算数"), row),
    ):
        extraction = read(*lines)
        assert finals(extraction) == []
        assert [(*row[1:5], row[6]) for row in budgets(extraction)] == [
            ("function_item", "205", "教育支出", "", "100"),
            ("nature_item", "205", "教育支出", "basic", "60"),
            ("nature_item", "205", "教育支出", "project", "40"),
        ]


def test_a_table_that_says_nowhere_what_it_is_of_stays_unread() -> None:
    extraction = read("某局", "支出表", "科目编码|科目名称|合计|基本支出", "205|教育支出|100|60")
    assert finals(extraction) == budgets(extraction) == []
    assert {reason for *_, reason in unread(extraction)} == {"unknown_phase"}


def test_last_year_stands_beside_this_one_and_what_was_executed_has_no_column() -> None:
    extraction = read(
        BUDGET_TITLE,
        "一般公共预算支出表",
        "科目编码|科目名称|2022年预算数|2022年执行数|2023年预算数|||2023年预算数比2022年增减%",
        "||||小计|基本支出|项目支出|",
        "205|教育支出|90|95|120|70|50|33.3",
    )
    assert budgets(extraction) == [
        ("expenditure", "function_item", "205", "教育支出", "", "", "120", "90"),
        ("expenditure", "nature_item", "205", "教育支出", "basic", "", "70", ""),
        ("expenditure", "nature_item", "205", "教育支出", "project", "", "50", ""),
    ]
    assert [(text, reason) for _, text, reason in unread(extraction)] == [
        ("95", "no_column"),
        ("33.3", "no_column"),
    ]


def test_the_parts_of_this_year_and_of_the_carry_over_are_kept_apart() -> None:
    extraction = read(
        BUDGET_TITLE,
        "收入总表",
        "单位代码|单位名称|合计|本年收入|||上年结转|",
        "|||小计|一般公共预算|事业收入|小计|一般公共预算",
        "301001|某局本级|120|110|100|10|10|10",
    )
    assert budgets(extraction) == [
        ("revenue", "unit_item", "301001", "某局本级", "", source, amount, "")
        for source, amount in (
            ("", "120"), ("本年收入", "110"), ("本年收入/一般公共预算", "100"), ("事业收入", "10"),
            ("上年结转", "10"), ("上年结转/一般公共预算", "10"),
        )
    ]  # fmt: skip


def test_units_in_a_table_of_three_public_spending_are_parts_of_its_total() -> None:
    extraction = read(
        BUDGET_TITLE,
        "“三公”经费支出表",
        "单位代码|单位名称|“三公”经费合计|因公出国（境）费|公务接待费",
        "|合计|7|6|1",
        "301001|某局本级|4|4|",
        "301002|某中心|3|2|1",
    )
    assert [(row[1], row[2], row[3], row[5], row[6]) for row in budgets(extraction)] == [
        ("three_public", "three_public_total", "“三公”经费合计", "", "7"),
        ("three_public", "abroad", "因公出国（境）费", "", "6"),
        ("three_public", "reception", "公务接待费", "", "1"),
        ("unit_item", "301001", "某局本级", "“三公”经费合计", "4"),
        ("unit_item", "301001", "某局本级", "因公出国（境）费", "4"),
        ("unit_item", "301002", "某中心", "“三公”经费合计", "3"),
        ("unit_item", "301002", "某中心", "因公出国（境）费", "2"),
        ("unit_item", "301002", "某中心", "公务接待费", "1"),
    ]


def test_a_code_can_stand_before_its_name() -> None:
    extraction = read(
        BUDGET_TITLE,
        "一般公共预算支出情况表",
        "功能科目名称|总计|基本支出",
        "合计|100|60",
        "205教育支出|100|60",
        "[20502]普通教育|100|60",
    )
    whole = [row for row in budgets(extraction) if row[1] == "function_item"]
    assert [(row[2], row[3], row[6]) for row in whole] == [
        ("", "合计", "100"),
        ("205", "教育支出", "100"),
        ("20502", "普通教育", "100"),
    ]


def test_tables_of_one_sheet_have_their_captions_in_rows() -> None:
    sheet = drawn(
        "表1|||",
        "部门收支总表|||",
        "单位：万元|||",
        "收入|<|支出|<",
        "项目|2023年预算数|项目|2023年预算数",
        "一、财政拨款收入|100|一、教育支出|100",
        "收入总计|100|支出总计|100",
        "表2|||",
        "部门支出总表|||",
        "单位：元|||",
        "科目编码|科目名称|合计|基本支出",
        "205|教育支出|1000000|600000",
    )
    for kind in ("xlsx", "html", "docx"):
        extraction = extract_document(read_bytes(FORMATS[kind](["某局2023年部门预算", sheet]), f"a.{kind}"))
        rows = extraction.ledger.tables["raw_budget_account"]
        assert [
            (row["table_title"], row["amount_unit"], row["item_name"], row["budget"]) for row in rows
        ] == [
            ("部门收支总表", "万元", "一、财政拨款收入", "100"),
            ("部门收支总表", "万元", "一、教育支出", "100"),
            ("部门收支总表", "万元", "收入总计", "100"),
            ("部门收支总表", "万元", "支出总计", "100"),
            ("部门支出总表", "元", "教育支出", "1000000"),
            ("部门支出总表", "元", "教育支出", "600000"),
        ]


# ------------------------------------------------------------------ cells


def test_an_amount_that_is_none_costs_its_cell() -> None:
    extraction = read(
        FINAL_TITLE,
        "支出决算表",
        "单位：千元",
        "科目编码|科目名称|本年支出合计|基本支出|项目支出",
        "205|教育支出|(1,000.00)|¥600|40.5%",
        "20502|普通教育|1200000,50|5.OO|约5",
    )
    assert [(row[3], row[4], row[8]) for row in finals(extraction)] == [
        ("教育支出", "", "(1,000.00)"),
        ("教育支出", "basic", "¥600"),
        ("普通教育", "", ""),
    ]
    assert unread(extraction) == [
        ("项目支出", "40.5%", "percentage_in_amount"),
        ("本年支出合计", "1200000,50", "decimal_comma"),
        ("基本支出", "5.OO", "damaged"),
        ("项目支出", "约5", "not_a_number"),
    ]


def test_a_row_that_is_shifted_stays_unread_as_a_whole() -> None:
    extraction = read(
        FINAL_TITLE, "支出决算表", "科目编码|科目名称|本年支出合计|基本支出", "205||教育支出|100|60"
    )
    assert finals(extraction) == []
    assert [text for _, text, _ in unread(extraction)] == ["205", "教育支出", "100", "60"]


COLUMNS = {
    "科目编码": "20502",
    "科目名称": "普通教育",
    "本年支出合计": "100",
    "基本支出": "60",
    "项目支出": "40",
    "上缴上级支出": "",
}


@pytest.mark.parametrize("seed", range(12))
def test_columns_can_come_in_any_order(seed: int) -> None:
    labels = random.Random(seed).sample(list(COLUMNS), len(COLUMNS))
    extraction = read(
        FINAL_TITLE, "支出决算表", "|".join(labels), "|".join(COLUMNS[label] for label in labels)
    )
    assert set(finals(extraction)) == {
        ("expenditure", "function_item", "20502", "普通教育", "", "", "", "", "100"),
        ("expenditure", "nature_item", "20502", "普通教育", "basic", "", "", "", "60"),
        ("expenditure", "nature_item", "20502", "普通教育", "project", "", "", "", "40"),
    }


@pytest.mark.parametrize(
    ("heading", "has_numbers"),
    list(
        itertools.product(
            [
                ("功能分类科目编码|||科目名称|合计|基本支出|项目支出",),
                ("项目||||本年支出||", "功能分类科目编码|||科目名称|小计|基本支出|项目支出"),
                ("项目||||本年支出||", "功能分类|||科目名称|合计|基本支出|项目支出", "科目编码||||||"),
            ],
            [True, False],
        )
    ),
)
def test_headings_of_one_to_four_rows_give_the_same(heading: tuple[str, ...], has_numbers: bool) -> None:
    levels = "类|款|项|栏次|1|2|3" if has_numbers else "类|款|项||||"
    extraction = read(FINAL_TITLE, "支出决算表", *heading, levels, "205|02||普通教育|100|60|40")
    assert [(row[1], row[2], row[4], row[8]) for row in finals(extraction)] == [
        ("function_item", "20502", "", "100"),
        ("nature_item", "20502", "basic", "60"),
        ("nature_item", "20502", "project", "40"),
    ]
    assert unread(extraction) == []


def test_two_years_of_items_stand_beside_each_other_with_meetings_outside_three_public() -> None:
    groups = "合计|“三公”经费预算|||会议费"
    extraction = read(
        BUDGET_TITLE,
        "“三公”经费及会议费支出预算表",
        "单位名称|上年|||||当年||||",
        f"|{groups}|{groups}",
        "||小计|因公出国（境）费用|公务接待费|||小计|因公出国（境）费用|公务接待费|",
        "合计|9.5|8|5|3|1.5|8.2|7|4.5|2.5|1.2",
    )
    assert [(row[2], row[3], *row[6:]) for row in budgets(extraction)] == [
        ("", "合计", "8.2", "9.5"),
        ("three_public_total", "小计", "7", "8"),
        ("abroad", "因公出国（境）费用", "4.5", "5"),
        ("reception", "公务接待费", "2.5", "3"),
        ("meeting", "会议费", "1.2", "1.5"),
    ]


def test_the_sources_of_what_was_carried_over_are_no_sources_of_the_year() -> None:
    extraction = read(
        BUDGET_TITLE,
        "财政拨款收支总表",
        "收入||支出|",
        "项目|预算数|项目|预算数",
        "一、本年收入|760|一、本年支出|770",
        "（一）一般公共预算拨款|760|（一）教育支出|770",
        "二、上年结转|10|二、结转下年|",
        "（一）一般公共预算拨款|10||",
        "收入总计|770|支出总计|770",
    )
    revenue = [(row[1], row[3], row[6]) for row in budgets(extraction) if row[0] == "revenue"]
    assert revenue == [
        ("fiscal_balance", "一、本年收入", "760"),
        ("fiscal_source", "（一）一般公共预算拨款", "760"),
        ("fiscal_balance", "二、上年结转", "10"),
        ("fiscal_balance", "（一）一般公共预算拨款", "10"),
        ("fiscal_balance", "收入总计", "770"),
    ]


@pytest.mark.parametrize("right", ["项目", "按支出性质和经济分类"])
def test_economic_classes_below_basic_spending_are_no_functions(right: str) -> None:
    extraction = read(
        BUDGET_TITLE,
        "收支总体情况表",
        "收入||支出|",
        f"项目|2023年预算|{right}|2023年预算",
        "一、一般公共预算拨款|90|一、基本支出|50",
        "||工资福利支出|38",
        "||商品和服务支出|12",
        "||二、项目支出|40",
        "本年收入合计|90|本年支出合计|90",
    )
    spent = [(row[1], row[3], row[6]) for row in budgets(extraction) if row[0] == "expenditure"]
    assert spent == [
        ("nature", "一、基本支出", "50"),
        ("economic", "工资福利支出", "38"),
        ("economic", "商品和服务支出", "12"),
        ("nature", "二、项目支出", "40"),
        ("balance", "本年支出合计", "90"),
    ]


def test_a_title_can_hold_the_unit() -> None:
    extraction = read(
        BUDGET_TITLE,
        "部门收支总表（单位：元）",
        "收入||支出|",
        "项目|预算数|项目|预算数",
        "一、一般公共预算拨款收入|12,345.60|一、教育支出|12,345.60",
    )
    rows = extraction.ledger.tables["raw_budget_account"]
    assert {(row["table_title"], row["amount_unit"]) for row in rows} == {("部门收支总表", "元")}


def test_a_table_that_prints_only_that_there_is_nothing_is_whole() -> None:
    extraction = read(
        FINAL_TITLE, "国有资本经营预算财政拨款支出决算表", "科目编码|科目名称|合计|基本支出", "无|||"
    )
    assert unread(extraction) == []


def test_a_row_of_a_unit_in_a_table_by_function_is_no_item_by_function() -> None:
    extraction = read(
        BUDGET_TITLE,
        "部门支出总体情况表",
        "科目编码|||单位代码|单位（科目名称）|总计|基本支出||项目支出",
        "类|款|项||||人员经费支出|对个人和家庭的补助支出|",
        "|||009|某区农业农村局|80|50|10|20",
        "213|01|01|009|行政运行|80|50|10|20",
    )
    assert [(*row[1:5], row[6]) for row in budgets(extraction)] == [
        ("unit_item", "009", "某区农业农村局", "", "80"),
        ("unit_item", "009", "某区农业农村局", "basic_personnel", "50"),
        ("unit_item", "009", "某区农业农村局", "basic", "10"),
        ("unit_item", "009", "某区农业农村局", "project", "20"),
        ("function_item", "2130101", "行政运行", "", "80"),
        ("nature_item", "2130101", "行政运行", "basic_personnel", "50"),
        ("function_source_item", "2130101", "行政运行", "basic", "10"),
        ("nature_item", "2130101", "行政运行", "project", "20"),
    ]
    # A part of basic spending by economic class is never the whole of it.
    rows = extraction.ledger.tables["raw_budget_account"]
    assert {row["fund_source"] for row in rows if row["budget"] == "10"} == {"对个人和家庭的补助支出"}


@pytest.mark.parametrize(("word", "count"), [("", 1), ("决算公开", 0)])
def test_the_names_of_the_budget_set_say_that_a_table_is_of_a_budget(word: str, count: int) -> None:
    extraction = read(f"某局{word}", "收入总表", "科目编码|科目名称|合计|基本支出", "205|教育支出|100|")
    assert len(budgets(extraction)) == count


def test_the_year_of_a_document_can_stand_in_its_headings_alone() -> None:
    heading = "项目|2023年预算数|2024年预算数"
    extraction = read("“三公”经费支出表", heading, "公务接待费|3|2", "因公出国（境）费用|5|4")
    assert extraction.ledger.tables["raw_document"][0]["fiscal_year"] == "2024"
    assert [row[6:] for row in budgets(extraction)] == [("2", "3"), ("4", "5")]


# ------------------------------------------------------------------ numbers of tables, halves, parts of a heading


@pytest.mark.parametrize(
    "number", ["附表7 ", "表7 ", "表一 ", "表一：", "附表十一 ", "附：", "附件1：", "（一）", "一、"]
)
def test_the_number_of_a_table_takes_nothing_of_its_title(number: str) -> None:
    extraction = read(
        BUDGET_TITLE,
        f"{number}一般公共预算支出表",
        "单位：万元",
        "科目编码|科目名称|合计|基本支出|项目支出",
        "2010301|行政运行|3.00|2.00|1.00",
    )
    titles = {row["table_title"] for row in extraction.ledger.tables["raw_budget_account"]}
    assert titles == {"一般公共预算支出表"}


def test_a_budget_behind_final_accounts_is_no_final_account() -> None:
    extraction = read(
        FINAL_TITLE,
        "附：2024年部门预算收支总表",
        "单位：万元",
        "收入||支出|",
        "项目|预算数|项目|预算数",
        "一、事业收入|7.00|一、教育支出|7.00",
    )
    assert finals(extraction) == []
    assert budgets(extraction) == [
        ("revenue", "source", "", "一、事业收入", "", "", "7.00", ""),
        ("expenditure", "function", "", "一、教育支出", "", "", "7.00", ""),
    ]


def test_halves_of_one_table_have_one_title_and_unit() -> None:
    labels = ["合计|公务接待费|会议费|培训费"]
    extraction = read(
        FINAL_TITLE,
        "“三公”经费、会议费、培训费支出决算表",
        "单位：元",
        "预算数|||",
        *labels,
        "9.00|9.00|2.00|1.00",
        "决算数|||",
        *labels,
        "8.00|8.00|1.50|0.50",
    )
    rows = extraction.ledger.tables["raw_final_account"]
    assert {(row["table_title"], row["amount_unit"]) for row in rows} == {
        ("“三公”经费、会议费、培训费支出决算表", "元")
    }
    assert [(row["annual_budget"], row["final_account"]) for row in rows] == [
        ("9.00", ""),
        ("9.00", ""),
        ("2.00", ""),
        ("1.00", ""),
        ("", "8.00"),
        ("", "8.00"),
        ("", "1.50"),
        ("", "0.50"),
    ]


def test_what_follows_funds_carried_over_is_of_them_up_to_the_next_number() -> None:
    extraction = read(
        BUDGET_TITLE,
        "财政拨款收支总表",
        "单位：万元",
        "收入||支出|",
        "项目|预算数|项目|预算数",
        "一、本年收入|6.00|一、本年支出|7.00",
        "一般公共预算财政拨款|6.00|教育支出|7.00",
        "二、上年结转|1.00|二、结转下年|0.00",
        "一般公共预算财政拨款|1.00||",
    )
    assert [(*row[:2], row[3], row[6]) for row in budgets(extraction) if row[0] == "revenue"] == [
        ("revenue", "fiscal_balance", "一、本年收入", "6.00"),
        ("revenue", "fiscal_source", "一般公共预算财政拨款", "6.00"),
        ("revenue", "fiscal_balance", "二、上年结转", "1.00"),
        ("revenue", "fiscal_balance", "一般公共预算财政拨款", "1.00"),
    ]


def test_a_sum_of_the_current_year_is_no_function() -> None:
    extraction = read(
        BUDGET_TITLE,
        "收支总表",
        "单位：万元",
        "收入||支出|",
        "项目|预算数|项目|预算数",
        "一、事业收入|7.00|一、教育支出|7.00",
        "当年收入小计|7.00|当年支出小计|7.00",
    )
    assert budgets(extraction)[-1][:4] == ("expenditure", "balance", "", "当年支出小计")


def test_a_row_of_the_organization_in_a_table_of_units_and_items_is_its_sum() -> None:
    extraction = read(
        "示例县教育局2023年部门预算",
        "支出总表",
        "单位：万元",
        "功能科目编码|单位名称（功能科目名称）|合计|基本支出|项目支出",
        "|合计|3.00|2.00|1.00",
        "|示例县教育局|3.00|2.00|1.00",
        "205|教育支出|3.00|2.00|1.00",
    )
    assert [row[1:4] for row in budgets(extraction) if not row[4]] == [
        ("function_item", "", "合计"),
        ("unit_item", "", "示例县教育局"),
        ("function_item", "205", "教育支出"),
    ]
    assert unread(extraction) == []


def test_a_mere_among_them_above_columns_names_nothing() -> None:
    extraction = read(
        BUDGET_TITLE,
        "一般公共预算支出表",
        "单位：万元",
        "科目编码|科目名称|合计|其中：|",
        "|||基本支出|项目支出",
        "2050101|行政运行|3.00|2.00|1.00",
    )
    assert [row[4:] for row in budgets(extraction)] == [
        ("", "", "3.00", ""),
        ("basic", "", "2.00", ""),
        ("project", "", "1.00", ""),
    ]


@pytest.mark.parametrize(
    ("title", "rows", "expected"),
    [
        (
            "“三公”经费支出情况表",
            ["项目|2023年“三公”经费预算数", "共计|5.00", "1、公务接待费|5.00"],
            [("three_public", "three_public_total", "5.00"), ("three_public", "reception", "5.00")],
        ),
        (
            "机关运行经费支出表",
            ["科目编码|科目名称|机关运行经费支出", "302|商品和服务支出|5.00"],
            [("economic_item", "302", "5.00")],
        ),
        (
            "政府采购支出表",
            ["项目|预算数", "合计|5.00", "一、货物|2.00", "二、服务|3.00"],
            [("procurement", "", "5.00"), ("procurement", "", "2.00"), ("procurement", "", "3.00")],
        ),
    ],
)
def test_tables_of_one_column_of_amounts(title: str, rows: list[str], expected: list[Row]) -> None:
    extraction = read(BUDGET_TITLE, title, "单位：万元", *rows)
    assert [(row[1], row[2], row[6]) for row in budgets(extraction)] == expected


def test_three_classifications_beside_each_other_are_panels() -> None:
    extraction = read(
        BUDGET_TITLE,
        "收支总表",
        "单位：万元",
        "收入||支出|||",
        "项目|2023年预算|按功能科目|2023年预算|按经济科目|2023年预算",
        "一、财政拨款|8.00|一、教育支出|8.00|一、工资福利支出|8.00",
    )
    assert [(*row[:2], row[3], row[5], row[6]) for row in budgets(extraction)] == [
        ("revenue", "source", "一、财政拨款", "", "8.00"),
        ("expenditure", "function", "一、教育支出", "", "8.00"),
        ("expenditure", "economic", "一、工资福利支出", "", "8.00"),
    ]


def test_a_total_stands_merged_over_all_columns_before_the_amounts() -> None:
    extraction = read(
        BUDGET_TITLE,
        "项目支出表",
        "单位：万元",
        "类型|项目名称|项目单位|合计|本年拨款|||单位资金",
        "||||一般公共预算|政府性基金预算|国有资本经营预算|",
        "合计|||9.00|7.00|||2.00",
        "特定目标类|某项目|某局|9.00|7.00|||2.00",
    )
    amounts = [row[3:4] + row[5:7] for row in budgets(extraction)]
    assert amounts == [
        (name, source, amount)
        for name in ("合计", "某项目")
        for source, amount in (("", "9.00"), ("一般公共预算", "7.00"), ("单位资金", "2.00"))
    ]
    assert unread(extraction) == [("类型", "特定目标类", "no_column")]


@pytest.mark.parametrize("label", ["决算数占年初预算比例", "决算数占年初预算的比重", "占年初预算"])
def test_a_share_of_the_budget_is_no_budget(label: str) -> None:
    extraction = read(
        FINAL_TITLE,
        "支出决算表",
        "单位：万元",
        f"科目编码|科目名称|年初预算数|决算数|{label}",
        "2060101|行政运行|5.00|4.00|80",
    )
    assert finals(extraction) == [
        ("expenditure", "function_item", "2060101", "行政运行", "", "", "5.00", "", "4.00")
    ]
    assert unread(extraction) == [(label, "80", "no_column")]


def test_a_row_of_department_year_and_unit_is_above_the_table() -> None:
    extraction = read(
        FINAL_TITLE,
        "支出决算表",
        "部门：某局|2022年度|金额单位：元",
        "科目编码|科目名称|决算数",
        "2060101|行政运行|4.00",
    )
    (row,) = extraction.ledger.tables["raw_final_account"]
    assert (row["table_title"], row["amount_unit"], row["final_account"]) == ("支出决算表", "元", "4.00")
    assert unread(extraction) == []


HEADING = "科目编码|科目名称|决算数"


def test_a_table_without_a_unit_has_none_where_others_print_several() -> None:
    extraction = read(
        FINAL_TITLE,
        "支出决算表",
        "单位：元",
        HEADING,
        "2060101|行政运行|4.00",
        "财政拨款支出决算表",
        "单位：万元",
        HEADING,
        "2060101|行政运行|3.00",
        "一般公共预算财政拨款支出决算表",
        HEADING,
        "2060101|行政运行|2.00",
        "支出决算表",
        HEADING,
        "2060102|一般行政管理事务|1.00",
    )
    rows = extraction.ledger.tables["raw_final_account"]
    assert [(row["final_account"], row["amount_unit"]) for row in rows if row["final_account"]] == [
        ("4.00", "元"),
        ("3.00", "万元"),
        ("1.00", "元"),
    ]
    assert unread(extraction) == [("决算数", "2.00", "unknown_unit")]
    assert {row["amount_unit"] for row in rows if not row["final_account"]} == {""}


NOTES = [
    "注：本表金额单位为万元。",
    "注：2.本表以“万元”为金额单位（保留两位小数）。",
    "本表金额单位均为万元。",
]


@pytest.mark.parametrize("note", NOTES)
def test_a_note_below_a_table_names_its_unit_and_none_of_the_next_table(note: str) -> None:
    table = [HEADING, "2060101|行政运行|4.00"]
    extraction = read(
        FINAL_TITLE,
        *("支出决算表", "单位：元", *table),
        *("财政拨款支出决算表", *table, note),
        *("一般公共预算财政拨款支出决算表", *table),
    )
    rows = extraction.ledger.tables["raw_final_account"]
    assert [row["amount_unit"] for row in rows if row["final_account"]] == ["元", "万元"]
    assert unread(extraction) == [("决算数", "4.00", "unknown_unit")]


def test_a_unit_below_a_table_that_contradicts_the_one_above_leaves_it_unread() -> None:
    extraction = read(FINAL_TITLE, "支出决算表", "单位：元", HEADING, "2060101|行政运行|4.00", NOTES[0])
    assert unread(extraction) == [("决算数", "4.00", "unknown_unit")]


@pytest.mark.parametrize(
    "printed",
    [
        "（以万元为单位）",
        "金额：万元",
        "计量：万元",
        "（人民币：万元）",
        "金额单位：|万元",
        "单 位|万元",
        "金额单位|：万元",
        "部门|某局|单位|万元",
        "部门：|某局|金额单位：|万元",
    ],
)
def test_a_unit_is_printed_in_many_ways(printed: str) -> None:
    extraction = read(FINAL_TITLE, "支出决算表", printed, HEADING, "2060101|行政运行|4.00")
    assert extraction.ledger.tables["raw_document"][0]["amount_unit"] == "万元"
    assert [row[-1] for row in finals(extraction)] == ["4.00"]
    assert unread(extraction) == []


def test_a_table_of_another_unit_is_not_the_one_of_the_department() -> None:
    extraction = read(
        "示例县教育局2022年度部门决算",
        "支出决算表",
        "部门：示例县教育局 单位：万元",
        HEADING,
        "2060101|行政运行|4.00",
        "支出决算表",
        "部门：示例县第一中学 单位：万元",
        HEADING,
        "2060101|行政运行|3.00",
    )
    assert [row[-1] for row in finals(extraction)] == ["4.00"]
    assert {reason for _, _, reason in unread(extraction)} == {"other_organization"}


@pytest.mark.parametrize(("printed", "unit"), [("万", "万元"), ("亿", "亿元")])
def test_a_unit_can_be_short(printed: str, unit: str) -> None:
    extraction = read(FINAL_TITLE, "支出决算表", f"单位：{printed}", HEADING, "2060101|行政运行|4.00")
    (row,) = extraction.ledger.tables["raw_final_account"]
    assert row["amount_unit"] == unit
    assert extraction.ledger.tables["raw_document"][0]["organization_name"] == "某局"


def test_a_sentence_about_final_accounts_makes_no_final_accounts() -> None:
    extraction = read(
        "某局2023年部门收支情况公开",
        "部门收支总表",
        "单位：万元",
        "收入||支出|",
        "项目|金额|项目|金额",
        "一、事业收入|7.00|一、教育支出|7.00",
        "较2021年决算增加。",
    )
    assert [row for row in finals(extraction) if row[-1]] == []
    assert {reason for _, _, reason in unread(extraction)} == {"unknown_phase"}


def test_economic_classes_below_natures_are_none() -> None:
    extraction = read(
        FINAL_TITLE,
        "收入支出决算总表",
        "单位：万元",
        "收入|||支出||",
        "项目|行次|决算数|项目(按支出性质和经济分类)|行次|决算数",
        "一、事业收入|1|7.00|一、基本支出|60|7.00",
        "|||支出经济分类|70|7.00",
        "|||工资福利支出|71|7.00",
    )
    assert [row[1:4:2] for row in finals(extraction) if row[0] == "expenditure"] == [
        ("nature", "一、基本支出"),
        ("economic", "支出经济分类"),
        ("economic", "工资福利支出"),
    ]


# ------------------------------------------------------------------ projects, parts of an item, two catalogues


def test_a_project_is_no_item_by_function_and_what_sums_projects_up_is_no_project() -> None:
    extraction = read(
        BUDGET_TITLE,
        "项目支出表",
        "类型|项目名称|项目单位|合计|本年拨款||单位资金",
        "|||| 一般公共预算|政府性基金预算|",
        "合计|||9|8||1",
        "|某局||9|8||1",
        "特定目标类|养老项目|某局本级|6|6||",
        "特定目标类|救助经费|某局本级|3|2||1",
    )
    rows = budgets(extraction)
    assert {(row[1], row[3]) for row in rows} == {
        ("project", "合计"),
        ("unit_item", "某局"),
        ("project", "养老项目"),
        ("project", "救助经费"),
    }
    assert ("expenditure", "project", "", "救助经费", "", "单位资金", "1", "") in rows


@pytest.mark.parametrize(
    ("title", "item", "classification"),
    [
        ("部门项目支出明细表", "校园维修", "project"),
        ("部门项目支出明细表", "一、教育支出", "function"),
        ("基本支出和项目支出表", "校园维修", "function"),
    ],
)
def test_a_list_of_projects_is_known_by_its_title_and_names(
    title: str, item: str, classification: str
) -> None:
    extraction = read(BUDGET_TITLE, title, "项目|合计|一般公共预算拨款", f"{item}|3|3", "合计|3|3")
    assert {row[1] for row in budgets(extraction) if row[3] == item and not row[5]} == {classification}


def test_a_list_of_projects_needs_no_total_and_no_known_item() -> None:
    extraction = read(
        BUDGET_TITLE, "重点项目安排表", "序号|项目名称|预算金额|备注", "1|校园维修|3|", "2|设备购置|2|续建"
    )
    assert [row[1:4] + row[6:7] for row in budgets(extraction)] == [
        ("project", "", "校园维修", "3"),
        ("project", "", "设备购置", "2"),
    ]


def test_a_project_keeps_the_code_of_its_function() -> None:
    extraction = read(
        BUDGET_TITLE,
        "项目支出情况表",
        "科目编码|||科目名称|项目名称|合计|商品和服务支出|资本性支出（基本建设）",
        "类|款|项|||||",
        "213|03|05|水利工程建设|灌区改造项目|3||3",
        "合计|||||3||3",
    )
    construction = "资本性支出（基本建设）"
    assert budgets(extraction) == [
        ("expenditure", "project", "2130305", "灌区改造项目", "", "", "3", ""),
        ("expenditure", "project", "2130305", "灌区改造项目", "", construction, "3", ""),
        ("expenditure", "project", "", "合计", "", "", "3", ""),
        ("expenditure", "project", "", "合计", "", construction, "3", ""),
    ]


def test_a_project_stands_before_or_behind_its_function() -> None:
    extraction = read(
        BUDGET_TITLE,
        "项目支出明细表",
        "项目名称|支出功能科目||合计|一般公共预算",
        "|科目编码|科目名称||",
        "森林防火|2130234|林业草原防灾减灾|3|3",
    )
    assert [row[1:4] for row in budgets(extraction)] == [("project", "2130234", "森林防火")] * 2
    assert unread(extraction) == [("", "林业草原防灾减灾", "no_column")]


def test_an_item_by_function_is_parted_by_economic_class_and_by_kind_of_project() -> None:
    extraction = read(
        BUDGET_TITLE,
        "部门支出总体情况表",
        "科目编码|科目名称|合计|基本支出|||项目支出||",
        "|||小计|工资福利支出|商品和服务支出|小计|其他运转类|特定目标类",
        "201|一般公共服务支出|9|6|5|1|3|1|2",
    )
    assert [row[4:7] for row in budgets(extraction)] == [
        ("", "", "9"),
        ("basic", "", "6"),
        ("basic", "工资福利支出", "5"),
        ("basic", "商品和服务支出", "1"),
        ("project", "", "3"),
        ("project", "其他运转类", "1"),
        ("project", "特定目标类", "2"),
    ]


def test_this_years_spending_is_a_part_beside_a_total() -> None:
    extraction = read(
        BUDGET_TITLE,
        "部门收支总体情况表",
        "收入||支出||||",
        "项目|金额|项目|合计|本年支出||上年结转",
        "||||小计|一般公共预算|",
        "一般公共预算|8|一、基本支出|9|8|8|1",
    )
    assert [row[3:7] for row in budgets(extraction)] == [
        ("一般公共预算", "", "", "8"),
        ("一、基本支出", "", "", "9"),
        ("一、基本支出", "", "本年支出", "8"),
        ("一、基本支出", "", "一般公共预算", "8"),
        ("一、基本支出", "", "上年结转", "1"),
    ]


def test_of_two_catalogues_whose_names_hold_their_codes_that_of_departments_counts() -> None:
    extraction = read(
        BUDGET_TITLE,
        "一般公共预算基本支出预算表",
        "部门预算支出经济分类|政府预算支出经济分类|合计|人员经费|公用经费",
        "合计||9|8|1",
        "301-工资福利支出|505-对事业单位经常性补助|8|8|",
    )
    assert budgets(extraction) == [
        ("expenditure", "economic_item", "", "合计", "", "", "9", ""),
        ("expenditure", "economic_item", "", "合计", "basic_personnel", "", "8", ""),
        ("expenditure", "economic_item", "", "合计", "basic_public", "", "1", ""),
        ("expenditure", "economic_item", "301", "工资福利支出", "", "", "8", ""),
        ("expenditure", "economic_item", "301", "工资福利支出", "basic_personnel", "", "8", ""),
    ]


def test_a_total_with_what_is_carried_over_is_no_item_among_coded_names() -> None:
    extraction = read(
        BUDGET_TITLE,
        "部门收支总体情况表",
        "收入||支出|",
        "项目|预算数|功能分类|预算数",
        "财政拨款|9|201 一般公共服务支出|8",
        "||结转下年|1",
        "收入总计|9|支出总计|9",
    )
    assert [row[1:4] + row[6:7] for row in budgets(extraction)] == [
        ("source", "", "财政拨款", "9"),
        ("function_item", "201", "一般公共服务支出", "8"),
        ("balance", "", "结转下年", "1"),
        ("balance", "", "收入总计", "9"),
        ("balance", "", "支出总计", "9"),
    ]


def test_a_column_of_the_year_alone_has_the_phase_of_the_other_columns_of_its_year() -> None:
    extraction = read(
        BUDGET_TITLE,
        "一般公共预算拨款“三公”经费及会议费支出预算表",
        "单位名称|2022年|||2023年||",
        "|合计|“三公”经费预算|会议费|合计|“三公”经费预算|会议费",
        "合计|5|4|1|7|6|1",
    )
    assert [row[3:4] + row[6:] for row in budgets(extraction)] == [
        ("合计", "7", "5"),
        ("“三公”经费预算", "6", "4"),
        ("会议费", "1", "1"),
    ]


def test_a_row_of_a_year_has_the_phase_that_a_column_names() -> None:
    extraction = read(
        BUDGET_TITLE,
        "财政拨款“三公”经费支出表",
        "年份|“三公”经费财政拨款预算总额|因公出国（境）费用|公务接待费",
        "2022年|6|4|2",
        "2023年|5|4|1",
    )
    assert [row[2:3] + row[6:] for row in budgets(extraction)] == [
        ("three_public_total", "", "6"),
        ("abroad", "", "4"),
        ("reception", "", "2"),
        ("three_public_total", "5", ""),
        ("abroad", "4", ""),
        ("reception", "1", ""),
    ]


def test_the_heading_that_a_page_break_repeats_is_no_table_of_its_own() -> None:
    heading = (
        "项目|||||一般公共预算支出",
        "功能分类科目编码|||功能分类科目名称|合计|基本支出",
        "类|款|项|||",
    )
    title = "部门一般公共预算支出功能分类预算表"
    extraction = read(
        BUDGET_TITLE, title, "单位：元", *heading, "210|||卫生健康支出|3|3", *heading, "210|11||医疗|3|3"
    )
    rows = extraction.ledger.tables["raw_budget_account"]
    assert {(row["table_title"], row["amount_unit"]) for row in rows} == {(title, "元")}
    assert {row["item_code"] for row in rows} == {"210", "21011"}
    assert unread(extraction) == []


@pytest.mark.parametrize(
    ("title", "prefix"), [("收入支出决算总表", ""), ("财政拨款收入支出决算总表", "fiscal_")]
)
def test_a_list_of_both_sides_turns_where_spending_begins(title: str, prefix: str) -> None:
    extraction = read(
        FINAL_TITLE,
        title,
        "项目|行次|决算数",
        "一、财政拨款收入|1|9",
        "年初结转和结余|2|1",
        "收入总计|3|10",
        "一、教育支出|4|8",
        "本年支出合计|5|8",
        "年末结转和结余|6|2",
        "支出总计|7|10",
    )
    assert [(row[0], row[1].removeprefix(prefix), row[3], row[8]) for row in finals(extraction)] == [
        ("revenue", "source", "一、财政拨款收入", "9"),
        ("revenue", "balance", "年初结转和结余", "1"),
        ("revenue", "balance", "收入总计", "10"),
        ("expenditure", "function", "一、教育支出", "8"),
        ("expenditure", "balance", "本年支出合计", "8"),
        ("expenditure", "balance", "年末结转和结余", "2"),
        ("expenditure", "balance", "支出总计", "10"),
    ]
    assert all(row[1].startswith(prefix) for row in finals(extraction))


def test_a_heading_without_its_merged_cells_binds_no_amount_if_two_divisions_fit() -> None:
    extraction = read(
        BUDGET_TITLE,
        "一般公共预算支出表",
        "单位：万元",
        # What the text should print: "功能分类科目||2022年执行数|2023年预算数|||增减".
        "功能分类科目|2022年执行数|2023年预算数|增减",
        "科目编码|科目名称||小计|基本支出|项目支出|增减额|增减%",
        "201|公共服务|1|2|3|4|5|6",
    )
    assert [row[6:] for row in budgets(extraction)] == [("", "")]
    reasons = [reason for _, text, reason in unread(extraction) if text in set("123456")]
    assert len(reasons) == 6
    assert set(reasons) <= {"ambiguous_heading", "no_column"}


def test_labels_of_a_text_that_dropped_merged_cells_are_spread_over_their_columns() -> None:
    extraction = read(
        BUDGET_TITLE,
        "一般公共预算支出表",
        "单位：万元",
        "科目编码|科目名称|上年预算数|预算数",
        "||小计|基本支出|项目支出|小计|基本支出|项目支出",
        "201|公共服务|1|2|3|4|5|6",
    )
    assert [(row[1], row[4], row[6:]) for row in budgets(extraction)] == [
        ("function_item", "", ("4", "1")),
        ("nature_item", "basic", ("5", "2")),
        ("nature_item", "project", ("6", "3")),
    ]


def test_a_text_without_the_merged_cells_of_three_rows_of_labels_is_read_as_it_was_drawn() -> None:
    revenue = drawn(
        "项目|<|本年收入合计|财政拨款收入|事业收入|<|其他收入",
        "功能分类科目编码|科目名称|^|^|小计|其中：教育收费|^",
        "合计|<|320.5|318||1.5|1",
        "20108|审计事务|320.5|318||1.5|1",
    )
    public = drawn(
        "项目|财政拨款安排的“三公”经费|<|<|<|<|<|会议费",
        "^|小计|因公出国（境）费用|公务接待费|公务用车购置及运行维护费|<|<|^",
        "^|^|^|^|小计|公务用车购置费|公务用车运行维护费|^",
        "预算数|8||3|5||5|0.5",
        "决算数|6.5||1.8|4.7||4.7|0.3",
    )
    parts = [FINAL_TITLE, "单位：万元", "收入决算表", revenue, "“三公”经费及会议费支出决算表", public]
    text, page = (
        extract_document(read_bytes(FORMATS[suffix](parts), f"d.{suffix}")) for suffix in ("txt", "html")
    )
    assert [(row[3], row[5], row[8]) for row in finals(text)][:4] == [
        ("合计", "", "320.5"),
        ("合计", "财政拨款收入", "318"),
        ("合计", "其中：教育收费", "1.5"),
        ("合计", "其他收入", "1"),
    ]
    assert finals(text) == finals(page)
    assert unread(text) == []


def test_a_title_right_above_a_heading_is_no_label_of_it() -> None:
    title = "表四 “三公”经费预算表（单位：元）"
    sheet = drawn(f"{title}|<|<", "项目|2022年预算|2023年预算", "公务接待费|3|2", "合计|3|2")
    extraction = extract_document(read_bytes(FORMATS["xlsx"]([BUDGET_TITLE, sheet]), "d.xlsx"))
    assert [row[2:4] + row[6:] for row in budgets(extraction)] == [
        ("reception", "公务接待费", "2", "3"),
        ("three_public_total", "合计", "2", "3"),
    ]


@pytest.mark.parametrize("titles", ["支出决算表|||收入决算表|", "收入支出决算表"])
def test_two_tables_side_by_side_have_each_its_own_side(titles: str) -> None:
    extraction = read(
        FINAL_TITLE,
        titles,
        "单位：万元|||单位：万元|",
        "科目编码|科目名称|本年支出合计|科目编码|科目名称|本年收入合计",
        "205|教育支出|8.00|205|教育支出|9.00",
    )
    assert [(row[0], row[1], row[-1]) for row in finals(extraction)] == [
        ("expenditure", "function_item", "8.00"),
        ("revenue", "source_item", "9.00"),
    ]
    named = [row["table_title"] for row in extraction.ledger.tables["raw_final_account"]]
    assert named == (["收入支出决算表"] * 2 if titles == "收入支出决算表" else ["支出决算表", "收入决算表"])


def test_two_tables_side_by_side_of_which_nothing_names_the_side_stay_unread() -> None:
    extraction = read(
        FINAL_TITLE,
        "收入支出决算表",
        "单位：万元",
        "科目编码|科目名称|决算数|科目编码|科目名称|决算数",
        "205|教育支出|8.00|205|教育支出|9.00",
    )
    assert unread(extraction) == [
        ("决算数", "8.00", "ambiguous_heading"),
        ("决算数", "9.00", "ambiguous_heading"),
    ]


def test_two_sides_stand_over_their_columns_where_a_text_left_the_merged_cells_out() -> None:
    extraction = read(
        FINAL_TITLE,
        "收入支出决算总表",
        "收入|支出",
        "项目|行次|决算数|项目|行次|决算数",
        "栏次||1|栏次||2",
        "一、财政拨款|1|9|一、教育支出|31|8",
    )
    assert [row[:2] + row[3:4] + row[8:] for row in finals(extraction)] == [
        ("revenue", "source", "一、财政拨款", "9"),
        ("expenditure", "function", "一、教育支出", "8"),
    ]
    assert unread(extraction) == []


@pytest.mark.parametrize(
    ("earlier", "year"),
    [("2022年决算数", "2023年预算数"), ("上年决算数", "2023年预算数"), ("上年决算数", "本年预算数")],
)
def test_a_budget_beside_the_final_account_of_the_year_before_is_a_budget(earlier: str, year: str) -> None:
    extraction = read(
        BUDGET_TITLE,
        "部门支出总表",
        "单位：万元",
        f"科目编码|科目名称|{earlier}|{year}",
        "201|一般公共服务支出|300.00|320.00",
        "|合计|300.00|320.00",
    )
    assert finals(extraction) == []
    assert [row[-2:] for row in budgets(extraction)] == [("320.00", ""), ("320.00", "")]


@pytest.mark.parametrize(
    "heading",
    [
        "一、2022年部门决算情况",
        "附：2022年度部门决算",
        "（2）2022年“三公”经费决算情况",
        "一、2022年预算执行及决算情况",
        "部门预算与2022年决算对比情况说明",
    ],
)
@pytest.mark.parametrize("title", ["部门收支总表", "2023年部门收支总表"])
@pytest.mark.parametrize("amount", ["预算数", "2023年预算数", "金额"])
def test_a_heading_about_last_year_makes_no_final_account_of_a_budget(
    heading: str, title: str, amount: str
) -> None:
    extraction = read(
        BUDGET_TITLE,
        heading,
        title,
        "单位：万元",
        "收入||支出|",
        f"项目|{amount}|项目|{amount}",
        "一、一般公共预算拨款收入|9.00|一、教育支出|8.00",
    )
    assert finals(extraction) == []
    assert [row[-2:] for row in budgets(extraction)] == [("9.00", ""), ("8.00", "")]


def test_a_budget_of_next_year_behind_a_final_account_is_a_budget() -> None:
    table = ["单位：万元", "收入||支出|", "项目|预算数|项目|预算数", "收入总计|9.00|支出总计|8.00"]
    extraction = read(FINAL_TITLE, "四、2023年部门预算情况", "部门收支总表", *table)
    assert finals(extraction) == []
    assert [row[-2:] for row in budgets(extraction)] == [("9.00", ""), ("8.00", "")]


def test_a_title_of_both_phases_leaves_it_to_the_columns() -> None:
    table = ["部门收支总表", "单位：万元", "收入||支出|", "项目|{0}|项目|{0}", "收入总计|9.00|支出总计|8.00"]
    title = "某局2023年部门预算及2022年度部门决算公开"
    extraction = read(title, *(part.format("预算数") for part in table))
    assert finals(extraction) == []
    assert [row[-2:] for row in budgets(extraction)] == [("9.00", ""), ("8.00", "")]


def test_a_final_account_beside_its_budget_and_that_of_the_year_before_is_a_final_account() -> None:
    extraction = read(
        FINAL_TITLE,
        "支出决算表",
        "单位：万元",
        "科目编码|科目名称|2021年决算数|2022年预算数|2022年决算数",
        "201|一般公共服务支出|280.00|320.00|310.00",
        "|合计|280.00|320.00|310.00",
    )
    assert budgets(extraction) == []
    assert [row[-1] for row in finals(extraction)] == ["310.00", "310.00"]


# ------------------------------------------------------------------ codes that are glued to names


PROJECTS = f"{BUDGET_TITLE}项目支出表"
AUDITS = [
    ("expenditure", "project", "2010804", "审计专项", "", "", "50.00", ""),
    ("expenditure", "project", "2010805", "办案经费", "", "", "20.00", ""),
    ("expenditure", "project", "", "合计", "", "", "70.00", ""),
]


@pytest.mark.parametrize(
    "rows",
    [
        (
            "功能分类科目|项目名称|预算数",
            "2010804审计业务|审计专项|50.00",
            "2010805审计管理|办案经费|20.00",
            "合计||70.00",
        ),
        (
            "科目编码|科目名称|项目名称|预算数",
            "2010804|审计业务|审计专项|50.00",
            "2010805|审计管理|办案经费|20.00",
            "|合计||70.00",
        ),
    ],
)
def test_a_project_has_the_code_of_the_function_beside_it_and_a_total_any_place(
    rows: tuple[str, ...],
) -> None:
    extraction = extract_document(
        read_bytes(FORMATS["xlsx"]((PROJECTS, "单位：万元", drawn(*rows))), name="d.xlsx")
    )
    assert budgets(extraction) == AUDITS


def test_the_sum_of_a_function_among_projects_is_no_project() -> None:
    rows = ("科目（项目）名称|合计", "2010804审计业务|50.00", "审计专项|50.00", "合计|50.00")
    extraction = extract_document(
        read_bytes(FORMATS["xlsx"]((PROJECTS, "单位：万元", drawn(*rows))), name="d.xlsx")
    )
    assert [row[1:4] for row in budgets(extraction)] == [
        ("function_item", "2010804", "审计业务"),
        ("project", "", "审计专项"),
        ("project", "", "合计"),
    ]


@pytest.mark.parametrize("heading", ["科目编码及名称", "科目编码名称", "功能科目名称及编码"])
def test_code_and_name_can_share_a_heading(heading: str) -> None:
    rows = (f"{heading}|合计|基本支出", "2010804审计业务|50.00|20.00", "合计|50.00|20.00")
    extraction = extract_document(
        read_bytes(FORMATS["xlsx"]((f"{BUDGET_TITLE}支出总表", "单位：万元", drawn(*rows))), name="d.xlsx")
    )
    assert ("expenditure", "function_item", "2010804", "审计业务", "", "", "50.00", "") in budgets(extraction)


# ------------------------------------------------------------------ sub-totals of 三公 spending

CARS = "公务用车购置及运行费"


def _three_public(*rows: str) -> list[tuple[str, str, str]]:
    parts = (FINAL_TITLE, "“三公”经费支出决算表", "单位：万元", drawn(*rows))
    extraction = extract_document(read_bytes(FORMATS["xlsx"](parts), name="d.xlsx"))
    return [
        (row["item_code"], row["item_name"], row["final_account"])
        for row in extraction.ledger.tables["raw_final_account"]
        if row["item_code"] in {"vehicle", "three_public_total"}
    ]


def test_a_column_of_a_subtotal_has_the_code_of_its_group() -> None:
    found = _three_public(
        "决算数|<|<|<|<|<",
        f"合计|因公出国（境）费|{CARS}|<|<|公务接待费",
        "^|^|小计|公务用车购置费|公务用车运行费|^",
        "11.00|0|9.50|0|9.50|1.50",
    )
    assert found == [("three_public_total", "合计", "11.00"), ("vehicle", "小计", "9.50")]


def test_a_row_of_a_subtotal_below_the_total_is_that_of_the_cars() -> None:
    found = _three_public(
        "项目|预算数|决算数",
        "合计|12.00|11.00",
        "因公出国（境）费|0|0",
        "小计|10.00|9.50",
        "公务用车购置费|0|0",
        "公务用车运行费|10.00|9.50",
        "公务接待费|2.00|1.50",
    )
    assert found == [("three_public_total", "合计", "11.00"), ("vehicle", "小计", "9.50")]


@pytest.mark.parametrize("amount", ["13800000000", "12.00"])
def test_a_person_below_a_table_is_no_item_of_it(amount: str) -> None:
    rows = ("项目|决算数|项目|决算数", "总计|5.1|总计|5.2", f"张三|{amount}||")
    parts = (FINAL_TITLE, "收入支出决算总表", "单位：万元", "经办人：张三", drawn(*rows))
    extraction = extract_document(read_bytes(FORMATS["xlsx"](parts), name="d.xlsx"))
    emitted = extraction.ledger.tables["raw_final_account"]
    assert {row["item_name"] for row in emitted} <= {"总计", "张三"}
    assert all(row["item_name"] for row in emitted)


@pytest.mark.parametrize("number", ["预算02表", "部门公开02表", "（公开1-2表）"])
def test_the_number_of_a_table_is_no_title(number: str) -> None:
    extraction = read(
        BUDGET_TITLE, "部门支出预算表", number, "单位：元", "科目编码|科目名称|合计", "213|农林水支出|10"
    )
    tables = extraction.ledger.tables["raw_budget_account"]
    assert [(row["table_title"], row["budget"]) for row in tables] == [("部门支出预算表", "10")]


def test_spending_of_a_unit_from_its_own_funds_is_a_part_of_them() -> None:
    sheet = drawn(
        "科目编码|科目名称|合计|一般公共预算|单位资金|<",
        "^|^|^|^|小计|事业支出",
        "213|农林水支出|10|8|2|2",
    )
    title = "2024年部门支出预算表"
    extraction = extract_document(read_bytes(FORMATS["xlsx"](["单位：元", title, sheet]), "d.xlsx"))
    tables = extraction.ledger.tables["raw_budget_account"]
    assert [(row["fund_source"], row["budget"]) for row in tables] == [
        ("", "10"),
        ("一般公共预算", "8"),
        ("单位资金", "2"),
        ("事业支出", "2"),
    ]


def test_a_list_of_purchases_has_its_amounts_below_the_budget_of_the_purchase() -> None:
    extraction = read(
        "2024年部门预算",
        "政府采购预算表",
        "单位：万元",
        "单位名称|项目名称|采购品目|数量|计量单位|采购预算金额|一般公共预算",
        "|合计||||6|6",
        "某县住建局|办公设备|台式计算机|10|台|6|6",
    )
    tables = extraction.ledger.tables["raw_budget_account"]
    assert [(row["item_name"], row["fund_source"], row["budget"]) for row in tables] == [
        ("合计", "", "6"),
        ("合计", "一般公共预算", "6"),
        ("办公设备", "", "6"),
        ("办公设备", "一般公共预算", "6"),
    ]


def test_units_and_their_projects_can_share_a_column() -> None:
    extraction = read(
        "某县住建局2024年部门预算",
        "专项资金预算汇总表",
        "单位：万元",
        "单位代码|单位（专项）名称|总计|一般公共预算|政府性基金",
        "|合计|30|20|10",
        "305001|某县住建局|30|20|10",
        "|城市维护|20|20|",
    )
    tables = extraction.ledger.tables["raw_budget_account"]
    assert [(r["classification"], r["item_name"], r["fund_source"], r["budget"]) for r in tables] == [
        ("project", "合计", "", "30"),
        ("project", "合计", "一般公共预算", "20"),
        ("project", "合计", "政府性基金", "10"),
        ("unit_item", "某县住建局", "", "30"),
        ("unit_item", "某县住建局", "一般公共预算", "20"),
        ("unit_item", "某县住建局", "政府性基金", "10"),
        ("project", "城市维护", "", "20"),
        ("project", "城市维护", "一般公共预算", "20"),
    ]


def test_a_list_of_projects_names_them_by_the_unit_that_uses_the_funds() -> None:
    extraction = read(
        "2024年某市交通局部门预算",
        "项目支出预算表",
        "单位：万元",
        "支出项目类别（资金使用单位）|总计|一般公共预算",
        "合计|20|20",
        "公路养护专项|20|20",
    )
    tables = extraction.ledger.tables["raw_budget_account"]
    assert [(row["item_name"], row["fund_source"], row["budget"]) for row in tables] == [
        ("合计", "", "20"),
        ("合计", "一般公共预算", "20"),
        ("公路养护专项", "", "20"),
        ("公路养护专项", "一般公共预算", "20"),
    ]


def test_a_heading_of_very_many_columns_ends() -> None:
    upper = "科目编码|科目名称|" + "|".join(["预算数"] * 1200)
    lower = "||" + "|".join(["小计|基本支出"] * 1200)
    extraction = read(BUDGET_TITLE, "支出表", "单位：万元", upper, lower, "201|公共服务|1|2")
    assert [row[6:] for row in budgets(extraction)] in ([], [("", "")])
