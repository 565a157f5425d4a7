"""The command line: help, exit codes, and its output on a release."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from ingestion_documents import DISCLOSURE, disclosure, form
from rich.console import Console
from typer.testing import CliRunner, Result

from ingestion.files import check_raw
from ingestion.message import Text
from jixiao import language
from jixiao.builds.lock import BuildLock
from jixiao.builds.record import BuildRecord, Quarantined
from jixiao.cli.console import at_work
from jixiao.cli.main import app
from jixiao.cli.sql import is_complete, statements
from jixiao.cli.summary import _own_command, print_summary, read_summary
from jixiao.release.releases import publish
from jixiao.settings import Settings
from jixiao.values import plain, to_json, to_text

HAN = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")

COMMANDS = [
    [],
    ["build"],
    ["add"],
    ["documents"],
    ["remove"],
    ["restore"],
    ["template"],
    ["extract"],
    ["sql"],
    ["export"],
    ["dev"],
    ["serve"],
    ["alerts"],
    ["alerts", "test"],
    ["doctor"],
    ["releases"],
    ["releases", "list"],
    ["releases", "rollback"],
    ["review"],
    ["review", "import"],
]

MARTS = """
create schema core; create schema execution; create schema variance; create schema quality;
create schema review;
create table execution.fct_final_account as select 'd1' as document_id from range(3);
create table execution.fct_budget_account as select 'd1' as document_id;
create table variance.fct_declared_target as select 'd1' as document_id, 9 as form_no, range as indicator_no from range(2);
create table execution.fct_declared_fund as select 'd1' as document_id, 9 as form_no from range(3);
create table quality.fct_unread_cell as
    select * from (values
        ('u1', 'd1', 2, null, '无列', 'no_column', '没有列', 'no column'),
        ('u2', 'd1', 9, '工作表“表”B7', '待 定', 'not_a_number', '应为数字', 'a number')
    ) as v (unread_cell_id, document_id, source_line, source_place, cell_text, reason_code, reason_zh, reason_en);
create table core.data_dictionary as
    select 'c1' as column_id, 'dim_project' as table_name, 'project_name' as column_name, '项目名称' as column_label_zh;
create table core.dim_document as
    select 'd1' as document_id, '和义街道办事处' as organization_label, 2023 as fiscal_year, 'a.txt' as source_file,
        998 as cells_read, 8 as cells_unread;
create table core.dim_project as
    select * from (values ('p1', 'd1', '物业管理'), ('p2', 'd1', '垃圾分类')) as v (project_id, document_id, project_name);
create table variance.fct_indicator_variance as
    select 'i' || range as indicator_id, 'p1' as project_id from range(3);
create table execution.mart_department_ratio as
    select * from (values
        ('d1', 'budget_execution_rate', 'annual_budget', 123456789.00::decimal(18, 2), 0.971681::decimal(12, 6), 0.9717::decimal(12, 6)),
        ('d1', 'budget_execution_rate', 'initial_budget', 123456789.00::decimal(18, 2), 1.5::decimal(12, 6), null)
    ) as v (document_id, ratio_code, basis, numerator_yuan, ratio, reported_ratio);
create table quality.fct_reconciliation as
    select * from (values
        ('d1', null, 'score', '部门决策得分', '分', 7.83, 7.84, 7, 'mismatch'),
        ('d1', null, 'score', '部门决策得分', '分', 7.83, 7.84, 243, 'mismatch'),
        ('d1', 'p1', 'total', '自评总分', '分', 98, 108, 1025, 'mismatch'),
        ('d1', 'p2', 'total', '自评总分', '分', 90, 90, 1060, 'match'),
        ('d1', 'p2', 'other', '其他', '分', 90, null, 1070, 'not_checkable')
    ) as v (document_id, project_id, figure_code, label_zh, unit, reported_value, recomputed_value, source_line, status);
