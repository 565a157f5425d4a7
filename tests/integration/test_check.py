"""`jixiao check` and the pages of documents: the findings of a build, without one and beside the printed cells."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import duckdb
import pytest
from installation import Installation
from openpyxl import load_workbook
from review_quality import elsewhere
from review_quality.report import PAGE

from jixiao.settings import PROJECT_ROOT

SAMPLE = PROJECT_ROOT / "seeds" / "raw"


@pytest.fixture(scope="module")
def checked(ready_to_check: Installation) -> dict[str, object]:
    """Return what a check of the sample's rows prints as JSON."""
    done = ready_to_check.run("check", str(SAMPLE), "--json")
    # There are errors.
    assert done.returncode == 1, done.stdout + done.stderr
    [document] = json.loads(done.stdout)["documents"]
    return document


def test_a_check_finds_what_a_build_finds(
    checked: dict[str, list[dict[str, str]]], sample: duckdb.DuckDBPyConnection
) -> None:
    built = sample.execute(
        "select finding_id, severity, case_id, message_zh from review.fct_finding"
    ).fetchall()
    names = ("finding_id", "severity", "case_id", "message_zh")
    assert sorted(tuple(row[name] for name in names) for row in checked["findings"]) == sorted(built)
    cases = sample.execute("select case_id from review.fct_case").fetchall()
    assert sorted((row["case_id"],) for row in checked["cases"]) == sorted(cases)


def test_a_check_stores_nothing(checked: object, installation: Installation) -> None:
    assert not installation.landing.exists()
    assert [release.name for release in (installation.var / "releases").iterdir() if release.is_dir()] == [
        installation.current().release_id
    ]


# The reader of the first form found nothing wrong; the second prints 100 for weights that add up to 98.
@pytest.mark.parametrize(
    ("name", "code", "said"),
    [("a_03_hebei.txt", 0, "0 errors"), ("b_07_shanxi_jishan_health.txt", 1, "the weights add up to 98")],
)
def test_the_exit_code_says_whether_there_are_errors(
    installation: Installation, tmp_path: Path, checked: object, name: str, code: int, said: str
) -> None:
    page, paper = tmp_path / "page.html", tmp_path / "paper.xlsx"
    files = ("--html", str(page), "--xlsx", str(paper))
    done = installation.run("--lang", "en", "check", str(elsewhere.FORMS / name), *files)
    assert done.returncode == code, done.stdout + done.stderr
    # Every finding of the work paper leads to its place on the page.
    sheet = load_workbook(paper)["问题清单"]
    links = [cell.hyperlink for row in sheet.iter_rows(min_row=2) for cell in row if cell.hyperlink]
    places = [link.location for link in links if link.target == "page.html"]
    assert len(places) == sheet.max_row - 1
    assert [place for place in places if f'id="{place}"' not in page.read_text(encoding="utf-8")] == []
    assert said in done.stdout
    assert "applied by a build" in done.stdout
    assert "<h1>" in page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found_elsewhere(installation: Installation, checked: object) -> tuple[list[elsewhere.Found], int]:
    """Return the findings on the forms of other places, and the number of these forms."""
    return elsewhere.review(installation.settings, sorted(elsewhere.FORMS.glob("*.txt")))


def test_forms_in_which_readers_found_nothing_have_no_error(
    found_elsewhere: tuple[list[elsewhere.Found], int],
) -> None:
    labelled = {place.file for kind in ("labels", "doubtful") for place in elsewhere.read_places(kind)}
    assert len({path.name for path in elsewhere.FORMS.glob("*.txt")} - labelled) > 20
    found, _ = found_elsewhere
    assert [one.place for one in found if one.severity == "E" and one.place.file not in labelled] == []


def test_the_page_of_the_quality_on_other_places_is_current(
    found_elsewhere: tuple[list[elsewhere.Found], int],
) -> None:
    found, forms = found_elsewhere
    done = elsewhere.compare(found, elsewhere.read_places("labels"), elsewhere.read_places("doubtful"), forms)
    assert PAGE.read_text(encoding="utf-8").endswith("\n".join(elsewhere.section(done))), (
        "run `make review-quality`"
    )


def test_what_cannot_be_read_is_said(installation: Installation, tmp_path: Path, checked: object) -> None:
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 no document")
    done = installation.run("--lang", "en", "check", str(broken))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "broken.docx can't be read" in done.stdout
    assert installation.run("check", str(tmp_path / "nothing.docx")).returncode == 2


