"""Dagster's event log in SQLite, that keeps the files open which it writes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster import StringSource
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine

FOLDER = ("history", "runs")
"""Where Dagster keeps the log in its home unless told otherwise."""

OPEN_AT_MOST = 8
"""Files kept open: one a run, and the index of all runs; the web page looks at one after another."""


class EventLog(SqliteEventLogStorage):
    """The log of an installation: files, tables and rows are Dagster's own.

    A build has some thousand events, and Dagster opens the log anew three times for each: a third of the time of a
    small night. Here an open file stays open.

    Args:
        home: Dagster's folder.
        inst_data: How Dagster was told of this class.
    """

    def __init__(self, home: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(str(Path(home, *FOLDER)), inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """What `dagster.yaml` says of it."""
        return {"home": StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> EventLog:
        """Make it as `dagster.yaml` says."""
        return cls(config_value["home"], inst_data)

    def dispose(self) -> None:
        """Close the files."""
        with self._db_lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()
        super().dispose()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.pop(shard, None)
        if engine is None:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
        # The dict is in order of use: what was used last is at its end.
        self._engines[shard] = engine
        if len(self._engines) > OPEN_AT_MOST:
            longest_unused = next(iter(self._engines))
            self._engines.pop(longest_unused).dispose()
        return engine