create table review.dim_rule as
    select * from (values
        ('reported_total', 1, 'E', '错误', 'error', '自评总分不等于各项得分之和', 'the total is not the sum of the scores'),
        ('score_above_weight', 1, 'E', '错误', 'error', '得分超过分值', 'a score is above its weight'),
        ('overachievement', 1, 'W', '疑点', 'warning', '超额完成过多', 'far above the target'),
        ('coverage', 1, 'I', '提示', 'information', '自评未全覆盖', 'not all projects are evaluated')
    ) as v (rule_id, rule_version, severity, severity_zh, severity_en, title_zh, title_en);
alter table review.dim_rule add column catalogue_severity varchar;
alter table review.dim_rule add column is_on boolean default true;
alter table review.dim_rule add column case_kind varchar;
alter table review.dim_rule add column setting_reason varchar;
update review.dim_rule set catalogue_severity = case when rule_id = 'coverage' then 'E' else severity end;
update review.dim_rule set is_on = false, setting_reason = 'plan 7' where rule_id = 'overachievement';
create table review.fct_finding as
    select *, 'd1' as document_id from (values
        ('f1', 'reported_total', 1, 'E', 1060, '总分90分，应为95分', 'total 90, expected 95', null, true),
        ('f2', 'reported_total', 1, 'E', 1025, '总分98分，应为108分', 'total 98, expected 108', '若改为18', true),
        ('f3', 'score_above_weight', 1, 'E', 1023, '分值20分，\x1b[31m得分28分', 'weight 20, score 28', null, true),
        ('f4', 'reported_total', 1, 'E', 1090, '总分80分，应为81分', 'total 80, expected 81', '若改为1', false),
        ('f5', 'overachievement', 1, 'W', 1100, '完成率142%', '142% of the target', null, true)
    ) as v (finding_id, rule_id, rule_version, severity, source_line, message_zh, message_en, hypothesis, is_open);
create table review.fct_rule_result as
    select * from (values ('r1', 'not_checkable'), ('r2', 'pass'), ('r3', 'not_checkable')) as v (subject_id, status);
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("JIXIAO_LANDING", str(tmp_path / "landing"))
    return Settings.load()


@pytest.fixture
def released(settings: Settings, tmp_path: Path) -> Settings:
    """Two releases of a handful of rows."""
    build = tmp_path / "build.duckdb"
    with duckdb.connect(str(build)) as connection:
        connection.execute(MARTS)
    for name in ("20260101T020000Z", "20260102T020000Z"):
        publish(build, name, settings)
    return settings


def run(*arguments: str, stdin: str | None = None) -> Result:
    try:
        return CliRunner().invoke(app, arguments, input=stdin)
    finally:
        # `--lang` holds for the process, and other tests run in it.
        language.use(None)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command: list[str]):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "用法" in result.output


def test_version_is_that_of_the_package():
    result = run("--version")
    assert (result.exit_code, result.output) == (0, "jixiao 0.2.0\n")


