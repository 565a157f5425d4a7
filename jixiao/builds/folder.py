"""The folder of one build, and the removal of earlier ones."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from jixiao.builds.record import RUNNING, UNCHANGED, BuildRecord
from jixiao.settings import Settings

BUILDS_KEPT = 3
"""Build folders to keep, the running build's included."""


@dataclass(frozen=True)
class BuildFolder:
    """The paths of the files of a build.

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
        """The DuckDB file of the changed organizations, after it was laid over the last release."""
        return self.root / "changes.duckdb"

    @property
    def last_release(self) -> Path:
        """A DuckDB file of views over the tables of the last release, to compare with."""
        return self.root / "last_release.duckdb"

    @property
    def inputs(self) -> Path:
        """The record of the release's inputs, for the next build."""
        return self.root / "inputs"

    @property
    def scope(self) -> Path:
        """The scope of the build: which of `inputs` it computes."""
        return self.root / "scope.json"

    @property
    def raw(self) -> Path:
        """The documents that the build reads, and links to the raw store's tables of their rows."""
        return self.root / "raw"

    @property
    def verdicts(self) -> Path:
        """The verdicts, one CSV for each gate."""
        return self.root / "verdicts"

    @property
    def data_docs(self) -> Path:
        """The site of Great Expectations."""
        return self.root / "data_docs"

    @property
    def dbt_docs(self) -> Path:
        """The documentation by dbt."""
        return self.root / "dbt_docs"

    @property
    def logs(self) -> Path:
        """Logs, dbt's among them."""
        return self.root / "logs"

    @property
    def record(self) -> Path:
        """The record of the build."""
        return self.root / "build.json"

    @property
    def build_info(self) -> Path:
        """The one row of `quality.build_info`."""
        return self.root / "build_info.csv"

    @property
    def release_history(self) -> Path:
        """The rows of `quality.release_history` for earlier releases."""
        return self.root / "release_history.csv"

    @property
    def failure_report(self) -> Path:
        """The report of a failed build."""
        return self.root / "failure.md"

    def dbt_target(self, stage: str) -> Path:
        """Return the folder of dbt's compiled SQL and results of a stage."""
        return self.root / "dbt" / stage

    def dbt_log(self, stage: str) -> Path:
        """Return the folder of dbt's log of a stage."""
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


def restore_database(folder: BuildFolder, *, is_overlaid: bool) -> None:
    """Restore the database of a build to its state before a stage.

    Args:
        folder: The build's.
        is_overlaid: Whether the stage comes after the changes are laid over the last release.

    Raises:
        FileNotFoundError: The build no longer has a database.
    """
    if not is_overlaid and folder.changes.exists():
        folder.changes.replace(folder.database)
    if not folder.database.exists():
        raise FileNotFoundError(f"{folder.database}: no such file")


def clean(settings: Settings) -> list[str]:
    """Remove builds that were killed or changed nothing, and all but the newest others; the caller holds the lock.

    The kept folders lose their databases, to free space for the next build.

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


def remove_outputs(settings: Settings, folder: BuildFolder) -> None:
    """Remove what a build wrote and DuckDB spilled, except the record and the logs."""
    kept = {folder.record, folder.logs}
    for path in (*folder.root.glob("*"), *settings.spill.glob("*")):
        if path in kept:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def remove(settings: Settings, folder: BuildFolder) -> None:
    """Remove the folder of the open build and its link."""
    settings.open_build.unlink(missing_ok=True)
    for tries_left in range(9, -1, -1):
        try:
            shutil.rmtree(folder.root)
        except OSError:
            # A process that was interrupted with the build can still be writing a file.
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
