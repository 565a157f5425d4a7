"""dbt forked from a process that has parsed the project already."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from installation import Installation

PARSING = "artial parsing"
"""A part of dbt's messages on partial parsing, and on a full parse instead."""

PROGRAM = """
import dataclasses, json, shutil, sys
from pathlib import Path
from jixiao.settings import Settings
from jixiao.dbt.child import DbtError
from jixiao.dbt.process import DbtProcess, get_ready, run_to_end

settings, work, said = Settings.load(), Path(sys.argv[1]), {}

def places(name):
    return {"target": work / name / "target", "logs": work / name / "logs"}

# A program has one process that dbt is forked from, which reads its settings from the environment.
get_ready(settings)
LIST = ["ls", "--select", "dim_document", "--resource-type", "model"]
said["again"] = run_to_end(settings, LIST, **places("again"))

try:
    run_to_end(settings, ["ls", "--nonsense"], **places("failure"))
except DbtError as error:
    said["failure"] = str(error)

run_to_end(settings, ["seed", "--select", "severity"], **places("closed"))
said["closed"] = [(settings.open_build / name).exists() for name in ("build.duckdb", "build.duckdb.wal")]

for name, arguments in (("version", ["--version"]), ("usage", ["ls", "--nonsense"])):
    with DbtProcess(settings, arguments, **places(name)) as process:
        list(process.lines())
        said[name] = [process.wait(), process.wait()]

with DbtProcess(settings, ["seed", "--select", "severity"], with_results=True, **places("results")) as process:
    events = [json.loads(line) for line in process.lines()]
    said["results"] = [
        *([event["info"]["name"], event["data"]["node_info"]["node_name"], event["data"]["status"]] for event in events),
        process.wait(),
    ]

with DbtProcess(settings, ["seed", "--nonsense"], with_results=True, **places("error")) as process:
    said["error"] = ["".join(process.lines()), process.wait()]

with DbtProcess(settings, ["ls"], **places("ended")) as process:
    pass
said["ended"] = process.wait()
process.stop()

other = dataclasses.replace(settings, var=work / "var")
shutil.copytree(settings.dbt_target, other.dbt_target)
said["other"] = run_to_end(other, LIST, **places("other"))

(work / "said.json").write_text(json.dumps(said), encoding="utf-8")
"""


@pytest.fixture(scope="module")
def work(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a program that ran dbt in each way, after the build's database was removed."""
    folder = tmp_path_factory.mktemp("work")
    (installation.settings.open_build / "build.duckdb").unlink()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env=installation.environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def said(work: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads((work / "said.json").read_text(encoding="utf-8"))
    return read


def log(work: Path, name: str) -> str:
    return (work / name / "logs" / "dbt.log").read_text(encoding="utf-8")


def test_a_forked_dbt_does_not_parse_again(work: Path, said: dict[str, str]):
    assert said["again"].splitlines()[-1] == "jixiao.marts.core.dim_document"
    assert "ls" in log(work, "again")
    assert PARSING not in log(work, "again")


def test_a_project_of_another_installation_is_not_taken_for_this_one(work: Path, said: dict[str, str]):
    assert said["other"].splitlines()[-1] == "jixiao.marts.core.dim_document"
    assert PARSING in log(work, "other")


def test_dbts_own_words_come_with_the_failure(said: dict[str, str]):
    assert "`dbt ls --nonsense` failed" in said["failure"]
    assert "No such option" in said["failure"]


def test_the_database_is_left_closed(said: dict[str, object]):
    assert said["closed"] == [True, False]


@pytest.mark.parametrize(("name", "code"), [("version", 0), ("usage", 2)])
def test_the_exit_code_is_dbts(said: dict[str, object], name: str, code: int):
    assert said[name] == [code, code]


def test_the_results_of_nodes_are_printed_and_messages_are_in_the_log(work: Path, said: dict[str, object]):
    assert said["results"] == [["LogSeedResult", "severity", "success"], 0]
    messages = log(work, "results")
    assert "[info] 1 of 1 OK loaded seed file reference.severity" in messages
    assert "[debug]" not in messages
    assert "\x1b" not in messages


def test_an_error_is_printed_where_results_are(said: dict[str, list[object]]):
    output, code = said["error"]
    assert "No such option" in str(output)
    assert code == 2


def test_it_ends_with_its_block(said: dict[str, object]):
    assert said["ended"] == -15
