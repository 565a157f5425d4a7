"""The job that builds a release."""

import dagster as dg

from orchestration.defs.schedule.hooks import report_end, report_failure

nightly = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all(),
    hooks={report_failure, report_end},
    description="From documents to a release. A step that fails leaves the last release in place.",
    executor_def=dg.in_process_executor,
)
