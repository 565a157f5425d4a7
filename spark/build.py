"""A build on a cluster: the same as `jixiao build`, with the models on Spark and the tables on the cluster.

The landed documents, the gates and the scope are those of a build with DuckDB. The models are built in working
schemas, and published after gate 2 has passed: see `macros/publish.sql`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from expectations.suites import Gate
from ingestion.message import Text
from jixiao.builds import engine, scope
from jixiao.builds.overlay import refuse_other_documents
from jixiao.builds.session import BuildSession
from jixiao.builds.stages import MODELS, OVERLAY, RAW
from jixiao.dbt import commands
from jixiao.dbt.child import call_dbt
from jixiao.release.snapshot import quote_literal
from jixiao.release.store import Release
from jixiao.settings import Settings
from spark import SparkError
from spark.inputs import WORK, write_inputs
from spark.marts import open_marts
from spark.release import publish_release

COMMAND = "python -m spark build"

PUBLISHED = "published"
"""The folder of the storage with the inputs of its published tables, as in a release."""

BUILD_ID = "build_id"
"""The file in it with the id of the last build that published."""

REPLACED = "build_replaced"
"""The folder of the storage that lists the documents whose published rows are replaced."""


@dataclass(frozen=True)
class Cluster:
    """The configuration of a cluster, beside the variables `JIXIAO_SPARK_*` that dbt reads.

    Attributes:
        dbt: The dbt of the environment with dbt-spark.
        storage: The path, on this machine, of a folder that the cluster reads and writes as well.
        address: The address of the same folder on the cluster.
        is_released: Whether each build makes a release of the published tables on this machine.
    """

    dbt: Path
    storage: Path
    address: str
    is_released: bool = False

    @classmethod
    def of(cls, environment: Path, storage: Path, address: str = "", *, is_released: bool = False) -> Cluster:
        """Return a cluster, by default with the storage under the same path as on this machine."""
        storage = storage.resolve()
        return cls(environment.resolve() / "bin/dbt", storage, address or str(storage), is_released)

    @property
    def published(self) -> Release:
        """The tables that the last build published, as a release with only its inputs and a file of views."""
        folder = self.storage / PUBLISHED
        named = folder / BUILD_ID
        build_id = named.read_text(encoding="utf-8").strip() if named.is_file() else PUBLISHED
        return Release(build_id, folder, {}, is_current=True)


def build(session: BuildSession, cluster: Cluster, *, full: bool = False, run_id: str = "") -> scope.Scope:
    """Build what has changed since the last build on this cluster, and publish it there.

    Args:
        session: A build without a finished stage, open or not.
        cluster: The cluster that builds the models.
        full: Whether to compute everything.
        run_id: Dagster's id of the run, for the report; empty on the command line.

    Returns:
        The scope of the build.

    Raises:
        BuildLockedError: Another build is running.
        SparkError: A stage failed; the message has the cause and the report. A failure before publication leaves
            the published tables unchanged.
    """
    session.open(COMMAND)
    try:
        if not cluster.dbt.is_file():
            raise SparkError(
                f"{cluster.dbt}: no such file; `make .venv-spark/.ready` installs it, or name another --environment"
            )
        engine.read(session)
        engine.check(session, partial(_scope, session.settings, cluster, full=full))
        if session.scope.is_unchanged:
            return session.scope
        _load(session)
        _judge(session, "gate_1", session.folder.database, None)
        _compute(session, cluster)
        computed = session.folder.root / "spark.duckdb"
        open_marts(cluster.storage, computed, WORK)
        before = cluster.published
        known = before.database if (before.path / scope.INPUTS).is_dir() else None
        _judge(session, "gate_2", computed, known)
        _publish(session, cluster)
        if cluster.is_released:
            publish_release(session, cluster.storage)
        session.finish()
    except (SparkError, *engine.ERRORS, duckdb.Error, OSError) as error:
        report = session.fail(SparkError(error), run_id, COMMAND)
        raise SparkError(f"{error}\n{report}") from error
    finally:
        session.close()
    return session.scope


def _scope(
    settings: Settings, cluster: Cluster, found: Mapping[str, scope.Input], *, full: bool
) -> scope.Scope:
    base = cluster.published
    if full:
        return scope.everything(found, Text("已指定全量", "asked for"))
    if not base.path.is_dir():
        return scope.everything(found, Text("首次构建", "there is no release yet"))
    return scope.decide_against(base, settings, found)


def _load(session: BuildSession) -> None:
    with session.stage(RAW) as folder:
        call_dbt(
            session.settings,
            commands.seed_arguments(),
            target=session.settings.var / "spark" / "raw",
            logs=folder.dbt_log(RAW.name),
        )


def _judge(session: BuildSession, gate: Gate, database: Path, previous: Path | None) -> None:
    result = engine.judge(session, gate, database=database, previous=previous)
    if not result.passed:
        raise SparkError(result.message())


def _compute(session: BuildSession, cluster: Cluster) -> None:
    with session.stage(MODELS) as folder:
        write_inputs(folder.database, cluster.storage)
        _operate(session, cluster, "external_tables", {"storage": cluster.address})
        _dbt(session, cluster, "run", "--exclude", commands.AFTER_GATES_SELECT)


def _publish(session: BuildSession, cluster: Cluster) -> None:
    computed, published = session.scope, cluster.published
    with session.stage(OVERLAY) as folder:
        # A build that is killed from here on leaves tables with unknown inputs.
        shutil.rmtree(published.path / scope.INPUTS, ignore_errors=True)
        write_inputs(folder.database, cluster.storage, prefix="", schemas=["reference"])
        _write_replaced(cluster.storage / REPLACED, computed.replaced)
        is_whole = computed.base is None
        _operate(session, cluster, "publish", {"storage": cluster.address, "is_whole": is_whole})
        if not is_whole:
            _dbt(session, cluster, "run", "--select", commands.ACROSS_SELECT, schemas="published")
        open_marts(cluster.storage, published.database)
        refuse_other_documents(published.database, computed.inputs.keys())
        (published.path / BUILD_ID).write_text(f"{session.record.build_id}\n", encoding="utf-8")
        shutil.copytree(folder.inputs, published.path / scope.INPUTS)


def _write_replaced(folder: Path, documents: Collection[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select unnest(cast($replaced as varchar[])) as document_id) to "
            f"{quote_literal(str(folder / 'replaced.parquet'))} (format parquet)",
            {"replaced": sorted(documents)},
        )


def _operate(session: BuildSession, cluster: Cluster, operation: str, arguments: dict[str, object]) -> None:
    _dbt(session, cluster, "run-operation", operation, "--args", json.dumps(arguments))


def _dbt(session: BuildSession, cluster: Cluster, *arguments: str, schemas: str = "build") -> None:
    call_dbt(
        session.settings,
        arguments,
        # dbt parses once for the schemas of a build, and once for the published ones.
        target=session.settings.var / "spark" / schemas,
        logs=session.folder.logs / f"spark_{schemas}",
        dbt=cluster.dbt,
        more={"DBT_TARGET": "spark", "JIXIAO_SPARK_SCHEMAS": schemas},
    )
