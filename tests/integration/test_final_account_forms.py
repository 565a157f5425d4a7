"""Final accounts by function code and in running text, from a document to the marts.

The document is made up; expected values are worked out from it by hand.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from warehouse import Warehouse

from expectations.runner import run_gate
from expectations.suites import Gate
from ingestion.extract import extract
from ingestion.files import write_raw

DOCUMENT = """\
2024年度石桥街道部门决算公开
编制单位：石桥街道办事处
单位：万元

支出决算表
单位：元
科目编码|科目名称|本年支出合计|基本支出|项目支出
|合计|300.00|210.00|90.00
205|教育支出|300.00|210.00|90.00
20502|普通教育|299.00|209.00|90.00
2050201|学前教育|200.00|200.00|
2050202|小学教育|100.00|10.00|80.00

一般公共预算财政拨款支出决算表
科目编码|科目名称|年初预算数|全年预算数|决算数
205|教育支出|4.00|5.00|4.50

教育支出（类）普通教育（款）学前教育（项）。年初预算为2.00万元，支出决算为1.00万元，完成年初预算的50%。
教育支出年初预算为0万元，年初无预算，支出决算为1万元，完成年初预算的0%；科学技术支出年初预算为3元，支出决算为1元，完成年初预算的33.30%。
"""

TABLE, BUDGETS = "支出决算表", "一般公共预算财政拨款支出决算表"
PATH = "教育支出(类)普通教育(款)学前教育(项)"


def land(landing: Path) -> None:
    """Land the document."""
    landing.mkdir(parents=True, exist_ok=True)
    source = landing.with_name("made_up.txt")
    source.write_text(DOCUMENT.replace("|", "\t"), encoding="utf-8")
    extraction = extract(source)
    assert extraction.refusals == []
    write_raw(extraction, landing / "made_up")


@pytest.mark.parametrize("gate", ["gate_1", "gate_2"])
def test_the_gates_let_the_document_through(warehouse: Warehouse, gate: Gate) -> None:
    assert not run_gate(gate, warehouse.database).failures


def test_items_are_in_yuan_with_code_class_and_level(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select classification, table_title, item_code, class_code, item_name, item_level, is_total, spending_nature,"
        " initial_budget_yuan, annual_budget_yuan, final_account_yuan, execution_rate, fct_final_account.source_line"
        " from execution.fct_final_account inner join core.dim_document using (document_id)"
        " where source_file = 'made_up.txt' and (spending_nature is null or item_level = 0)"
        " order by fct_final_account.source_line, item_name, spending_nature nulls first"
    ).fetchall()
    yuan = [tuple(str(value) if isinstance(value, Decimal) else value for value in row[:-2]) for row in rows]
    item, nature, sentence = "function_item", "nature_item", "function_sentence"
    assert yuan == [
        (item, TABLE, None, None, "合计", 0, True, None, None, None, "300.00"),
        (nature, TABLE, None, None, "合计", 0, True, "basic", None, None, "210.00"),
        (nature, TABLE, None, None, "合计", 0, True, "project", None, None, "90.00"),
        (item, TABLE, "205", "205", "教育支出", 1, False, None, None, None, "300.00"),
        (item, TABLE, "20502", "205", "普通教育", 2, False, None, None, None, "299.00"),
        (item, TABLE, "2050201", "205", "学前教育", 3, False, None, None, None, "200.00"),
        (item, TABLE, "2050202", "205", "小学教育", 3, False, None, None, None, "100.00"),
        (item, BUDGETS, "205", "205", "教育支出", 1, False, None, "40000.00", "50000.00", "45000.00"),
        (sentence, None, None, "205", "学前教育", 3, False, None, "20000.00", None, "10000.00"),
        (sentence, None, "205", "205", "教育支出", 1, False, None, "0.00", None, "10000.00"),
        (sentence, None, "206", "206", "科学技术支出", 1, False, None, "3.00", None, "1.00"),
    ]
    # 4.50 of 5.00 of the table; of the sentences, which name the initial budget alone, 1 of 2, and 1 of 3.
    assert [str(row[-2]) for row in rows if row[-2] is not None] == ["0.900000", "0.500000", "0.333333"]
    assert [row[-1] for row in rows] == [8, 8, 8, 9, 10, 11, 12, 16, 18, 19, 19]


def test_totals_parts_and_percentages_are_reconciled(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select fct_reconciliation.source_line, figure_code, figure_part, unit, status,"
        " cast(reported_value as varchar), cast(round(recomputed_value, 2) as varchar)"
        " from quality.fct_reconciliation inner join core.dim_document using (document_id)"
        " where source_file = 'made_up.txt' order by all"
    ).fetchall()
    final, basic, project = "final_account", "final_account_basic", "final_account_project"
    sums = [
        (8, "function_by_nature", final, "match", "300", "300"),
        (8, "function_total", final, "match", "300", "300"),
        (8, "function_total", basic, "match", "210", "210"),
        (8, "function_total", project, "match", "90", "90"),
        (9, "function_by_nature", final, "match", "300", "300"),
        (9, "function_class", final, "mismatch", "300", "299"),
        (9, "function_class", basic, "mismatch", "210", "209"),
        (9, "function_class", project, "match", "90", "90"),
        (10, "function_by_nature", final, "match", "299", "299"),
        (10, "function_section", final, "mismatch", "299", "300"),
        (10, "function_section", basic, "mismatch", "209", "210"),
        (10, "function_section", project, "mismatch", "90", "80"),
        (11, "function_by_nature", final, "match", "200", "200"),
        (12, "function_by_nature", final, "mismatch", "100", "90"),
    ]
    code, printed_path = "initial_budget_completion_rate", PATH.replace("(", "（").replace(")", "）")
    assert rows == [
        *(
            (line, figure, part, "元", status, f"{reported}.000000", f"{recomputed}.00")
            for line, figure, part, status, reported, recomputed in sums
        ),
        (18, code, printed_path, "%", "match", "50.000000", "50.00"),
        (19, code, "教育支出", "%", "not_checkable", "0.000000", None),
        (19, code, "科学技术支出", "%", "mismatch", "33.300000", "33.33"),
    ]


def test_what_does_not_agree_is_a_finding_and_what_cannot_be_told_has_its_reason(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    rows = marts.execute(
        "select rule_id, status, reason_code, cast(sum(subjects) as bigint)"
        " from review.fct_rule_result inner join core.dim_document using (document_id)"
        " where source_file = 'made_up.txt' and rule_id in ('account_identity', 'narrative_figure')"
        " group by all order by all"
    ).fetchall()
    assert rows == [
        ("account_identity", "fail", None, 6),
        ("account_identity", "pass", None, 8),
        ("narrative_figure", "fail", None, 1),
        ("narrative_figure", "not_checkable", "budget_not_known", 1),
        ("narrative_figure", "pass", None, 1),
    ]
    [(message, english)] = marts.execute(
        "select message_zh, message_en from review.fct_finding inner join core.dim_document using (document_id)"
        " where source_file = 'made_up.txt' and rule_id = 'narrative_figure'"
    ).fetchall()
    assert "正文为33.3%，按本句两个金额计算为33.33%" in message
    assert "the two amounts of the sentence give 33.33 %" in english


def test_the_sample_beside_it_is_what_it_was(marts: duckdb.DuckDBPyConnection) -> None:
    counts = marts.execute(
        "select status, count(*) from quality.fct_reconciliation inner join core.dim_document using (document_id)"
        " where document_id = 'dd34fb40634d9' group by status order by status"
    ).fetchall()
    # Nine differences are rounding: six of means of experts, three of sources of funds. Three lines of the declaration
    # (378 to 380) print the final account, not the initial budget that they are held against.
    assert counts == [("match", 1191), ("mismatch", 17), ("not_checkable", 27)]
