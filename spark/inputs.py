"""The inputs of the models as Parquet for a cluster, one folder for each table below the storage."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from jixiao.release.snapshot import quote_literal
from spark import SparkError

SCHEMAS = ("raw", "reference")
"""The schemas of a build that the models read."""

WORK = "build_"
"""The prefix of the working schemas of a build on a cluster, as in the macro `work_prefix`."""


def write_inputs(
    build: Path, storage: Path, prefix: str = WORK, schemas: Sequence[str] = SCHEMAS
) -> dict[str, int]:
    """Write raw and reference tables as `<storage>/<prefix><schema>/<table>/`, with their column types in DuckDB.

    Args:
        build: A DuckDB file into which `dbt seed` has loaded the raw and the reference tables.
        storage: A folder that the cluster reads as well; earlier files of the same tables are replaced.
        prefix: The prefix of the schemas on the cluster.
        schemas: The schemas to write.

    Returns:
        The number of rows of each table, by `schema.table` on the cluster.

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
    # Several files, because a worker reads a file or a part of one.
    copied = connection.execute(
        f"copy {table} to {quote_literal(str(folder))} (format parquet, compression zstd, per_thread_output)"
    ).fetchone()
    return int(copied[0]) if copied else 0
