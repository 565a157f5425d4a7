"""What the models read, as Parquet that a cluster reads: a folder a table below the storage."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from jixiao.release.snapshot import quote_literal
from spark import SparkError

SCHEMAS = ("raw", "reference")
"""Where a build holds what the models read."""

WORK = "build_"
"""What the schemas begin with in which a build works on a cluster; the macro `work_prefix` has the same."""


def write_inputs(
    build: Path, storage: Path, prefix: str = WORK, schemas: Sequence[str] = SCHEMAS
) -> dict[str, int]:
    """Write raw and reference tables as `<storage>/<prefix><schema>/<table>/`, with their column types in DuckDB.

    Args:
        build: A DuckDB file into which `dbt seed` has loaded the raw and the reference tables.
        storage: A folder that the cluster reads as well; what stands there of the same tables is replaced.
        prefix: What the schemas are called on the cluster.
        schemas: Those whose tables are written.

    Returns:
        The rows of each table, by `schema.table` as the cluster names it.

    Raises:
        SparkError: There is no such file, or a schema has no table.
    """
    if not build.is_file():
        raise SparkError(f"{build}: no such file; `dbt seed` writes the one that JIXIAO_BUILD_DB names")
    with duckdb.connect(build, read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where list_contains(?, table_schema) order by all",
            [list(schemas)],
        ).fetchall()
        missing = set(schemas) - {schema for schema, _ in tables}
        if missing:
            raise SparkError(f"{build}: no table in {', '.join(sorted(missing))}; `dbt seed` loads them")
        return {
            f"{prefix}{schema}.{table}": _write(
                connection, f'"{schema}"."{table}"', storage / f"{prefix}{schema}" / table
            )
            for schema, table in tables
        }


def _write(connection: duckdb.DuckDBPyConnection, table: str, folder: Path) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Several files: what one worker reads is a file or a part of one.
    copied = connection.execute(
        f"copy {table} to {quote_literal(str(folder))} (format parquet, compression zstd, per_thread_output)"
    ).fetchone()
    return int(copied[0]) if copied else 0
