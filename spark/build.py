"""A build on a cluster: what `jixiao build` does, with the models on Spark and tables of the cluster in the end.

The landed documents, the gates and the question what there is to compute are those of a build with DuckDB. The
models are built in schemas that nobody reads; when gate 2 has let them through, they are published: see
`macros/publish.sql`.
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
"""The folder of the storage that says what its tables were made of, as a release does."""

BUILD_ID = "build_id"
"""The file in it that names the build which published last."""

REPLACED = "build_replaced"
"""The folder of the storage that lists the documents whose published rows are replaced."""


@dataclass(frozen=True)
class Cluster:
    """How this machine reaches a cluster, beside the variables `JIXIAO_SPARK_*` that dbt reads.

    Attributes:
        dbt: The dbt of the environment that dbt-spark is in.
        storage: A folder that the cluster reads and writes as well, as this machine sees it.
        address: The same folder as the cluster names it.
        is_released: Whether each build makes a release of what it published, on this machine.
    """

    dbt: Path
    storage: Path
    address: str
    is_released: bool = False

    @classmethod
    def of(cls, environment: Path, storage: Path, address: str = "", *, is_released: bool = False) -> Cluster:
        """Take what a user says of a cluster: dbt-spark's environment, the folder, and its other name, if it has one."""
        storage = storage.resolve()
        return cls(environment.resolve() / "bin/dbt", storage, address or str(storage), is_released)

    @property
    def published(self) -> Release:
        """What the last build published, by its id; of its folder only the inputs and a file of views are there."""
        folder = self.storage / PUBLISHED
        named = folder / BUILD_ID
        build_id = named.read_text(encoding="utf-8").strip() if named.is_file() else PUBLISHED
        return Release(build_id, folder, {}, is_current=True)


def build(session: BuildSession, cluster: Cluster, *, full: bool = False, run_id: str = "") -> scope.Scope:
    """Build what has changed since the last build on this cluster, and publish it there.

    Args:
        session: A build that has not begun, or was only opened.
        cluster: Where the models are built.
        full: Whether everything is computed.
        run_id: Dagster's id of the run, for the report; empty on the command line.

    Returns:
        What was computed.

    Raises:
        BuildLockedError: Another build is at work.
        SparkError: A stage failed; what was published stays as it was, unless it says otherwise.
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
        # A build that is killed from here on leaves tables of which nobody knows what they hold.
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
        # Parsed once for the schemas of a build, and once for those that are published.
        target=session.settings.var / "spark" / schemas,
        logs=session.folder.logs / f"spark_{schemas}",
        dbt=cluster.dbt,
        more={"DBT_TARGET": "spark", "JIXIAO_SPARK_SCHEMAS": schemas},
    )
