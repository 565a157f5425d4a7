"""The harness itself: cells it counts as right, wrong, invented, unread and missing; and its current page."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from ingestion_documents import disclosure, extract_text, form
from reading_quality.cells import Sheet
from reading_quality.report import AIM, CORPUS, PAGE, measure, page
from reading_quality.score import score

HEAD = {
    "project_name": "社区运动会",
    "competent_unit": "石桥街道办事处",
    "implementing_unit": "文体科",
    "total_weight": "100",
    "total_score": "97",
}
FUND_COLUMNS = ("source", "initial", "annual", "executed", "weight", "rate", "score")
FUNDS = [
    ("年度资金总额", "4.00", "5.00", "4.50", "10", "90.00%", "9.00"),
    ("其中：当年财政拨款", "4.00", "5.00", "4.50", "—", None, "—"),
    ("上年结转资金", "0", "0", "0", "—", None, "—"),
]
INDICATOR_COLUMNS = ("level1", "level2", "level3", "target", "actual", "weight", "score", "reason")
INDICATORS = [
    ("产出指标", "数量指标", "参加人数", "≥100人", "96人", "40", "38", "下雨"),
    ("产出指标", "质量指标", "安全", "无事故", "无事故", "40", "40", None),
    ("满意度指标", "服务对象满意度指标", "满意率", "≥90%", "95%", "10", "10", None),
]
TRUTH: dict[str, Any] = {
    "file": "form.txt",
    "kind": "self_evaluation",
    "year": 2024,
    "organization": "石桥街道办事处",
    "unit": "万元",
    "forms": [
        {
            **HEAD,
            "funds": [dict(zip(FUND_COLUMNS, fund, strict=True)) for fund in FUNDS],
            "indicators": [dict(zip(INDICATOR_COLUMNS, row, strict=True)) for row in INDICATORS],
        }
    ],
    "accounts": [],
}
ROW = {
    "source_line": "4",
    "account_side": "expenditure",
    "classification": "three_public",
    "item_code": "reception",
    "item_name": "2、公务接待费",
    "spending_nature": "",
    "fund_source": "",
    "budget": "1.50",
    "last_year_budget": "",
    "table_title": "“三公”经费预算表",
    "amount_unit": "万元",
}
LINES = ["2024年部门预算", "“三公”经费预算表", "单位：万元", "2、公务接待费1.50"]
BUDGET: dict[str, Any] = {
    "file": "budget.txt",
    "kind": "budget",
    "unit": "元",
    "forms": [],
    "accounts": [{"table": "“三公”经费预算表", "side": "expenditure", "code": None, "item": None}],
}


def states(sheet: Sheet) -> list[tuple[str, str]]:
    return [(cell.where, cell.state) for cell in sheet.cells if cell.state != "right"]


def scored(text: str, **changes: object) -> Sheet:
    extraction = extract_text(text)
    lines = (line.text for line in extraction.document.lines)
    return score({**copy.deepcopy(TRUTH), **changes}, extraction.ledger.tables, lines)


def budget(printed: str, lines: list[str] = LINES, **changes: str) -> Sheet:
    truth = copy.deepcopy(BUDGET)
    truth["accounts"][0]["columns"] = {"预算数/合计": "—", "预算数/公务接待费": printed}
    return score(truth, {"raw_budget_account": [{**ROW, **changes}]}, lines)


def test_a_document_that_is_read_as_its_truth_has_it_is_right_in_every_cell() -> None:
    sheet = scored(disclosure(form()))
    assert states(sheet) == []
    # Year and organization, 5 cells of the head, 7 + 4 + 4 of the funds, 8 + 7 + 7 of the indicators; no dashes.
    assert sheet.total == 2 + 5 + 15 + 22


def test_every_cell_that_is_printed_otherwise_than_the_truth_has_it_is_wrong() -> None:
    sheet = scored(
        disclosure(
            form(
                fund_total="|年度资金总额|4.00|50.0|4.50|10|90.00%|9.00",
                output="|产出指标|质量指标|参加人数|≥100人|69人|40|38|下雨",
            )
        ),
        year=2023,
    )
    assert states(sheet) == [
        ("年度", "wrong"),
        ("表1 资金 年度资金总额 annual", "wrong"),
        ("表1 指标 参加人数 level2", "wrong"),
        ("表1 指标 参加人数 actual", "wrong"),
    ]


def test_a_row_that_the_truth_does_not_have_is_invented_cell_by_cell() -> None:
    text = disclosure(
        form(quality="||质量指标|安全|无事故|无事故|40|40|\n|||秩序|良好|良好|0|0|".replace("|", "\t"))
    )
    where = "表1 指标 秩序"
    columns = ("level3", "target", "actual", "weight", "score")
    assert states(scored(text)) == [(f"{where} {column}", "invented") for column in columns]
    assert scored(text).total == scored(disclosure(form())).total
    assert states(scored(text, partial=True)) == []


def test_a_form_that_the_truth_does_not_have_is_invented() -> None:
    text = disclosure(form(), form(name="项目名称|社区读书会||||||"))
    assert ("多出的表 2 project_name", "invented") in states(scored(text))


def test_a_cell_that_is_not_read_is_unread_only_where_the_list_holds_it() -> None:
    extraction = extract_text(disclosure(form()))
    tables = extraction.ledger.tables
    first, second, _ = tables["raw_self_evaluation_indicator"]
    first["actual"] = second["actual"] = ""
    # The same number in another row doesn't count for the cell.
    tables["raw_unread_cell"] = [
        {"row_label": "参加人数", "cell_text": "96人"},
        {"row_label": "参加人数", "cell_text": "40"},
    ]
    second["weight"] = ""
    assert states(score(TRUTH, tables, ())) == [
        ("表1 指标 参加人数 actual", "unread"),
        ("表1 指标 安全 actual", "missing"),
        ("表1 指标 安全 weight", "missing"),
    ]


def test_a_year_that_the_source_does_not_hold_is_told_from_one_that_was_passed_over() -> None:
    tables = {"raw_document": [{"fiscal_year": "", "organization_name": "文体科"}]}
    truth = {**TRUTH, "forms": []}
    assert states(score(truth, tables, ["石桥街道办事处", "文体科"])) == [
        ("年度", "unprinted"),
        ("编制单位", "wrong"),
    ]
    assert states(score(truth, tables, ["石桥街道办事处2024年度"])) == [
        ("年度", "missing"),
        ("编制单位", "wrong"),
    ]


def test_a_name_that_the_document_prints_short_is_right_as_printed() -> None:
    tables = {"raw_document": [{"fiscal_year": "2024", "organization_name": "街道办事处"}]}
    truth = {**TRUTH, "forms": []}
    assert states(score(truth, tables, ["街道办事处2024年度"])) == [("编制单位", "as_printed")]
    assert states(score(truth, tables, ["石桥街道办事处2024年度"])) == [("编制单位", "wrong")]


def test_amounts_are_compared_in_yuan() -> None:
    assert states(budget("15,000.00")) == []
    assert states(budget("15000.01")) == [("“三公”经费预算表  [预算数/公务接待费]", "wrong")]
    assert states(budget("1.5万元")) == []
    assert states(budget("15000", budget="1.50万元", amount_unit="元")) == []


def test_digits_that_agree_are_right_only_in_the_unit_that_the_table_prints() -> None:
    where = "“三公”经费预算表  [预算数/公务接待费]"
    assert states(budget("1.50")) == [(where, "as_printed")]
    assert states(budget("1.50", [*LINES[:2], "单位：元", LINES[3]])) == [(where, "wrong")]
    assert states(budget("1.50", ["", "", "", ""])) == [(where, "wrong")]
    assert states(budget("1.50", amount_unit="元")) == [(where, "wrong")]


def test_an_amount_of_another_item_column_or_source_answers_for_none() -> None:
    missing = ("“三公”经费预算表  [预算数/公务接待费]", "missing")
    for change in (
        {"item_name": "公务用车费"},
        {"item_name": ""},
        {"table_title": "收支总表"},
        {"account_side": "revenue"},
        {"spending_nature": "project"},
        {"fund_source": "事业收入"},
        {"classification": "function_sentence"},
    ):
        found = states(budget("15000", **change))
        assert found[0] == missing
        assert [state for _, state in found[1:]] == ["invented"]
    assert states(budget("15000", budget="", last_year_budget="1.50"))[0] == missing


def test_one_row_answers_for_one_cell_and_a_second_is_invented() -> None:
    truth = copy.deepcopy(BUDGET)
    truth["accounts"][0]["columns"] = {"预算数/公务接待费": "15000"}
    rows = [{**ROW}, {**ROW, "budget": "2"}]
    assert states(score(truth, {"raw_budget_account": rows}, LINES)) == [
        ("“三公”经费预算表 reception2、公务接待费 budget", "invented")
    ]
    truth["accounts"] *= 2
    found = states(score(truth, {"raw_budget_account": rows[:1]}, LINES))
    assert [state for _, state in found] == ["missing"]


def test_a_budget_that_is_read_as_an_account_is_invented_there() -> None:
    row = {**ROW, "initial_budget": "", "annual_budget": "1.50", "final_account": ""}
    sheet = score({**BUDGET, "accounts": []}, {"raw_final_account": [row]}, LINES)
    assert [cell.state for cell in sheet.cells] == ["invented"]


def test_headings_name_natures_sources_and_phases() -> None:
    whole = {
        **ROW,
        "table_title": "收入决算表",
        "item_name": "教育支出",
        "item_code": "205",
        "account_side": "revenue",
    }
    whole |= {
        "initial_budget": "",
        "annual_budget": "",
        "final_account": "9",
        "classification": "source_item",
    }
    rows = [whole, {**whole, "fund_source": "事业收入", "final_account": "4"}]
    rows.append({**whole, "spending_nature": "basic", "final_account": "5"})
    entry = {"table": "收入决算表", "side": "revenue", "code": "205", "item": "教育支出"}
    columns = {"本年收入合计": "9", "事业收入": "4", "基本支出": "5"}
    truth = {**BUDGET, "kind": "final_account", "unit": "万元", "accounts": [{**entry, "columns": columns}]}
    assert states(score(truth, {"raw_final_account": rows}, ())) == []
    for change in ({"item_code": "206"}, {"item_name": "科学技术支出"}):
        changed = [{**row, **change} for row in rows]
        found = states(score(truth, {"raw_final_account": changed}, ()))
        assert [state for _, state in found] == ["missing"] * 3 + ["invented"] * 3
    entry["columns"] = {"本年收入合计": "9", "事业收入": "5", "基本支出": "4"}
    truth["accounts"] = [entry]
    assert [state for _, state in states(score(truth, {"raw_final_account": rows}, ()))] == ["wrong", "wrong"]


def test_documents_of_a_folder_are_read_and_the_page_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "truth").mkdir()
    wrong = copy.deepcopy(TRUTH)
    wrong["forms"][0]["total_score"] = "79"
    for name, truth, text in (
        ("form.txt", TRUTH, disclosure(form())),
        ("wrong.txt", wrong, disclosure(form())),
        ("refused.txt", TRUTH, "通知\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        content = json.dumps({**truth, "file": name})
        (tmp_path / "truth" / f"{name}.json").write_text(content, encoding="utf-8")
    sheets = measure([tmp_path])
    written = page(sheets)
    assert [(sheet.file, sheet.count("right"), sheet.count("wrong")) for sheet in sheets] == [
        ("form.txt", 44, 0),
        ("refused.txt", 0, 0),
        ("wrong.txt", 43, 1),
    ]
    assert "| form.txt | `self_evaluation` | 44 | 44 | 100.0 % | 0 | 0 | 0 | 0 |" in written
    assert "| refused.txt | `self_evaluation` | 44 | 0 | 0.0 % | 0 | 0 | 44 | 0 |" in written
    assert "| wrong.txt | 表1 total_score | 静默读错 wrong | 79 | 97 |" in written
    assert "未达标 not met" in written
    assert "达标 met." in page(sheets[:1])
    assert str(tmp_path) not in written


@pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of published documents isn't beside this checkout"
)
def test_the_page_is_current_and_the_corpus_is_read_to_the_aim() -> None:
    sheets = measure([CORPUS])
    assert PAGE.read_text(encoding="utf-8") == page(sheets), "run `make reading-quality`"
    right = sum(sheet.count("right", "as_printed") for sheet in sheets)
    assert right >= AIM * sum(sheet.total for sheet in sheets)
