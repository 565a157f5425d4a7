"""An installation whose documents are built by a cluster, and by DuckDB, which is the reference."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from comparison import count_rows
from local_cluster import HOST, LocalCluster

from jixiao.builds import inputs
from jixiao.builds.folder import BuildFolder
from jixiao.dbt import commands
from jixiao.dbt.child import call_dbt
from jixiao.settings import PROJECT_ROOT, Settings
from spark import ENVIRONMENT, RELEASE, STORAGE
from spark.marts import open_marts, take_marts

PATIENCE_SECONDS = 900
"""A build that takes this long hangs; nothing is asserted about how long it takes."""


@dataclass(frozen=True)
class Built:
    """One state of the documents, built twice.

    Attributes:
        reference: Everything that DuckDB built of it, from nothing.
        published: What was published on the cluster.
        computed: The documents that the cluster computed.
        verdicts: What gate 2 said of the tables that the cluster computed, as CSV.
        duckdb_seconds: What `dbt run` took on DuckDB.
        spark_seconds: What each stage of the build on the cluster took.
    """

    reference: Path
    published: Path
    computed: frozenset[str]
    verdicts: str
    duckdb_seconds: float
    spark_seconds: dict[str, float]

    @property
    def forms(self) -> int:
        """The self-evaluation forms."""
        return count_rows(self.reference, "core.dim_project")


@dataclass(frozen=True)
class Installation:
    """The folders of an installation beside a cluster.

    Attributes:
        root: Landed documents, state and the cluster's storage.
        environment: The virtual environment that dbt-spark is in.
        cluster: Where Spark runs.
    """

    root: Path
    environment: Path
    cluster: LocalCluster

    @property
    def settings(self) -> Settings:
        return Settings(PROJECT_ROOT, self.root / "var", self.root / "landing")

    @property
    def storage(self) -> Path:
        """What the cluster reads and writes."""
        return self.root / "storage"

    @property
    def open_build(self) -> BuildFolder:
        return BuildFolder(self.settings.open_build)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m spark` to its end."""
        return self._python("-m", "spark", *arguments, "--storage", str(self.storage))

    def run_job(self) -> subprocess.CompletedProcess[str]:
        """Run the job of the schedule to its end, as Dagster's daemon does: it makes a release too."""
        home = self.root / "dagster"
        home.mkdir(exist_ok=True)
        execute = "from dagster._cli import main; main()"
        return self._python(
            *("-c", execute, "job", "execute", "-m", "spark.definitions", "-j", "nightly_on_spark"),
            more={
                "DAGSTER_HOME": str(home),
                STORAGE: str(self.storage),
                ENVIRONMENT: str(self.environment.resolve()),
                RELEASE: "1",
            },
        )

    def _python(
        self, *arguments: str, more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "JIXIAO_"))}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT_ROOT,
            env={
                **own,
                "JIXIAO_VAR": str(self.settings.var),
                "JIXIAO_LANDING": str(self.settings.landing),
                "JIXIAO_SPARK_HOST": HOST,
                "JIXIAO_SPARK_PORT": str(self.cluster.port),
                **(more or {}),
            },
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def build(self, name: str, *, by_job: bool = False) -> Built:
        """Build the documents as they are now on the cluster, by command or by Dagster's job, then with DuckDB."""
        done = self.run_job() if by_job else self.run("build", "--environment", str(self.environment))
        assert done.returncode == 0, done.stdout + done.stderr
        published, computed = self.root / f"{name}-spark.duckdb", self.root / f"{name}-computed.duckdb"
        take_marts(self.storage, published)
        open_marts(self.storage, computed, "build_")
        with duckdb.connect(computed, read_only=True) as connection:
            documents = connection.execute("select document_id from core.dim_document").fetchall()
        record = json.loads(self.open_build.record.read_text(encoding="utf-8"))
        reference, seconds = self._build_with_duckdb(name)
        return Built(
            reference,
            published,
            frozenset(document_id for (document_id,) in documents),
            (self.open_build.verdicts / "gate_2.csv").read_text(encoding="utf-8"),
            seconds,
            record["stages"],
        )

    def _build_with_duckdb(self, name: str) -> tuple[Path, float]:
        """Build all documents of the raw store, as `jixiao build --full` does, but for tests and gates."""
        folder = BuildFolder(self.root / "reference" / name)
        folder.raw.mkdir(parents=True)
        inputs.write_selection(self.settings, folder, inputs.documents(self.settings).keys())
        mine = {"JIXIAO_BUILD_DB": str(folder.database), "JIXIAO_RAW": str(folder.raw)}
        seconds = 0.0
        for arguments in (["seed"], ["run", "--exclude", commands.AFTER_GATES_SELECT]):
            begin = time.monotonic()
            call_dbt(self.settings, arguments, target=self.root / "dbt", logs=folder.logs, more=mine)
            seconds = time.monotonic() - begin
        return folder.database, seconds
