"""Dagster's code location of a cluster: its tables, the job that builds them, the schedule and the sensor.

`python -m spark dev` starts Dagster with it. These variables configure the cluster: `JIXIAO_SPARK_STORAGE`,
`JIXIAO_SPARK_ADDRESS`, `JIXIAO_SPARK_ENVIRONMENT`, and those that dbt reads; with `JIXIAO_SPARK_RELEASE` a run makes a
release.
"""

import os
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import dagster as dg

from jixiao.builds import scope
from jixiao.builds.session import BuildSession
from jixiao.builds.stages import Stage
from jixiao.settings import PROJECT_ROOT
from orchestration.defs.dbt import assets as dbt
from orchestration.defs.ingestion.assets import open_build
from orchestration.defs.schedule.hooks import report_end, report_failure
from orchestration.defs.schedule.resources import build
from orchestration.defs.schedule.schedules import at_two
from orchestration.defs.schedule.sensors import watch_inbox
from spark import ADDRESS, ENVIRONMENT, RELEASE, STORAGE, SparkError
from spark.build import Cluster
from spark.build import build as build_on
from spark.marts import count_rows


def cluster_of_environment() -> Cluster:
    """Return the cluster that the environment variables configure.

    Raises:
        SparkError: `JIXIAO_SPARK_STORAGE` is not set.
    """
    storage = os.environ.get(STORAGE)
    if not storage:
        raise SparkError(
            f"{STORAGE} is not set; it names the folder that the cluster reads and writes as well"
        )
    environment = os.environ.get(ENVIRONMENT) or PROJECT_ROOT / ".venv-spark"
    return Cluster.of(
        Path(environment),
        Path(storage),
        os.environ.get(ADDRESS, ""),
        is_released=os.environ.get(RELEASE, "").lower() in ("1", "true", "yes", "on"),
    )


def _specs() -> list[dg.AssetSpec]:
    """Return the models as assets of the cluster, each after those it reads."""
    models = {spec.key: spec for spec in dbt.models.specs}
    reads = {
        key: sorted(dep.asset_key for dep in spec.deps if dep.asset_key in models)
        for key, spec in models.items()
    }
    return [
        dg.AssetSpec(
            key,
            deps=reads[key],
            description=models[key].description,
            group_name=models[key].group_name,
            kinds={"dbt", "spark"},
        )
        for key in TopologicalSorter(reads).static_order()
    ]


SPECS = _specs()


class ClusterConfig(dg.Config):
    """The scope of the build.

    Attributes:
        full: Compute everything, changed since the last build on this cluster or not.
    """

    full: bool = False


@dg.multi_asset(name="cluster", specs=SPECS)
def tables(
    context: dg.AssetExecutionContext, config: ClusterConfig, build: dg.ResourceParam[BuildSession]
) -> Iterator[dg.MaterializeResult]:
    """Build what has changed, judge it by both gates, and publish it on the cluster."""
    try:
        cluster = cluster_of_environment()
        open_build(build, f"run {context.run.run_id}")
        build.listen(_Log(context))
        computed = build_on(build, cluster, full=config.full, run_id=context.run.run_id)
    except SparkError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    for entry in build.record.quarantined:
        context.log.warning(f"quarantined: {entry.source}: {entry.reason}")
    metadata = {
        **{f"scope/{name}": value for name, value in scope.describe(computed).items()},
        **{f"verdicts/{gate}": str(counts) for gate, counts in build.record.gates.items()},
    }
    rows = count_rows(cluster.published.database)
    for spec in SPECS:
        table = ".".join(spec.key.path)
        counted = {"dagster/row_count": rows[table]} if table in rows else {}
        yield dg.MaterializeResult(asset_key=spec.key, metadata={**metadata, **counted})


class _Log:
    """A progress callback that logs the stages of a build in Dagster's run."""

    def __init__(self, context: dg.AssetExecutionContext) -> None:
        self._log = context.log

    def __call__(self, stage: Stage, seconds: float | None) -> None:
        self._log.info(f"{stage.name}: {stage.title if seconds is None else f'{seconds:.1f} s'}")


nightly = dg.define_asset_job(
    "nightly_on_spark",
    selection=dg.AssetSelection.all(),
    hooks={report_failure, report_end},
    description="From documents to the published tables of the cluster. One that fails leaves these as they were.",
    executor_def=dg.in_process_executor,
)

defs = dg.Definitions(
    assets=[tables],
    jobs=[nightly],
    schedules=[at_two(nightly.name)],
    sensors=[watch_inbox(nightly.name)],
    resources={"build": build},
    executor=dg.in_process_executor,
)
