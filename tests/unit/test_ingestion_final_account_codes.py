"""Final accounts by function code and in running text: the rows read, and the cells refused.

All figures are made up. Expected rows are written by hand: classification, code, item, nature, initial budget,
annual budget, final account.
"""

from __future__ import annotations

import pytest
from drawn_documents import FORMATS
from ingestion_documents import disclosure, extract_text, form, line_of, tabbed, table_rows

from ingestion.document import DocumentError
from ingestion.extract import Extraction, extract_document
from ingestion.ledger import Claim, Omission
from ingestion.read import read_bytes

COLUMNS = (
    *("classification", "item_code", "item_name", "spending_nature"),
    *("initial_budget", "annual_budget", "final_account"),
)

SPENDING = """\
支出决算表
单位：元
项目||本年支出合计|基本支出|项目支出|上缴上级支出
功能分类科目编码|科目名称||||
栏次||1|2|3|4
合计||300.00|210.00|90.00|
205|教育支出|300.00|210.00|90.00|
20502|普通教育|300.00|210.00|90.00|
2050201|学前教育|200.00|200.00||
2050202|小学教育|100.00|10.00|90.00|—
注：本表反映部门本年度支出。|||||"""

BUDGETS = """\
一般公共预算财政拨款支出决算表
支出功能分类科目编码|||科目名称|年初预算数|调整预算数|决算数(万元)||
类|款|项|栏次|1|2|合计|基本支出|项目支出
|||合计|1.00|2.00|3.00|2.00|1.00
205|||教育支出|1.00|2.00|3.00|2.00|1.00
205|02||普通教育|1.00|2.00|3.00|2.00|1.00
205|02|01|学前教育|1.00|2.00|3.00|2.00|1.00"""


def document(*parts: str) -> str:
    """Append parts to a form, with cells separated by bars."""
    return disclosure(form()) + "\n" + "\n\n".join(tabbed(part) for part in parts) + "\n"


def accounts(extraction: Extraction) -> list[tuple[str, ...]]:
    rows = extraction.ledger.tables["raw_final_account"]
    return [tuple(row[column] for column in COLUMNS) for row in rows]


def rates(extraction: Extraction) -> list[tuple[str, str, str]]:
    rows = extraction.ledger.tables["raw_reported_figure"]
    return [(row["figure_code"], row["label"], row["value"]) for row in rows]


# ------------------------------------------------------------------ tables


def test_every_item_has_a_row_and_one_for_each_nature_of_its_spending() -> None:
    extraction = extract_text(text := document(SPENDING))
    assert extraction.refusals == []
    assert accounts(extraction) == [
        ("function_item", "", "合计", "", "", "", "300.00"),
        ("nature_item", "", "合计", "basic", "", "", "210.00"),
        ("nature_item", "", "合计", "project", "", "", "90.00"),
        ("function_item", "205", "教育支出", "", "", "", "300.00"),
        ("nature_item", "205", "教育支出", "basic", "", "", "210.00"),
        ("nature_item", "205", "教育支出", "project", "", "", "90.00"),
        ("function_item", "20502", "普通教育", "", "", "", "300.00"),
        ("nature_item", "20502", "普通教育", "basic", "", "", "210.00"),
        ("nature_item", "20502", "普通教育", "project", "", "", "90.00"),
        ("function_item", "2050201", "学前教育", "", "", "", "200.00"),
        ("nature_item", "2050201", "学前教育", "basic", "", "", "200.00"),
        ("function_item", "2050202", "小学教育", "", "", "", "100.00"),
        ("nature_item", "2050202", "小学教育", "basic", "", "", "10.00"),
        ("nature_item", "2050202", "小学教育", "project", "", "", "90.00"),
        ("nature_item", "2050202", "小学教育", "remitted_upward", "", "", "—"),
    ]
    rows = extraction.ledger.tables["raw_final_account"]
    assert {(row["account_side"], row["table_title"], row["amount_unit"]) for row in rows} == {
        ("expenditure", "支出决算表", "元")
    }
    assert rows[-1]["source_line"] == str(line_of(text, "小学教育"))


