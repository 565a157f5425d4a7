"""The keys of the assets outside dbt, and of tables."""

from __future__ import annotations

import dagster as dg

EXTRACTION = dg.AssetKey(["ingestion", "extraction"])
RAW_FILES = dg.AssetKey(["ingestion", "raw_files"])
OVERLAY = dg.AssetKey(["build", "overlay"])
BUILD_INFO = dg.AssetKey(["build", "build_info"])
RELEASE_HISTORY = dg.AssetKey(["build", "release_history"])
EXPECTATION_RESULT = dg.AssetKey(["build", "expectation_result"])
RELEASE = dg.AssetKey(["release", "current"])


def of_table(table: str) -> dg.AssetKey:
    """Return the asset key of a table named `schema.table`."""
    return dg.AssetKey(table.split("."))


LAUNCHED_BY = "jixiao/launched_by"
"""The tag of a run with what launched it, if that isn't Dagster."""

COMMAND_LINE = "command line"
"""Its value for `jixiao build`."""
