"""The folder of one build, and the housekeeping of those before it."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from jixiao.builds.record import RUNNING, UNCHANGED, BuildRecord
from jixiao.settings import Settings

BUILDS_KEPT = 3
"""Build folders kept for a look at what happened, the one at work included."""


@dataclass(frozen=True)
class BuildFolder:
    """Where a build keeps what it makes.

    Attributes:
        root: `var/builds/<build_id>`.
    """

    root: Path

    @property
    def database(self) -> Path:
        """The DuckDB file that the build writes."""
        return self.root / "build.duckdb"

    @property
    def changes(self) -> Path:
        """The DuckDB file of the organizations that changed, once they are laid over the last release."""
        return self.root / "changes.duckdb"

    @property
    def inputs(self) -> Path:
        """What the release is made of, for the build after it."""
        return self.root / "inputs"

    @property
    def scope(self) -> Path:
        """Which of the inputs the build computes, beside `inputs`."""
        return self.root / "scope.json"

    @property
    def raw(self) -> Path:
        """Which documents the build reads, and links to the tables of the raw store that hold their rows."""
        return self.root / "raw"

    @property
    def verdicts(self) -> Path:
        """One CSV a gate."""
        return self.root / "verdicts"

    @property
    def data_docs(self) -> Path:
        """The site that Great Expectations writes."""
        return self.root / "data_docs"

    @property
    def dbt_docs(self) -> Path:
        """The documentation that dbt writes."""
        return self.root / "dbt_docs"

    @property
    def logs(self) -> Path:
        """Logs, dbt's among them."""
        return self.root / "logs"

    @property
    def record(self) -> Path:
        """The record of what was done."""
        return self.root / "build.json"

    @property
    def build_info(self) -> Path:
        """The one row of `quality.build_info`."""
        return self.root / "build_info.csv"

    @property
    def release_history(self) -> Path:
        """The rows of `quality.release_history` that are of earlier releases."""
        return self.root / "release_history.csv"

    @property
    def failure_report(self) -> Path:
        """What went wrong, for people."""
        return self.root / "failure.md"

    def dbt_target(self, stage: str) -> Path:
        """Where dbt leaves compiled SQL and results of a stage."""
        return self.root / "dbt" / stage

    def dbt_log(self, stage: str) -> Path:
        """The folder of dbt's log of a stage."""
        return self.logs / f"dbt_{stage}"


def create(settings: Settings, build_id: str) -> BuildFolder:
    """Make the folder of a new build and point `builds/open` at it."""
    folder = BuildFolder(settings.builds / build_id)
    for path in (folder.raw, folder.verdicts, folder.logs):
        path.mkdir(parents=True)
    link = settings.open_build.with_name(".open.partial")
    link.unlink(missing_ok=True)
    link.symlink_to(build_id)
    link.replace(settings.open_build)
    return folder


def restore_database(folder: BuildFolder, *, is_whole: bool) -> None:
    """Put the database of a build back to what a stage works on.

    Args:
        folder: The build's.
        is_whole: Whether the stage comes after the changes are laid over the last release.

    Raises:
        FileNotFoundError: The build has no such database any more.
    """
    if not is_whole and folder.changes.exists():
        folder.changes.replace(folder.database)
    if not folder.database.exists():
        raise FileNotFoundError(f"{folder.database}: no such file")


def clean(settings: Settings) -> list[str]:
    """Remove builds that were killed or changed nothing, and all but the newest others; only for the holder of the lock.

    Of those that stay, logs and reports do: their databases make room for the build that begins.

    Returns:
        The names of the removed folders.
    """
    ended: list[Path] = []
    removed: list[Path] = []
    for path in sorted(settings.builds.glob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            (ended if _has_ended(path) else removed).append(path)
    removed += ended[BUILDS_KEPT - 1 :]
    for path in removed:
        shutil.rmtree(path)
    for path in ended[: BUILDS_KEPT - 1]:
        for database in path.glob("*.duckdb*"):
            database.unlink()
    return [path.name for path in removed]


def remove(settings: Settings, folder: BuildFolder) -> None:
    """Remove the folder of the open build, and the link to it."""
    settings.open_build.unlink(missing_ok=True)
    for tries_left in range(9, -1, -1):
        try:
            shutil.rmtree(folder.root)
        except OSError:
            # A process that was interrupted with the build can still write its last file.
            if not tries_left:
                raise
            time.sleep(0.5)
        else:
            return


def _has_ended(path: Path) -> bool:
    try:
        return BuildRecord.read(BuildFolder(path).record).status not in (RUNNING, UNCHANGED)
    except (OSError, ValueError):
        return False
