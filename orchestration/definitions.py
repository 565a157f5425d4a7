"""The code location: the definitions of all tools."""

import dagster as dg

from orchestration.defs.dbt import assets as dbt
from orchestration.defs.exposures import assets as exposures
from orchestration.defs.gates import assets as build_files
from orchestration.defs.gates import checks as gates
from orchestration.defs.ingestion import assets as ingestion
from orchestration.defs.overlay import assets as overlay
from orchestration.defs.release import assets as release
from orchestration.defs.schedule import jobs, resources, schedules, sensors

defs = dg.Definitions(
    assets=[
        *dg.load_assets_from_modules([ingestion, dbt, overlay, build_files, release]),
        *exposures.EXPOSURES,
    ],
    asset_checks=dg.load_asset_checks_from_modules([gates]),
    jobs=[jobs.nightly],
    schedules=[schedules.nightly_schedule],
    sensors=[sensors.inbox, sensors.ended_outside],
    resources={"build": resources.build},
    executor=dg.in_process_executor,
)
