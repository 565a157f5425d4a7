"""Adding and removing documents by the command line; one build reads documents added in three ways."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ingestion_documents import SEEDS, disclosure, form
from installation import COMMAND, Installation
from report_page import ReportPage

from ingestion.contract import RAW_TABLES
from ingestion.intake import SETTLED_SECONDS
from jixiao.release.releases import Release

UNIT = ("--organization", "石桥街道办事处")


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    """Return an installation without builds or landed documents."""
    return Installation(tmp_path / "var", tmp_path / "landing")


def write(folder: Path, name: str, *projects: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(disclosure(*(form(name=f"项目名称|{p}||||||") for p in projects)), encoding="utf-8")
    return path


def id_of(output: str) -> str:
    found = re.search(r"\bd[0-9a-f]{12}\b", output)
    assert found is not None, output
    return found[0]


def test_files_are_added_listed_removed_and_brought_back(empty: Installation, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    write(papers, "a.txt", "运动会", "夜校")
    write(papers / "more", "b.txt", "图书角", "义诊")
    (papers / "bad.txt").write_bytes(b"")
    added = empty.run("add", str(papers), *UNIT)
    assert added.returncode == 3, added.stdout + added.stderr
    assert "[1/3] ✓ a.txt 石桥街道办事处 2024 已添加" in added.stdout
    assert "[2/3] ✗ bad.txt 被拒：文件是空的，请重新导出\n" in added.stdout
    assert "[3/3] ✓ b.txt 石桥街道办事处 2024 已添加" in added.stdout
    assert "jixiao build" in added.stdout
    assert added.stderr == ""
    assert (empty.var / "quarantine" / "bad.txt" / "reason.txt").is_file()

    document_id = id_of(added.stdout)
    again = empty.run("add", str(papers / "a.txt"), *UNIT, "--report")
    assert again.returncode == 0
    assert "已存在" in again.stdout
    assert "# 提取报告：a.txt" in again.stdout

    listed = empty.run("documents").stdout
    assert listed.count("石桥街道办事处") == 2
    assert "样例" in listed
    assert "夜校" in empty.run("documents", document_id).stdout

    removed = empty.run("remove", document_id)
    assert removed.returncode == 0
    assert f"jixiao restore {document_id}" in removed.stdout
    assert document_id not in empty.run("documents").stdout
    assert "已撤出" in empty.run("documents", "--history").stdout
    assert "夜校" in empty.run("documents", document_id).stdout
    assert empty.run("restore", document_id).returncode == 0
    assert document_id in empty.run("documents").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["add"],
        ["add", "none.txt"],
        ["add", __file__, "--year", "23"],
        ["remove"],
        ["remove", "dd34f"],
        ["restore", "nothing"],
        ["documents", "nothing"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_two(empty: Installation, arguments: list[str]) -> None:
    done = empty.run(*arguments)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_an_unknown_id_names_those_that_there_are(empty: Installation) -> None:
    assert "dd34fb40634d9" in empty.run("remove", "dd34f").stdout


def test_an_interrupted_add_leaves_nothing_half_done(empty: Installation, tmp_path: Path) -> None:
    for number in range(300):
        write(tmp_path / "papers", f"{number:03}.txt", f"项目{number}")
    with subprocess.Popen(
        [*COMMAND, "add", str(tmp_path / "papers"), *UNIT],
        env=empty.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("[  1/300] ✓")
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait() == 130
    assert "已中断" in rest
    assert "Traceback" not in rest
    assert not list(empty.landing.glob(".work-*"))
    landed = [path for path in empty.landing.iterdir() if path.name.startswith("d")]
    assert landed
    assert all((path / "manifest.json").is_file() for path in landed)


@dataclass(frozen=True)
class Second:
    """The release of the sample alone, and the next one with the added documents."""

    first: Release
    release: Release
    built: subprocess.CompletedProcess[str]
    inbox: Path

    @property
    def page(self) -> ReportPage:
        return ReportPage.read(self.release.path)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.release.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def second(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Second:
    """Return a build of an added document, a dropped one, and a corrected filing of the sample made by hand."""
    folder = tmp_path_factory.mktemp("papers")
    first = installation.current()
    inbox = installation.landing / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    dropped = disclosure(form(name="项目名称|图书角||||||"), form(name="项目名称|义诊||||||"))
    (inbox / "dropped.txt").write_text(f"编制单位：南桥街道办事处\n{dropped}", encoding="utf-8")
    (inbox / "bad.txt").write_bytes(b"\x00\x01")
    settled = time.time() + SETTLED_SECONDS + 1  # A file that was written just now may be incomplete.
    corrected = folder / "corrected"
    shutil.copytree(SEEDS, corrected)
    for table in RAW_TABLES:
        path = corrected / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("dd34fb40634d9", "corrected"), "utf-8")
    forms = corrected / "raw_self_evaluation.csv"
    # Form 131 prints another year than the report.
    wrong, right = ",131,2022,", ",131,2023,"
    assert forms.read_text(encoding="utf-8").count(wrong) == 1
    forms.write_text(forms.read_text(encoding="utf-8").replace(wrong, right), encoding="utf-8")
    assert "替代 dd34fb40634d9" in installation.run("add", str(corrected)).stdout
    own = installation.landing / "reference"
    own.mkdir()
    (own / "header_synonym.csv").write_text("part,label,synonym\nform_header,项目名称,办事名称\n", "utf-8")
    (own / "severity.csv").write_text("severity,label_zh\nI,备注\n", "utf-8")
    path = write(folder, "added.txt", "运动会", "夜校")
    path.write_text(path.read_text("utf-8").replace("项目名称|夜校", "办事名称|夜校"), "utf-8")
    added = installation.run("add", str(path), *UNIT)
    assert added.returncode == 0
    time.sleep(max(0, settled - time.time()))
    built = installation.run("build")
    return Second(first, installation.current(), built, inbox)


def test_what_was_added_dropped_and_made_by_hand_is_in_the_next_build(second: Second) -> None:
    assert second.built.returncode == 3, second.built.stdout
    assert "bad.txt bad.txt" in second.built.stdout
    assert [path.name for path in second.inbox.iterdir()] == []
    assert second.query(
        "select source_file, organization_name from core.dim_document order by source_file"
    ) == [
        ("000_db61ce0a276f3835.txt", "北京市丰台区人民政府和义街道办事处"),
        ("added.txt", "石桥街道办事处"),
        ("dropped.txt", "南桥街道办事处"),
    ]
    assert second.query("select count(*) from core.dim_project") == [(143,)]


def test_tables_of_the_installation_are_laid_over_those_of_the_project(second: Second) -> None:
    assert second.query("select count(*) from core.dim_project where project_name = '夜校'") == [(1,)]
    assert second.query("select distinct severity, severity_zh from review.dim_rule order by severity") == [
        ("E", "错误"),
        ("I", "备注"),
        ("W", "疑点"),
    ]


def test_the_history_holds_both_releases_with_their_documents(second: Second) -> None:
    then, now = second.first.release_id, second.release.release_id
    # A form that was added has a budget of 5.00 and 4.50 executed, in 万元, and prints 97 points.
    town = (2, Decimal(100000), Decimal(90000), Decimal("0.9"), Decimal(97))
    rows = second.query(
        "select release_id, is_current, organization_name, projects, annual_budget_yuan, executed_yuan, execution_rate,"
        " reported_total_average from quality.release_history order by is_current, projects desc, organization_name desc"
    )
    assert [row[:4] for row in rows] == [
        (then, False, "北京市丰台区人民政府和义街道办事处", 139),
        (now, True, "北京市丰台区人民政府和义街道办事处", 139),
        (now, True, "石桥街道办事处", 2),
        (now, True, "南桥街道办事处", 2),
    ]
    assert [row[3:] for row in rows[2:]] == [town, town]
    assert {row[5] for row in rows[:2]} == {Decimal("79806316.75")}
    # The history has the earlier release's own figures.
    columns = "* exclude (is_current)"
    with duckdb.connect(str(second.first.database), read_only=True) as connection:
        said = connection.execute(f"select {columns} from quality.release_history").fetchall()
    assert second.query(f"select {columns} from quality.release_history where not is_current") == said


def test_the_report_says_what_changed_since_the_release_before(second: Second) -> None:
    page = second.page
    assert f"上一版本 {second.first.release_id}" in page.text
    assert sorted(page.rows("新增的文件：3 份")) == [
        ["北京市丰台区人民政府和义街道办事处", "2023", "000_db61ce0a276f3835.txt"],
        ["南桥街道办事处", "2024", "dropped.txt"],
        ["石桥街道办事处", "2024", "added.txt"],
    ]
    assert page.rows("撤下的文件：1 份") == [
        ["北京市丰台区人民政府和义街道办事处", "2023", "000_db61ce0a276f3835.txt"]
    ]
    totals = {name: values for name, *values in page.rows("八、与上一版本相比")}
    assert totals["文件数"] == ["1", "3"]
    assert totals["自评项目数"] == ["139", "143"]
    assert totals["项目全年执行数（元）"] == ["79,806,316.75", "79,986,316.75"]  # and four times 45,000
    assert [row[1:3] for row in page.rows("历次版本")] == [["139", "7,980.63"], ["143", "7,998.63"]]


def test_of_a_corrected_filing_the_report_names_what_the_correction_changed(second: Second) -> None:
    # The year was corrected: that finding is closed, and no other of the 139 forms.
    [gone] = second.page.rows("不再出现的问题：1 条")
    assert gone[-1] == "第131张自评表：表内年度为2022年，报告年度为2023年（源文件第3913行）。"
    with duckdb.connect(str(second.first.database), read_only=True) as connection:
        before = connection.execute("select finding_id from review.fct_finding").fetchall()
    kept = second.query("select finding_id from review.fct_finding where document_id = 'corrected'")
    assert len(set(before) - set(kept)) == 1
