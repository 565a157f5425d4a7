"""The review of the sample, from its release: on screen, as JSON, as a work paper, and back into the table."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from installation import Installation
from openpyxl import Workbook, load_workbook

from jixiao.review.decisions import import_decisions, read_decisions
from jixiao.review.paper_reader import SHEET
from jixiao.review.terms import read_decision_terms
from jixiao.settings import PROJECT_ROOT

WRONG_TOTALS = {1025: 11, 2615: 77, 3033: 94, 3103: 97, 3365: 108, 3712: 122, 4098: 138}
"""Forms whose printed total is not the sum of the scores: line of the source, and form."""


def release_of_sample(released: Installation) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(released.current().database), read_only=True)


def sample_id(released: Installation) -> str:
    """Return the id of the sample's document: other tests may have released further documents."""
    with release_of_sample(released) as connection:
        [(document_id,)] = connection.execute(
            "select document_id from core.dim_project group by document_id having count(*) = 139"
        ).fetchall()
    return str(document_id)


@pytest.fixture(scope="module")
def written(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of the work paper."""
    path = tmp_path_factory.mktemp("paper") / "复核底稿.xlsx"
    done = installation.run("review", "--document", sample_id(installation), "--xlsx", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    return path


@pytest.fixture(scope="module")
def book(written: Path) -> Workbook:
    """Return the work paper to read."""
    return load_workbook(written)


@pytest.fixture
def paper(written: Path, tmp_path: Path) -> Path:
    """Return a copy of the work paper to fill in."""
    return Path(shutil.copy(written, tmp_path))


def rows_of(book: Workbook, name: str) -> list[dict[str, Any]]:
    heading, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def test_screen_shows_the_slip_that_the_document_prints(released: Installation):
    done = released.run("review", "--document", sample_id(released), "--severity", "E", "--limit", "0")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.strip() for line in done.stdout.splitlines()]
    [place] = [number for number, line in enumerate(lines) if "得分28分，超出8分（源文件第1023行）" in line]
    assert lines[place].startswith("错误 第11张自评表")
    assert lines[place + 1] == "对照：第1023行 分值"
    assert lines[place + 2].startswith("? 若第1023行的得分由28改为18")
    # The total that it makes wrong is of the same case.
    assert lines[place + 3].startswith("+ 错误 第11张自评表：填报总分98分")
    totals = [line for line in lines if "错误 第" in line and "填报总分" in line and "得分之和" in line]
    assert len(totals) == len(WRONG_TOTALS)
    assert all(any(f"第{line}行" in total for total in totals) for line in WRONG_TOTALS)
    assert "139 张自评表" in done.stdout
    assert "… 另有 " not in done.stdout


def test_screen_stops_at_thirty_cases_and_says_how_many_more(released: Installation):
    document = sample_id(released)
    with release_of_sample(released) as connection:
        [(cases, findings)] = connection.execute(
            "select count(distinct case_id), count(*) from review.fct_finding where document_id = $1",
            [document],
        ).fetchall()
    done = released.run("review", "--document", document)
    assert f"案件（30 / {cases:,}，共 {findings:,} 个问题）" in done.stdout
    assert f"另有 {cases - 30:,} 案" in done.stdout


def test_json_counts_what_the_tables_hold(released: Installation):
    document = sample_id(released)
    done = released.run("review", "--document", document, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout, parse_float=Decimal)
    with release_of_sample(released) as connection:
        ids = connection.execute(
            "select finding_id, difference from review.fct_finding where document_id = $1", [document]
        ).fetchall()
        unchecked = connection.execute(
            "select rule_id, reason_code, count(*) from review.fct_rule_result "
            "where status = 'not_checkable' and document_id = $1 group by all",
            [document],
        ).fetchall()
        rules = connection.execute(
            "select rule_id, failed, not_checkable from review.mart_rule_summary where document_id = $1",
            [document],
        ).fetchall()
    assert {row["finding_id"]: row["difference"] for row in found["findings"]} == dict(ids)
    assert len(found["findings"]) == len(ids) > 0
    assert {(row["rule_id"], row["reason_code"], row["count"]) for row in found["not_checkable"]} == set(
        unchecked
    )
    assert {(row["rule_id"], row["failed"], row["not_checkable"]) for row in found["rules"]} == set(rules)
    [own] = found["documents"]
    assert own["findings"] == Counter(row["severity"] for row in found["findings"])
    assert own["not_checkable"] == sum(row["count"] for row in found["not_checkable"])
    assert len({row["severity"] for row in found["findings"]}) == 3


def test_json_of_one_severity_holds_no_other(released: Installation):
    done = released.run("review", "--document", sample_id(released), "--severity", "I", "--json")
    found = json.loads(done.stdout)
    for part in ("findings", "rules", "not_checkable"):
        assert {row["severity"] for row in found[part]} <= {"I"}
    assert found["findings"]


def test_an_unknown_document_is_two_and_the_sample_is_a_candidate(released: Installation):
    done = released.run("review", "--document", "没有这个单位", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert sample_id(released) in done.stderr


def test_paper_holds_the_counts_and_the_known_figures(released: Installation, book: Workbook):
    document = sample_id(released)
    findings = rows_of(book, SHEET)
    with release_of_sample(released) as connection:
        counts = dict(
            connection.execute(
                "select finding_id, source_line from review.fct_finding where document_id = $1", [document]
            ).fetchall()
        )
        labels = dict(
            connection.execute(
                "select distinct severity_zh, failed from review.dim_rule inner join ("
                "  select severity, count(*) as failed from review.fct_finding where document_id = $1 group by all"
                ") using (severity)",
                [document],
            ).fetchall()
        )
        [(unchecked,)] = connection.execute(
            "select count(*) from review.fct_rule_result where status = 'not_checkable' and document_id = $1",
            [document],
        ).fetchall()
    assert {row["问题编号"]: row["源文件行号"] for row in findings} == counts
    assert Counter(row["严重程度"] for row in findings) == labels
    cover = {row[0]: row[1] for row in book["封面"].iter_rows(max_col=2, values_only=True)}
    assert {label: cover[label] for label in labels} == labels
    assert cover["无法核对"] == unchecked == len(rows_of(book, "无法核对明细"))
    assert sum(row["项数"] for row in rows_of(book, "无法核对")) == unchecked

    [slip] = [row for row in findings if row["源文件行号"] == 1023 and row["规则"] == "得分超过分值"]
    assert (slip["自评表编号"], slip["填报值"], slip["应为值"], slip["差异"]) == (11, 28, 20, 8)
    [blank] = [row for row in findings if row["规则"] == "得分未填"]
    assert blank["自评表编号"] == 58
    totals = {
        row["源文件行号"]: row["自评表编号"]
        for row in findings
        if row["规则"] == "自评总分不等于各项得分之和"
    }
    assert totals == WRONG_TOTALS


def test_paper_has_a_sheet_for_every_form_with_all_its_findings(book: Workbook):
    forms = [f"第{number:03d}张" for number in range(1, 140)]
    assert book.sheetnames[-139:] == forms
    assert sorted(row["自评表编号"] for row in rows_of(book, "风险排名")) == list(range(1, 140))
    findings = rows_of(book, SHEET)
    for number in (11, 58, 108):
        _, _, heading, *rows = book[f"第{number:03d}张"].iter_rows(values_only=True)
        shown = [row[heading.index("问题编号")] for row in rows if row[heading.index("问题编号")]]
        assert sorted(shown) == sorted(row["问题编号"] for row in findings if row["自评表编号"] == number)
        assert shown
    # The slip stands beside the line that prints it.
    [slip] = [
        row for row in book["第011张"].iter_rows(values_only=True) if "得分28分，超出8分" in str(row[11])
    ]
    assert slip[:9] == (1023, "效益指标", "社会效益指标", slip[3], "优良中差", "优", 20, 28, None)
    text = "\n".join(
        str(value) for row in book["第058张"].iter_rows(values_only=True) for value in row if value
    )
    assert "8个有分值的行中，有7行得分空白" in text
    assert "得分空白" in text.partition("无法核对（")[2]


def test_a_paper_that_nobody_filled_in_is_replaced(released: Installation, paper: Path):
    again = released.run("review", "--document", sample_id(released), "--xlsx", str(paper))
    assert again.returncode == 0, again.stderr


def test_decisions_go_into_the_table_and_the_checkout_stays_as_it_is(
    released: Installation, paper: Path, tmp_path: Path
):
    own = PROJECT_ROOT / "seeds" / "reference" / "finding_exception.csv"
    before = own.read_bytes()
    settings = replace(released.settings, landing=tmp_path / "landing")
    terms = list(read_decision_terms(settings).values())

    book = load_workbook(paper)
    sheet = book[SHEET]
    names = {cell.value: cell.column for cell in sheet[1]}
    decided = {}
    for row, term in zip((2, 40, 400), terms, strict=True):
        finding_id = sheet.cell(row, names["问题编号"]).value
        # The decision on the first row of a case is that of all its findings.
        case_id = sheet.cell(row, names["案件编号"]).value
        for other in range(2, sheet.max_row + 1) if sheet.cell(row, names["主次"]).value == "主要" else ():
            if sheet.cell(other, names["案件编号"]).value == case_id:
                decided[sheet.cell(other, names["问题编号"]).value] = term.code
        decided[finding_id] = term.code
        for name, value in (
            ("处理决定", term.label.zh),
            ("角色", "预算科复核岗"),
            ("复核意见", f"第{row}行"),
        ):
            sheet.cell(row, names[name]).value = value
    book.save(paper)

    result = import_decisions(settings, paper, date(2026, 1, 5))
    assert (len(result.added), result.refused) == (len(decided), [])
    written = read_decisions(settings)
    assert {row.finding_id: row.decision for row in written} == decided
    assert {row.decided_on for row in written} == {"2026-01-05"}
    assert own.read_bytes() == before

    # The installation has another table, into which these decisions were not imported.
    done = released.run("review", "--document", sample_id(released), "--xlsx", str(paper))
    assert (done.returncode, "3 行复核内容尚未导入" in done.stderr) == (1, True)


def test_an_import_of_which_nothing_can_be_taken_is_three_and_names_the_row(
    released: Installation, paper: Path
):
    own = PROJECT_ROOT / "seeds" / "reference" / "finding_exception.csv"
    before = own.read_bytes()
    book = load_workbook(paper)
    sheet = book[SHEET]
    names = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(7, names["处理决定"]).value = "认可"
    book.save(paper)
    done = released.run("review", "import", str(paper))
    assert done.returncode == 3, done.stdout + done.stderr
    assert f"复核底稿.xlsx:{SHEET}:7 " in done.stdout
    assert own.read_bytes() == before
