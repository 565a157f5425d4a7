"""dbt forked from a process that has parsed the project already."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from installation import Installation

PARSING = "artial parsing"
"""A part of dbt's messages on partial parsing, and on a full parse instead."""

# Each program has one process that dbt is forked from, which reads its settings from the environment.
PROGRAM = """
import sys
from pathlib import Path
from jixiao.settings import Settings
from jixiao.dbt.child import DbtError
from jixiao.dbt.process import DbtProcess, get_ready, run_to_end

settings, work = Settings.load(), Path(sys.argv[1])
places = {"target": work / "target", "logs": work / "logs"}
"""


def run(installation: Installation, work: Path, program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + program, str(work)],
        env=installation.environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_forked_dbt_does_not_parse_again(installation: Installation, tmp_path: Path):
    said = run(
        installation,
        tmp_path,
        """
get_ready(settings)
print(run_to_end(settings, ["ls", "--select", "dim_document", "--resource-type", "model"], **places))
""",
    )
    assert said.splitlines()[-1] == "jixiao.marts.core.dim_document"
    log = (tmp_path / "logs" / "dbt.log").read_text(encoding="utf-8")
    assert "ls" in log
    assert PARSING not in log


def test_a_project_of_another_installation_is_not_taken_for_this_one(
    installation: Installation, tmp_path: Path
):
    said = run(
        installation,
        tmp_path,
        """
import dataclasses, shutil
get_ready(settings)
other = dataclasses.replace(settings, var=work / "var")
shutil.copytree(settings.dbt_target, other.dbt_target)
print(run_to_end(other, ["ls", "--select", "dim_document", "--resource-type", "model"], **places))
""",
    )
    assert said.splitlines()[-1] == "jixiao.marts.core.dim_document"
    assert PARSING in (tmp_path / "logs" / "dbt.log").read_text(encoding="utf-8")


def test_dbts_own_words_come_with_the_failure(installation: Installation, tmp_path: Path):
    said = run(
        installation,
        tmp_path,
        """
get_ready(settings)
try:
    run_to_end(settings, ["ls", "--nonsense"], **places)
except DbtError as error:
    print(error)
""",
    )
    assert "`dbt ls --nonsense` failed" in said
    assert "No such option" in said


def test_the_database_is_left_closed(installation: Installation, tmp_path: Path):
    database = installation.settings.open_build / "build.duckdb"
    database.unlink()
    run(
        installation,
        tmp_path,
        """
get_ready(settings)
run_to_end(settings, ["seed", "--select", "severity"], **places)
""",
    )
    assert database.is_file()
    assert not database.with_name("build.duckdb.wal").exists()


@pytest.mark.parametrize(("arguments", "code"), [('["--version"]', 0), ('["ls", "--nonsense"]', 2)])
def test_the_exit_code_is_dbts(installation: Installation, tmp_path: Path, arguments: str, code: int):
    output = run(
        installation,
        tmp_path,
        f"""
with DbtProcess(settings, {arguments}, **places) as process:
    list(process.lines())
    print(process.wait(), process.wait())
""",
    )
    assert output.strip() == f"{code} {code}"


def test_the_results_of_nodes_are_printed_and_messages_are_in_the_log(
    installation: Installation, tmp_path: Path
):
    output = run(
        installation,
        tmp_path,
        """
import json
with DbtProcess(settings, ["seed", "--select", "severity"], with_results=True, **places) as process:
    for line in process.lines():
        event = json.loads(line)
        print(event["info"]["name"], event["data"]["node_info"]["node_name"], event["data"]["status"])
    print(process.wait())
""",
    )
    assert output.splitlines() == ["LogSeedResult severity success", "0"]
    log = (tmp_path / "logs" / "dbt.log").read_text(encoding="utf-8")
    assert "[info] 1 of 1 OK loaded seed file reference.severity" in log
    assert "[debug]" not in log
    assert "\x1b" not in log


def test_an_error_is_printed_where_results_are(installation: Installation, tmp_path: Path):
    output = run(
        installation,
        tmp_path,
        """
with DbtProcess(settings, ["seed", "--nonsense"], with_results=True, **places) as process:
    print("".join(process.lines()), process.wait())
""",
    )
    assert "No such option" in output
    assert output.rstrip().endswith(" 2")


def test_it_ends_with_its_block(installation: Installation, tmp_path: Path):
    output = run(
        installation,
        tmp_path,
        """
with DbtProcess(settings, ["ls"], **places) as process:
    pass
print(process.wait())
process.stop()
""",
    )
    assert output.strip() == "-15"
