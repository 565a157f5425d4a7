"""Forms and account tables drawn at random: what is read equals what was drawn, in every container."""

from __future__ import annotations

from collections.abc import Sequence

from accounts_at_random import Account, coded_tables, two_sided_tables
from drawn_documents import FORMATS, Part
from drawn_documents import table as drawn_table
from drawn_forms import FUNDS, INDICATORS, TITLE, form
from forms_at_random import Drawing, Row, drawings
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ingestion.extract import Extraction, extract_document
from ingestion.read import read_bytes

# A drawing that fails is printed as drawn: a search for a smaller one takes minutes.
quickly = {"phases": (Phase.explicit, Phase.generate), "deadline": None, "derandomize": True}


def containers(drawing: Drawing | Account) -> list[str]:
    """Return the containers that preserve the meaning of a drawing.

    A text merges no cells, and one without a cell for each place loses which columns stand below a group's label.
    """
    if drawing.is_merged:
        return [kind for kind in FORMATS if kind not in {"txt", "csv", "pdf"}]
    return [kind for kind in FORMATS if kind != "pdf" and not (kind == "txt" and drawing.has_groups)]


def read(drawing: Drawing | Account, kind: str) -> Extraction:
    return extract_document(read_bytes(FORMATS[kind](drawing.parts), f"drawn.{kind}"))


def drawn_columns(rows: Sequence[Row], drawn: Sequence[Row]) -> list[Row]:
    """Return rows with only the drawn columns."""
    columns = list(drawn[0]) if drawn else []
    return [{column: row[column] for column in columns} for row in rows]


def check(drawing: Drawing, extraction: Extraction) -> None:
    assert extraction.refusals == []
    tables = extraction.ledger.tables
    for table, rows in (
        ("raw_self_evaluation", drawing.forms),
        ("raw_self_evaluation_fund", drawing.funds),
        ("raw_project_goal", drawing.goals),
        ("raw_self_evaluation_indicator", drawing.indicators),
    ):
        assert drawn_columns(tables[table], rows) == rows, table
    assert sorted(row["cell_text"] for row in tables["raw_unread_cell"]) == sorted(drawing.unread)
    held = {text for rows in tables.values() for row in rows for text in row.values()}
    assert held.isdisjoint(drawing.persons)


def check_account(account: Account, extraction: Extraction) -> None:
    assert extraction.refusals == []
    tables = extraction.ledger.tables
    assert drawn_columns(tables["raw_final_account"], account.rows) == account.rows
    assert {row["amount_unit"] for row in tables["raw_final_account"]} == {"万元"}
    assert sorted(row["cell_text"] for row in tables["raw_unread_cell"]) == sorted(account.unread)


@settings(max_examples=24, **quickly)
@given(drawings())
def test_what_is_read_of_a_form_is_what_was_drawn(drawing: Drawing):
    for kind in containers(drawing):
        check(drawing, read(drawing, kind))


@settings(max_examples=24, **quickly)
@given(coded_tables())
def test_what_is_read_of_items_by_code_is_what_was_drawn(account: Account):
    for kind in containers(account):
        check_account(account, read(account, kind))


@settings(max_examples=16, **quickly)
@given(two_sided_tables())
def test_what_is_read_of_two_sides_is_what_was_drawn(account: Account):
    for kind in containers(account):
        check_account(account, read(account, kind))


@settings(max_examples=12, **quickly)
@given(st.one_of(drawings(), coded_tables(), two_sided_tables()))
def test_what_is_read_of_printed_pages_is_what_was_drawn(drawing: Drawing | Account):
    if isinstance(drawing, Account):
        check_account(drawing, read(drawing, "pdf"))
    else:
        check(drawing, read(drawing, "pdf"))


# ------------------------------------------------------------------ single faults found by drawings


def read_all(parts: Sequence[Part]) -> list[dict[str, list[Row]]]:
    """Return the raw rows of every container that draws its cells."""
    kinds = [kind for kind in FORMATS if kind not in {"txt", "csv"}]
    return [
        extract_document(read_bytes(FORMATS[kind](parts), f"drawn.{kind}")).ledger.tables for kind in kinds
    ]


