"""The models whose rows depend on all organizations, built anew over the tables of all."""

from __future__ import annotations

import dagster as dg

from jixiao.builds.folder import BuildFolder
from jixiao.builds.stages import OVERLAY
from jixiao.settings import Settings
from orchestration.defs.dbt import commands
from orchestration.defs.dbt.child import DbtError
from orchestration.defs.dbt.forked import run_to_end


def build_across(settings: Settings, folder: BuildFolder) -> None:
    """Build and test them in the open build's database.

    Raises:
        Failure: If one can't be built; dbt's words are in the description.
    """
    target, logs = folder.dbt_target(OVERLAY.name), folder.dbt_log(OVERLAY.name)
    try:
        run_to_end(settings, commands.across_arguments(), target=target, logs=logs)
    except DbtError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
