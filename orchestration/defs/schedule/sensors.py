"""The sensors of the inbox and of runs that ended outside their steps."""

import contextlib

import dagster as dg

from ingestion.intake import inbox_state, waiting
from jixiao.builds import set_aside
from jixiao.builds.notices import notify_failure
from jixiao.settings import Settings
from orchestration.defs.keys import COMMAND_LINE, LAUNCHED_BY
from orchestration.defs.schedule.jobs import nightly


def watch_inbox(job_name: str) -> dg.SensorDefinition:
    """Return a sensor that runs a job after new documents, and after documents were set aside."""
    return dg.SensorDefinition(
        name="inbox",
        job_name=job_name,
        evaluation_fn=_request_run,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Builds when documents lie in landing/inbox/ and are no longer being copied there, and after a "
        "failed build without the documents that were set aside.",
    )


def _request_run(_: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Request a build of new documents, or one without those set aside; once for each state."""
    settings = Settings.load()
    aside = set_aside.read(settings)
    if aside:
        return dg.RunRequest(run_key=f"without {' '.join(sorted(entry.folder for entry in aside))}")
    folder = settings.landing_folder().inbox
    with contextlib.suppress(OSError):
        # Create the inbox for the first document.
        folder.mkdir(parents=True, exist_ok=True)
    found = waiting(folder)
    if not found:
        return dg.SkipReason(f"nothing new in {folder}")
    return dg.RunRequest(run_key=inbox_state(found))


inbox = watch_inbox(nightly.name)


@dg.run_failure_sensor(
    monitored_jobs=[nightly],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Sends a notice of a run that ended outside its steps, such as a killed one; the job's hook sends that "
    "of a failed step.",
)
def ended_outside(context: dg.RunFailureSensorContext) -> None:
    """Send a notice of a run of the daemon that failed without a failed step."""
    is_of_command_line = context.dagster_run.tags.get(LAUNCHED_BY) == COMMAND_LINE
    if not is_of_command_line and not context.get_step_failure_events():
        message = f"run {context.dagster_run.run_id}: {context.failure_event.message}"
        for line in notify_failure(Settings.load(), message):
            context.log.warning(line)