def test_a_code_in_three_columns_is_joined_and_budgets_stand_beside_the_final_account() -> None:
    extraction = extract_text(document(SPENDING, BUDGETS))
    assert extraction.refusals == []
    budgets = [
        row
        for row, raw in zip(accounts(extraction), extraction.ledger.tables["raw_final_account"], strict=True)
        if raw["table_title"] == "一般公共预算财政拨款支出决算表" and raw["amount_unit"] == "万元"
    ]
    assert budgets == [
        row
        for code, item in (("", "合计"), ("205", "教育支出"), ("20502", "普通教育"), ("2050201", "学前教育"))
        for row in (
            ("function_item", code, item, "", "1.00", "2.00", "3.00"),
            ("nature_item", code, item, "basic", "", "", "2.00"),
            ("nature_item", code, item, "project", "", "", "1.00"),
        )
    ]


@pytest.mark.parametrize(
    ("heading", "row", "expected"),
    [
        (
            "科目代码|科目名称|年初预算数|全年预算数|决算数",
            "205|教育支出|1|2|3",
            [("function_item", "205", "教育支出", "", "1", "2", "3")],
        ),
        (
            "科目编码|科目名称|年初预算数||决算数|\n|||基本支出|小计|项目支出",
            "205|教育支出|9|1|3|2",
            [
                ("function_item", "205", "教育支出", "", "9", "", "3"),
                ("nature_item", "205", "教育支出", "basic", "1", "", ""),
                ("nature_item", "205", "教育支出", "project", "", "", "2"),
            ],
        ),
        (
            "功能分类科目编码|功能分类科目名称|支出合计|基本支出||项目支出\n|||人员经费|公用经费|",
            "205|教育支出|1,234.5|1,000||234.5",
            [
                ("function_item", "205", "教育支出", "", "", "", "1,234.5"),
                ("nature_item", "205", "教育支出", "basic_personnel", "", "", "1,000"),
                ("nature_item", "205", "教育支出", "project", "", "", "234.5"),
            ],
        ),
        (
            "科目编码|科目名称|基本支出|项目支出",
            "205|教育支出|1|",
            [("nature_item", "205", "教育支出", "basic", "", "", "1")],
        ),
        ("科目编码|科目名称|决算数", "205|教育支出|", [("function_item", "205", "教育支出", "", "", "", "")]),
        ("科目编码|科目名称|决算数", "合计||7", [("function_item", "", "合计", "", "", "", "7")]),
    ],
)
def test_columns_are_found_by_their_labels(heading: str, row: str, expected: list[tuple[str, ...]]) -> None:
    extraction = extract_text(document(f"支出决算表\n{heading}\n{row}"))
    assert extraction.refusals == []
    assert accounts(extraction) == expected


def test_merged_cells_carry_the_beginning_of_a_code_down() -> None:
    table = "类|款|项|科目名称|决算数\n205|||教育支出|3\n|02||普通教育|3\n||01|学前教育|3"
    codes = [row[1] for row in accounts(extract_text(document(table)))]
    assert codes == ["205", "20502", "2050201"]


def test_a_page_break_inside_a_table_ends_nothing_and_another_heading_does() -> None:
    heading = "科目编码|科目名称|决算数"
    table = f"支出决算表\n{heading}\n205|教育支出|3\n- 7 -\n{heading}\n20502|普通教育|3"
    extraction = extract_text(document(f"{table}\n科目编码|科目名称|年初预算数|决算数\n206|科学技术支出|1|2"))
    assert extraction.refusals == []
    titles = [row["table_title"] for row in extraction.ledger.tables["raw_final_account"]]
    assert titles == ["支出决算表", "支出决算表", ""]
    assert accounts(extraction)[-1] == ("function_item", "206", "科学技术支出", "", "1", "", "2")


def test_title_and_unit_can_stand_in_the_cells_above_the_heading() -> None:
    table = "支出决算表||\n公开03表||\n部门：石桥街道||金额单位：元\n科目编码|科目名称|决算数\n205|教育支出|3"
    extraction = extract_text(document(table))
    assert extraction.refusals == []
    (row,) = extraction.ledger.tables["raw_final_account"]
    assert (row["table_title"], row["amount_unit"]) == ("支出决算表", "元")


