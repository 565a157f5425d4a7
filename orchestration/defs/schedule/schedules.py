"""When the build runs by itself."""

import dagster as dg

from orchestration.defs.schedule.jobs import nightly

nightly_schedule = dg.ScheduleDefinition(
    name="nightly_at_two",
    job=nightly,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every night at two, when nobody in the unit is at work.",
)
