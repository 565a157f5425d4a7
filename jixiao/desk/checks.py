"""Uploaded files and their findings, kept for a day: each check in a folder of its own, and as a child process."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import IO, Any, cast

from ingestion.intake import add, expand, is_raw_folder
from ingestion.landing import LANDED
from ingestion.message import Text, in_chinese
from ingestion.names import safe_name, visible
from ingestion.reference import ReferenceTableError
from ingestion.submission import Given, check_given
from jixiao.atomic import replacing
from jixiao.desk import children
from jixiao.desk.pages import MissingError, now
from jixiao.review.findings import ReviewError
from jixiao.settings import Settings

AT_ONCE = 2
"""Checks that run at the same time."""

MOST_SECONDS = 900
"""After which a check is ended: the first one prepares the rules, which takes half a minute."""

KEPT_SECONDS = 24 * 3600

MOST_KEPT = 50

_ID = re.compile(r"[A-Za-z0-9_-]{16}")
_ENDED, _GIVEN, _ADDED = "ended.json", "given.json", "added.json"


@dataclass(frozen=True)
class Check:
    """A check of some files.

    Attributes:
        check_id: Its key.
        files: The names of the files.
        given: What the user said about all of them.
        started_at: When, ISO 8601 in UTC.
        state: `running`, `done`, `failed`, or `lost` if the desk was stopped meanwhile.
        documents: As `jixiao check --json` prints them.
        refused: Files and parts that weren't read, likewise.
        error: Why it failed.
        seconds: How long it took.
        added: What became of each file when it was added to the next build; None before.
    """

    check_id: str
    files: tuple[str, ...]
    given: Given
    started_at: str
    state: str
    documents: tuple[dict[str, Any], ...] = ()
    refused: tuple[dict[str, Any], ...] = ()
    error: str = ""
    seconds: float = 0
    added: tuple[dict[str, Any], ...] | None = None


class Checks:
    """The checks of a desk."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._root = settings.var / "desk" / "checks"
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="check")
        self._running: dict[str, subprocess.Popen[str] | None] = {}
        self._adding = Lock()

    def start(self, files: Iterable[tuple[str, IO[bytes]]], given: Given) -> str:
        """Keep files, begin to check them, and return the key of the check.

        Raises:
            ReviewError: What was said about the files can't be.
            OSError: There is no room.
        """
        self._refuse(given)
        self._root.mkdir(parents=True, exist_ok=True)
        self._forget()
        check_id = secrets.token_urlsafe(12)
        folder = self._root / check_id / "files"
        folder.mkdir(parents=True)
        for name, file in files:
            with _free(folder / safe_name(Path(name.replace("\\", "/")).name)).open("xb") as copy:
                shutil.copyfileobj(file, copy)
        _write(self._root / check_id / _GIVEN, {**asdict(given), "started_at": now()})
        self._running[check_id] = None
        self._pool.submit(self._run, check_id, given)
        return check_id

    def again(self, check_id: str, given: Given) -> None:
        """Check the same files with other settings.

        Raises:
            MissingError: There is no such check, or it isn't done.
            ReviewError: What was said about the files can't be.
        """
        check = self.find(check_id)
        if check.state == "running":
            raise MissingError(check_id)
        self._refuse(given)
        _write(self._root / check_id / _GIVEN, {**asdict(given), "started_at": now()})
        (self._root / check_id / _ENDED).unlink(missing_ok=True)
        self._running[check_id] = None
        self._pool.submit(self._run, check_id, given)

    def find(self, check_id: str) -> Check:
        """Return a check.

        Raises:
            MissingError: There is no such check.
        """
        folder = self._folder(check_id)
        # Before its result is looked for, which is written before it stops running.
        is_running = check_id in self._running
        said = json.loads((folder / _GIVEN).read_text(encoding="utf-8"))
        started_at = said.pop("started_at")
        names = tuple(path.name for path in sorted((folder / "files").iterdir()))
        check = Check(check_id, names, Given(**said), started_at, "running")
        ended = folder / _ENDED
        if not ended.is_file():
            return check if is_running else replace(check, state="lost")
        added = folder / _ADDED
        return replace(
            check,
            **json.loads(ended.read_text(encoding="utf-8")),
            added=json.loads(added.read_text(encoding="utf-8")) if added.is_file() else None,
        )

    def last(self, most: int) -> list[Check]:
        """Return the last checks, the newest first."""
        found = []
        for folder in self._by_age()[:most]:
            with suppress(MissingError, OSError, ValueError):
                found.append(self.find(folder.name))
        return found

    def page(self, check_id: str, document_id: str) -> Path:
        """Return the page of a checked document.

        Raises:
            MissingError: There is none.
        """
        path = self._folder(check_id) / "pages" / f"{safe_name(document_id)}.html"
        if not path.is_file():
            raise MissingError(document_id)
        return path

    def add(self, check_id: str, given: Given) -> None:
        """Add the files of a check to the next build, as `jixiao add` does.

        Raises:
            MissingError: There is no such check.
            ReviewError: The settings or the wordings of the installation can't be used.
            OSError: The landing folder can't be written.
        """
        folder = self._folder(check_id)
        self._refuse(given)
        given = replace(given, default_organization=self._settings.organization)
        rows = []
        with self._adding:
            try:
                with closing(
                    add(self._settings.landing_folder(), expand(_dropped(folder)), given)
                ) as outcomes:
                    for outcome in outcomes:
                        result = Text("被拒", "refused") if outcome.landed is None else LANDED[outcome.landed]
                        rows.append(
                            {
                                "file": visible(outcome.source.name),
                                "document_id": outcome.document_id,
                                "organization": outcome.filing.organization if outcome.filing else "",
                                "fiscal_year": outcome.filing.fiscal_year if outcome.filing else "",
                                "is_taken": outcome.landed is not None,
                                "result": result.zh,
                                "superseded": list(outcome.superseded),
                                "notes": [
                                    *filter(None, [in_chinese(outcome.reason)]),
                                    *(
                                        f"{part.place or f'第 {part.line} 行'} {in_chinese(part.part)}："
                                        + in_chinese(part.reason)
                                        for part in outcome.refused
                                    ),
                                    *map(in_chinese, outcome.warnings),
                                ],
                            }
                        )
            except ReferenceTableError as error:
                raise ReviewError(str(error)) from error
        _write(folder / _ADDED, rows)

    def close(self) -> None:
        """End the checks that are running."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in list(self._running.values()):
            if process is not None:
                _end(process)

    def _refuse(self, given: Given) -> None:
        try:
            wrong = check_given(given, self._settings.reference)
        except ReferenceTableError as error:
            raise ReviewError(str(error)) from error
        if wrong is not None:
            raise ReviewError(wrong)

    def _folder(self, check_id: str) -> Path:
        folder = self._root / check_id
        if not _ID.fullmatch(check_id) or not (folder / _GIVEN).is_file():
            raise MissingError(check_id)
        return folder

    def _run(self, check_id: str, given: Given) -> None:
        folder, begin = self._root / check_id, time.monotonic()
        try:
            result = self._check(check_id, folder, given)
        except Exception as error:  # a check must end, whatever happens
            result = {"state": "failed", "error": f"{type(error).__name__}: {error}"}
        with suppress(OSError):
            _write(folder / _ENDED, {**result, "seconds": round(time.monotonic() - begin, 1)})
        self._running.pop(check_id, None)

    def _check(self, check_id: str, folder: Path, given: Given) -> dict[str, Any]:
        shutil.rmtree(folder / "pages", ignore_errors=True)
        options = [
            f"{option}={value}"
            for option, value in (("--organization", given.organization), ("--year", given.fiscal_year))
            if value
        ]
        with subprocess.Popen(
            children.command(
                "check", *options, "--json", "--html", str(folder / "pages"), *map(str, _dropped(folder))
            ),
            env=children.environment(self._settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as process:
            self._running[check_id] = process
            try:
                out, errors = process.communicate(timeout=MOST_SECONDS)
            except subprocess.TimeoutExpired:
                _end(process)
                return {"state": "failed", "error": f"超过 {MOST_SECONDS // 60} 分钟，已中止。"}
        try:
            found = json.loads(out)
        except ValueError:
            return {"state": "failed", "error": errors.strip()[-2000:] or "没有结果。"}
        return {"state": "done", "documents": found["documents"], "refused": found["refused"]}

    def _by_age(self) -> list[Path]:
        with suppress(OSError):
            return sorted(
                (path for path in self._root.iterdir() if (path / _GIVEN).is_file()),
                key=lambda path: (path / _GIVEN).stat().st_mtime,
                reverse=True,
            )
        return []

    def _forget(self) -> None:
        """Remove what is old or too much; what is running stays."""
        for place, folder in enumerate(self._by_age()):
            age = time.time() - (folder / _GIVEN).stat().st_mtime
            if (place >= MOST_KEPT or age > KEPT_SECONDS) and folder.name not in self._running:
                shutil.rmtree(folder, ignore_errors=True)


def _dropped(folder: Path) -> list[Path]:
    """Return the files of a check, each by its name: what somebody drops is wanted, whatever it is."""
    files = folder / "files"
    return [files] if is_raw_folder(files) else sorted(files.iterdir())


def _free(path: Path) -> Path:
    """Return a path that doesn't exist yet: two files of one upload can have one name."""
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
    return free


def _write(path: Path, content: object) -> None:
    with replacing(path) as file:
        file.write(json.dumps(content, ensure_ascii=False).encode("utf-8"))


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def severity_counts(document: dict[str, Any]) -> dict[str, int]:
    """Return the cases of a checked document by severity."""
    cases = cast("list[dict[str, Any]]", document["cases"])
    return {code: sum(case["severity"] == code for case in cases) for code in "EWI"}
