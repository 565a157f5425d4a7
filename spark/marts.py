"""The marts that Spark wrote, as tables of a DuckDB file: what the gates check and a release is made of."""

from __future__ import annotations

from pathlib import Path

import duckdb

from jixiao.settings import PUBLISHED_SCHEMAS
from spark import SparkError


def take_marts(storage: Path, build: Path) -> dict[str, int]:
    """Copy every published table below the storage into a DuckDB file, each in one step.

    Args:
        storage: The folder that `external_tables` was given; `<schema>/<table>/*.parquet` are the marts.
        build: The DuckDB file that the inputs came from; a table that is there already is replaced.

    Returns:
        The rows of each table, by `schema.table`.

    Raises:
        SparkError: There is no mart below the storage.
    """
    folders = [
        folder
        for schema in PUBLISHED_SCHEMAS
        for folder in sorted((storage / schema).glob("*"))
        # The last file of a table that was written to its end.
        if (folder / "_SUCCESS").is_file()
    ]
    if not folders:
        raise SparkError(f"{storage}: no marts; `dbt run --target spark` writes them")
    rows = {}
    with duckdb.connect(build) as connection:
        for folder in folders:
            table = f'"{folder.parent.name}"."{folder.name}"'
            files = str(folder / "*.parquet").replace("'", "''")
            connection.execute(f'create schema if not exists "{folder.parent.name}"')
            made = connection.execute(
                f"create or replace table {table} as from read_parquet('{files}')"
            ).fetchone()
            rows[f"{folder.parent.name}.{folder.name}"] = int(made[0]) if made else 0
    return rows
