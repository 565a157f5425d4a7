"""A document of every kind in one warehouse: all of them pass its tests and both gates.

The documents are made up, with the columns of other provinces' layouts. If `shared/corpus` exists beside the
checkout, its documents are built with them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from drawn_documents import as_docx, as_html, as_xlsx, table
from warehouse import ROOT, Warehouse

from expectations.runner import run_gate
from expectations.suites import Gate

CORPUS = ROOT.parent / "shared" / "corpus"

INDICATORS = (
    "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
    "产出指标|数量指标|养护路灯|≥400盏|412盏|50|50",
    "效益指标|社会效益指标|亮灯率|≥98%|97%|40|38",
)

SELF_EVALUATION = (
    "2022年度项目支出绩效自评表",
    table(
        "项目名称|路灯养护|<|<|<|<|<",
        "主管部门|某区城管局|<|<|实施单位|某区路灯所|<",
        "项目资金(万元)||年初预算数|全年预算数|全年执行数|分值|执行率",
        "|年度资金总额|30|28|27.3|10|97.5%",
        "|其中：当年财政拨款|30|28|27.3|—|—",
        *INDICATORS,
        "总分|<|<|<|<|100|97.75",
    ),
)

DEPARTMENT = (
    "2022年度部门整体支出绩效自评表",
    table(
        "部门名称|某区城管局|<|<|<|<|<",
        "部门整体支出(万元)||年初预算数|全年预算数|全年执行数|分值|得分",
        "|年度资金总额|400|420|410|10|9.8",
        "|其中：基本支出|300|310|305|—|—",
        "|项目支出|100|110|105|—|—",
        *INDICATORS,
        "总分|<|<|<|<|100|97.8",
    ),
)

TRANSFER = (
    "2022年度中央对地方转移支付区域绩效自评表",
    table(
        "转移支付名称|城乡社区建设补助资金|<|<|<",
        "中央主管部门|某部|<|<|<",
        "地方主管部门|某省住房和城乡建设厅|<|资金使用单位|某区城管局",
        "资金情况(万元)||全年预算数(A)|全年执行数(B)|预算执行率(B/A)",
        "|年度资金总额|50|40|80%",
        "|其中：中央财政资金|50|40|80%",
        "一级指标|二级指标|三级指标|指标值|全年实际完成值",
        "产出指标|数量指标|改造路灯|≥20盏|21盏",
    ),
)

TARGETS = (
    "2022年度项目支出绩效目标表",
    table(
        "项目名称|路灯养护|<|<",
        "主管部门|某区城管局|实施单位|某区路灯所",
        "项目资金(万元)|年度资金总额|<|30",
        "|其中：财政拨款|<|30",
        "一级指标|二级指标|三级指标|指标值",
        "产出指标|数量指标|养护路灯|≥410盏",
    ),
)

BUDGET = (
    "某区城管局2022年部门预算",
    "收支总表",
    "单位：万元",
    table(
        "收入|<|支出|<",
        "项目|预算数|项目|预算数",
        "一、一般公共预算拨款收入|420|一、城乡社区支出|420",
        "本年收入合计|420|本年支出合计|420",
        "收入总计|420|支出总计|420",
    ),
)

FINAL_ACCOUNT = (
    "某区城管局2022年度部门决算",
    "收入支出决算总表",
    "单位：万元",
    table(
        "收入|<|<|支出|<|<",
        "项目|行次|决算数|项目|行次|决算数",
        "一、一般公共预算财政拨款收入|1|410|一、城乡社区支出|10|410",
        "本年收入合计|2|410|本年支出合计|11|410",
        "总计|3|410|总计|12|410",
    ),
)

WITHOUT_FUNDS = (
    "2022年度项目支出绩效自评表",
    table(
        "项目名称|河道保洁|<|<|<|<|<",
        "主管部门|某区水务局|<|<|实施单位|某区河道所|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|分值|得分",
        "产出指标|数量指标|保洁长度|≥30公里|31公里|100|100",
        "总分|<|<|<|<|100|100",
    ),
)

SIDE_BY_SIDE = (
    "某区统计局2022年度部门决算",
    "一般公共预算财政拨款支出决算表",
    "单位：万元",
    table(
        "科目编码|科目名称|决算数|科目编码|科目名称|决算数",
        "201|一般公共服务支出|10|208|社会保障和就业支出|11",
        "20105|统计信息事务|9|20805|行政事业单位养老支出|12",
    ),
)

DOCUMENTS = {
    "without_funds.docx": as_docx(WITHOUT_FUNDS),
    "side_by_side.xlsx": as_xlsx(SIDE_BY_SIDE),
    "self_evaluation.docx": as_docx(SELF_EVALUATION),
    "department.html": as_html(DEPARTMENT),
    "transfer.docx": as_docx(TRANSFER),
    "targets.xlsx": as_xlsx(TARGETS),
    "budget.html": as_html(BUDGET),
    "final_account.xlsx": as_xlsx(FINAL_ACCOUNT),
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("kinds")
    built = Warehouse(folder, folder / "landing")
    sources = folder / "documents"
    sources.mkdir()
    for name, content in DOCUMENTS.items():
        (sources / name).write_bytes(content)
    for truth in CORPUS.glob("**/truth/*.json"):
        for file in truth.parent.parent.glob(f"{truth.stem}.*"):
            (sources / file.name).symlink_to(file)
    added = subprocess.run(
        [str(Path(sysconfig.get_path("scripts")) / "jixiao"), "add", str(sources)],
        cwd=ROOT,
        env={**os.environ, "JIXIAO_LANDING": str(built.landing), "JIXIAO_VAR": str(folder / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert added.returncode == 0, added.stdout + added.stderr
    built.build()
    return built


@pytest.mark.parametrize("gate", ["gate_1", "gate_2"])
def test_the_gates_let_every_kind_through(warehouse: Warehouse, gate: Gate) -> None:
    assert [failure.expectation_id for failure in run_gate(gate, warehouse.database).failures] == []


def test_each_form_has_its_kind(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select source_file, form_kind from core.dim_project inner join core.dim_document using (document_id)"
        " where list_contains(?, source_file) order by 1",
        [list(DOCUMENTS)],
    ).fetchall()
    assert rows == [
        ("department.html", "department_self_evaluation"),
        ("self_evaluation.docx", "self_evaluation"),
        ("transfer.docx", "transfer_self_evaluation"),
        ("without_funds.docx", "self_evaluation"),
    ]


def test_funds_of_a_department_are_facts_but_no_execution_of_a_project(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    facts, projects = (
        marts.execute(
            f"select executed_yuan from execution.{table} inner join core.dim_document using (document_id)"
            " where source_file = 'department.html' order by 1 desc"
        ).fetchall()
        for table in ("fct_project_fund", "mart_project_execution")
    )
    assert facts == [(Decimal(410_0000),), (Decimal(305_0000),), (Decimal(105_0000),)]
    assert projects == []


def test_a_budget_is_no_final_account(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select source_file, budget_yuan, null as final_account_yuan from execution.fct_budget_account"
        " inner join core.dim_document using (document_id) where classification like 'function%'"
        " and list_contains($1, source_file)"
        " union all"
        " select source_file, null, final_account_yuan from execution.fct_final_account"
        " inner join core.dim_document using (document_id) where classification like 'function%'"
        " and list_contains($1, source_file) order by 1",
        [["budget.html", "final_account.xlsx"]],
    ).fetchall()
    assert rows == [("budget.html", Decimal(420_0000), None), ("final_account.xlsx", None, Decimal(410_0000))]


def test_a_target_that_was_lowered_is_drift(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select declared_text, reported_text from variance.fct_target_drift where project_name = '路灯养护'"
        " and declared_text like '%盏'"
    ).fetchall()
    assert rows == [("≥410盏", "≥400盏")]


def test_what_has_no_funds_and_blocks_of_items_side_by_side_is_all_there(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    forms, items = (
        marts.execute(
            f"select count(*) from {table} inner join core.dim_document using (document_id) where source_file = ?",
            [name],
        ).fetchone()
        for table, name in (
            ("variance.fct_indicator_variance", "without_funds.docx"),
            ("execution.fct_final_account", "side_by_side.xlsx"),
        )
    )
    assert (forms, items) == ((1,), (4,))


def test_a_rule_of_the_catalogue_that_no_pass_names_fails(warehouse: Warehouse, tmp_path: Path) -> None:
    broken = Warehouse(tmp_path, warehouse.landing)
    shutil.copyfile(warehouse.database, broken.database)
    with duckdb.connect(str(broken.database)) as connection:
        connection.execute(
            "update reference.review_rule set rule_id = 'renamed' where rule_id = 'weights_total'"
        )
    done = broken.dbt("test", "--select", "every_rule_of_the_catalogue_is_run_once")
    assert "Got 2 results" in done.stdout
