"""The nightly schedule."""

import dagster as dg

from orchestration.defs.schedule.jobs import nightly


def at_two(job_name: str) -> dg.ScheduleDefinition:
    """Return a schedule that runs a job every night at two, in Shanghai's time zone."""
    return dg.ScheduleDefinition(
        name=f"{job_name}_at_two",
        job_name=job_name,
        cron_schedule="0 2 * * *",
        execution_timezone="Asia/Shanghai",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every night at two, when nobody in the unit is at work.",
    )


nightly_schedule = at_two(nightly.name)
