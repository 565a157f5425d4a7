"""The gates' loader, runner, verdicts and Data Docs, and the rules of gate 1.

Great Expectations takes seconds to import, and a run of a gate some more. So runs are shared:
one database has every fault of gate 1, each in a separate document.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_gate
from expectations.suites import (
    EXPECTATION_TYPES,
    GATES,
    QUERY,
    ROW_RULE,
    Expectation,
    Gate,
    Suite,
    SuiteError,
    load_suites,
)
from expectations.verdicts import GateResult, Verdict, describe_row, write_verdicts
from ingestion import contract

SHA = "ab" * 32
COMPLETION = "initial_budget_completion_rate"

# ------------------------------------------------------------------ a document without a fault

GOOD_ROWS: tuple[tuple[str, int, dict[str, str]], ...] = (
    (
        "raw_document",
        1,
        {
            "organization_name": "街道办",
            "fiscal_year": "2023",
            "source_sha256": SHA,
            "amount_unit": "万元",
        },
    ),
    ("raw_final_account", 10, {"account_side": "revenue", "classification": "source", "item_name": "合计"}),
    ("raw_evaluation", 20, {"evaluation_type": "project", "subject_name": "低保"}),
    (
        "raw_evaluation_indicator",
        21,
        {"evaluation_type": "project", "subject_name": "低保", "level1": "决策"},
    ),
    ("raw_department_target", 30, {"level1": "产出", "target": "11个"}),
    ("raw_project_execution", 40, {"project_name": "低保", "period": "q1_q2"}),
    ("raw_project_spending", 50, {"project_name": "低保", "item_name": "救助金"}),
    ("raw_self_evaluation", 60, {"form_no": "1", "project_name": "低保"}),
    ("raw_self_evaluation_fund", 61, {"form_no": "1", "fund_source": "年度资金总额", "executed": "5"}),
    ("raw_self_evaluation_fund", 62, {"form_no": "1", "fund_source": "其他资金", "executed": "5"}),
    (
        "raw_self_evaluation_indicator",
        70,
        # 28 points of 20 is a finding, not a fault of the data.
        {
            "form_no": "1",
            "indicator_no": "1",
            "level1": "产出",
            "level2": "数量",
            "level3": "户数",
            "weight": "20",
            "score": "28",
        },
    ),
    ("raw_reported_figure", 80, {"figure_code": "execution_rate", "label": "执行率", "value": "97.17"}),
    # Two items in one line, both completed.
    ("raw_reported_figure", 81, {"figure_code": COMPLETION, "label": "教育支出", "value": "100"}),
    ("raw_reported_figure", 81, {"figure_code": COMPLETION, "label": "科学技术支出", "value": "100"}),
    ("raw_source_place", 80, {"source_place": "第3页"}),
    ("raw_budget_account", 90, {"account_side": "expenditure", "item_name": "教育支出"}),
    ("raw_project_goal", 63, {"form_no": "1", "goal_no": "1", "expected": "救助困难群众5户"}),
    (
        "raw_text_figure",
        63,
        {"form_no": "1", "goal_no": "1", "part": "expected", "figure_no": "1", "number": "5"},
    ),
    ("raw_unread_cell", 64, {"cell_text": "看不懂", "reason_code": "no_column"}),
)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema raw")
    for table in contract.RAW_TABLES:
        columns = ", ".join(f"{column} varchar" for column in contract.columns(table))
        connection.execute(f"create table raw.{table} ({columns})")


def insert_document(connection: duckdb.DuckDBPyConnection, document: str) -> None:
    for table, line, cells in GOOD_ROWS:
        row = {"document_id": document, "source_line": str(line)} | cells
        if table == "raw_document":
            row["source_file"] = f"{document}.txt"
        marks = ", ".join("?" * len(row))
        connection.execute(f"insert into raw.{table} ({', '.join(row)}) values ({marks})", [*row.values()])


# ------------------------------------------------------------------ faults, each in one document


@dataclass(frozen=True)
class Fault:
    """A change to one good document, and the row by which the rule must name it."""

    table: str
    rule: str
    sql: str
    line: str | None
    document: str | None = "{d}"


def updated(
    table: str,
    line: int,
    rule: str,
    change: str,
    *,
    document: str | None = "{d}",
    named_line: str | None = "",
) -> Fault:
    sql = f"update raw.{table} set {change} where document_id = '{{d}}' and source_line = '{line}'"
    return Fault(table, rule, sql, str(line) if named_line == "" else named_line, document)


def repeated(table: str, line: int, rule: str, change: str) -> Fault:
    sql = (
        f"insert into raw.{table} select * replace ({change}) from raw.{table} "
        f"where document_id = '{{d}}' and source_line = '{line}'"
    )
    return Fault(table, rule, sql, str(line))


def relined(table: str, line: int, rule: str, value: str | None) -> Fault:
    literal = "null" if value is None else f"'{value}'"
    return updated(table, line, rule, f"source_line = {literal}", named_line=value)


LINES = {table: line for table, line, _ in reversed(GOOD_ROWS)}

DOCUMENT = "every row has its document_id"
LINE = "every row has its source_line"
WHOLE_LINE = "every source_line is a whole number above zero"

SHARED_FAULTS = [
    fault
    for table, line in LINES.items()
    for fault in (
        updated(table, line, DOCUMENT, "document_id = null", document=None),
        relined(table, line, LINE, None),
        relined(table, line, WHOLE_LINE, f"{line}a"),
        updated(
            table,
            line,
            "every row belongs to a document in raw_document",
            "document_id = '{d}-other'",
            document="{d}-other",
        ),
    )
    if (table, fault.rule) != ("raw_document", "every row belongs to a document in raw_document")
]

YEAR = "every fiscal year is between 1990 and 2100"
UNIT = "every document is in a known amount unit"
DIGEST = "every document has the SHA-256 of its source file"
NUMBER = "every form has a number that is a whole number above zero"
INDICATOR_NUMBER = "an indicator's number is used once in its form"
PRINTED_ONCE = "a figure is listed once for each place where it is printed"
NATURE = "only an amount by nature of spending names its nature"

OWN_FAULTS = [
    updated("raw_department_target", 30, DOCUMENT, "document_id = ' 　'", document=None),
    relined("raw_department_target", 30, WHOLE_LINE, "0"),
    updated("raw_department_target", 30, LINE, "source_line = ' '", named_line=None),
    repeated("raw_document", 1, "a document is listed once", "'2' as source_line"),
    updated("raw_document", 1, "every document names its organization", "organization_name = ' '"),
    updated("raw_document", 1, "every document names its source file", "source_file = null"),
    updated("raw_document", 1, YEAR, "fiscal_year = '2023年'"),
    updated("raw_document", 1, YEAR, "fiscal_year = '1989'"),
    updated("raw_document", 1, "every row has its fiscal_year", "fiscal_year = null"),
    updated("raw_document", 1, UNIT, "amount_unit = '千两'"),
    updated("raw_document", 1, "every row has its amount_unit", "amount_unit = null"),
    updated("raw_document", 1, "every row has its source_sha256", "source_sha256 = null"),
    updated("raw_document", 1, DIGEST, "source_sha256 = 'ab'"),
    updated("raw_document", 1, DIGEST, f"source_sha256 = 'zz{SHA[2:]}'"),
    updated(
        "raw_final_account",
        10,
        "every item is on the revenue or the expenditure side",
        "account_side = '收入'",
    ),
    updated("raw_final_account", 10, "every row has its account_side", "account_side = null"),
    updated("raw_final_account", 10, "every row has its classification", "classification = null"),
    updated("raw_final_account", 10, "every item has a known classification", "classification = '类'"),
    updated(
        "raw_final_account",
        10,
        "every code of a function has 3, 5 or 7 digits",
        "classification = 'function_item', item_code = '2010'",
    ),
    *(
        updated(
            "raw_final_account",
            10,
            NATURE,
            f"classification = '{classification}', spending_nature = {nature}",
        )
        for classification, nature in (
            ("nature_item", "null"),
            ("nature_item", "'基本支出'"),
            ("function_item", "'basic'"),
        )
    ),
    updated("raw_final_account", 10, "every amount is in a known unit", "amount_unit = '千两'"),
    updated(
        "raw_evaluation", 20, "every evaluation is of a department or a project", "evaluation_type = 'unit'"
    ),
    updated(
        "raw_evaluation_indicator",
        21,
        "every leaf is of a department or a project evaluation",
        "evaluation_type = 'unit'",
    ),
    updated("raw_evaluation", 20, "every row has its evaluation_type", "evaluation_type = null"),
    updated("raw_evaluation_indicator", 21, "every row has its evaluation_type", "evaluation_type = null"),
    updated("raw_project_execution", 40, "every row has its period", "period = ''"),
    updated("raw_budget_account", 90, "every row has its account_side", "account_side = null"),
    updated(
        "raw_evaluation_indicator",
        21,
        "every leaf belongs to an evaluation in raw_evaluation",
        "subject_name = '别的'",
    ),
    updated("raw_project_execution", 40, "every row names its project", "project_name = ''"),
    updated("raw_project_execution", 40, "every row is of a known period", "period = 'q1'"),
    updated("raw_project_spending", 50, "every row names its project", "project_name = null"),
    updated("raw_self_evaluation", 60, NUMBER, "form_no = '一'"),
    updated("raw_self_evaluation", 60, "every row has its form_no", "form_no = null"),
    repeated("raw_self_evaluation", 60, "a form number is used once in a document", "'63' as source_line"),
    updated("raw_self_evaluation_fund", 62, "every fund row belongs to a form", "form_no = '9'"),
    updated("raw_self_evaluation_indicator", 70, "every indicator belongs to a form", "form_no = '9'"),
    repeated("raw_self_evaluation_indicator", 70, INDICATOR_NUMBER, "'71' as source_line"),
    updated("raw_self_evaluation_indicator", 70, "every row has its indicator_no", "indicator_no = null"),
    updated("raw_reported_figure", 80, "every figure has a code", "figure_code = null"),
    updated("raw_reported_figure", 80, "every figure has a value", "value = ''"),
    repeated("raw_reported_figure", 80, PRINTED_ONCE, "'别的' as label"),
    repeated("raw_source_place", 80, "a line has one place", "'第4页' as source_place"),
    updated("raw_source_place", 80, "a place is never blank", "source_place = '　'"),
    updated(
        "raw_budget_account",
        90,
        "every item says whether it is revenue or expenditure",
        "account_side = '支出'",
    ),
    updated("raw_project_goal", 63, "every goal belongs to a form", "form_no = '9'"),
    updated("raw_text_figure", 63, "every number belongs to a form", "form_no = '9'"),
    updated("raw_unread_cell", 64, "every row has its cell_text", "cell_text = ''"),
    updated("raw_unread_cell", 64, "every row has its reason_code", "reason_code = null"),
]

FAULTS = {f"d{number:03}": fault for number, fault in enumerate([*OWN_FAULTS, *SHARED_FAULTS])}

COLUMNS = "the columns are those of the contract"
NOT_EMPTY = "there is at least one document"


# ------------------------------------------------------------------ shared runs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name needs quoting in an address and in SQL."""
    path = tmp_path_factory.mktemp("gates") / "预算 100%'s"
    path.mkdir()
    return path