@pytest.mark.parametrize("table", [SPENDING, BUDGETS])
def test_every_filled_cell_is_in_the_row_that_prints_it_or_left_out_for_a_reason(table: str) -> None:
    text = document(table)
    extraction = extract_text(text)
    first = line_of(text, table.partition("\n")[0])
    for line, cells in table_rows(text):
        for place, printed in enumerate(cells):
            if line < first or not printed:
                continue
            entry = extraction.ledger.cells[(line, place)]
            if isinstance(entry, Claim):
                row = extraction.ledger.tables["raw_final_account"][entry.row]
                assert row["source_line"] == str(line)
                assert row[entry.column] == printed or (
                    entry.column == "item_code" and printed in row["item_code"]
                )
            else:
                assert isinstance(entry, Omission)
                assert entry.reason in {"label", "column_number", "narrative"}
                assert entry.reason == "column_number" or not printed[0].isdigit()


DAMAGED = [
    ("2050202|小学教育|100.00|10.00|90.00|—", "2050202|小学教育|100.00|10.00", "out_of_place"),
    ("2050202|小学教育|", "205020|小学教育|", "bad_code"),
    ("2050202|小学教育|", "3050202|小学教育|", "bad_code"),
    ("2050202|小学教育|", "IO50202|小学教育|", "bad_code"),
    ("2050202|小学教育|", "|小学教育|", "bad_code"),
    ("2050202|小学教育|", "2050202|7.00|", "out_of_place"),
    ("90.00|—", "90.00|—|5.00", "out_of_place"),
    ("90.00|—", "90.00|约5", "not_a_number"),
    ("90.00|—", "90.00|5 5", "ambiguous_number"),
]


@pytest.mark.parametrize(("printed", "damaged", "reason"), DAMAGED)
def test_a_damaged_row_costs_its_cells_and_the_rest_loads(printed: str, damaged: str, reason: str) -> None:
    assert SPENDING.count(printed) == 1
    whole = extract_text(document(SPENDING, BUDGETS))
    text = document(SPENDING.replace(printed, damaged), BUDGETS)
    extraction = extract_text(text)
    assert extraction.refusals == []
    row = next(row for row in SPENDING.split("\n") if printed in row)
    line = text.split("\n").index(tabbed(row.replace(printed, damaged))) + 1
    unread = extraction.ledger.tables["raw_unread_cell"]
    assert {(cell["source_line"], cell["reason_code"]) for cell in unread} == {(str(line), reason)}
    assert set(accounts(extraction)) <= {
        *accounts(whole),
        ("nature_item", "2050202", "小学教育", "basic", "", "", "10.00"),
    }
    assert len(accounts(extraction)) >= len(accounts(whole)) - 4


@pytest.mark.parametrize(
    ("heading", "reason", "amounts"),
    [
        ("科目编码|科目名称|决算数|支出决算", "ambiguous_heading", [""]),
        ("科目编码|科目名称|决算数(美元)|年初预算数(万元)", "unknown_heading", [""]),
    ],
)
def test_a_heading_that_says_two_things_costs_what_it_leaves_open(
    heading: str, reason: str, amounts: list[str]
) -> None:
    extraction = extract_text(document(f"支出决算表\n{heading}\n205|教育支出|1|2"))
    assert [row["final_account"] for row in extraction.ledger.tables["raw_final_account"]] == amounts
    assert {row["reason_code"] for row in extraction.ledger.tables["raw_unread_cell"]} == {reason}


def test_other_units_and_tables_by_economic_class_are_read() -> None:
    table = "支出决算表\n单位：千元\n科目编码|科目名称|决算数\n205|教育支出|1"
    economic = "科目编码|科目名称|决算数|科目编码|科目名称|决算数\n301|工资福利支出|1|302|商品和服务支出|2"
    extraction = extract_text(document(table, f"基本支出决算明细表\n{economic}"))
    assert extraction.refusals == []
    assert extraction.ledger.tables["raw_final_account"][0]["amount_unit"] == "千元"
    assert accounts(extraction)[1:] == [
        ("economic_item", "301", "工资福利支出", "", "", "", "1"),
        ("economic_item", "302", "商品和服务支出", "", "", "", "2"),
    ]


