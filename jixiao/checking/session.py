"""The models over the raw rows of some documents, in one DuckDB session in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.contract import RAW_TABLES
from jixiao.checking.compiled import CATALOG, STEPS
from jixiao.release.snapshot import RAW_CSV, quote_literal
from jixiao.review.decisions import TABLE as DECISIONS
from jixiao.settings import PUBLISHED_SCHEMAS, Settings

THREADS = 2
"""Models computed at once: for a few documents, DuckDB mostly plans."""

_KEPT = "kept"


@dataclass(frozen=True)
class _Step:
    name: str
    reads: frozenset[str]
    sql: str


@contextmanager
def open_session(
    settings: Settings, compiled: Path, folders: Iterable[Path], wanted: Collection[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with the wanted tables of some documents, as a build of them alone would have.

    Args:
        settings: The installation, whose decisions apply.
        compiled: The file that `compiled.prepare` returned.
        folders: Landed folders with raw CSVs.
        wanted: The published tables, `schema.name`; what they read is computed too.

    Raises:
        duckdb.Error: A model fails.
    """
    with duckdb.connect(config=dict(settings.duckdb)) as connection:
        connection.execute(f"attach ':memory:' as {CATALOG}")
        connection.execute(f"attach {quote_literal(str(compiled))} as {_KEPT} (read_only)")
        connection.execute(f"copy from database {_KEPT} to {CATALOG}")
        connection.execute(f"use {CATALOG}")
        for schema in ("staging", "intermediate", *PUBLISHED_SCHEMAS):
            connection.execute(f"create schema if not exists {schema}")
        if decisions := settings.reference.rows(DECISIONS):
            names = list(decisions[0])
            connection.executemany(
                f"insert into reference.{DECISIONS} ({', '.join(names)}) values ({', '.join('?' * len(names))})",
                [[row[name] for name in names] for row in decisions],
            )
        for folder in folders:
            load_rows(connection, folder)
        _compute(connection, _needed(connection, wanted))
        yield connection


def load_rows(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Add the rows of a folder of raw CSVs to the raw tables."""
    for table in RAW_TABLES:
        path = folder / f"{table}.csv"
        if path.is_file():
            connection.execute(
                f"insert into raw.{table} by name select * from read_csv({quote_literal(str(path))}, {RAW_CSV})"
            )


def _needed(connection: duckdb.DuckDBPyConnection, wanted: Collection[str]) -> list[_Step]:
    steps = [
        _Step(f"{schema}.{name}", frozenset(reads), sql)
        for schema, name, reads, sql in connection.execute(
            f"select schema, name, reads, sql from {STEPS} order by place"
        ).fetchall()
    ]
    needed = set(wanted)
    for step in reversed(steps):
        if step.name in needed:
            needed |= step.reads
    return [step for step in steps if step.name in needed]


def _compute(connection: duckdb.DuckDBPyConnection, steps: Sequence[_Step]) -> None:
    """Create the tables, each as soon as those that it reads are there."""
    left, done, running = list(steps), set[str](), dict[Future[None], str]()
    with ThreadPoolExecutor(THREADS) as pool:
        while left or running:
            ready = [step for step in left if step.reads <= done]
            for step in ready[: THREADS - len(running)]:
                left.remove(step)
                running[pool.submit(_create, connection.cursor(), step)] = step.name
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
                done.add(running.pop(future))


def _create(connection: duckdb.DuckDBPyConnection, step: _Step) -> None:
    # A view would be planned anew in each model that reads it.
    with connection:
        connection.execute(f"create table {CATALOG}.{step.name} as {step.sql}")
