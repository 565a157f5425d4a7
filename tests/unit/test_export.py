"""Files of a release for other programs: their content, and the protection of existing files."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from jixiao.cli.main import app
from jixiao.export.sources import query_source
from jixiao.export.workbook import number_format, sheets_needed
from jixiao.export.writers import write_file
from jixiao.release.releases import publish
from jixiao.settings import Settings

MARTS = """
create schema core; create schema execution;
create table core.data_dictionary as
    select 'c' || row_number() over () as column_id, * from (values
        ('mart_project', 'document_id', '文件编号'), ('mart_project', 'project_name', '项目名称'),
        ('mart_project', 'executed_yuan', '全年执行数（元）'), ('mart_project', 'execution_rate', '执行率')
    ) as v (table_name, column_name, column_label_zh);
create table core.dim_document as
    select * from (values ('d1', '和义街道', 2023, 'a.txt'), ('d2', '东高地街道', 2023, 'b.txt'))
        as v (document_id, organization_name, fiscal_year, source_file);
create table core.dim_project as
    select * from (values ('p1', 'd1'), ('p2', 'd1'), ('p3', 'd2')) as v (project_id, document_id);
create table core.dim_unit as select 'u1' as unit_id;
create table execution.mart_project as
    select * from (values
        ('d2', '=1+1', 1234567890123.45::decimal(18, 2), 0.123456::decimal(12, 6), date '2023-12-31', 3),
        ('d1', '物业, "一期"', 7980631675.10, null, null, 2),
        ('d1', null, 0.00, 1.000000, null, 1)
    ) as v (document_id, project_name, executed_yuan, execution_rate, day, source_line);