# ------------------------------------------------------------------ sentences

PATH = "一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）行政运行（项）"
INITIAL = "initial_budget_completion_rate"
ANNUAL = "annual_budget_completion_rate"


@pytest.mark.parametrize(
    ("text", "items", "percentages"),
    [
        (
            f"1.{PATH}。年初预算为123.45万元，支出决算为120.00万元，完成年初预算的97.2%，"
            "决算数小于年初预算数的主要原因是压减3.45万元。",
            [(PATH, "123.45", "", "120.00", "万元")],
            [(INITIAL, PATH, "97.2")],
        ),
        (
            f"1.{PATH}。\n年初预算为123.45万元，支出决算为120.00万元，完成年初预算的97.2%。",
            [(PATH, "123.45", "", "120.00", "万元")],
            [(INITIAL, PATH, "97.2")],
        ),
        (
            "（二）支出决算具体情况\n一般公共服务支出（类）年初预算为1,234.50万元，\n"
            "支出决算为１，２００．００万元，完成年初预\n算的97.20％。",
            [("一般公共服务支出（类）", "1,234.50", "", "１，２００．００", "万元")],
            [(INITIAL, "一般公共服务支出（类）", "97.20")],
        ),
        (
            "教育支出年初预算数为10元，决算数为9元，完成预算的90%；"
            "科学技术支出（类）年初预算为0万元，年初无预算，支出决算为5万元。",
            [("教育支出", "10", "", "9", "元"), ("科学技术支出（类）", "0", "", "5", "万元")],
            [(INITIAL, "教育支出", "90")],
        ),
        (
            "3.社会保障和\n就业支出（类）行政事业单位养老支出（款）。2024年年初预算1亿元，调整预算2亿元，"
            "决算数1.5亿元，完成调整预算的75%。",
            [("社会保障和就业支出（类）行政事业单位养老支出（款）", "1", "2", "1.5", "亿元")],
            [(ANNUAL, "社会保障和就业支出（类）行政事业单位养老支出（款）", "75")],
        ),
        (
            "教育支出年初预算为1元，全年预算为2元，支出决算为1元，完成预算的50%。",
            [("教育支出", "1", "2", "1", "元")],
            [("budget_completion_rate", "教育支出", "50")],
        ),
        (
            "其中：行政运行（项）年初未安排预算，支出决算为3元。",
            [("行政运行（项）", "", "", "3", "元")],
            [],
        ),
        (
            "教育支出决算数为9元，年初预算数为10元，为年初预算的90%。",
            [("教育支出", "10", "", "9", "元")],
            [(INITIAL, "教育支出", "90")],
        ),
        # An item of 三公 spending is not an item by function.
        (
            "公务用车购置费年初预算为5万元，支出决算为4万元，完成年初预算的80%。",
            [],
            [
                ("vehicle_purchase_initial_budget", "公务用车购置费年初预算数", "5"),
                ("vehicle_purchase_final_account", "公务用车购置费支出决算数", "4"),
                ("vehicle_purchase_initial_budget_completion_rate", "公务用车购置费", "80"),
            ],
        ),
        # No item, no amount beside another, no unit: nothing is certain.
        ("用于高等教育支出年初预算为5万元，支出决算为4万元。", [], []),
        ("教育支出（类）支出决算为4万元，占本年支出的8%。", [], []),
        ("教育支出（类）年初预算为5，支出决算为4，完成年初预算的80%。", [], []),
    ],
)
def test_a_sentence_gives_its_item_its_amounts_and_its_percentage(
    text: str, items: list[tuple[str, ...]], percentages: list[tuple[str, str, str]]
) -> None:
    extraction = extract_text(document(text))
    rows = extraction.ledger.tables["raw_final_account"]
    columns = ("item_name", "initial_budget", "annual_budget", "final_account", "amount_unit")
    assert [tuple(row[column] for column in columns) for row in rows] == items
    assert {row["classification"] for row in rows} <= {"function_sentence"}
    assert rates(extraction) == percentages
    assert extraction.refusals == []


