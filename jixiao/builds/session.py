"""The running build of a process, from taking the lock to its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from ingestion.message import Text
from jixiao.builds import damage
from jixiao.builds import folder as folders
from jixiao.builds import scope as scopes
from jixiao.builds.folder import BuildFolder
from jixiao.builds.lock import BuildLock, BuildLockedError
from jixiao.builds.record import (
    FAILED,
    RELEASED,
    RUNNING,
    UNCHANGED,
    BuildRecord,
    Quarantined,
    read_quarantined,
    write_quarantined,
)
from jixiao.builds.report import COMMAND, describe_error, is_of_full_disk, write_report
from jixiao.builds.scope import Scope
from jixiao.builds.stages import OVERLAY, STAGES, Stage
from jixiao.release import releases
from jixiao.release.store import ReleaseError
from jixiao.settings import Settings

__all__ = ["BuildLockedError", "BuildSession", "NoBuildError", "Progress"]


_WHOLE = "launch the job `nightly` or run `jixiao build` for a build from extraction to release"


class NoBuildError(Exception):
    """A step can't run: no build is open, or the last one can't be continued."""


class Progress(Protocol):
    """A callback for the progress of a build."""

    def __call__(self, stage: Stage, seconds: float | None) -> None:
        """Receive the start of a stage (`seconds` is None) or its end."""


class BuildSession:
    """The build of this process.

    Opening it takes the lock, so that only one process builds at a time; the kernel releases the lock when the
    process ends.

    Attributes:
        settings: The settings of the installation.
        is_interrupted: Returns whether the user has interrupted the build; what fails then isn't reported.
        undelivered: A line for each channel by which a notice of this build could not be sent.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self._progress: Progress | None = None
        self._clock = clock
        self._lock = BuildLock(settings.build_lock)
        self._folder: BuildFolder | None = None
        self._record: BuildRecord | None = None
        self._scope: Scope | None = None
        self._status_before, self._stage_before = RUNNING, ""
        self.is_interrupted: Callable[[], bool] = lambda: False
        self.undelivered: list[str] = []

    def open(self, command: str) -> BuildFolder:
        """Take the lock, clean up after killed builds, and make a folder; if the build is open, return its folder.

        Args:
            command: The command that starts the build, for the message of another process.

        Raises:
            BuildLockedError: Another process is building.
        """
        if self._folder is not None:
            return self._folder
        self._lock.acquire(command)
        try:
            return self._begin(command)
        except BaseException:
            self._lock.release()
            raise

    def _begin(self, command: str) -> BuildFolder:
        releases.clean_partials(self.settings)
        repaired = damage.repair(self.settings)
        self.settings.builds.mkdir(parents=True, exist_ok=True)
        folders.clean(self.settings)
        started_at = self._clock()
        taken = [*_names(self.settings.releases), *_names(self.settings.builds)]
        build_id = releases.new_release_id(started_at, taken)
        unreported = read_quarantined(self._unreported)
        self._record = BuildRecord(build_id, command, started_at, quarantined=unreported, notes=repaired)
        self._folder = folders.create(self.settings, build_id)
        self.save()
        return self._folder

    def resume(self, stage: Stage) -> BuildFolder:
        """Continue the last build at one of its stages, from its folder.

        Dagster does so in a run of selected steps, or of those after a failed one.

        Raises:
            BuildLockedError: Another process is building.
            NoBuildError: There is no such build, or it has no database for this stage.
        """
        self._lock.acquire(f"the stage {stage.name} of the last build")
        try:
            folder = BuildFolder(self.settings.open_build.resolve())
            self._record = BuildRecord.read(folder.record)
            self._scope = scopes.load(self.settings, folder)
            folders.restore_database(folder, is_overlaid=STAGES.index(stage) > STAGES.index(OVERLAY))
        except (OSError, ValueError, ReleaseError) as error:
            self._lock.release()
            raise NoBuildError(
                f"the last build can't be continued at {stage.name} ({error}); {_WHOLE}"
            ) from error
        self._folder = folder
        self._status_before, self._record.status = self._record.status, RUNNING
        self._stage_before = self._record.stage
        return folder

    def listen(self, progress: Progress) -> None:
        """Set the callback for progress."""
        self._progress = progress

    @property
    def is_open(self) -> bool:
        """Whether the build has begun."""
        return self._folder is not None

    @property
    def folder(self) -> BuildFolder:
        """The folder of the open build.

        Raises:
            NoBuildError: No build is open.
        """
        if self._folder is None:
            raise NoBuildError(f"no build is open; {_WHOLE}")
        return self._folder

    @property
    def record(self) -> BuildRecord:
        """The record of the open build."""
        if self._record is None:
            raise NoBuildError("no build is open, so there is no record of one")
        return self._record

    @property
    def has_scope(self) -> bool:
        """Whether the scope of the open build is decided."""
        return self._scope is not None

    @property
    def scope(self) -> Scope:
        """The scope of the open build.

        Raises:
            NoBuildError: It isn't decided yet.
        """
        if self._scope is None:
            raise NoBuildError("what the build computes is decided when the raw CSVs are checked")
        return self._scope

    @scope.setter
    def scope(self, scope: Scope) -> None:
        self._scope = scope
        scopes.save(scope, self.settings, self.folder)

    def save(self) -> None:
        """Write the record to the build's folder."""
        self.record.write(self.folder.record)

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[BuildFolder]:
        """Run one stage: report its progress, time it, and write the record."""
        folder = self.resume(stage) if self._folder is None else self._folder
        self.record.stage = stage.name
        self.save()
        self._report_progress(stage, None)
        begin = time.monotonic()
        yield folder
        seconds = time.monotonic() - begin
        self.record.stages[stage.name] = round(seconds, 2)
        self.save()
        self._report_progress(stage, seconds)

    @property
    def _unreported(self) -> Path:
        """What builds moved to quarantine that were killed or failed, and so did not report it."""
        return self.settings.var / "unreported.json"

    def quarantine(self, entry: Quarantined, *, is_found_again: bool = False) -> None:
        """Record refused input.

        Args:
            entry: What was refused.
            is_found_again: Whether a later build would refuse it again; what was moved away has to be written down.
        """
        if not is_found_again:
            write_quarantined(self._unreported, [*read_quarantined(self._unreported), entry])
        self.record.quarantined.append(entry)
        self.save()

    def note(self, message: Text) -> None:
        """Record damage that was found, and what was done about it."""
        self.record.notes.append(message)
        self.save()

    def finish(self) -> None:
        """Record that the release was made, and release the lock."""
        self._end(RELEASED)
        self._unreported.unlink(missing_ok=True)

    def finish_unchanged(self) -> None:
        """Record that nothing has changed, and release the lock."""
        self._end(UNCHANGED)
        self._unreported.unlink(missing_ok=True)

    def fail(self, error: BaseException | None, run_id: str, again: str = COMMAND) -> Path:
        """Record that the build failed, write a report, and release the lock.

        Args:
            error: The cause.
            run_id: Dagster's id of the run, or an empty string before there is one.
            again: The command that builds again.

        Returns:
            The report, in the folder of the build, which is kept; there is none if the disk is full.
        """
        self.record.failure = describe_error(error)
        if is_of_full_disk(self.record.failure):
            # The report needs some space too.
            folders.remove_outputs(self.settings, self.folder)
        with suppress(OSError):
            write_report(self.folder, self.record, run_id, again)
        with suppress(OSError):
            self._end(FAILED)
        self._lock.release()
        return self.folder.failure_report

    def discard(self) -> None:
        """Remove the folder of an interrupted build, and release the lock."""
        folders.remove(self.settings, self.folder)
        self._lock.release()

    def close(self) -> None:
        """End the session; the next build removes one that neither finished nor failed.

        A build that was continued gets its earlier status and stage back.
        """
        if self._status_before != RUNNING:
            self.record.stage = self._stage_before
            self._end(self._status_before)
        self._lock.release()

    def _end(self, status: str) -> None:
        if self._record is not None and self._record.status == RUNNING:
            self._record.status = status
            self.save()
        self._lock.release()

    def _report_progress(self, stage: Stage, seconds: float | None) -> None:
        if self._progress is not None:
            self._progress(stage, seconds)


def _names(path: Path) -> list[str]:
    return [entry.name for entry in path.glob("*")]
