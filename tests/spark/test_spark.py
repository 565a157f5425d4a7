"""The models on a Spark cluster: the same marts as on DuckDB, also where the cluster loses a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from building import Built
from comparison import SAME, count_rows, difference

from expectations.runner import run_gate
from jixiao.settings import PROJECT_ROOT, PUBLISHED_SCHEMAS
from spark.local import LocalCluster

MARTS = sorted(
    f"{file.parent.name}.{file.stem}"
    for file in (PROJECT_ROOT / "models/marts").glob("*/*.sql")
    if "after_gates" not in file.read_text(encoding="utf-8")
)

WITHOUT_ROWS = {"core.dim_source_place", "review.fct_finding_exception"}
"""Marts of what the sample hasn't: lines of a workbook, decisions on findings."""


@pytest.mark.parametrize("mart", MARTS)
def test_spark_builds_every_row_and_type_of_a_mart_that_duckdb_builds(built: Built, mart: str) -> None:
    assert count_rows(built.reference, mart) > 0 or mart in WITHOUT_ROWS
    assert difference(built.reference, built.spark, mart) == SAME


def test_no_published_table_is_left_out_of_the_comparison(built: Built) -> None:
    for file in (built.reference, built.spark):
        with duckdb.connect(file, read_only=True) as connection:
            tables = connection.execute(
                # DuckDB's build holds a view among them.
                "select distinct schema_name || '.' || table_name from duckdb_columns() "
                "where list_contains(?, schema_name)",
                [list(PUBLISHED_SCHEMAS)],
            ).fetchall()
        assert sorted(name for (name,) in tables) == MARTS


def test_a_comparison_sees_one_cell_that_differs(sample: Built, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    other.write_bytes(sample.spark.read_bytes())
    with duckdb.connect(other) as connection:
        connection.execute(
            "update execution.fct_project_fund set executed_yuan = executed_yuan + 0.01 "
            "where rowid = (select min(rowid) from execution.fct_project_fund where executed_yuan is not null)"
        )
    found = difference(sample.reference, other, "execution.fct_project_fund")
    assert (found.rows, found.columns) == (2, ["executed_yuan"])


def test_the_gate_before_a_release_says_the_same_of_marts_from_spark(sample: Built) -> None:
    verdicts = [
        [(each.suite, each.expectation_id, each.status) for each in run_gate("gate_2", file).verdicts]
        for file in (sample.reference, sample.spark)
    ]
    assert verdicts[0] == verdicts[1]
    assert {status for *_, status in verdicts[0]} <= {"passed", "not_applicable"}


def test_the_batch_was_built_without_the_worker_that_was_killed(batch: Built, cluster: LocalCluster) -> None:
    assert not cluster.is_running("worker-1")
    assert cluster.is_running("worker-2")
    said = cluster.log_of("thrift").read_text(encoding="utf-8")
    assert "Lost executor" in said


def test_a_cluster_ends_with_what_started_it(environment: Path, tmp_path: Path) -> None:
    code = (
        "import signal, sys, time; from pathlib import Path; from spark.local import LocalCluster;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "LocalCluster(Path(sys.argv[1]), Path(sys.argv[2])).__enter__()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(environment), str(tmp_path)],
        cwd=PROJECT_ROOT,
        stderr=subprocess.DEVNULL,
    ) as owner:
        deadline = time.monotonic() + 60
        while not any("Worker" in command for command in _commands_naming(tmp_path)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        # Ctrl-C while it starts.
        owner.send_signal(signal.SIGINT)
        assert owner.wait(60) != 0
    assert _commands_naming(tmp_path) == []


def _commands_naming(folder: Path) -> list[str]:
    """The processes whose command line names a folder, but for the one that owns the cluster."""
    found = subprocess.run(
        ["ps", "-eo", "pid=,args="],
        env={**os.environ, "COLUMNS": "9999"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    return [line for line in found.splitlines() if str(folder) in line and "LocalCluster" not in line]
