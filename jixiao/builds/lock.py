"""The lock by which only one build runs at a time, from the command line, the schedule or the web page."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from ingestion.message import Text


class BuildLockedError(Exception):
    """Another build is running; the message names the process with the lock and its start."""


class BuildLock:
    """A lock that the kernel releases when its process ends, even if it is killed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    @property
    def held(self) -> bool:
        """Whether this process holds the lock."""
        return self._file is not None

    def acquire(self, command: str) -> None:
        """Take the lock and write the holder into its file.

        Args:
            command: The holder's command, for the message of another process.

        Raises:
            BuildLockedError: Another build holds it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read()
            file.close()
            raise BuildLockedError(
                f"{self._path}: " + _running(holder) + Text("；请等它结束", "; wait for it to end")
            ) from error
        file.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        file.write(json.dumps({"pid": os.getpid(), "command": command, "since": since}) + "\n")
        file.flush()
        self._file = file

    def release(self) -> None:
        """Release the lock, if it is held."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def running(path: Path) -> Text | None:
    """Return which process builds, or None; the lock is held for a moment at most."""
    try:
        with path.open("r", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _running(file.read())
    except FileNotFoundError:
        pass
    return None


def _running(holder: str) -> Text:
    return Text("另一构建正在运行", "another build is running") + _describe(holder)


def _describe(holder: str) -> str:
    try:
        entry = json.loads(holder)
        pid, command, since = entry["pid"], entry["command"], entry["since"]
        return Text(f"（进程 {pid}，{command}，自 {since}）", f" (process {pid}, {command}, since {since})")
    except (ValueError, KeyError, TypeError):
        # The holder has the lock but hasn't written to the file yet.
        return ""
