"""DuckDB as a data source of Great Expectations.

Great Expectations 1.24 has none. Its generic SQL source fails on DuckDB in every expectation
("list index out of range"): it closes the connection before it fetches, and DuckDB drops the
result with the connection. The two classes below keep one connection open; every expectation
still runs as SQL in DuckDB.

They can be removed when a native engine is released (pull request great_expectations #12084,
open in November 2026), which provides `context.data_sources.add_duckdb`.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import duckdb_engine  # noqa: F401  (registers the SQLAlchemy dialect, and the hook undone below)
import sqlalchemy as sa
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy.ext.compiler import deregister

# duckdb_engine hooks itself into SQLAlchemy's TryCast, which Great Expectations keeps alive to the
# very end; DuckDB 2.0 then reports "nanobind: leaked ..." on stderr though all is closed.
atexit.register(deregister, sa.TryCast)


EngineClass = type[SqlAlchemyExecutionEngine]


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """The SQL engine with one connection for its lifetime, and with Postgres' operators, which DuckDB has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Great Expectations knows the operator of regular expressions by dialect.
        self.dialect_module = sa.dialects.postgresql

    @contextmanager
    def get_connection(self) -> Iterator[sa.Connection]:
        """Yield the connection, which `close` closes."""
        if self._connection is None:
            self._connection = self.engine.connect()
        try:
            yield self._connection
        except Exception:
            # DuckDB refuses every later statement of a transaction in which one failed.
            self._connection.rollback()
            raise

    def close(self) -> None:
        """Close the connection and release the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()


class DuckDBDatasource(SQLDatasource):
    """A DuckDB file; `context.data_sources.add_duckdb` is named after the class."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> EngineClass:
        """The engine that keeps its connection."""
        return DuckDBExecutionEngine

    def get_engine(self) -> sa.Engine:
        """Return the engine of the execution engine: a second one would keep the file open."""
        return self.get_execution_engine().engine


def connection_string(database: Path) -> str:
    """Return the SQLAlchemy address of a DuckDB file."""
    return sa.URL.create("duckdb", database=str(database)).render_as_string()
