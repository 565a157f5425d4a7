"""Dagster's event log in SQLite, with its files kept open."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster import EventLogEntry, StringSource
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

FOLDER = ("history", "runs")
"""Dagster's default folder of the log in its home."""

OPEN_AT_MOST = 8
"""The most files kept open: one for each run, and the index of all runs."""


class EventLog(SqliteEventLogStorage):
    """The event log of an installation, with Dagster's files, tables and rows.

    A build has some thousand events, and Dagster opens the log three times for each, which takes a third of the time
    of a small build. This class keeps its files open, doesn't wait for the disk at each event, and stores the events
    that Dagster announces at the start of a run in one transaction.

    Args:
        home: Dagster's folder.
        inst_data: Dagster's configuration of this class.
    """

    def __init__(self, home: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._transactions: dict[str, Connection] = {}
        # The thread that stores a batch holds it over all events.
        self._lock = threading.RLock()
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
        with self._lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()
        super().dispose()

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store the events of one run in one transaction of each file."""
        with self.run_connection(events[0].run_id), self.index_connection():
            super().store_event_batch(events)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._lock:
            if shard in self._transactions:
                yield self._transactions[shard]
                return
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                self._transactions[shard] = connection
                try:
                    yield connection
                finally:
                    del self._transactions[shard]

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.pop(shard, None)
        if engine is None:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            event.listen(engine, "connect", _write_without_waiting)
        # The dict is in order of use: the last one used is at its end.
        self._engines[shard] = engine
        if len(self._engines) > OPEN_AT_MOST:
            longest_unused = next(iter(self._engines))
            self._engines.pop(longest_unused).dispose()
        return engine


def _write_without_waiting(connection: Any, _record: object) -> None:
    """Let SQLite write to its journal without a wait: a power cut may take the last events, never the file."""
    connection.execute("pragma synchronous = normal")
