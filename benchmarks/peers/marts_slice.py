"""One slice of the marts in every engine that can express it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.peers.check import check_rows
from benchmarks.peers.engines import postgres
from benchmarks.peers.engines.task import PLAIN, RESULTS
from benchmarks.peers.environments import PEERS
from benchmarks.peers.measure import Peer, PeerError, alternate, file_name
from jixiao.settings import MEMORY, PROJECT_ROOT
from spark.local import SparkError, find_java

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
        f"where regexp_matches(target_text, '{PLAIN}') and regexp_matches(actual_text, '{PLAIN}')"
    ),
}
"""The slice in Jixiao's own marts."""

FLOOR = "DuckDB SQL"


def compare(raw: Path, built: Path, work: Path, rounds: int) -> dict[str, Any]:
    """Compute the slice by each engine, from the raw store, and hold each value against Jixiao's marts.

    Args:
        raw: A raw store.
        built: A database in which Jixiao has built the marts of it, and nothing else.
        work: A folder for what the peers write.
        rounds: How often each runs.

    Raises:
        PeerError: The floor can't be measured.
    """
    truth = work / "truth"
    rows = write_truth(built, truth)
    peers = [
        _peer(FLOOR, "duckdb_sql", ["duckdb"], raw, work),
        _peer("polars", "polars_lazy", ["polars"], raw, work),
        _peer("pandas", "pandas_arrow", ["pandas", "pyarrow"], raw, work),
        _peer("PostgreSQL", "postgres", ["psycopg"], raw, work, postgres.missing()),
        _peer("Spark local", "spark_local", ["pyspark"], raw, work, _missing_java()),
    ]
    return {"rows": rows, **alternate(peers, rounds, work / "logs")}


def write_truth(built: Path, folder: Path) -> dict[str, int]:
    """Write the slice of the marts as Parquet.

    Returns:
        The rows of each result.
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


def _peer(name: str, module: str, packages: Iterable[str], raw: Path, work: Path, missing: str = "") -> Peer:
    out = work / file_name(name)
    missing = PEERS.missing or missing
    versions = PEERS.versions(list(packages))
    if module == "postgres" and not missing:
        versions = {"postgresql": postgres.server_version(), **versions}
    return Peer(
        name=name,
        versions=versions,
        command=[
            PEERS.program("python"), "-m", f"benchmarks.peers.engines.{module}",
            str(raw), str(PROJECT_ROOT / "seeds" / "reference"), str(out),
        ],
        environment={"PEER_JVM_MEMORY": MEMORY.removesuffix("B").lower()},
        prepare=_emptying(out),
        check=lambda: check_rows(work / "truth", {result: _rows_of(out, result) for result in RESULTS}),
        missing=missing,
    )  # fmt: skip


def _emptying(folder: Path) -> Callable[[], None]:
    def empty() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    return empty


def _rows_of(out: Path, result: str) -> str:
    """The query of a result: a Parquet file, a folder of them, or a CSV."""
    file = out / f"{result}.parquet"
    if file.is_dir():
        return f"from read_parquet('{file}/*.parquet')"
    if file.is_file():
        return f"from read_parquet('{file}')"
    text = file.with_suffix(".csv")
    if text.is_file():
        return f"from read_csv('{text}', all_varchar = true, header = true)"
    raise PeerError(f"it wrote no {file.name}")


def _missing_java() -> str:
    try:
        find_java()
    except SparkError as error:
        return str(error)
    return ""
