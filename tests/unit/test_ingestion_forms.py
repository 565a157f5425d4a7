"""Forms that are damaged in one place: the cell stays unread, and everything else is loaded."""

from __future__ import annotations

import pytest
from ingestion_documents import disclosure, extract_text, form, line_of

from ingestion.form_labels import label_of

FUND = "raw_self_evaluation_fund"
INDICATOR = "raw_self_evaluation_indicator"


@pytest.mark.parametrize(
    ("row", "printed", "damaged"),
    [
        ("output", "|产出指标|数量指标|参加人数|≥1OO人|96人|40|38|下雨", "≥1OO人"),
        ("output", "|产出指标|数量指标|参加人数|≥100人|9l人|40|38|下雨", "9l人"),
        ("satisfaction", "|满意度指标|服务对象满意度指标|满意率|≥9O%|95%|10|10|", "≥9O%"),
        ("satisfaction", "|满意度指标|服务对象满意度指标|满意率|≥90%|IO%|10|10|", "IO%"),
        ("quality", "||质量指标|安全|无\ufffd故|无事故|40|40|", "无\ufffd故"),
        ("quality", "||质量指标|安全|无事故|(cid:1234)|40|40|", "(cid:1234)"),
        ("quality", "||质量指标|完成时间|l2月底|12月|40|40|", "l2月底"),
        ("output", "|产出指标|数量指标|参加人数|≥1B0人|96人|40|38|下雨", "≥1B0人"),
        ("output", "|产出指标|数量指标|参加人数|≥100人|1S6人|40|38|下雨", "1S6人"),
        ("satisfaction", "|满意度指标|服务对象满意度指标|满意率|≥90%|9Z5%|10|10|", "9Z5%"),
    ],
)
def test_characters_that_were_read_wrong_are_never_guessed(row: str, printed: str, damaged: str):
    text = disclosure(form(), form(**{row: printed}))
    tables = extract_text(text).ledger.tables
    [unread] = tables["raw_unread_cell"]
    assert (unread["cell_text"], unread["reason_code"]) == (damaged, "damaged")
    assert (unread["form_no"], unread["source_line"]) == ("2", str(line_of(text, damaged)))
    assert [row["reading"] for row in tables["raw_self_evaluation"]] == ["complete", "partial"]
    [indicator] = [row for row in tables[INDICATOR] if row["source_line"] == unread["source_line"]]
    assert damaged not in indicator.values()
    assert indicator["weight"] in printed.split("|")


@pytest.mark.parametrize(
    "target",
    ["PM2.5达标", "CO2排放", "O2O平台上线", "IP地址", "A4纸", "5G基站", "I类", "4S店", "B2B平台", "3B号楼"],
)
def test_a_name_with_letters_is_no_damaged_number(target: str):
    extraction = extract_text(disclosure(form(quality=f"||质量指标|安全|{target}|完成|40|40|")))
    assert extraction.refusals == []
    assert extraction.ledger.tables[INDICATOR][1]["target"] == target


def test_amounts_that_ran_together_are_parted_where_the_arithmetic_leaves_one_way():
    row = "|年度资金总额|194.9194.9100%|10"
    heading = "项目资金(万元)||全年预算数|全年执行数|执行率|分值"
    extraction = extract_text(
        disclosure(
            form(
                fund_heading=heading, fund_total=row, fund_current=None, fund_carryover=None, fund_other=None
            )
        )
    )
    assert extraction.refusals == []
    [fund] = extraction.ledger.tables[FUND]
    assert (fund["annual_budget"], fund["executed"], fund["execution_rate"], fund["weight"]) == (
        "194.9",
        "194.9",
        "100%",
        "10",
    )


@pytest.mark.parametrize("joined", ["194.9190.0100%", "11111100%", "194.9194.9"])
def test_amounts_that_ran_together_otherwise_stay_unread(joined: str):
    heading = "项目资金(万元)||年初预算数|全年预算数|全年执行数|执行率|分值"
    text = disclosure(
        form(),
        form(
            fund_heading=heading,
            fund_total=f"|年度资金总额|{joined}|10",
            fund_current=None,
            fund_carryover=None,
            fund_other=None,
        ),
    )
    tables = extract_text(text).ledger.tables
    unread = {row["cell_text"] for row in tables["raw_unread_cell"]}
    assert unread == {"年度资金总额", joined, "10"}
    assert [row for row in tables[FUND] if row["form_no"] == "2"] == []


@pytest.mark.parametrize(
    ("label", "source"),
    [
        ("年度资金总额：", "年度资金总额"),
        ("年度资金总额:", "年度资金总额"),
        ("項目資金總額：", "项目资金总额"),
        ("资金总额", "资金总额"),
        ("年度财政资金总额", "年度财政资金总额"),
        ("合计", "合计"),
    ],
)
def test_a_total_of_funds_keeps_its_printed_label(label: str, source: str):
    text = disclosure(form(fund_total=f"|{label}|4.00|5.00|4.50|10|90.00%|9.00"))
    extraction = extract_text(text)
    assert extraction.refusals == []
    assert extraction.ledger.tables[FUND][0]["fund_source"] == source
    assert label_of("fund_source", source) == "年度资金总额"


def test_a_colon_behind_a_fund_source_is_no_part_of_it():
    text = disclosure(form(fund_other="|其他资金：|0|0|0|-||-"))
    extraction = extract_text(text)
    assert extraction.refusals == []
    assert "其他资金" in [row["fund_source"] for row in extraction.ledger.tables[FUND]]


def test_a_class_with_its_weight_is_the_class_where_the_second_level_repeats_it():
    row = "|满意度指标（10分）|满意度指标|满意率|≥90%|95%|10|10|"
    extraction = extract_text(disclosure(form(satisfaction=row)))
    assert extraction.refusals == []
    last = extraction.ledger.tables[INDICATOR][-1]
    assert (last["level1"], last["level2"]) == ("满意度指标", "满意度指标")


def test_of_two_units_in_one_heading_only_a_column_s_own_is_taken():
    text = disclosure(
        form(fund_heading="项目资金(万元)||年初预算数(元)|全年预算数|全年执行数|分值|执行率|得分")
    )
    funds = extract_text(text).ledger.tables[FUND]
    assert {row["amount_unit"] for row in funds} == {"元"}
    assert {row["annual_budget"].strip("—") for row in funds} == {""}


def test_a_table_without_data_is_no_refusal():
    text = disclosure(form(), ["公开08表", "", "\t本表无数据\t", ""])
    extraction = extract_text(text)
    assert extraction.refusals == []
    assert extraction.left_out()["no_data"] == 1


@pytest.mark.parametrize("row", ["fund_total", "output", "total", "name"])
def test_a_hostile_length_of_a_cell_is_read_at_once(row: str):
    # Linear work: quadratic work would take minutes here.
    cells = form()
    text = disclosure(
        [*cells[:1], *("x" * 400_000 + "\t" + "9" * 400_000 if row in line else line for line in cells)]
    )
    assert len(extract_text(text).refusals) <= 3


def test_a_hostile_number_of_cells_is_read_at_once():
    text = disclosure(form(), form(output="|".join(["产出指标"] * 100_000)))
    extraction = extract_text(text)
    assert len(extraction.ledger.tables["raw_self_evaluation"]) == 2


def test_a_number_within_the_name_of_a_unit_is_no_code_before_it() -> None:
    units = "主管部门|101001 市第123中学|||实施单位|市第123中学|"
    (row,) = extract_text(disclosure(form(units=units))).ledger.tables["raw_self_evaluation"]
    assert (row["competent_unit"], row["implementing_unit"]) == ("市第123中学", "市第123中学")
