"""Dagster's event log in SQLite, with its files kept open."""

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
"""Dagster's default folder of the log in its home."""

OPEN_AT_MOST = 8
"""The most files kept open: one for each run, and the index of all runs."""


class EventLog(SqliteEventLogStorage):
    """The event log of an installation, with Dagster's files, tables and rows.

    A build has some thousand events, and Dagster opens the log three times for each, which takes a third of the time
    of a small build. This class keeps its files open.

    Args:
        home: Dagster's folder.
        inst_data: Dagster's configuration of this class.
    """

    def __init__(self, home: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(str(Path(home, *FOLDER)), inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Return the schema of its configuration in `dagster.yaml`."""
        return {"home": StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> EventLog:
        """Create the log from its configuration in `dagster.yaml`."""
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
        # The dict is in order of use: the last one used is at its end.
        self._engines[shard] = engine
        if len(self._engines) > OPEN_AT_MOST:
            longest_unused = next(iter(self._engines))
            self._engines.pop(longest_unused).dispose()
        return engine
