"""What the models read, as Parquet that a cluster reads: a folder a table below the storage."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from spark import SparkError

SCHEMAS = ("raw", "reference")
"""Where a build holds what the models read; on the cluster the schemas have the same names."""


def write_inputs(build: Path, storage: Path) -> dict[str, int]:
    """Write every raw and reference table as `<storage>/<schema>/<table>/`, with its column types in DuckDB.

    Args:
        build: A DuckDB file into which `dbt seed` has loaded the raw and the reference tables.
        storage: A folder that the cluster reads as well; what stands there of the same tables is replaced.

    Returns:
        The rows of each table, by `schema.table`.

    Raises:
        SparkError: There is no such file, or a schema has no table.
    """
    if not build.is_file():
        raise SparkError(f"{build}: no such file; `dbt seed` writes the one that JIXIAO_BUILD_DB names")
    with duckdb.connect(build, read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_schema in (?, ?) order by all",
            SCHEMAS,
        ).fetchall()
        missing = set(SCHEMAS) - {schema for schema, _ in tables}
        if missing:
            raise SparkError(f"{build}: no table in {', '.join(sorted(missing))}; `dbt seed` loads them")
        return {f"{schema}.{table}": _write(connection, schema, table, storage) for schema, table in tables}


def _write(connection: duckdb.DuckDBPyConnection, schema: str, table: str, storage: Path) -> int:
    folder = storage / schema / table
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Several files: what one worker reads is a file or a part of one.
    target = str(folder).replace("'", "''")
    copied = connection.execute(
        f'copy "{schema}"."{table}" to \'{target}\' (format parquet, compression zstd, per_thread_output)'
    ).fetchone()
    return int(copied[0]) if copied else 0