def test_help_needs_nothing_slow():
    code = (
        "import sys; from typer.testing import CliRunner; from jixiao.cli.main import app; "
        "assert CliRunner().invoke(app, ['build', '--help']).exit_code == 0; "
        "sys.exit(', '.join(sorted({'dagster', 'dbt', 'duckdb', 'great_expectations', 'openpyxl'} & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["build", "--document", "none.txt"],
        ["extract", "none.txt", "--out", "x"],
        ["sql", "a", "b"],
        ["review", "import", "none.xlsx"],
        ["review", "--json", "--xlsx", "a.xlsx"],
        ["review", "--force"],
        ["review", "--limit", "-1"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_two(arguments: list[str]):
    assert run(*arguments).exit_code == 2


def test_one_output_format_at_a_time(released: Settings):
    assert run("sql", "select 1", "--csv", "--json").exit_code == 2


# --- build


def test_a_second_build_is_four_and_says_who_is_first(settings: Settings):
    lock = BuildLock(settings.build_lock)
    lock.acquire("run 77")
    result = run("build")
    lock.release()
    assert result.exit_code == 4
    assert "run 77" in result.output


# --- add


def test_a_budget_is_listed_with_its_items(settings: Settings, tmp_path: Path):
    document = tmp_path / "budget.txt"
    rows = (
        "支出总表",
        "单位：万元",
        "科目编码\t科目名称\t预算数",
        "205\t教育支出\t9",
        "208\t社会保障和就业支出\t6",
    )
    document.write_text("\n".join(("某局2023年部门预算", *rows, "")), encoding="utf-8")
    result = run("add", str(document))
    assert result.exit_code == 0, result.output
    line = next(line for line in result.output.splitlines() if line.startswith("budget.txt"))
    # Forms, indicators, items, parts refused, warnings.
    assert re.search(r" 2023 +0 +0 +2 +0 +0 ", line), line
    assert re.search(r" 2023 +budget.txt +0 +2 ", run("documents").output)


# --- extract


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_document_is_extracted_and_its_rows_counted(settings: Settings, tmp_path: Path, encoding: str):
    document, out = tmp_path / "made_up.txt", tmp_path / "out"
    document.write_text(DISCLOSURE.read_text(encoding="utf-8"), encoding=encoding)
    result = run("extract", str(document), "--out", str(out))
    assert result.exit_code == 0
    assert check_raw(out) == []
    with (out / "raw_self_evaluation_fund.csv").open(encoding="utf-8", newline="") as file:
        funds = len(list(csv.DictReader(file)))
    assert f"raw_self_evaluation_fund {funds}" in " ".join(result.output.split())
    assert not settings.quarantine.exists()


def test_a_part_that_is_cut_is_three_and_named_with_its_line(settings: Settings, tmp_path: Path):
    document, out = tmp_path / "cut.txt", tmp_path / "out"
    whole = DISCLOSURE.read_text(encoding="utf-8")
    document.write_text(whole.replace("综合得分\t100\t88.50\n", ""), encoding="utf-8")
    result = run("extract", str(document), "--out", str(out))
    assert result.exit_code == 3
    assert re.search(r"cut\.txt:\d+ 绩效评价结论一览表: ", result.output)
    assert check_raw(out) == []
    assert len(list(settings.quarantine.glob("*/refused.csv"))) == 1


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty.txt", b"", "文件是空的"),
        ("blank.txt", b" \n\t\n", "文件是空的"),
        ("binary.bin", b"\x00\x01\x02PK", "binary"),
        ("prose.txt", "没有任何表格。\n".encode(), "未识别出"),
        ("gb18030.txt", "没有任何表格。\n".encode("gb18030"), "未识别出"),
        ("noise.txt", bytes(range(128, 256)) * 4, ""),
    ],
)
def test_a_document_that_cannot_be_read_is_one_and_quarantined(
    settings: Settings, tmp_path: Path, name: str, content: bytes, word: str
):
    document = tmp_path / name
    document.write_bytes(content)
    result = run("extract", str(document), "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert word in result.output
    assert (settings.quarantine / name / "reason.txt").is_file()
    assert not (tmp_path / "out").exists()


def test_a_folder_is_no_document(settings: Settings, tmp_path: Path):
    assert run("extract", str(tmp_path), "--out", str(tmp_path / "out")).exit_code == 2


def test_a_fault_of_the_extractor_is_told_from_one_of_the_document(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(_: Path) -> None:
        raise IndexError("cell 7")

    monkeypatch.setattr("jixiao.cli.extract.read_document", fail)
    document = tmp_path / "odd.txt"
    document.write_text("x", encoding="utf-8")
    result = run("extract", str(document), "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "IndexError: cell 7" in (settings.quarantine / "odd.txt" / "reason.txt").read_text(
        encoding="utf-8"
    )


# --- releases


def test_without_a_release_the_list_says_what_to_do(settings: Settings):
    result = run("releases", "list")
    assert result.exit_code == 0
    assert "jixiao build" in result.output


def test_releases_are_listed_newest_first_with_the_current_marked(released: Settings):
    lines = run("releases", "list").output.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [
        ["→", "20260102T020000Z"],
        ["20260101T020000Z", lines[2].split()[1]],
    ]


def test_rollback_goes_to_the_release_before_and_no_further(released: Settings):
    result = run("releases", "rollback")
    assert (result.exit_code, "20260101T020000Z" in result.output) == (0, True)
    result = run("releases", "rollback")
    assert (result.exit_code, "无法退回" in result.output) == (1, True)
    assert run("releases", "rollback", "20260102T020000Z").exit_code == 0


def test_rollback_to_an_unknown_release_names_those_there_are(released: Settings):
    result = run("releases", "rollback", "none")
    assert result.exit_code == 1
    assert "20260101T020000Z" in result.output


# --- sql


def test_sql_without_a_release_says_what_to_do(settings: Settings):
    result = run("sql", "select 1")
    assert result.exit_code == 1
    assert "还没有版本" in result.output


def test_sql_prints_aligned_columns(released: Settings):
    result = run("sql", "select project_name, project_id from core.dim_project order by project_id")
    assert result.exit_code == 0
    lines = [line.rstrip() for line in result.output.splitlines()]
    assert lines == ["project_name  project_id", "物业管理      p1", "垃圾分类      p2", "（2 行）"]


def test_sql_prints_csv_that_reads_back(released: Settings):
    query = "select 'a,\"b\"' as text, null as nothing, 7980631675.10::decimal(18, 2) as money, true as yes"
    result = run("sql", query, "--csv")
    # Excel knows by the byte order mark that the file is UTF-8.
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbftext,")
    assert list(csv.reader(io.StringIO(result.output.removeprefix("\ufeff")))) == [
        ["text", "nothing", "money", "yes"],
        ['a,"b"', "", "7980631675.10", "true"],
    ]


def test_sql_prints_json_with_every_digit(released: Settings):
    query = "select 1234567890123456.78::decimal(18, 2) as money, '丰台' as unit, date '2023-01-02' as day"
    result = run("sql", query, "--json")
    assert '"money": 1234567890123456.78' in result.output
    [row] = json.loads(result.output)
    assert (row["unit"], row["day"]) == ("丰台", "2023-01-02")


def test_json_has_both_columns_of_one_name(released: Settings):
    assert json.loads(run("sql", "select 1 as a, 2 as a", "--json").output) == [{"a": 1, "a_2": 2}]


@pytest.mark.parametrize(
    ("output", "begin"),
    [("", "项目名称  n"), ("--csv", "\ufeff项目名称,n\n"), ("--json", '[{"项目名称": "垃圾分类", "n"')],
)
def test_labels_head_the_documented_columns(released: Settings, output: str, begin: str):
    query = "select project_name, 1 as n from core.dim_project order by all"
    result = run("sql", query, "--labels", *output.split())
    assert result.exit_code == 0
    assert result.output.startswith(begin)


def test_the_prompt_switches_labels_on_and_off(released: Settings):
    query = "select project_name from core.dim_project limit 1;\n"
    result = run("sql", "--csv", stdin=f"{query}.labels\n{query}.labels\n{query}")
    assert result.exit_code == 0
    # The byte order mark is that of the stream, not of each result.
    assert result.stdout.splitlines()[::2] == ["\ufeffproject_name", "项目名称", "project_name"]


def test_no_rows_are_an_empty_list(released: Settings):
    assert json.loads(run("sql", "select 1 as a where false", "--json").output) == []


@pytest.mark.parametrize(
    "query",
    [
        "selec 1",
        "select * from nothing",
        "create table t (a int)",
        "select * from read_csv('/etc/passwd')",
        "",
    ],
)
def test_a_query_that_fails_is_one_without_a_traceback(released: Settings, query: str):
    result = run("sql", query)
    assert result.exit_code == 1
    assert result.output.strip()
    assert "Traceback" not in result.output


def test_a_script_is_read_from_standard_input(released: Settings):
    result = run("sql", "--csv", stdin=".tables\nselect 1\n  as a;\nselect 2 as b")
    assert result.exit_code == 0
    assert "core.dim_project,2," in result.output
    assert result.output.endswith("a\n1\nb\n2\n")


@pytest.mark.parametrize("word", ["exit", "QUIT;", ".exit", ".quit"])
def test_a_word_leaves_the_prompt_and_a_script(released: Settings, word: str):
    result = run("sql", "--csv", stdin=f"select 1 as a;\n{word}\nselect 2 as b;\n")
    assert (result.exit_code, result.output) == (0, "\ufeffa\n1\n")
    # In the middle of a statement it is a name.
    assert list(statements(iter(["select 1 as", "exit", ";"]))) == ["select 1 as\nexit\n;"]


def test_each_of_several_statements_is_answered(released: Settings):
    result = run("sql", "select 1 as a; select ';' as b; -- no more\n")
    lines = [line.rstrip() for line in result.output.splitlines()]
    assert lines == ["a", "1", "（1 行）", "", "b", ";", "（1 行）"]
    result = run("sql", "--json", "select 1 as a; select * from nothing; select 2 as b")
    assert (result.exit_code, result.stdout) == (1, '[{"a": 1}]\n[{"b": 2}]\n')


def test_a_result_too_wide_for_the_screen_is_shown_record_by_record(
    released: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("jixiao.cli.sql.console", lambda: Console(width=80, markup=False, highlight=False))
    # 45 characters of two columns each fit on two lines beside a number; 60 beside two names don't.
    result = run("sql", f"select '{'项' * 45}' as project, 1.5::decimal(18, 2) as money_yuan")
    lines = [line.rstrip() for line in result.output.splitlines()]
    assert lines == [
        "project" + " " * 63 + "money_yuan",
        "项" * 34 + " " * 8 + "1.50",
        "项" * 11,
        "（1 行）",
    ]
    wide = (
        f"'{'项' * 60}' as project, 'p' as project_id, '\x1b[31m' as colour, null as a_long_name_of_a_column"
    )
    lines = [line.rstrip() for line in run("sql", f"select {wide} from range(2)").output.splitlines()]
    # 23 columns of names and a gap of two leave room for 27 characters.
    record = [
        "project" + " " * 18 + "项" * 27,
        " " * 25 + "项" * 27,
        " " * 25 + "项" * 6,
        "project_id" + " " * 15 + "p",
        "colour" + " " * 20 + "[31m",
        "a_long_name_of_a_column",
    ]
    rule = "─" * 18
    assert lines == [f"── 1 {rule}", *record, f"── 2 {rule}", *record, "（2 行）"]


def test_a_script_goes_on_after_an_error_and_ends_with_one(released: Settings):
    result = run("sql", "--csv", stdin="selec;\nselect 3 as c;\n.nonsense\n")
    assert result.exit_code == 1
    assert "c\n3\n" in result.output


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("select 1;", True),
        ("select 1", False),
        ("select ';", False),
        ("select ';';", True),
        ("select 1; ", True),
    ],
)
def test_a_statement_ends_with_a_semicolon_outside_quotes(text: str, complete: bool):
    assert is_complete(text) is complete


def test_ctrl_c_gives_up_what_was_typed():
    assert list(statements(iter(["select", None, ".exit", "select 1;", "select 2"]))) == [
        *(".exit", "select 1;", "select 2"),
    ]


def test_values_never_turn_scientific():
    assert to_text(Decimal("1E+3")) == "1000"
    assert (
        to_json([Decimal("1E-7"), None, float("nan"), {"a": "丰"}]) == '[0.0000001, null, null, {"a": "丰"}]'
    )


# --- summary


def test_summary_counts_open_findings_and_names_the_rarest_errors_first(released: Settings):
    with duckdb.connect(str(released.current / "jixiao.duckdb"), read_only=True) as connection:
        summary = read_summary(connection)
    [document] = summary.documents
    assert (document.organization, document.year, document.file) == ("和义街道办事处", 2023, "a.txt")
    assert (document.forms, document.indicators, document.items) == (3, 5, 4)
    assert (document.read, document.unread, document.errors) == (998, 8, 3)
    assert summary.figures == {"mismatch": 3, "match": 1, "not_checkable": 1}
    assert summary.severities == [("错误", "error", 3), ("疑点", "warning", 1), ("提示", "information", 0)]
    assert summary.not_checkable == 2
    # An error that one number explains is the better example; a corrected one is not shown.
    assert [(errors.title, errors.findings, errors.example) for errors in summary.errors] == [
        ("得分超过分值", 1, "分值20分，\x1b[31m得分28分"),
        ("自评总分不等于各项得分之和", 2, "总分98分，应为108分"),
    ]
    # Two rules of this installation are not those of the catalogue.
    assert summary.settings == [
        ("coverage", "自评未全覆盖", "not all projects are evaluated", "E→I", None),
        ("overachievement", "超额完成过多", "far above the target", "off", "plan 7"),
    ]


def test_summary_says_what_was_read_built_and_found(released: Settings):
    record = BuildRecord(
        "20260102T020000Z",
        "jixiao build",
        datetime(2026, 1, 2, tzinfo=UTC),
        quarantined=[Quarantined("b.txt:17", "cut\nand more", str(released.quarantine / "b"))],
        scope={"computed": "1/1", "base": "20260101T020000Z"},
        tests={"pass": 5},
        gates={"gate_2": {"passed": 3, "not_applicable": 1}},
    )
    out = io.StringIO()
    print_summary(released, record, Console(file=out, width=200, markup=False, highlight=False))
    text = out.getvalue()
    for part in (
        "和义街道办事处 2023（a.txt）：3 张自评表，5 项指标，4 行收支科目；读入 1,006 格中 998 格",
        "，未读 8 格；3 个错误\n    ! 工作表“表”B7“待 定”：应为数字\n    ! 第 2 行“无列”：没有列\n",
        '    ! 未读共 8 格：jixiao sql "from quality.fct_unread_cell where document_id = ',
        "b.txt:17 cut（另有 1 处）",
        "计算 1/1 份文件，并入版本 20260101T020000Z",
        "5 通过",
        "gate_2：1 不适用，3 通过",
        "2 条规则按本地设置复核",
        "overachievement 超额完成过多: off（plan 7）",
        "97.17 %（公开数 97.17 %），支出 12,345.68 万元",
        "1 相符 · 3 不符 · 1 无法核对",
        "3 错误 · 1 疑点 · 0 提示；另有 2 项检查无法进行",
        "2 自评总分不等于各项得分之和",
        "分值20分， [31m得分28分",
        "jixiao review",
        "jixiao.duckdb",
    ):
        assert part in text


DATA = (
    "和义街道办事处",
    "北京市丰台区人民政府",
    "石桥街道办事处",
    "物业管理",
    "垃圾分类",
    "“表”",
    "工作表",
    "待 定",
    "无列",
    "万元",
    "元、千元、百万元、亿元",
)
"""Chinese in a terminal in English: names, places and texts of documents, and input for users to type."""


def without_data(text: str) -> str:
    for part in DATA:
        text = text.replace(part, "")
    return text


def test_a_summary_in_english_has_no_chinese_but_names_and_texts_of_documents(released: Settings):
    record = BuildRecord(
        "20260102T020000Z",
        "jixiao build",
        datetime(2026, 1, 2, tzinfo=UTC),
        quarantined=[
            Quarantined("b.txt:17", Text("表不完整\n第二处", "cut\nand more"), str(released.quarantine / "b"))
        ],
        scope={"computed": "1/1", "why": Text("首次构建", "there is no release yet")},
        tests={"pass": 5},
        gates={"gate_2": {"passed": 3, "not_applicable": 1}},
    )
    out = io.StringIO()
    language.use(language.ENGLISH)
    try:
        print_summary(released, record, Console(file=out, width=200, markup=False, highlight=False))
    finally:
        language.use(None)
    text = out.getvalue()
    assert HAN.findall(without_data(text)) == []
    for part in (
        "和义街道办事处 2023 (a.txt): 3 forms, 5 indicators, 4 items; 998 of 1,006 cells read, 8 unread; 3 errors",
        "b.txt:17 cut (and 1 more)",
        "1/1 documents computed (there is no release yet)",
        "gate_2: 1 not applicable, 3 passed",
        "97.17 % (97.17 % printed), executed 123,456,789.00 yuan",
        "1 match · 3 do not · 1 can't be checked",
        "3 error · 1 warning · 0 information; 2 checks could not be made",
        "2 the total is not the sum of the scores",
        "total 98, expected 108",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("doctor",), 0),
        (("releases", "list"), 0),
        (("releases", "rollback", "none"), 1),
        (("releases", "rollback", "no name"), 1),
        (("releases", "rollback"), 0),
        (("sql", "select 1 as a"), 0),
        (("sql", ".tables;"), 1),
        (("sql", "select project_name as a from core.dim_project", "--labels"), 0),
        (("sql", " "), 1),
        (("sql", "a", "--csv", "--json"), 2),
        (("export", "nothing", "--out", "out"), 2),
        (("export", "dim_project", "--out", "out"), 0),
        (("export", "--query", "drop table x", "--out", "out"), 2),
        (("export", "--out", "out"), 2),
        (("template", "self-evaluation", "--xlsx", "blank.xlsx"), 0),
        (("template", "nothing", "--xlsx", "blank.xlsx"), 2),
        (("documents",), 0),
        (("documents", "dd34fb40634d9"), 0),
        (("documents", "nothing"), 2),
        (("remove", "nothing"), 2),
        (("restore", "nothing"), 2),
        (("add", "nothing.txt"), 2),
        (("add", "prose.txt"), 3),
        (("add", "form.txt", "--report"), 0),
        (("add", "form.txt", "--year", "two"), 2),
        (
            (
                "add",
                "form.txt",
                "--organization",
                "石桥街道办事处",
                "--year",
                "2024",
                "--amount-unit",
                "万元",
            ),
            0,
        ),
        (("extract", "prose.txt", "--out", "out"), 1),
        (("extract", "form.txt", "--out", "out"), 0),
        (("review",), 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_each_command_prints_one_language(
    released: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prose.txt").write_text("没有任何表格。\n", encoding="utf-8")
    (tmp_path / "form.txt").write_text(disclosure(form()), encoding="utf-8")
    english = run("--lang", "en", *arguments)
    assert english.exit_code == code, english.output
    documents = "d[0-9a-f]{12}.*"  # A line of a table or a report that shows a document.
    lines = [re.sub(documents, "", line) for line in without_data(english.output).splitlines()]
    assert [line for line in lines if HAN.search(line) and not line.startswith("|")] == []


def test_what_is_at_work_is_shown_on_a_terminal_only():
    shown = {}
    for is_terminal in (True, False):
        out = io.StringIO()
        with at_work("reading", Console(file=out, force_terminal=is_terminal)):
            pass
        shown[is_terminal] = out.getvalue()
    assert "reading" in shown[True]
    assert shown[False] == ""


def test_numbers_lose_their_last_zeros_only():
    assert [plain(Decimal(text)) for text in ("7.830000", "40.000000", "17416.470000", "100", "0.0")] == [
        *("7.83", "40", "17,416.47", "100", "0"),
    ]


def test_the_commands_to_try_next_are_those_of_this_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [".venv/bin/jixiao", "build"])
    assert _own_command() == ".venv/bin/jixiao"
    monkeypatch.setattr("sys.argv", ["-c", "build"])
    assert _own_command() == "jixiao"


def test_without_the_locks_of_posix_the_command_names_wsl_and_the_container():
    """As on Windows, which has no module `fcntl`."""
    program = "import sys; sys.modules['fcntl'] = None; from jixiao.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "releases", "list"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "WSL" in done.stderr
    assert "Dockerfile" in done.stderr
