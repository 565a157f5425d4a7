"""The record of a build, written to its folder for the command line and the report."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.message import from_json, to_json

RUNNING = "running"
RELEASED = "released"
FAILED = "failed"
UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Quarantined:
    """Input that was refused.

    Attributes:
        source: The file or folder that was refused, or the document that holds the refused part.
        reason: The reason, with line and column if there are any.
        folder: The folder it was moved to.
    """

    source: str
    reason: str
    folder: str


def read_quarantined(file: Path) -> list[Quarantined]:
    """Return what a file lists as refused; a missing or damaged file lists nothing."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return [Quarantined(**from_json(entry)) for entry in content]
    except (OSError, ValueError, TypeError):
        return []


def write_quarantined(file: Path, entries: Iterable[Quarantined]) -> None:
    """Replace the list of a file in one step."""
    partial = file.with_suffix(".partial")
    content = to_json([dataclasses.asdict(entry) for entry in entries])
    partial.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    partial.replace(file)


@dataclass
class BuildRecord:
    """The state of one build.

    Attributes:
        build_id: Its id, which is the id of the release it makes.
        command: The command that started it.
        started_at: Its start, in UTC.
        status: `running`, `released`, `failed`, or `unchanged` if there was nothing new to release.
        documents: Ids of the documents in the build.
        scope: `computed`, the computed documents as part of all; `base`, the release below them, or `why` everything
            was computed.
        quarantined: Refused input.
        notes: Damage that was found, and what was done about it.
        extracted: The rows of the given document: file, document_id, forms, rows by table.
        tests: Number of dbt tests by outcome.
        gates: Number of verdicts by gate and outcome.
        stages: Seconds by stage, of those that ended.
        stage: The running or failed stage.
        failure: The description of the failure, if it failed.
    """

    build_id: str
    command: str
    started_at: datetime
    status: str = RUNNING
    documents: list[str] = field(default_factory=list)
    scope: dict[str, Any] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    extracted: dict[str, Any] = field(default_factory=dict)
    tests: dict[str, int] = field(default_factory=dict)
    gates: dict[str, dict[str, int]] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    stage: str = ""
    failure: str = ""

    def write(self, path: Path) -> None:
        """Replace the record on disk in one step."""
        content = {**dataclasses.asdict(self), "started_at": self.started_at.isoformat()}
        partial = path.with_suffix(".partial")
        partial.write_text(
            json.dumps(to_json(content), ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
        partial.replace(path)

    @classmethod
    def read(cls, path: Path) -> BuildRecord:
        """Read a record.

        Raises:
            OSError: The file can't be read.
            ValueError: It is not a record.
        """
        content = from_json(json.loads(path.read_text(encoding="utf-8")))
        try:
            content["started_at"] = datetime.fromisoformat(content["started_at"])
            content["quarantined"] = [Quarantined(**entry) for entry in content["quarantined"]]
            return cls(**content)
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: not the record of a build ({error})") from error
