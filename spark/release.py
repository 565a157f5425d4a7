"""A release, on this machine, of the tables that a cluster has published.

The models are built without rows, which gives each table its types, keys and comments; the rows are copied from the
cluster. The models after the gates are built here, as in any build.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from jixiao.builds import publication
from jixiao.builds.dbt_docs import write_dbt_docs
from jixiao.builds.session import BuildSession
from jixiao.builds.stages import QUALITY, RELEASE
from jixiao.dbt import commands
from jixiao.dbt.process import get_ready, run_to_end
from jixiao.release.snapshot import quote_identifier, quote_literal
from jixiao.release.store import Release
from jixiao.settings import PUBLISHED_SCHEMAS, DuckDBConfig
from spark.marts import published_folders


def publish_release(session: BuildSession, storage: Path) -> Release:
    """Make a release of the tables that are published on the cluster, and switch readers to it.

    Args:
        session: An open build with the raw and reference tables in its database.
        storage: The folder of the cluster, as this machine sees it.

    Raises:
        DbtError: A model can't be built.
        SparkError: There is no mart below the storage.
        ReleaseError: The release can't be written; the last one stays.
    """
    settings = session.settings
    with session.stage(QUALITY) as folder:
        get_ready(settings)
        target, logs = folder.dbt_target(QUALITY.name), folder.dbt_log(QUALITY.name)
        run_to_end(settings, commands.empty_arguments(), target=target, logs=logs)
        fill(folder.database, storage, settings.duckdb)
        publication.describe(session)
        run_to_end(settings, commands.after_gates_arguments(), target=target, logs=logs)
    with session.stage(RELEASE) as folder:
        docs = write_dbt_docs(settings, folder, QUALITY)
        return publication.publish(session, docs, is_snapshot=False)


def fill(database: Path, storage: Path, config: DuckDBConfig) -> None:
    """Insert the rows published on the cluster into the empty tables of a DuckDB file, by names of columns.

    Args:
        database: The file; its views in published schemas become tables, with their comments.
        storage: The folder of the cluster, as this machine sees it.
        config: The bounds of DuckDB.

    Raises:
        SparkError: There is no mart below the storage.
    """
    with duckdb.connect(database, config=config) as connection:
        for schema, name in connection.execute(
            "select schema_name, view_name from duckdb_views() where list_contains(?, schema_name)",
            [list(PUBLISHED_SCHEMAS)],
        ).fetchall():
            _store(connection, schema, name)
        for schema, folder in published_folders(storage):
            rows = f"read_parquet({quote_literal(str(folder / '*.parquet'))})"
            connection.execute(f"insert into {_qualified(schema, folder.name)} by name from {rows}")


def _store(connection: duckdb.DuckDBPyConnection, schema: str, view: str) -> None:
    name = _qualified(schema, view)
    (comment,) = connection.execute(
        "select comment from duckdb_views() where schema_name = ? and view_name = ?", [schema, view]
    ).fetchall()[0]
    columns = connection.execute(
        "select column_name, comment from duckdb_columns() where schema_name = ? and table_name = ?",
        [schema, view],
    ).fetchall()
    connection.execute(f"create temp table stored as from {name}")
    connection.execute(f"drop view {name}")
    connection.execute(f"create table {name} as from stored")
    connection.execute("drop table stored")
    for target, text in [
        (f"table {name}", comment),
        *((f"column {name}.{quote_identifier(column)}", text) for column, text in columns),
    ]:
        if text is not None:
            connection.execute(f"comment on {target} is {quote_literal(text)}")


def _qualified(schema: str, table: str) -> str:
    return f"{quote_identifier(schema)}.{quote_identifier(table)}"
