"""A build at work: one a process, from the lock to the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from jixiao.builds import folder as folders
from jixiao.builds import scope as scopes
from jixiao.builds.folder import BuildFolder
from jixiao.builds.lock import BuildLock, BuildLockedError
from jixiao.builds.record import FAILED, RELEASED, RUNNING, UNCHANGED, BuildRecord, Quarantined
from jixiao.builds.report import COMMAND, describe_error, write_report
from jixiao.builds.scope import Scope
from jixiao.builds.stages import OVERLAY, STAGES, Stage
from jixiao.release import releases
from jixiao.release.store import ReleaseError
from jixiao.settings import Settings

__all__ = ["BuildLockedError", "BuildSession", "NoBuildError", "Progress"]


_WHOLE = "launch the job `nightly` or run `jixiao build` for a build from extraction to release"


class NoBuildError(Exception):
    """A step was asked for that no build can do."""


class Progress(Protocol):
    """Whoever wants to know how a build gets on."""

    def __call__(self, stage: Stage, seconds: float | None) -> None:
        """Hear that a stage begins (`seconds` is None) or has ended."""


class BuildSession:
    """The build of this process.

    Opening it takes the lock, so that no two processes build at once; the kernel gives the lock back when
    the process ends, whatever ends it.
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
        self._status_before = RUNNING

    def open(self, command: str) -> BuildFolder:
        """Take the lock, clean up after killed builds, and make a folder; an open build stays open.

        Args:
            command: What starts the build, for the message to whoever comes second.

        Raises:
            BuildLockedError: If another process is building.
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
        self.settings.builds.mkdir(parents=True, exist_ok=True)
        folders.clean(self.settings)
        started_at = self._clock()
        taken = [*_names(self.settings.releases), *_names(self.settings.builds)]
        build_id = releases.new_release_id(started_at, taken)
        self._record = BuildRecord(build_id, command, started_at)
        self._folder = folders.create(self.settings, build_id)
        self.save()
        return self._folder

    def resume(self, stage: Stage) -> BuildFolder:
        """Take up the last build again at one of its stages, as its folder has it.

        A run of a part of the steps, selected or executed again after a failure, does them on the last build.

        Raises:
            BuildLockedError: If another process is building.
            NoBuildError: If there is no such build, or it has no database for this stage.
        """
        self._lock.acquire(f"the stage {stage.name} of the last build")
        try:
            folder = BuildFolder(self.settings.open_build.resolve())
            self._record = BuildRecord.read(folder.record)
            self._scope = scopes.load(self.settings, folder)
            folders.restore_database(folder, is_whole=STAGES.index(stage) > STAGES.index(OVERLAY))
        except (OSError, ValueError, ReleaseError) as error:
            self._lock.release()
            raise NoBuildError(
                f"the last build can't be continued at {stage.name} ({error}); {_WHOLE}"
            ) from error
        self._folder = folder
        self._status_before, self._record.status = self._record.status, RUNNING
        return folder

    def listen(self, progress: Progress) -> None:
        """Have the progress told to somebody."""
        self._progress = progress

    @property
    def is_open(self) -> bool:
        """Whether the build has begun."""
        return self._folder is not None

    @property
    def folder(self) -> BuildFolder:
        """The folder of the open build.

        Raises:
            NoBuildError: If no build is open.
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
        """Whether it is decided what the open build computes."""
        return self._scope is not None

    @property
    def scope(self) -> Scope:
        """What the open build computes.

        Raises:
            NoBuildError: If that isn't decided yet.
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
        """Do one stage: tell who listens, time it, write the record."""
        folder = self.resume(stage) if self._folder is None else self._folder
        self.record.stage = stage.name
        self.save()
        self._tell(stage, None)
        begin = time.monotonic()
        yield folder
        seconds = time.monotonic() - begin
        self.record.stages[stage.name] = round(seconds, 2)
        self.save()
        self._tell(stage, seconds)

    def quarantine(self, entry: Quarantined) -> None:
        """Note that some input was refused."""
        self.record.quarantined.append(entry)
        self.save()

    def finish(self) -> None:
        """Note that the release was made, and give the lock back."""
        self._end(RELEASED)

    def finish_unchanged(self) -> None:
        """Note that nothing had changed, so that there is nothing to release, and give the lock back."""
        self._end(UNCHANGED)

    def fail(self, error: BaseException | None, run_id: str, again: str = COMMAND) -> Path:
        """Note that the build failed, leave a report, and give the lock back.

        Args:
            error: What went wrong.
            run_id: Dagster's id of the run, or an empty string before there is one.
            again: The command that builds again.

        Returns:
            The report; the folder is kept to be looked at.
        """
        self.record.failure = describe_error(error)
        report = write_report(self.folder, self.record, run_id, again)
        self._end(FAILED)
        return report

    def discard(self) -> None:
        """Remove the folder of a build that was interrupted, and give the lock back."""
        folders.remove(self.settings, self.folder)
        self._lock.release()

    def close(self) -> None:
        """End the session; a build that neither finished nor failed was interrupted and is removed by the next.

        One that was continued for a part of its steps is again what it was.
        """
        if self._status_before != RUNNING:
            self._end(self._status_before)
        self._lock.release()

    def _end(self, status: str) -> None:
        if self._record is not None and self._record.status == RUNNING:
            self._record.status = status
            self.save()
        self._lock.release()

    def _tell(self, stage: Stage, seconds: float | None) -> None:
        if self._progress is not None:
            self._progress(stage, seconds)


def _names(path: Path) -> list[str]:
    return [entry.name for entry in path.glob("*")]