"""
TABLE = "execution.mart_project"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("JIXIAO_VAR", str(tmp_path / "var"))
    settings = Settings.load()
    build = tmp_path / "build.duckdb"
    with duckdb.connect(str(build)) as connection:
        connection.execute(MARTS)
    publish(build, "20260101T020000Z", settings)
    return settings


@pytest.fixture
def out(settings: Settings, tmp_path: Path) -> Path:
    return tmp_path / "it's out"


def export(out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["export", "--out", str(out), *arguments])


def exported(out: Path, *arguments: str) -> Path:
    result = export(out, *arguments)
    assert result.exit_code == 0, result.output
    [path] = out.iterdir()
    return path


def test_csv_is_what_excel_reads_as_chinese(out: Path):
    path = exported(out, TABLE, "--labels")
    # The byte order mark, and the line ends of RFC 4180.
    assert path.read_bytes().startswith("\ufeff文件编号,项目名称,全年执行数（元）,执行率,day,".encode())
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") == 4
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [
            ["d1", "", "0.00", "1.000000", "", "1"],
            ["d1", '物业, "一期"', "7980631675.10", "", "", "2"],
            ["d2", "=1+1", "1234567890123.45", "0.123456", "2023-12-31", "3"],
        ]


def test_json_keeps_every_digit(out: Path):
    path = exported(out, "mart_project", "--format", "json")
    rows = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    assert [row["executed_yuan"] for row in rows] == [
        Decimal("0.00"),
        Decimal("7980631675.10"),
        Decimal("1234567890123.45"),
    ]
    assert rows[1]["execution_rate"] is None


def test_parquet_keeps_the_decimal_types_and_the_order(out: Path):
    table = pyarrow.parquet.read_table(exported(out, TABLE, "--format", "parquet", "--labels"))
    assert table.column_names[:3] == ["文件编号", "项目名称", "全年执行数（元）"]
    assert [str(table.schema.field(name).type) for name in ("全年执行数（元）", "执行率")] == [
        "decimal128(18, 2)",
        "decimal128(12, 6)",
    ]
    assert table["source_line"].to_pylist() == [1, 2, 3]


def test_excel_has_numbers_as_numbers_and_text_as_text(out: Path):
    sheet = load_workbook(exported(out, TABLE, "--format", "xlsx", "--labels")).active
    assert [cell.value for cell in sheet[1]][:4] == ["文件编号", "项目名称", "全年执行数（元）", "执行率"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:F4")
    money, rate, day, name = sheet["C4"], sheet["D4"], sheet["E4"], sheet["B4"]
    assert (money.value, money.number_format) == (1234567890123.45, "#,##0.00")
    assert (rate.value, rate.number_format) == (0.123456, "0.00%")
    assert (day.value.date(), day.number_format) == (date(2023, 12, 31), "yyyy-mm-dd")
    assert (name.value, name.data_type, name.quotePrefix) == ("=1+1", "s", True)
    # Null stays empty, and zero is a number.
    assert (sheet["B2"].value, sheet["C2"].value, sheet["D3"].value) == (None, 0, None)
    assert sheet.column_dimensions["C"].width > len("1234567890123.45")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t"])
def test_no_text_becomes_a_formula(out: Path, begin: str):
    path = exported(out, "--query", f"select '{begin}cmd|x' as a", "--format", "xlsx", "--name", "q")
    cell = load_workbook(path).active["A2"]
    assert (cell.value.strip(), cell.data_type, cell.quotePrefix) == (f"{begin}cmd|x".strip(), "s", True)


def test_a_number_of_more_digits_than_excel_keeps_is_text(out: Path):
    path = exported(out, "--query", "select 1234567890123456.78::decimal(18, 2) as a", "--format", "xlsx")
    assert load_workbook(path).active["A2"].value == "1234567890123456.78"


def test_control_characters_and_long_text_fit_a_cell(out: Path):
    query = "select 'a' || chr(7) || repeat('长', 40000) as a, 'nan'::double as b"
    row = load_workbook(exported(out, "--query", query, "--format", "xlsx")).active[2]
    assert len(row[0].value) <= 32_767
    assert row[1].value == "nan"


def test_rows_beyond_a_sheet_go_on_to_the_next(tmp_path: Path):
    with duckdb.connect() as connection:
        source = query_source(connection, "many", "select range as n from range(7)")
        assert write_file(connection, source, tmp_path / "a.xlsx", "xlsx", rows_of_sheet=4) == 7
    book = load_workbook(tmp_path / "a.xlsx")
    assert [[cell.value for (cell,) in sheet.iter_rows()] for sheet in book] == [
        ["n", 0, 1, 2],
        ["n", 3, 4, 5],
        ["n", 6],
    ]
    assert len(book.sheetnames) == sheets_needed(7, 4)
    assert [sheets_needed(rows, 4) for rows in (0, 3, 4)] == [1, 1, 2]


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "parquet", "json"])
def test_a_table_without_rows_is_a_file_with_its_columns(out: Path, file_format: str):
    path = exported(out, "--query", "select 1 as a where false", "--format", file_format)
    match file_format:
        case "csv":
            assert path.read_bytes() == b"\xef\xbb\xbfa\r\n"
        case "json":
            assert json.loads(path.read_bytes()) == []
        case "xlsx":
            assert [cell.value for cell in load_workbook(path).active[1]] == ["a"]
        case "parquet":
            assert pyarrow.parquet.read_table(path).column_names == ["a"]


def test_a_document_leaves_the_rows_of_others_out_and_says_where_it_can_t(out: Path):
    result = export(out, TABLE, "dim_unit", "--document", "东高地")
    assert result.exit_code == 0
    assert (out / f"{TABLE}.csv").read_text(encoding="utf-8-sig").count("\n") == 2
    [line] = [line for line in result.output.splitlines() if "dim_unit" in line]
    assert "为全部内容" in line
    assert "为全部内容" not in result.output.replace(line, "")


def test_an_unknown_document_names_those_there_are(out: Path):
    result = export(out, TABLE, "--document", "某某")
    assert (result.exit_code, "东高地街道" in result.output) == (2, True)


def test_all_writes_a_file_a_table(out: Path):
    assert export(out, "--all").exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "core.data_dictionary.csv",
        *("core.dim_document.csv", "core.dim_project.csv", "core.dim_unit.csv", "execution.mart_project.csv"),
    ]


def test_an_unknown_table_names_the_one_that_is_meant_and_all_there_are(out: Path):
    result = export(out, "mart_projekt")
    assert result.exit_code == 2
    assert "是否指 execution.mart_project" in result.output
    assert "  core.dim_unit\n" in result.output
    assert not out.exists()


def test_a_file_that_is_there_is_replaced_only_by_force(out: Path):
    path = exported(out, "dim_unit")
    path.write_text("mine", encoding="utf-8")
    result = export(out, TABLE, "dim_unit")
    assert (result.exit_code, "--force" in result.output) == (2, True)
    # No partial export: the other table isn't written either.
    assert [path.read_text(encoding="utf-8")] == ["mine"] * len(list(out.iterdir()))
    assert export(out, "dim_unit", "--force").exit_code == 0
    assert "u1" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "parquet", "json"])
def test_a_query_that_fails_on_its_way_leaves_the_old_file(out: Path, file_format: str):
    path = exported(out, "--query", "select 'old' as a", "--format", file_format)
    before = path.read_bytes()
    query = "select case when range < 50000 then range else error('boom') end as a from range(100000)"
    result = export(out, "--query", query, "--format", file_format, "--force")
    assert (result.exit_code, "boom" in result.output) == (1, True)
    assert {path: path.read_bytes() for path in out.iterdir()} == {path: before}


@pytest.mark.parametrize(
    "query",
    [
        "select 1; select 2",
        "create table t (a int)",
        "copy core.dim_unit to 'x.csv'",
        "attach 'x.duckdb'",
        "",
    ],
)
def test_only_one_query_is_taken(out: Path, query: str):
    assert export(out, "--query", query).exit_code == 2
    assert not out.exists()


def test_a_query_reads_no_file_of_the_machine(out: Path, tmp_path: Path):
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    result = export(out, "--query", f"select * from read_csv('{tmp_path / 'secret.csv'}')")
    assert (result.exit_code, "disabled by configuration" in result.output) == (1, True)


@pytest.mark.parametrize("name", ["../a", "a/b", "", ".a", "a\\b", "a:b"])
def test_a_name_leads_to_no_other_folder(out: Path, name: str):
    assert export(out, "--query", "select 1", "--name", name).exit_code == 2
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dim_unit", "--all"],
        ["--all", "--query", "select 1"],
        ["--query", "select 1", "--document", "d1"],
    ],
    ids=" ".join,
)
def test_tables_all_and_query_are_three_ways_of_which_one_is_taken(out: Path, arguments: list[str]):
    assert export(out, *arguments).exit_code == 2


def test_a_query_may_end_with_a_comment_or_a_semicolon(out: Path):
    path = exported(out, "--query", "select 1 as a, 2 as a -- twice\n;", "--format", "parquet")
    assert pyarrow.parquet.read_table(path).column_names == ["a", "a_2"]


@pytest.mark.parametrize(
    ("column", "type_name", "shown_as"),
    [
        ("executed_yuan", "DECIMAL(38,2)", "#,##0.00"),
        ("score", "DECIMAL(7,2)", "#,##0.00"),
        ("execution_rate", "DECIMAL(12,6)", "0.00%"),
        ("ratio", "DECIMAL(12,6)", "0.00%"),
        ("reported_value", "DECIMAL(20,6)", "#,##0.00####"),
        ("fiscal_year", "INTEGER", "0"),
        ("name", "VARCHAR", "General"),
    ],
)
def test_excel_shows_yuan_rates_and_years_as_people_write_them(column: str, type_name: str, shown_as: str):
    assert number_format(column, type_name) == shown_as