def test_an_upper_heading_can_name_every_value_as_a_group():
    heading = (
        "绩效指标|一级指标|二级指标|三级指标|填报内容|<|核对情况|<|备注",
        "^|^|^|^|年度指标值|实际完成值|分值|得分|^",
    )
    first, *rest = INDICATORS
    for tables in read_all([*TITLE, form(indicators=(heading[1], first, *rest), heading=heading[0])]):
        row = tables["raw_self_evaluation_indicator"][0]
        assert [row[name] for name in ("level3", "target", "actual", "weight", "score", "deviation_reason")] == [
            "参加人数", "≥100人", "96人", "20", "18", "下雨",
        ]  # fmt: skip
        assert tables["raw_unread_cell"] == []


def test_a_fund_heading_of_two_rows_is_one_heading():
    funds = (
        "项目资金（万元）||<|预算安排情况|<|全年执行数|分值|执行率|得分",
        "^|^|<|年初预算数|全年预算数|^|^|^|^",
        *FUNDS[1:],
    )
    for tables in read_all([*TITLE, form(funds=funds)]):
        row = tables["raw_self_evaluation_fund"][0]
        assert [row[name] for name in ("initial_budget", "annual_budget", "executed")] == [
            "4.00",
            "5.00",
            "4.50",
        ]
        assert row["amount_unit"] == "万元"
        assert tables["raw_unread_cell"] == []


def test_a_remark_before_the_amounts_is_no_fund_source():
    funds = (
        "项目资金（万元）||<|备注|全年预算数|全年执行数|分值|执行率|得分",
        "^|年度资金总额|<|分两次下达|5.00|4.50|10|90.00%|9.00",
        "^|其他资金|<|尚未下达|||||",
    )
    for tables in read_all([*TITLE, form(funds=funds)]):
        rows = tables["raw_self_evaluation_fund"]
        assert [row["fund_source"] for row in rows] == ["年度资金总额", "其他资金"]
        assert [row["cell_text"] for row in tables["raw_unread_cell"]] == ["分两次下达", "尚未下达"]


def test_an_unknown_row_behind_a_total_is_none():
    total = ("合计|<|<|<|<|<|100|97|", "帮扶成效|<|<|已帮扶三户|<|<|<|<|<")
    drawn = form(indicators=(*INDICATORS, total[0]), total=total[1])
    for tables in read_all([*TITLE, drawn]):
        assert tables["raw_self_evaluation"][0]["total_score"] == "97"
        assert [row["cell_text"] for row in tables["raw_unread_cell"]] == ["已帮扶三户"]


def test_two_sides_are_parted_where_all_headings_come_again():
    drawn = form(
        heading="一级指标|指标值|得分|三级指标|一级指标|指标值|得分|三级指标|",
        indicators=("产出指标|5项|9|比赛|满意度指标|90%|8|满意率|",),
        total="",
    )
    for tables in read_all([*TITLE, drawn]):
        rows = [
            tuple(row[name] for name in ("level1", "level3", "target", "score"))
            for row in tables["raw_self_evaluation_indicator"]
        ]
        assert rows == [("产出指标", "比赛", "5项", "9"), ("满意度指标", "满意率", "90%", "8")]


def test_the_labels_above_two_sides_part_them_wherever_their_items_stand():
    parts = [
        "石桥镇2022年度部门决算",
        "收入支出决算总表",
        "单位：万元",
        drawn_table("收入|<|支出|<", "决算数|项目|决算数|项目", "9.00|一、财政拨款收入|8.00|一、教育支出"),
    ]
    for tables in read_all(parts):
        rows = [
            (row["account_side"], row["item_name"], row["final_account"])
            for row in tables["raw_final_account"]
        ]
        assert rows == [("revenue", "一、财政拨款收入", "9.00"), ("expenditure", "一、教育支出", "8.00")]
