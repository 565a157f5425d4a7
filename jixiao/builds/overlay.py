"""Lay the tables of a few organizations over those of a release, as a nightly build does after a small change.

Each row of a release belongs to one organization, by `organization_id` or by its document; tables with neither
are replaced as a whole, and may be built anew afterwards. So the rows of a build of some organizations, with all
their documents, replace those organizations' rows in the release, and no others.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from jixiao.release.snapshot import quote_identifier, quote_literal
from jixiao.release.store import ReleaseError
from jixiao.settings import DuckDBConfig

_COPIED_AT_ONCE = 2**30

ORGANIZATION, DOCUMENT = "organization_id", "document_id"

_TARGET = "jixiao overlay"
"""Catalog of the file being written; because of the space it differs from any build's file name."""


def lay_over(
    base: Path,
    changes: Path,
    target: Path,
    schemas: Sequence[str],
    replaced: Collection[str],
    config: DuckDBConfig,
) -> dict[str, int]:
    """Write a release's database with the rows of some organizations replaced.

    Args:
        base: The database of the release, which is not changed.
        changes: The DuckDB file of a build of the changed organizations, with all their documents.
        target: The file to write.
        schemas: The schemas that a release publishes.
        replaced: Documents of the release whose organizations changed.
        config: The bounds of DuckDB.

    Returns:
        Rows removed and added, by `schema.table`, of the tables with any.

    Raises:
        ReleaseError: The tables of the two differ, or one can't be read or written.
    """
    _clone(base, target)
    with _opened(target, changes, config) as (connection, source):
        connection.execute(
            "create temp table replaced as select unnest(cast(? as varchar[])) as id", [list(replaced)]
        )
        connection.execute(
            "create temp table replaced_organization as "
            f"select organization_id as id from {_within(_TARGET, 'core', 'dim_document')} "
            "semi join replaced on document_id = id "
            f"union select organization_id from {_within(source, 'core', 'dim_document')}"
        )
        tables = _tables(connection, source, schemas)
        _refuse_other_columns(tables, _tables(connection, _TARGET, schemas))
        return {
            ".".join(name): rows
            for name, columns in tables.items()
            if (rows := _replace(connection, source, name, columns))
        }


def copy_schema(source: Path, target: Path, schema: str, config: DuckDBConfig) -> None:
    """Copy the tables of an unpublished schema into a database, for the models that are built there."""
    with _opened(target, source, config) as (connection, catalog):
        connection.execute(
            f"create schema if not exists {quote_identifier(_TARGET)}.{quote_identifier(schema)}"
        )
        for _, table in _tables(connection, catalog, [schema]):
            connection.execute(
                f"create or replace table {_within(_TARGET, schema, table)} as from {_within(catalog, schema, table)}"
            )


def refuse_other_documents(database: Path, document_ids: Collection[str]) -> None:
    """Check that a database has these documents and no others.

    Raises:
        ReleaseError: Some are missing or too many.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        there = {
            document_id
            for (document_id,) in connection.execute("select document_id from core.dim_document").fetchall()
        }
    wrong = sorted(there.symmetric_difference(document_ids))
    if wrong:
        raise ReleaseError(
            f"the last release and what was computed don't make up the documents of this build: {', '.join(wrong[:5])}"
            f"{' …' if len(wrong) > 5 else ''} are missing or too many; build everything: jixiao build --full"
        )


def _clone(source: Path, target: Path) -> None:
    """Copy a file inside the kernel: file systems that share blocks between files (XFS, Btrfs) copy no data."""
    try:
        with source.open("rb") as read, target.open("wb") as written:
            while os.copy_file_range(read.fileno(), written.fileno(), _COPIED_AT_ONCE):
                pass
    except OSError:
        # Not every kernel and file system can; with a full disk or an unreadable file, this copy fails too.
        shutil.copyfile(source, target)


@contextmanager
def _opened(
    database: Path, changes: Path, config: DuckDBConfig
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Open a database for writing as `_TARGET`, and the file of a build under its original name."""
    # dbt's views name the catalog, and `changes` had the name of `database` when they were written.
    source = database.stem
    try:
        # Appended rows have no order, and preserving one would hold them in memory.
        with duckdb.connect(config={**config, "preserve_insertion_order": False}) as connection:
            connection.execute(f"attach {quote_literal(str(database))} as {quote_identifier(_TARGET)}")
            connection.execute(
                f"attach {quote_literal(str(changes))} as {quote_identifier(source)} (read_only)"
            )
            yield connection, source
            connection.execute(f"checkpoint {quote_identifier(_TARGET)}")
    except duckdb.Error as error:
        raise ReleaseError(f"{changes} can't be laid over {database}: {error}") from error


def _within(catalog: str, schema: str, table: str) -> str:
    return ".".join(map(quote_identifier, (catalog, schema, table)))


def _tables(
    connection: duckdb.DuckDBPyConnection, catalog: str, schemas: Sequence[str]
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return the names and types of the columns of each table."""
    rows = connection.execute(
        "select schema_name, table_name, list((column_name, data_type) order by column_index) "
        "from duckdb_columns() where database_name = ? and list_contains(?, schema_name) "
        "group by all order by all",
        [catalog, list(schemas)],
    ).fetchall()
    return {(schema, table): columns for schema, table, columns in rows}


def _refuse_other_columns(
    tables: dict[tuple[str, str], list[tuple[str, str]]], known: dict[tuple[str, str], list[tuple[str, str]]]
) -> None:
    differing = [".".join(name) for name, columns in tables.items() if known.get(name) != columns]
    if differing:
        raise ReleaseError(
            f"the release has other columns in {', '.join(differing)}; build everything: jixiao build --full"
        )


def _replace(
    connection: duckdb.DuckDBPyConnection, source: str, name: tuple[str, str], columns: list[tuple[str, str]]
) -> int:
    """Replace the rows of the organizations in a table; return the number removed and added."""
    names = [column for column, _ in columns]
    target = _within(_TARGET, *name)
    if ORGANIZATION in names:
        where = "where organization_id in (select id from replaced_organization)"
    elif DOCUMENT in names:
        where = "where document_id in (select id from replaced)"
    else:
        where = ""
    deleted = connection.execute(f"delete from {target} {where}").fetchone()
    inserted = connection.execute(f"insert into {target} by name from {_within(source, *name)}").fetchone()
    return sum(int(count[0]) for count in (deleted, inserted) if count is not None)
