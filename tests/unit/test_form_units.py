"""The unit of each amount of a form's funds is the one that is printed nearest to it. All figures are made up."""

from __future__ import annotations

import pytest
from drawn_documents import FORMATS, Part, Table
from drawn_documents import table as drawn

from ingestion.extract import Extraction, extract_document
from ingestion.read import read_bytes
from ingestion.units import captioned_units, labelled_units

TITLE = "2023年度项目支出绩效自评表"
SUFFIXES = ("txt", "csv", "xlsx")
FORM, FUND, UNREAD = "raw_self_evaluation", "raw_self_evaluation_fund", "raw_unread_cell"
AMOUNTS = ("initial_budget", "annual_budget", "executed", "amount_unit")


def form(*funds: str, above: tuple[str, ...] = (), below: tuple[str, ...] = ()) -> Table:
    """Return a form of seven columns with these rows of funds."""
    return drawn(
        "项目名称|设备购置|<|<|<|<|<",
        *above,
        *funds,
        "一级指标|二级指标|三级指标|指标值|完成值|分值|得分",
        "产出指标|数量指标|购置设备|18台|18台|90|90",
        *below,
    )


WITHOUT_UNIT = form(
    "项目资金||年初预算数|全年预算数|全年执行数|分值|得分", "^|年度资金总额|10|12|11.8|10|9.8"
)
IN_WAN = form(
    "项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|得分", "^|年度资金总额|10|12|11.8|10|9.8"
)


def read(suffix: str, *parts: Part) -> Extraction:
    """Read paragraphs and tables from a document of one format."""
    return extract_document(read_bytes(FORMATS[suffix](parts), name=f"form.{suffix}"))


def rows(extraction: Extraction, table: str, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in extraction.ledger.tables[table]]


def unit(extraction: Extraction) -> str:
    """Return the document's unit."""
    return extraction.ledger.tables["raw_document"][0]["amount_unit"]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("金额单位:人民币万元", {"万元"}),
        ("单位：人民币 万元", {"万元"}),
        ("单位：万元（人民币）", {"万元"}),
        ("（单位：人民币元）", {"元"}),
        ("填报单位：某局 金额单位：千元", {"千元"}),
        ("注：本表金额单位为万元", {"万元"}),
        ("单位：亿", {"亿元"}),
        ("单位：万美元", {"?"}),
        ("单位：元某镇政府", set()),
        ("单位：万人", set()),
        ("单位：元/人", set()),
    ],
)
def test_a_caption_names_the_unit_of_amounts(text: str, units: set[str]) -> None:
    assert captioned_units(text) == units


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("项目资金（单位：元）", {"元"}),
        ("全年预算数（A，万元）", {"万元"}),
        ("年初预算数/万元", {"万元"}),
        ("执行率（%）", set()),
        ("补助（元/人）", set()),
        ("其中：单元改造", set()),
    ],
)
def test_a_label_names_the_unit_of_its_amounts(text: str, units: set[str]) -> None:
    assert labelled_units([text]) == units


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_column_of_amounts_has_its_own_unit(suffix: str) -> None:
    funds = form(
        "项目资金||年初预算数（万元）|全年预算数（万元）|全年执行数（元）|分值|得分",
        "^|年度资金总额|10|12|118000|10|9.8",
    )
    assert rows(read(suffix, TITLE, funds), FUND, *AMOUNTS) == [("10", "12", "118000元", "万元")]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("title", ["项目资金（元）", "项目资金"])
