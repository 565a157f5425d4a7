"""What the models read, as Parquet that a cluster reads: a folder a table below the storage.

python -m spark.inputs --build var/dev.duckdb --storage /mnt/jixiao
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import duckdb

SCHEMAS = ("raw", "reference")
"""Where a build holds what the models read; on the cluster the schemas have the same names."""


class InputsError(Exception):
    """The inputs can't be written; the message says which, and what to do."""


def write_inputs(build: Path, storage: Path) -> dict[str, int]:
    """Write every raw and reference table as `<storage>/<schema>/<table>/`, with its column types in DuckDB.

    Args:
        build: A DuckDB file into which `dbt seed` has loaded the raw and the reference tables.
        storage: A folder that the cluster reads as well; what stands there of the same tables is replaced.

    Returns:
        The rows of each table, by `schema.table`.

    Raises:
        InputsError: There is no such file, or a schema has no table.
    """
    if not build.is_file():
        raise InputsError(f"{build}: no such file; `dbt seed` writes the one that JIXIAO_BUILD_DB names")
    with duckdb.connect(build, read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables where table_schema in (?, ?) order by all",
            SCHEMAS,
        ).fetchall()
        missing = set(SCHEMAS) - {schema for schema, _ in tables}
        if missing:
            raise InputsError(f"{build}: no table in {', '.join(sorted(missing))}; `dbt seed` loads them")
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


def main() -> int:
    """Write the inputs of the models for a Spark cluster, and say how many rows they hold."""
    parser = argparse.ArgumentParser(prog="python -m spark.inputs", description=main.__doc__)
    parser.add_argument("--build", type=Path, required=True, help="the DuckDB file that `dbt seed` filled")
    parser.add_argument("--storage", type=Path, required=True, help="a folder that the cluster reads as well")
    given = parser.parse_args()
    try:
        rows = write_inputs(given.build, given.storage)
    except (InputsError, duckdb.Error, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for table, count in rows.items():
        print(f"{count:>14,}  {table}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
