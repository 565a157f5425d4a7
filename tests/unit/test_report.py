"""The report of a release: its page, its charts, and the comparison with the release before."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from jixiao.pages.report import charts
from jixiao.pages.report.changes import compare
from jixiao.pages.report.content import Report
from jixiao.pages.report.page import render_page
from jixiao.pages.report.rows import Listing, listing, listing_of
from jixiao.values import percent, plain, wan, yuan

HOSTILE = "<script>alert(1)</script>\"'&"

EMPTY = Report(
    build={"started_at": "2026-01-02T12:00:00+00:00", "code_version": "v1", "input_hash": "ab"},
    whose={"organizations": 0, "organization_name": None, "first_year": None, "last_year": None},
    verdict=dict.fromkeys(
        ("errors", "error_forms", "error_documents", "doubts", "habits", "habit_findings"), 0
    ),
    documents=Listing([], 0),
    details=Listing([], 0),
    coverage=Listing([], 0),
    not_checkable=[],
    indicators={},
    quarantined=None,
    totals={"projects": 0, "executed_yuan": None},
    projects=Listing([], 0),
    units=Listing([], 0),
    bands=[],
    averages=dict.fromkeys(("reported", "recomputed", "compared", "expected", "lowest", "highest"))
    | {"with_expected": 0},
    grades=[],
    inconsistent=Listing([], 0),
    severity_names={},
    rules=[],
    errors=Listing([], 0),
    risks=Listing([], 0),
    figures={},
    mismatches=Listing([], 0),
    history=[],
    changes=None,
    has_previous=False,
)


def error(message: str) -> dict[str, object]:
    return {
        "document_id": "d1",
        "finding_id": "f1",
        "form_no": 1,
        "source_line": 7,
        "findings": 1,
        "title_zh": "规则",
        "message_zh": message,
        "hypothesis": None,
    }


def release(
    file: Path, *findings: str, decided: tuple[str, ...] = (), scores: tuple[tuple[str, str], ...] = ()
) -> duckdb.DuckDBPyConnection:
    """Return a release with the tables of the comparison: findings, and totals of projects."""
    connection = duckdb.connect(file)
    for schema in ("quality", "core", "review", "execution"):
        connection.execute(f"create schema {schema}")
    connection.execute("create table quality.build_info as select 'r' as release_id, 't' as started_at")
    connection.execute("create table quality.fct_reconciliation (status varchar)")
    connection.execute(
        "create table quality.release_history as"
        " select true as is_current, 900.00 as annual_budget_yuan, 800.00 as executed_yuan"
    )
    connection.execute(
        "create table core.dim_document as"
        " select 'd' as document_id, 'o' as organization_name, 2023 as fiscal_year, 'f' as source_file,"
        " 1 as source_line"
    )
    connection.execute("create table review.fct_rule_result (status varchar)")
    connection.execute(
        "create table review.fct_finding (finding_id varchar, severity varchar, rule_id varchar,"
        " source_line integer, message_zh varchar, is_open boolean, document_id varchar)"
    )
    connection.execute(
        "create table execution.mart_project_execution (project_id varchar, document_id varchar, form_no integer,"
        " project_name varchar, fiscal_year integer, reported_total decimal(7, 2), recomputed_total decimal(7, 2),"
        " expected_total decimal(7, 2), annual_budget_yuan decimal(18, 2), executed_yuan decimal(18, 2))"
    )
    for finding in (*findings, *decided):
        connection.execute(
            "insert into review.fct_finding values (?, 'E', 'rule', 1, ?, ?, 'd')",
            [finding, f"message of {finding}", finding in findings],
        )
    for project, total in scores:
        connection.execute(
            "insert into execution.mart_project_execution values (?, 'd', 1, ?, 2023, ?, 90, null, 1, 1)",
            [project, project.partition("@")[0], total],
        )
    return connection


def test_a_warehouse_without_documents_gives_a_page_that_says_so():
    page = render_page(EMPTY, "r1")
    assert "本版本没有文件。" in page
    assert "这是第一个版本" in page
    assert "None" not in page


def test_the_page_escapes_what_documents_hold():
    page = render_page(replace(EMPTY, errors=listing([error(HOSTILE)])), "r1")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_label_of_a_chart_is_escaped():
    svg = charts.bars(HOSTILE, [("<b>", 1, "<i>")])
    assert re.findall("<[bi]>|<script", svg) == []
    assert "&lt;b&gt;" in svg


def test_the_page_loads_nothing_from_elsewhere():
    page = render_page(replace(EMPTY, bands=[{"band": "98–100", "projects": 3}]), "r1")
    # A page of the release or a place of its own is all that it leads to.
    assert not re.search(r'src=|href="[^#]|url\(|@import|<script|<link', page)
    assert set(re.findall(r"https?://[^\"\s]+", page)) == {"http://www.w3.org/2000/svg"}


def test_a_list_that_is_cut_says_how_much_is_left_out():
    errors = listing([error(f"message {number}") for number in range(1234)], 34)
    page = render_page(replace(EMPTY, errors=errors), "r1")
    assert "另有 1,200 条未列出" in page
    assert page.count("message ") == 34
    assert "列出的是风险最高的项目的错误" in page


def test_a_list_that_is_whole_says_nothing_of_what_was_chosen():
    page = render_page(replace(EMPTY, errors=listing([error("message")])), "r1")
    assert "message" in page
    assert "未列出" not in page
    assert "风险最高" not in page


def test_the_first_of_a_list_may_be_shown_in_another_order():
    with duckdb.connect() as connection:
        query = (
            "select * from (values (1, 'c'), (2, 'a'), (3, 'b'), (4, 'd')) as t (place, name) order by place"
        )
        found = listing_of(connection, query, 3, shown_by="name")
    assert [row["name"] for row in found.rows] == ["a", "b", "c"]
    assert found.more == 1


def test_of_several_documents_every_row_says_whose_it_is():
    errors = listing([{**error("message"), "organization_name": "石桥街道"}])
    several = replace(EMPTY, errors=errors, documents=Listing([], 2))
    assert "石桥街道" in render_page(several, "r1")
    assert "石桥街道" not in render_page(replace(EMPTY, errors=errors), "r1")


def test_a_finding_leads_to_its_place_on_the_page_of_its_document():
    report = replace(EMPTY, errors=listing([error("message")]))
    assert '<a href="documents/d1.html#f-f1">message</a>' in render_page(report, "r1", {"d1"})
    # `jixiao show` writes the pages that a large release leaves out.
    assert "d1.html" not in render_page(report, "r1")


def test_the_verdict_comes_first_and_the_contents_lead_to_every_section():
    verdict = {
        "errors": 2,
        "error_forms": 1,
        "error_documents": 1,
        "doubts": 3,
        "habits": 1,
        "habit_findings": 39,
    }
    whose = {"organizations": 2, "organization_name": "甲", "first_year": 2022, "last_year": 2023}
    page = render_page(
        replace(EMPTY, verdict=verdict, whose=whose, documents=Listing([], 3), figures={"match": 5}), "r1"
    )
    assert "2 家单位，2022–2023 年度" in page
    said = re.sub("<[^>]+>", "", page[page.index('class="verdict">') + 16 : page.index('class="cards"')])
    assert " ".join(said.split()).removesuffix(" <div") == (
        "2 处错误须更正，涉及 1 份文件，涉及 1 张自评表；3 处疑点和提示待判断，另有 1 种填报习惯（39 处）。"
        " 公开数没有不符的，5 个相符。"
    )
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets == re.findall(r'<h2 id="([^"]+)"', page)
    assert len(targets) == 8


def test_a_release_that_cannot_be_compared_is_told_from_a_first_one():
    page = render_page(replace(EMPTY, has_previous=True), "r2")
    assert "无法比较" in page
    assert "第一个版本" not in page


def test_findings_and_scores_are_compared_by_their_keys(tmp_path: Path):
    before = tmp_path / "before's.duckdb"
    release(before, "stays", "gone", "decided", scores=(("p1", "98"), ("p2", "97"), ("p3@old", "90"))).close()
    with release(
        tmp_path / "now.duckdb",
        *("stays", "new"),
        decided=("decided", "decided at once"),
        scores=(("p1", "98"), ("p2", "95.5"), ("p3@new", "91")),
    ) as now:
        changes = compare(now, before)
    page = render_page(replace(EMPTY, changes=changes, has_previous=True), "r2")
    for title, finding in (
        ("新出现的问题", "new"),
        ("已处理的问题", "decided"),
        ("不再出现的问题", "gone"),
    ):
        assert re.search(
            rf"{title}：1 条</h3>\s*<table[^>]*>(?:(?!</table>).)*message of {finding}<", page, re.DOTALL
        )
    assert [(row["reported_total_before"], row["reported_total"]) for row in changes.scores.rows] == [
        (Decimal(97), Decimal("95.5")),
        (Decimal(90), Decimal(91)),
    ]
    assert "97 → 95.5" in page


def test_a_corrected_filing_is_compared_by_place_where_that_is_one_project(tmp_path: Path):
    # Two projects of one name and number: which of them was corrected is unknown.
    before = tmp_path / "before.duckdb"
    release(before, scores=(("twin@old", "90"), ("twin@older", "91"), ("p2@old", "80"))).close()
    with release(tmp_path / "now.duckdb", scores=(("twin@new", "95"), ("p2@new", "81"))) as now:
        scores = compare(now, before).scores
    assert [(row["project_name"], row["reported_total_before"]) for row in scores.rows] == [
        ("p2", Decimal(80))
    ]


def test_documents_that_came_and_went_are_told_apart(tmp_path: Path):
    before = tmp_path / "before.duckdb"
    release(before).close()
    with release(tmp_path / "now.duckdb") as now:
        now.execute("insert into core.dim_document values ('e', 'new unit', 2023, 'f2', 1)")
        now.execute("delete from core.dim_document where document_id = 'd'")
        changes = compare(now, before)
    assert [row["organization_name"] for row in changes.added.rows] == ["new unit"]
    assert [row["organization_name"] for row in changes.withdrawn.rows] == ["o"]
    assert ("文件数", 1, 1) in changes.totals


def test_a_release_before_that_cannot_be_read_leaves_the_release_as_it_was(tmp_path: Path):
    before = tmp_path / "before.duckdb"
    with duckdb.connect(before) as connection:
        connection.execute("create table other (id integer)")
    with release(tmp_path / "now.duckdb") as now:
        for file in (before, tmp_path / "lost.duckdb"):
            with pytest.raises(duckdb.Error):
                compare(now, file)
        assert now.execute("select database_name from duckdb_databases() where not internal").fetchall() == [
            ("now",)
        ]


def test_a_bar_is_as_long_as_its_value_and_red_below_zero():
    svg = charts.bars("t", [("a", 100, ""), ("b", -50, ""), ("c", None, "")])
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([^"]+)"', svg)]
    assert widths[1] == widths[0] / 2
    assert widths[2] == 0
    assert re.findall(r'fill="(#a3413a)"', svg) == ["#a3413a"]


def test_a_bridge_writes_the_steps_between_its_totals():
    svg = charts.bridge("t", Decimal(1000000), Decimal(1560000), Decimal(1500000))
    assert re.findall(r'middle" fill="[^"]+">([^<]+)', svg)[::2] == [
        *("100.00", "+56.00", "156.00", "-6.00", "150.00"),
    ]


def test_figures_are_written_for_people():
    assert wan(Decimal("169232500.00")) == "16,923.25"
    assert yuan(Decimal("7445949.64")) == "7,445,949.64"
    assert percent(Decimal("0.971681")) == "97.17%"
    assert [plain(value) for value in (Decimal("98.50"), None, 3, "")] == ["98.5", "—", "3", "—"]


def test_a_unit_that_no_form_names_is_called_unnamed() -> None:
    unit = {
        "unit_name": None,
        "fiscal_year": 2023,
        "projects": 1,
        "annual_budget_yuan": Decimal(900),
        "executed_yuan": Decimal(800),
        "execution_rate": Decimal("0.888889"),
        "share_rate": Decimal(1),
    }
    project = {"form_no": 1, "project_name": "项目", "implementing_unit_name": None, **unit}
    page = render_page(replace(EMPTY, units=listing([unit]), projects=listing([project])), "r1")
    # In the chart and in the table.
    assert page.count("（未载明实施单位）") == 2
    assert "None" not in page
