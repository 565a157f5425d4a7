"""The tables in the storage of a cluster as tables or views of a DuckDB file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from jixiao.release.snapshot import quote_identifier, quote_literal
from jixiao.settings import PUBLISHED_SCHEMAS
from spark import SparkError
from spark.inputs import SCHEMAS, WORK


def take_marts(storage: Path, database: Path) -> dict[str, int]:
    """Copy every published table below the storage into a DuckDB file, each in one step.

    Args:
        storage: The folder of the cluster; `<schema>/<table>/*.parquet` are the marts.
        database: The DuckDB file; existing tables of the same names are replaced.

    Returns:
        The number of rows of each table, by `schema.table`.

    Raises:
        SparkError: There is no mart below the storage.
    """
    rows = {}
    with duckdb.connect(database) as connection:
        for schema, folder in published_folders(storage):
            name = _qualified(connection, schema, folder.name)
            made = connection.execute(f"create or replace table {name} as {_rows(folder)}").fetchone()
            rows[f"{schema}.{folder.name}"] = int(made[0]) if made else 0
    return rows


def open_marts(storage: Path, database: Path, prefix: str = "") -> None:
    """Write a DuckDB file of views over the tables below the storage, under their names in a build.

    Args:
        storage: The folder of the cluster; the views refer to its path.
        database: The DuckDB file; an existing one is replaced.
        prefix: `build_` for the working tables of the last build, raw and reference tables included; blank for the
            published ones.

    Raises:
        SparkError: There is no mart below the storage.
    """
    marts = _marts(storage, prefix)
    inputs = _folders(storage, prefix, SCHEMAS) if prefix == WORK else []
    database.parent.mkdir(parents=True, exist_ok=True)
    partial = database.with_name(f".{database.name}.partial")
    partial.unlink(missing_ok=True)
    with duckdb.connect(partial) as connection:
        for schema, folder in (*marts, *inputs):
            name = _qualified(connection, schema, folder.name)
            connection.execute(f"create view {name} as {_rows(folder.resolve())}")
    partial.replace(database)


def count_rows(database: Path) -> dict[str, int]:
    """Return the number of rows of each table or view of the published schemas, by `schema.table`."""
    with duckdb.connect(database, read_only=True) as connection:
        names = connection.execute(
            "select distinct table_schema, table_name from information_schema.tables "
            "where list_contains(?, table_schema) order by all",
            [list(PUBLISHED_SCHEMAS)],
        ).fetchall()
        return {
            f"{schema}.{table}": int(
                connection.execute(
                    f"select count(*) from {quote_identifier(schema)}.{quote_identifier(table)}"
                ).fetchall()[0][0]
            )
            for schema, table in names
        }


def published_folders(storage: Path) -> list[tuple[str, Path]]:
    """Return the schema and the folder of Parquet files of each published table below the storage.

    Raises:
        SparkError: There is none.
    """
    return _marts(storage, "")


def _marts(storage: Path, prefix: str) -> list[tuple[str, Path]]:
    """Return the completely written tables of the published schemas."""
    marts = [
        (schema, folder)
        for schema, folder in _folders(storage, prefix, PUBLISHED_SCHEMAS)
        # Spark writes this file last.
        if (folder / "_SUCCESS").is_file()
    ]
    if not marts:
        raise SparkError(f"{storage}: no marts; `python -m spark build` writes them")
    return marts


def _folders(storage: Path, prefix: str, schemas: Sequence[str]) -> list[tuple[str, Path]]:
    return [
        (schema, folder) for schema in schemas for folder in sorted((storage / f"{prefix}{schema}").glob("*"))
    ]


def _qualified(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    connection.execute(f"create schema if not exists {quote_identifier(schema)}")
    return f"{quote_identifier(schema)}.{quote_identifier(table)}"


def _rows(folder: Path) -> str:
    return f"from read_parquet({quote_literal(str(folder / '*.parquet'))})"
