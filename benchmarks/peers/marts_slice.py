"""One slice of the marts in DuckDB's SQL and in polars."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.peers.check import check_rows
from benchmarks.peers.engines.task import PLAIN, RESULTS
from benchmarks.peers.measure import Peer, alternate, file_name
from jixiao.settings import PROJECT_ROOT

TRUTH = {
    "project_fund": "select * exclude (project_fund_id) from execution.fct_project_fund",
    "unit_execution": (
        "select organization_name, marts.* exclude (unit_execution_id, organization_id, unit_id) "
        "from execution.mart_unit_execution as marts inner join "
        "(select distinct organization_id, organization_name from core.dim_document) using (organization_id)"
    ),
    "project_score": (
        "select project_id, document_id, fiscal_year, score_lines, blank_score_lines, reported_weights_total, "
        "weights_total, reported_total, recomputed_total, difference, is_consistent, source_line "
        "from score.mart_project_score"
    ),
    "indicator_variance": (
        "select indicator_id, document_id, fiscal_year, comparator, target_value, actual_value, unit, "
        "completion_rate, deviation_rate, attainment, not_checkable_reason, source_line "
        "from variance.fct_indicator_variance "
        f"where regexp_matches(target_text, '{PLAIN}') and regexp_matches(actual_text, '{PLAIN}') "
        "and (regexp_matches(target_text, '^[^0-9-]') "
        "or ('成本指标' in (level1, level2) and not contains(target_text, '%')))"
    ),
}
"""The slice in Jixiao's own marts."""


def compare(raw: Path, built: Path, work: Path, rounds: int) -> dict[str, Any]:
    """Compute the slice by each engine, from the raw store, and compare each value with Jixiao's marts.

    Args:
        raw: A raw store.
        built: A database with Jixiao's marts of that store alone.
        work: A folder for the peers' files.
        rounds: Number of runs of each.

    Raises:
        PeerError: The floor can't be measured.
    """
    rows = write_truth(built, work / "truth")
    peers = [
        _peer("DuckDB SQL", "duckdb_sql", "duckdb", raw, work),
        _peer("polars", "polars_lazy", "polars", raw, work),
    ]
    return {"rows": rows, **alternate(peers, rounds, work / "logs")}


def write_truth(built: Path, folder: Path) -> dict[str, int]:
    """Write the slice of the marts as Parquet.

    Returns:
        The number of rows of each result.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = {}
    with duckdb.connect(built, read_only=True) as connection:
        for name in RESULTS:
            copied = connection.execute(
                f"copy ({TRUTH[name]}) to '{folder / name}.parquet' (format parquet)"
            ).fetchone()
            rows[name] = int(copied[0]) if copied else 0
    return rows


def _peer(name: str, module: str, package: str, raw: Path, work: Path) -> Peer:
    out = work / file_name(name)
    found = {result: f"from read_parquet('{out / result}.parquet')" for result in RESULTS}
    return Peer(
        name=name,
        versions={package: version(package)},
        command=[
            sys.executable, "-m", f"benchmarks.peers.engines.{module}",
            str(raw), str(PROJECT_ROOT / "seeds" / "reference"), str(out),
        ],
        prepare=_emptying(out),
        check=lambda: check_rows(work / "truth", found),
    )  # fmt: skip


def _emptying(folder: Path) -> Callable[[], None]:
    def empty() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    return empty
