"""Documents in and out through the command line; one build reads what came in three ways."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pytest
from ingestion_documents import SEEDS, disclosure, form
from installation import COMMAND, Installation

from ingestion.contract import RAW_TABLES

UNIT = ("--organization", "石桥街道办事处")


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    """An installation where nothing was built or landed."""
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
    assert "[1/3] ✓ a.txt 已添加 added" in added.stdout
    assert "[2/3] ✗ bad.txt 被拒 refused: the file is empty" in added.stdout
    assert "[3/3] ✓ b.txt 已添加 added" in added.stdout
    assert "jixiao build" in added.stdout
    assert added.stderr == ""
    assert (empty.var / "quarantine" / "bad.txt" / "reason.txt").is_file()

    document_id = id_of(added.stdout)
    again = empty.run("add", str(papers / "a.txt"), *UNIT, "--report")
    assert again.returncode == 0
    assert "已存在 already there" in again.stdout
    assert "# 提取报告 Extraction report: a.txt" in again.stdout

    listed = empty.run("documents").stdout
    assert listed.count("石桥街道办事处") == 2
    assert "样例 sample" in listed
    assert "夜校" in empty.run("documents", document_id).stdout

    removed = empty.run("remove", document_id)
    assert removed.returncode == 0
    assert f"jixiao restore {document_id}" in removed.stdout
    assert document_id not in empty.run("documents").stdout
    assert "已撤出 removed" in empty.run("documents", "--history").stdout
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
    assert "已中断 Interrupted" in rest
    assert "Traceback" not in rest
    assert not list(empty.landing.glob(".work-*"))
    landed = [path for path in empty.landing.iterdir() if path.name.startswith("d")]
    assert landed
    assert all((path / "manifest.json").is_file() for path in landed)


def test_what_was_added_dropped_and_made_by_hand_is_in_the_next_build(
    released: Installation, tmp_path: Path
) -> None:
    corrected = tmp_path / "corrected"
    shutil.copytree(SEEDS, corrected)
    for table in RAW_TABLES:
        path = corrected / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("dd34fb40634d9", "corrected"), "utf-8")
    assert "替代 supersedes dd34fb40634d9" in released.run("add", str(corrected)).stdout
    assert released.run("add", str(write(tmp_path, "added.txt", "运动会", "夜校")), *UNIT).returncode == 0
    inbox = released.landing / "inbox"
    dropped = disclosure(form(name="项目名称|图书角||||||"), form(name="项目名称|义诊||||||"))
    (inbox / "dropped.txt").write_text(f"编制单位：南桥街道办事处\n{dropped}", encoding="utf-8")
    (inbox / "bad.txt").write_bytes(b"\x00\x01")
    time.sleep(11)  # What was written less than ten seconds ago may be half a file.
    built = released.run("build")
    assert built.returncode == 3, built.stdout
    assert "bad.txt bad.txt" in built.stdout
    assert [path.name for path in inbox.iterdir()] == []
    with duckdb.connect(str(released.current().database), read_only=True) as connection:
        rows = connection.execute(
            "select source_file, organization_name from core.dim_document order by source_file"
        ).fetchall()
        forms = connection.execute("select count(*) from core.dim_project").fetchall()
    assert rows == [
        ("000_db61ce0a276f3835.txt", "北京市丰台区人民政府和义街道办事处"),
        ("added.txt", "石桥街道办事处"),
        ("dropped.txt", "南桥街道办事处"),
    ]
    assert forms == [(143,)]
