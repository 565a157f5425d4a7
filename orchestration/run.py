"""Run the job `nightly` in this process instead of Dagster's."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import dagster as dg

from ingestion.message import Text
from jixiao.builds.notices import notify_failure
from jixiao.builds.record import RUNNING
from jixiao.builds.session import BuildSession
from orchestration.definitions import defs
from orchestration.defs.keys import COMMAND_LINE, EXTRACTION, LAUNCHED_BY, RAW_FILES
from orchestration.home import prepare_home
from orchestration.interrupt import InterruptWitness

KILLED = Text(
    "上一次 `jixiao build` 的进程被外部终止（例如内存不足）；新的构建已经开始。",
    "The process of the last `jixiao build` was ended from outside, for example for lack of memory; a new build begins.",
)
REPOSITORY_TAG = ".dagster/repository"
REPOSITORY = "__repository__@jixiao"
"""The value of the tag by which Dagster's page lists a run with those of the code location."""


def run_config(document: Path | None, *, full: bool = False, force: bool = False) -> dict[str, object]:
    """Return the run's config: a document to extract, if any, and whether to compute or release unchanged data."""
    configs: dict[str, object] = {}
    if document is not None:
        configs[EXTRACTION.to_python_identifier()] = {"config": {"document": str(document)}}
    if full or force:
        configs[RAW_FILES.to_python_identifier()] = {"config": {"full": full, "force": force}}
    return {"ops": configs} if configs else {}


class RunError(Exception):
    """The run failed outside the steps of the build; the message has Dagster's errors."""


def run_nightly(
    build: BuildSession, document: Path | None = None, *, full: bool = False, force: bool = False
) -> bool:
    """Run the job with an open build.

    Args:
        build: The build of this process, with the lock held.
        document: A document to extract first.
        full: Whether to compute everything, changed or not.
        force: Whether to make a release even if nothing has changed.

    Returns:
        Whether the run succeeded; the status in the build's record is `released` or `unchanged`. After a failure the
        build's folder has a report.

    Raises:
        KeyboardInterrupt: The run was interrupted.
        RunError: The run failed outside the steps of the build.
    """
    prepare_home(build.settings)
    with InterruptWitness() as witness, dg.DagsterInstance.get() as instance:
        if _close_killed_runs(instance):
            build.undelivered += notify_failure(build.settings, KILLED)
        build.is_interrupted = lambda: witness.interrupted
        result = defs.resolve_job_def("nightly").execute_in_process(
            run_config=run_config(document, full=full, force=force),
            instance=instance,
            tags={LAUNCHED_BY: COMMAND_LINE, REPOSITORY_TAG: REPOSITORY},
            resources={"build": build},
            raise_on_error=False,
        )
    if not result.success and witness.interrupted:
        raise KeyboardInterrupt
    if build.record.status == RUNNING:
        # Neither released, nor unchanged, nor failed in a stage.
        _raise_unreported(result)
    return result.success


def _raise_unreported(result: dg.ExecuteInProcessResult) -> NoReturn:
    details = [getattr(event.event_specific_data, "error", None) for event in result.all_events]
    errors = [error for error in details if error is not None]
    raise RunError(
        "\n".join(error.to_string() for error in errors)
        or "the run ended without a release, and no step failed"
    )


def _close_killed_runs(instance: dg.DagsterInstance) -> int:
    """Mark runs of killed command lines as failed: this process has the lock, so they can't be running.

    Returns:
        Their number.
    """
    running = dg.RunsFilter(
        job_name="nightly", statuses=[dg.DagsterRunStatus.STARTED], tags={LAUNCHED_BY: COMMAND_LINE}
    )
    runs = instance.get_runs(filters=running)
    for run in runs:
        instance.report_run_failed(run, message="The process was ended from outside.")
    return len(runs)