@pytest.fixture(scope="module")
def page(installation: Installation) -> str:
    """Return the page of the sample in its release."""
    [path] = (installation.current().path / "documents").glob("*.html")
    return path.read_text(encoding="utf-8")


def test_the_page_of_a_document_holds_each_finding_once(page: str, sample: duckdb.DuckDBPyConnection) -> None:
    found = re.findall(r'id="f-([^"]+)"', page)
    ids = [
        finding_id for (finding_id,) in sample.execute("select finding_id from review.fct_finding").fetchall()
    ]
    assert sorted(found) == sorted(ids)


def test_a_finding_stands_beside_its_printed_row(page: str) -> None:
    # Line 1023 of form 11 prints 28 of 20 points.
    [row] = re.findall(r'<tr id="L1023".*?</tr>', page, re.DOTALL)
    cells = [unescape(text) for text in re.findall(r"<td[^>]*data-label=\"[^\"]*\"[^>]*>([^<]*)</td>", row)]
    assert cells[3:7] == ["优良中差", "优", "20", "28"]
    assert "分值20分，得分28分，超出8分" in row
    assert re.search(r'class="n mark E">28</td>', row)
    # The recomputed total stands beside the printed one: 98 against 108.
    [total] = re.findall(r'<tr[^>]*id="L1025-total".*?</tr>', page, re.DOTALL)
    assert ">98</td>" in total
    assert "各项得分之和 108" in total


def test_a_page_needs_nothing_but_itself(page: str) -> None:
    assert re.findall(r"""(?:src|href)=["']?(?!#)[^"'>\s]+""", page) == []
    assert "url(" not in page


def test_the_first_page_of_a_release_leads_to_everything(installation: Installation) -> None:
    release = installation.current().path
    links = re.findall(r'href="([^"]+)"', (release / "index.html").read_text(encoding="utf-8"))
    assert len(links) == 6
    assert [link for link in links if not (release / link).is_file()] == []


def test_show_writes_the_page_that_a_release_lacks(
    installation: Installation, page: str, tmp_path: Path, sample: duckdb.DuckDBPyConnection
) -> None:
    [(document_id,)] = sample.execute("select document_id from core.dim_document").fetchall()
    found = installation.run("show", document_id)
    assert found.stdout.strip().endswith(f"current/documents/{document_id}.html")
    target = tmp_path / "page.html"
    done = installation.run("show", "和义", "--out", str(target))
    assert done.returncode == 0, done.stderr
    assert target.read_text(encoding="utf-8") == page
    assert installation.run("show", "nobody").returncode == 2


def test_documents_of_one_table_are_named_with_totals_and_have_a_line_each_if_they_are_many(
    installation: Installation, tmp_path: Path, checked: object
) -> None:
    table = tmp_path / "b.csv"
    heading = "单位名称,年度,项目名称,年初预算数,全年预算数,执行数,金额单位"

    def check(organizations: int) -> list[str]:
        # More is executed than the budget in the first of them.
        rows = (f"第{n:02}局,2024,桥梁,10,10,{12 - n},万元" for n in range(1, organizations + 1))
        table.write_text("\n".join((heading, *rows, "")), encoding="utf-8")
        done = installation.run("check", str(table))
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout.splitlines()

    few = check(2)
    assert few[0] == "第01局 2024（b.csv）"
    assert few[1].startswith("  1 处错误 ·")
    assert few[4] == "第02局 2024（b.csv）"
    assert few[-2].startswith("共 2 份（2 个单位，1 个年度）：1 处错误 ·")
    many = check(11)
    assert [line.split("（")[0] for line in many[:11]] == [f"第{n:02}局 2024" for n in range(1, 12)]
    assert many[0].startswith("第01局 2024（b.csv）：1 处错误 ·")
    assert many[1].startswith("第02局 2024（b.csv）：0 处错误 ·")
    assert many[11].startswith("共 11 份（11 个单位，1 个年度）：1 处错误 ·")


def test_totals_that_a_table_leaves_out_are_named_as_by_add(
    installation: Installation, tmp_path: Path, checked: object
) -> None:
    table = tmp_path / "b.csv"
    table.write_text(
        "单位名称,年度,项目名称,年初预算数,全年预算数,执行数,金额单位\n"
        "甲局,2024,桥梁,10,10,9,万元\n甲局,2024,合计,10,10,9,万元\n",
        encoding="utf-8",
    )
    done = installation.run("check", str(table))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "! b.csv 提醒：1 行是合计，未收录（第一个在第3行）。" in done.stdout.splitlines()