def test_an_amount_between_two_units_stays_unread(suffix: str, title: str) -> None:
    funds = form(
        f"{title}||年初预算数（万元）|全年预算数|全年执行数|分值|得分", "^|年度资金总额|10|12|11.8|10|9.8"
    )
    extraction = read(suffix, TITLE, "单位：元", funds)
    assert rows(extraction, FUND, *AMOUNTS) == [("10", "", "", "万元")]
    assert rows(extraction, UNREAD, "cell_text", "column_label", "reason_code") == [
        ("12", "全年预算数", "unknown_unit"),
        ("11.8", "全年执行数", "unknown_unit"),
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_unit_of_the_funds_goes_before_one_around_them_and_both_are_named(suffix: str) -> None:
    extraction = read(suffix, TITLE, "单位：元", IN_WAN)
    assert rows(extraction, FUND, *AMOUNTS) == [("10", "12", "11.8", "万元")]
    (doubt,) = extraction.ledger.doubts
    assert "万元" in doubt
    assert "印有元" in doubt


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_unit_of_another_form_is_not_taken(suffix: str) -> None:
    extraction = read(suffix, TITLE, IN_WAN, TITLE, WITHOUT_UNIT)
    assert rows(extraction, FUND, "amount_unit") == [("万元",), ("",)]
    assert unit(extraction) == ""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_unit_above_all_forms_is_that_of_each_unless_one_prints_another(suffix: str) -> None:
    assert unit(read(suffix, TITLE, "金额单位：万元", WITHOUT_UNIT, TITLE, WITHOUT_UNIT)) == "万元"
    other = (TITLE, "金额单位：元", WITHOUT_UNIT)
    assert unit(read(suffix, TITLE, "金额单位：万元", WITHOUT_UNIT, TITLE, WITHOUT_UNIT, *other)) == ""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_note_below_a_form_names_its_unit_and_not_that_of_the_next(suffix: str) -> None:
    note = "注：本表金额单位为元"
    noted = form(
        "项目资金||年初预算数|全年预算数|全年执行数|分值|得分",
        "^|年度资金总额|10|12|11.8|10|9.8",
        below=("总分|<|<|<|<|100|99.8", f"{note}|<|<|<|<|<|<"),
    )
    assert rows(read(suffix, TITLE, noted), FUND, "amount_unit") == [("元",)]
    beside = read("txt", TITLE, WITHOUT_UNIT, note, TITLE, WITHOUT_UNIT)
    assert rows(beside, FUND, "amount_unit") == [("元",), ("",)]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("caption", ["金额单位：千元", "（千元）"])
def test_a_unit_behind_the_pairs_of_a_header_is_no_part_of_them(suffix: str, caption: str) -> None:
    funds = ("项目资金||年初预算数|全年预算数|全年执行数|分值|得分", "^|年度资金总额|10|12|11.8|10|9.8")
    extraction = read(
        suffix, TITLE, form(*funds, above=(f"主管部门|某县教育局|实施单位|某县第一小学|{caption}|<|<",))
    )
    assert rows(extraction, FORM, "competent_unit", "implementing_unit") == [("某县教育局", "某县第一小学")]
    assert rows(extraction, FUND, "amount_unit") == [("千元",)]
    assert rows(extraction, UNREAD, "cell_text") == []


def test_an_amount_in_yi_is_one() -> None:
    funds = form(
        "项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|得分",
        "^|年度资金总额|1.2亿|1.3亿元|12800|10|9.8",
    )
    extraction = read("txt", TITLE, funds)
    assert rows(extraction, FUND, *AMOUNTS) == [("1.2亿", "1.3亿元", "12800", "万元")]
    assert rows(extraction, UNREAD, "cell_text") == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_row_s_own_unit_is_not_that_of_the_others_where_the_block_has_one(suffix: str) -> None:
    funds = form(
        "项目资金（万元）||年初预算数|全年预算数|全年执行数|分值|得分",
        "^|年度资金总额|10|12|11.8|10|9.8",
        "^|其中：地方资金（元）|100000|120000|118000|—|—",
    )
    assert rows(read(suffix, TITLE, funds), FUND, *AMOUNTS) == [
        ("10", "12", "11.8", "万元"),
        ("100000", "120000", "118000", "元"),
    ]


@pytest.mark.parametrize("caption", ["单位：万美元", "（单位：人民币元）"])
def test_a_unit_of_money_is_no_organization(caption: str) -> None:
    extraction = read("txt", TITLE, caption, WITHOUT_UNIT)
    assert extraction.ledger.tables["raw_document"][0]["organization_name"] == ""


def test_amounts_in_another_currency_stay_unread() -> None:
    extraction = read("txt", TITLE, "单位：万美元", WITHOUT_UNIT)
    assert rows(extraction, FUND, *AMOUNTS) == [("", "", "", "")]
    assert rows(extraction, UNREAD, "reason_code") == [("unknown_unit",)] * 3
