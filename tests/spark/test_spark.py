"""The models on a Spark cluster: the same marts as on DuckDB, also where the cluster loses a worker."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from building import Built, Installation
from comparison import SAME, count_rows, difference
from local_cluster import LocalCluster

from expectations.runner import run_gate
from expectations.verdicts import write_verdicts
from jixiao.release.store import DATABASE_NAME
from jixiao.settings import PROJECT_ROOT, PUBLISHED_SCHEMAS

MARTS = sorted(
    f"{file.parent.name}.{file.stem}"
    for file in (PROJECT_ROOT / "models/marts").glob("*/*.sql")
    if "after_gates" not in file.read_text(encoding="utf-8")
)

WITHOUT_ROWS = {"core.dim_source_place", "review.fct_finding_exception"}
"""Marts of what the sample hasn't: lines of a workbook, decisions on findings."""


@pytest.mark.parametrize("mart", MARTS)
def test_spark_publishes_every_row_and_type_of_a_mart_that_duckdb_builds(built: Built, mart: str) -> None:
    assert count_rows(built.reference, mart) > 0 or mart in WITHOUT_ROWS
    assert difference(built.reference, built.published, mart) == SAME


@pytest.mark.parametrize("mart", MARTS)
def test_the_release_of_a_night_holds_every_row_of_it(
    installation: Installation, night: Built, mart: str
) -> None:
    assert difference(night.reference, installation.settings.current / DATABASE_NAME, mart) == SAME


def test_no_published_table_is_left_out_of_the_comparison(built: Built) -> None:
    for file in (built.reference, built.published):
        with duckdb.connect(file, read_only=True) as connection:
            tables = connection.execute(
                # DuckDB's build holds a view among them.
                "select distinct schema_name || '.' || table_name from duckdb_columns() "
                "where list_contains(?, schema_name)",
                [list(PUBLISHED_SCHEMAS)],
            ).fetchall()
        assert sorted(name for (name,) in tables) == MARTS


def test_a_comparison_sees_one_cell_that_differs(batch: Built, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    other.write_bytes(batch.published.read_bytes())
    with duckdb.connect(other) as connection:
        connection.execute(
            "update execution.fct_project_fund set executed_yuan = executed_yuan + 0.01 "
            "where rowid = (select min(rowid) from execution.fct_project_fund where executed_yuan is not null)"
        )
    found = difference(batch.reference, other, "execution.fct_project_fund")
    assert (found.rows, found.columns) == (2, ["executed_yuan"])


def test_the_gate_before_publishing_says_the_same_of_marts_from_spark(batch: Built, tmp_path: Path) -> None:
    result = run_gate("gate_2", batch.reference)
    write_verdicts(result, tmp_path / "gate_2.csv")
    assert result.passed
    assert batch.verdicts == (tmp_path / "gate_2.csv").read_text(encoding="utf-8")


def test_the_batch_was_built_without_the_worker_that_was_killed(batch: Built, cluster: LocalCluster) -> None:
    assert not cluster.is_running("worker-1")
    assert cluster.is_running("worker-2")
    said = cluster.log_of("thrift").read_text(encoding="utf-8")
    assert "Lost executor" in said


def test_a_night_computes_the_documents_of_the_organizations_that_changed(batch: Built, night: Built) -> None:
    assert len(batch.computed) == count_rows(batch.reference, "core.dim_document")
    # The two of the organization with the corrected one, what is left of that with one less, and the new one.
    assert len(night.computed) == 4
    assert len(night.computed - batch.computed) == 1


def test_a_night_changes_the_places_of_organizations_that_it_does_not_compute(
    batch: Built, night: Built
) -> None:
    def places(file: Path) -> set[tuple[object, ...]]:
        with duckdb.connect(file, read_only=True) as connection:
            return set(
                connection.execute(
                    "select organization_ranking_id, peers, rank from execution.mart_organization_ranking "
                    "where not list_contains(?, document_id)",
                    [list(night.computed)],
                ).fetchall()
            )

    before, after = places(batch.published), places(night.published)
    ids = {row[0] for row in before} & {row[0] for row in after}
    assert {row for row in before if row[0] in ids} != {row for row in after if row[0] in ids}


def test_the_gate_stops_tables_of_the_cluster_that_contradict_their_sources(
    installation: Installation, night: Built, tmp_path: Path
) -> None:
    assert night.published.is_file()
    assert installation.run("gate").returncode == 0
    storage = tmp_path / "storage"
    for folder in installation.storage.glob("build_*"):
        shutil.copytree(folder, storage / folder.name)
    for file in (storage / "build_score/mart_project_score").glob("*.parquet"):
        other = file.with_suffix(".other")
        duckdb.sql(
            f"copy (select * replace (cast(recomputed_total + 1 as decimal(7, 2)) as recomputed_total) "
            f"from '{file}') to '{other}' (format parquet)"
        )
        other.replace(file)
    stopped = dataclasses.replace(installation, root=tmp_path).run("gate")
    assert stopped.returncode == 1
    assert "score.mart_project_score" in stopped.stdout


def test_a_cluster_ends_with_what_started_it(environment: Path, tmp_path: Path) -> None:
    code = (
        "import signal, sys, time; from pathlib import Path; from local_cluster import LocalCluster;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "LocalCluster(Path(sys.argv[1]), Path(sys.argv[2])).__enter__()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(environment), str(tmp_path)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
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
