"""The tables of the current release beside the raw rows of one document, for its page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingestion.contract import RAW_TABLES, columns
from jixiao.checking.session import load_rows
from jixiao.pages.document.content import NEEDED
from jixiao.release.snapshot import quote_literal
from jixiao.release.store import Release


@contextmanager
def open_document(release: Release, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with the tables that a page needs.

    Args:
        release: The release.
        folder: The landed folder of the document, or that of the sample.

    Raises:
        duckdb.Error: The release was made by a version without these tables.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {quote_literal(str(release.database))} as release (read_only)")
        for schema in {"raw", *(name.partition(".")[0] for name in NEEDED)}:
            connection.execute(f"create schema {schema}")
        for name in NEEDED:
            connection.execute(f"create view {name} as from release.{name}")
        for table in RAW_TABLES:
            named = ", ".join(f"{column} varchar" for column in columns(table))
            connection.execute(f"create table raw.{table} ({named})")
        load_rows(connection, folder)
        yield connection