@pytest.fixture(scope="module")
def good_database(folder: Path) -> Path:
    path = folder / "good.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_tables(connection)
        insert_document(connection, "doc-1")
        insert_document(connection, "doc-2")
    return path


@pytest.fixture(scope="module")
def docs(folder: Path) -> Path:
    return folder / "docs"


@pytest.fixture(scope="module")
def elsewhere(good_database: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the same in a child process, which imports while this one does."""
    code = (
        "import sys; from pathlib import Path; from expectations.runner import run_gate; "
        "from expectations.verdicts import write_verdicts; "
        "write_verdicts(run_gate('gate_1', Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    arguments = [sys.executable, "-c", code, str(good_database), str(folder / "elsewhere.csv")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process


@pytest.fixture(scope="module")
def good(good_database: Path, docs: Path, elsewhere: subprocess.Popen[str]) -> GateResult:
    return run_gate("gate_1", good_database, docs_dir=docs)


@pytest.fixture(scope="module")
def faulty(folder: Path, docs: Path, good: GateResult) -> GateResult:
    path = folder / "faulty.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_tables(connection)
        for document, fault in FAULTS.items():
            insert_document(connection, document)
            connection.execute(fault.sql.replace("{d}", document))
    return run_gate("gate_1", path, docs_dir=docs)


@pytest.fixture(scope="module")
def misshapen(folder: Path) -> GateResult:
    path = folder / "misshapen.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_tables(connection)
        for table in contract.RAW_TABLES:
            connection.execute(f"alter table raw.{table} add column surprise varchar")
        connection.execute("alter table raw.raw_department_target drop column completion")
        connection.execute("drop table raw.raw_reported_figure")
    return run_gate("gate_1", path)


def find(result: GateResult, suite: str, rule: str) -> Verdict:
    return next(item for item in result.verdicts if (item.suite, item.expectation_id) == (suite, rule))


# ------------------------------------------------------------------ gate 1


def test_good_data_passes_gate_1_though_a_score_is_above_its_weight(good: GateResult) -> None:
    assert good.passed, good.message()
    assert "通过：" in good.message()
    assert all(
        verdict.unexpected_count == 0
        for verdict in good.verdicts
        if not verdict.expectation_type.startswith("expect_table_")
    )


@pytest.mark.parametrize(
    "document", FAULTS, ids=lambda document: f"{FAULTS[document].table}: {FAULTS[document].rule}"
)
def test_a_fault_fails_its_rule_and_the_row_is_named(faulty: GateResult, document: str) -> None:
    fault = FAULTS[document]
    verdict = find(faulty, fault.table, fault.rule)
    # Rows of a compound uniqueness rule are identified by its columns, without their line.
    named = {(row["document_id"], row.get("source_line", fault.line)) for row in verdict.sample}
    expected = None if fault.document is None else fault.document.replace("{d}", document)
    assert verdict.status == "failed"
    assert verdict.exception is None
    assert (expected, fault.line) in named


def test_every_rule_of_gate_1_has_a_failing_case(faulty: GateResult, misshapen: GateResult) -> None:
    structural = [
        v for v in misshapen.failures if v.expectation_id in {COLUMNS, NOT_EMPTY} and v.exception is None
    ]
    failed = {(v.suite, v.expectation_id) for v in [*faulty.failures, *structural]}
    rules = {(suite.name, rule.id) for suite in load_suites("gate_1") for rule in suite.expectations}
    assert rules - failed == {("raw_reported_figure", COLUMNS)}


def test_gate_1_has_a_suite_for_every_raw_table() -> None:
    assert {suite.name for suite in load_suites("gate_1")} == set(contract.RAW_TABLES)


def test_columns_that_differ_from_the_contract_are_named(misshapen: GateResult) -> None:
    verdict = find(misshapen, "raw_department_target", COLUMNS)
    assert "missing: completion" in verdict.observed
    assert "not expected: surprise" in verdict.observed


def test_an_empty_submission_does_not_pass(misshapen: GateResult) -> None:
    verdict = find(misshapen, "raw_document", NOT_EMPTY)
    assert (verdict.status, verdict.observed) == ("failed", "0")


def test_a_missing_table_is_a_failed_verdict_and_one_line_of_the_message(misshapen: GateResult) -> None:
    verdicts = [verdict for verdict in misshapen.verdicts if verdict.suite == "raw_reported_figure"]
    assert {verdict.status for verdict in verdicts} == {"failed"}
    assert misshapen.message().count("there is no table raw.raw_reported_figure") == 1


# ------------------------------------------------------------------ message, CSV, docs


def test_the_message_names_suite_rule_count_and_line(faulty: GateResult) -> None:
    message = faulty.message()
    document = next(key for key, fault in FAULTS.items() if fault.rule == NUMBER)
    assert "未通过：" in message
    assert "raw.raw_self_evaluation (suite raw_self_evaluation)" in message
    assert f"每张自评表都有大于零的整数编号 {NUMBER}：" in message
    assert f"- {document}.txt:60 ({document}) form_no='一'" in message


def test_a_row_without_a_place_is_described_by_its_values() -> None:
    row = {"in_units": Decimal("1.50"), "in_projects": 2, "unit": " ", "rate": None}
    assert describe_row(row) == "in_units=1.50, in_projects=2, unit=' ', rate=None"
    assert describe_row({"document_id": " 　", "source_line": "7"}) == "?:7"


def test_a_long_value_is_cut() -> None:
    assert len(describe_row({"target": "长" * 500})) < 80


def test_another_process_gives_the_same_bytes_and_prints_nothing(
    good: GateResult, elsewhere: subprocess.Popen[str], folder: Path
) -> None:
    write_verdicts(good, folder / "here" / "gate_1.csv")
    assert (*elsewhere.communicate(), elsewhere.returncode) == ("", "", 0)
    assert (folder / "elsewhere.csv").read_bytes() == (folder / "here" / "gate_1.csv").read_bytes()


def test_the_csv_has_one_row_a_verdict_and_no_success_where_a_rule_does_not_apply(
    first_release: GateResult, tmp_path: Path
) -> None:
    path = tmp_path / "gate_2.csv"
    write_verdicts(first_release, path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["status"], row["success"]) for row in rows] == [("passed", "true"), ("not_applicable", "")]
    assert rows[0]["table_name"] == "raw.raw_document"


def test_data_docs_hold_both_gates_once_and_nothing_from_elsewhere(
    good: GateResult, faulty: GateResult, first_release: GateResult, docs: Path
) -> None:
    index = (docs / "index.html").read_text(encoding="utf-8")
    pages = {path: path.read_text(encoding="utf-8") for path in docs.rglob("*.html")}
    assert index.count('href="validations/gate_1/raw_document/') == 1
    assert index.count('href="validations/gate_2/raw_document/') == 1
    assert not [path for path, text in pages.items() if "http" in text]
    results = next(text for path, text in pages.items() if "gate_1.raw_self_evaluation.html" in path.name)
    assert "每张自评表都有大于零的整数编号" in results
    assert ".txt:60 (" in results


def test_a_gate_leaves_its_database_free_to_write(good: GateResult, good_database: Path) -> None:
    with duckdb.connect(str(good_database)) as connection:
        connection.execute("create temp table scratch as select 1")


# ------------------------------------------------------------------ runner


COMPARISON = "select * from {batch}, previous.raw.raw_document where false"


def rule_of(query: str, *, requires: str | None = None) -> Expectation:
    return Expectation(query, ROW_RULE, "规则", "because", {QUERY: query}, requires)


def suite_of(table: str, *rules: Expectation, gate: Gate = "gate_1") -> Suite:
    return Suite(gate, table.split(".")[1], table, "表", "table", rules)


@pytest.fixture(scope="module")
def first_release(good: GateResult, good_database: Path, docs: Path) -> GateResult:
    fine = rule_of("select * from {batch} where false")
    comparative = rule_of(COMPARISON, requires="previous_release")
    suites = [suite_of("raw.raw_document", fine, comparative, gate="gate_2")]
    return run_gate("gate_2", good_database, docs_dir=docs, suites=suites)


def test_sql_that_fails_is_a_failed_verdict_and_the_next_suite_still_runs(
    good: GateResult, good_database: Path
) -> None:
    broken = suite_of("raw.raw_document", rule_of("select cast(document_id as integer) from {batch}"))
    fine = suite_of("raw.raw_evaluation", rule_of(COMPARISON, requires="previous_release"))
    result = run_gate("gate_1", good_database, suites=[broken, fine], previous_release=good_database)
    assert [verdict.status for verdict in result.verdicts] == ["failed", "passed"]
    assert "Conversion Error" in str(result.verdicts[0].exception)
    assert "Traceback" not in result.message()


def test_a_table_that_the_last_release_lacks_is_not_compared(
    good: GateResult, good_database: Path, folder: Path
) -> None:
    older = folder / "older.duckdb"
    with duckdb.connect(str(older)) as connection:
        connection.execute("create table other as select 1")
    suite = suite_of("raw.raw_document", rule_of(COMPARISON, requires="previous_release"))
    result = run_gate("gate_1", good_database, suites=[suite], previous_release=older)
    assert result.verdicts[0].observed.endswith("the last release has no raw.raw_document")
    assert not result.passed  # nothing at all was checked


def test_a_missing_database_is_said_before_anything_is_imported(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="build it before running gate_1"):
        run_gate("gate_1", tmp_path / "none.duckdb")


def test_every_known_type_is_one_of_great_expectations(good: GateResult) -> None:
    registry = sys.modules["great_expectations.expectations.registry"]
    assert set(EXPECTATION_TYPES) <= set(registry.list_registered_expectation_implementations())


# ------------------------------------------------------------------ loader

ENTRY = """
  - id: a rule
    title_zh: 规则
    why: because
    type: unexpected_rows_expectation
    kwargs: {unexpected_rows_query: "select * from {batch}"}
"""
HEAD = "table: raw.thing\ndescription: {zh: 物, en: thing}\nexpectations:"

RULES = """share:
  id: "{part} of {whole}"
  title_zh: "{part} 占 {whole}"
  why: because
  type: unexpected_rows_expectation
  kwargs: {unexpected_rows_query: "select {key}, {part}, {whole} from {batch}, previous.{table}"}
"""

MALFORMED = {
    "not a mapping": ("- 1", r"gate_1/thing\.yml: must be a mapping, not list"),
    "no yml": ("a: [", "not readable as yml"),
    "no table": ("description: {zh: 物, en: thing}", "'table' is missing or blank"),
    "another table": (HEAD.replace("raw.thing", "raw.other"), r"must be schema\.thing, as the file is named"),
    "no Chinese": (HEAD.replace("zh: 物, ", ""), "'description': 'zh' is missing or blank"),
    "a typing error": (f"{HEAD}{ENTRY}extra: 1", "unknown key extra; known are table"),
    "rules that are no list": (f"{HEAD} nothing", "'expectations' must be a list, not str"),
    "a rule that is no mapping": (f"{HEAD}\n  - text", "expectation 1: must be a mapping, not str"),
    "no id": (f"{HEAD}{ENTRY.replace('id: a rule', 'id: ')}", "expectation 1: 'id' is missing or blank"),
    "an id twice": (f"{HEAD}{ENTRY}{ENTRY}", "id 'a rule' is used 2 times"),
    "no reason": (HEAD + ENTRY.replace("why: because", ""), r"expectation 1 \(a rule\): 'why' is missing"),
    "an unknown type": (
        HEAD + ENTRY.replace("unexpected_rows_exp", "unexp"),
        "unknown type 'unexpectation'; known are",
    ),
    "no SQL": (
        HEAD + ENTRY.replace("unexpected_rows_query:", "query:"),
        "'kwargs' lacks unexpected_rows_query",
    ),
    "SQL without the table": (HEAD + ENTRY.replace("{batch}", "raw.thing"), r"read the table as \{batch\}"),
    "an unknown requirement": (
        f"{HEAD}{ENTRY}    requires: luck",
        "'requires' is 'luck'; it can be previous_release",
    ),
    "a key that is no list": (f"key: document_id\n{HEAD}{ENTRY}", "'key' must be a list, not str"),
    "an unknown rule": (f"{HEAD}\n  - rule: luck", "no such rule in rules.yml; known are share"),
    "a rule without its argument": (f"{HEAD}\n  - rule: share", "needs an argument.*'part'"),
    "columns of no contract": (
        HEAD
        + ENTRY.replace("unexpected_rows_expectation", "expect_table_columns_to_match_set").replace(
            '{unexpected_rows_query: "select * from {batch}"}', "{column_set: contract}"
        ),
        "the contract has no table 'thing'",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_suite_is_refused_with_file_and_entry(tmp_path: Path, case: str) -> None:
    content, message = MALFORMED[case]
    (tmp_path / "gate_1").mkdir()
    (tmp_path / "gate_1" / "thing.yml").write_text(content, encoding="utf-8")
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    with pytest.raises(SuiteError, match=message) as caught:
        load_suites("gate_1", tmp_path)
    assert str(caught.value).startswith("gate_1/thing.yml")


def test_a_gate_without_suites_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no suite found"):
        load_suites("gate_1", tmp_path)


def test_shared_rules_come_first_and_can_leave_a_table_out(tmp_path: Path) -> None:
    (tmp_path / "gate_2").mkdir()
    shared = (
        ENTRY.replace("a rule", "a shared rule")
        + ENTRY.replace("a rule", "another")
        + "    except: [raw.thing]\n"
    )
    (tmp_path / "gate_2" / "_every_table.yml").write_text(f"expectations:{shared}", encoding="utf-8")
    (tmp_path / "gate_2" / "thing.yml").write_text(HEAD + ENTRY, encoding="utf-8")
    (suite,) = load_suites("gate_2", tmp_path)
    assert [rule.id for rule in suite.expectations] == ["a shared rule", "a rule"]


def test_a_rule_with_arguments_is_filled_with_them_and_there_is_one_for_each_item_of_a_list(
    tmp_path: Path,
) -> None:
    (tmp_path / "gate_2").mkdir()
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    uses = "key: [a, b]\n" + HEAD + "\n  - {rule: share, part: [x, (x - z)], whole: y, why: otherwise}"
    (tmp_path / "gate_2" / "thing.yml").write_text(uses, encoding="utf-8")
    (suite,) = load_suites("gate_2", tmp_path)
    assert suite.key == ("a", "b")
    assert [(rule.id, rule.title_zh, rule.why, rule.kwargs[QUERY]) for rule in suite.expectations] == [
        ("x of y", "x 占 y", "otherwise", "select a, b, x, y from {batch}, previous.raw.thing"),
        (
            "(x - z) of y",
            "(x - z) 占 y",
            "otherwise",
            "select a, b, (x - z), y from {batch}, previous.raw.thing",
        ),
    ]


def shipped_queries() -> Iterator[tuple[str, str]]:
    for gate in GATES:
        for suite in load_suites(gate):
            for rule in suite.expectations:
                if rule.type == ROW_RULE:
                    yield f"{gate}/{suite.name}: {rule.id}", rule.kwargs[QUERY]


def test_rows_are_shown_in_the_same_order_in_every_run() -> None:
    unordered = {
        name for name, query in shipped_queries() if "from {batch}\n" in query and "order by" not in query
    }
    assert not unordered


def test_suites_and_runner_load_without_great_expectations() -> None:
    code = (
        "import expectations.suites, expectations.runner, sys; sys.exit('great_expectations' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