def test_a_sentence_stands_on_the_line_of_its_first_amount() -> None:
    text = document(f"1.{PATH}。\n年初预算为2万元，支出决算为1万元，完成年初预算的50%。")
    extraction = extract_text(text)
    line = str(line_of(text, "年初预算为2万元"))
    assert [row["source_line"] for row in extraction.ledger.tables["raw_final_account"]] == [line]
    assert [row["source_line"] for row in extraction.ledger.tables["raw_reported_figure"]] == [line]


def test_no_explanation_is_in_any_raw_row() -> None:
    text = document(f"{PATH}年初预算为2万元，支出决算为1万元，完成年初预算的50%，主要原因是厉行节约。")
    for rows in extract_text(text).ledger.tables.values():
        for row in rows:
            assert "节约" not in "".join(row.values())


def test_rows_of_sentences_and_tables_are_in_the_order_of_the_document() -> None:
    sentence = "教育支出年初预算为2万元，支出决算为1万元，完成年初预算的50%。"
    extraction = extract_text(document(sentence, SPENDING, sentence, BUDGETS, sentence))
    lines = [int(row["source_line"]) for row in extraction.ledger.tables["raw_final_account"]]
    assert lines == sorted(lines)
    assert len(rates(extraction)) == 3


def test_an_amount_of_an_item_is_no_figure_of_the_department() -> None:
    sentence = "教育支出年初预算数100万元，全年预算数110万元，决算数99万元，完成全年预算的90%。"
    assert rates(extract_text(document(sentence))) == [(ANNUAL, "教育支出", "90")]
    assert rates(extract_text(document("全年预算数110万元。"))) == [("annual_budget", "全年预算数", "110")]


def test_amounts_of_a_sentence_in_two_units_are_read_each_in_its_own() -> None:
    text = document("教育支出年初预算为1亿元，支出决算为9000万元，完成年初预算的90%。", SPENDING)
    extraction = extract_text(text)
    assert extraction.refusals == []
    (row,) = (row for row in extraction.ledger.tables["raw_final_account"] if row["initial_budget"])
    assert (row["initial_budget"], row["final_account"], row["amount_unit"]) == ("1", "9000万元", "亿元")


# ------------------------------------------------------------------ sentences alone

STATEMENT = [
    "单位名称：石桥街道办事处",
    "石桥街道办事处2024年度部门决算说明",
    f"1.{PATH}。年初预算为123.45万元，支出决算为120.00万元，完成年初预算的97.2%。",
    "2.教育支出（类）。年初预算为10.00万元，支出决算为9.00万元，完成年初预算的90%。",
]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_document_of_sentences_without_a_table_is_read(kind: str) -> None:
    extraction = extract_document(read_bytes(FORMATS[kind](STATEMENT), f"statement.{kind}"))
    rows = extraction.ledger.tables["raw_final_account"]
    columns = ("item_name", "initial_budget", "final_account", "amount_unit")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        (PATH, "123.45", "120.00", "万元"),
        ("教育支出（类）", "10.00", "9.00", "万元"),
    ]
    assert rates(extraction) == [(INITIAL, PATH, "97.2"), (INITIAL, "教育支出（类）", "90")]
    (document_row,) = extraction.ledger.tables["raw_document"]
    assert (document_row["organization_name"], document_row["fiscal_year"]) == ("石桥街道办事处", "2024")
    assert (extraction.refusals, extraction.forms) == ([], 0)


def test_tables_that_are_not_known_stay_unread_beside_sentences_that_load() -> None:
    extraction = extract_text("\n".join([*STATEMENT, "甲\t乙", "1\t2"]))
    assert [row[2] for row in accounts(extraction)] == [PATH, "教育支出（类）"]
    unread = extraction.ledger.tables["raw_unread_cell"]
    assert [(row["cell_text"], row["reason_code"]) for row in unread] == [
        (text, "unknown_table") for text in ("甲", "乙", "1", "2")
    ]


def test_running_text_without_such_a_sentence_is_refused_with_what_was_looked_for() -> None:
    with pytest.raises(DocumentError, match=r"no table.*nor a sentence"):
        extract_text("\n".join([*STATEMENT[:2], "本年支出决算为120.00万元。"]))
