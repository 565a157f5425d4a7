"""Keep Dagster's history of runs small."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg

RUNS_KEPT = 10
"""Ended runs that stay; there are up to twice as many before the older ones are removed."""

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def prune_runs(instance: dg.DagsterInstance, kept: int = RUNS_KEPT) -> int:
    """Remove the oldest runs if there are more than twice as many as are kept, and return the number removed.

    Dagster removes the results of asset checks only with the whole history of their assets. So this is done as well,
    at the start of a build, which begins a new history.

    Args:
        instance: Dagster's instance.
        kept: The ended runs that stay.
    """
    ended = instance.get_run_records(filters=dg.RunsFilter(statuses=_ENDED))
    if len(ended) <= 2 * kept:
        return 0
    home = Path(instance.root_directory)
    # The newest come first.
    old = [record.dagster_run.run_id for record in ended[kept:]]
    for run_id in old:
        instance.delete_run(run_id)
        # Dagster leaves the emptied file of the events, and the output of the steps.
        for file in (home / "history" / "runs").glob(f"{run_id}.db*"):
            file.unlink()
        shutil.rmtree(home / "storage" / run_id, ignore_errors=True)
    instance.wipe_assets(instance.get_asset_keys())
    return len(old)
