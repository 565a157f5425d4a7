"""The same input built by DuckDB, which is the reference, and by Spark; both as a DuckDB file of marts."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from comparison import count_rows

from jixiao.settings import PROJECT_ROOT
from orchestration.defs.dbt.commands import AFTER_GATES_SELECT, executable
from spark.inputs import write_inputs
from spark.local import HOST, LocalCluster
from spark.marts import take_marts

PATIENCE_SECONDS = 600
"""A build that takes this long hangs; nothing is asserted about how long it takes."""

RUN = ("run", "--exclude", AFTER_GATES_SELECT)
BUILT = "OK created"
"""What dbt prints behind each model that is done."""

OnModel = Callable[[int], None]


@dataclass(frozen=True)
class Built:
    """One input, built twice.

    Attributes:
        reference: The marts that DuckDB built.
        spark: The marts that Spark built.
        duckdb_seconds: What `dbt run` took on DuckDB.
        spark_seconds: What `dbt run` took on Spark.
    """

    reference: Path
    spark: Path
    duckdb_seconds: float
    spark_seconds: float

    @property
    def forms(self) -> int:
        """The self-evaluation forms of the input."""
        return count_rows(self.reference, "core.dim_project")


@dataclass(frozen=True)
class Builder:
    """Both engines with one state folder: dbt parses the project anew where a path has changed.

    Attributes:
        state: Databases, and what dbt writes.
        environment: The virtual environment that dbt-spark is in.
        cluster: Where Spark runs.
    """

    state: Path
    environment: Path
    cluster: LocalCluster

    @property
    def storage(self) -> Path:
        """What the cluster reads and writes."""
        return self.state / "storage"

    @property
    def _open(self) -> Path:
        return self.state / "open.duckdb"

    def build(self, name: str, raw: Path | None = None, on_model: OnModel | None = None) -> Built:
        """Build the sample, or the documents of a folder of raw Parquet, with both engines.

        Args:
            name: What the files are called.
            raw: A folder with `<raw table>.parquet`, or `<raw table>/` that holds Parquet files.
            on_model: Called with the count of models that Spark has built so far.
        """
        reference, spark = self.state / f"{name}.duckdb", self.state / f"{name}-spark.duckdb"
        self._open.unlink(missing_ok=True)
        self._duckdb("seed")
        if raw is not None:
            replace_raw(self._open, raw)
        shutil.copyfile(self._open, spark)
        duckdb_seconds = self._duckdb(*RUN)
        self._open.rename(reference)
        write_inputs(spark, self.storage)
        self._spark("run-operation", "external_tables", "--args", f"{{storage: {self.storage}}}")
        spark_seconds = self._spark(*RUN, on_model=on_model)
        take_marts(self.storage, spark)
        return Built(reference, spark, duckdb_seconds, spark_seconds)

    def _duckdb(self, *arguments: str) -> float:
        return self._dbt(executable(), "duckdb", arguments, {"JIXIAO_BUILD_DB": str(self._open)})

    def _spark(self, *arguments: str, on_model: OnModel | None = None) -> float:
        where = {"JIXIAO_SPARK_HOST": HOST, "JIXIAO_SPARK_PORT": str(self.cluster.port)}
        return self._dbt(str(self.environment / "bin/dbt"), "spark", arguments, where, on_model)

    def _dbt(
        self,
        dbt: str,
        target: str,
        arguments: tuple[str, ...],
        settings: dict[str, str],
        on_model: OnModel | None = None,
    ) -> float:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "JIXIAO_"))}
        folder = self.state / f"dbt-{target}"
        begin = time.monotonic()
        with subprocess.Popen(
            [dbt, *arguments],
            cwd=PROJECT_ROOT,
            env={
                **own,
                **settings,
                "DBT_TARGET": target,
                "DBT_TARGET_PATH": str(folder),
                "DBT_LOG_PATH": str(folder),
                "DBT_PROFILES_DIR": str(PROJECT_ROOT),
                "PYTHONUNBUFFERED": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        ) as process:
            lines = []
            patience = threading.Timer(PATIENCE_SECONDS, process.kill)
            patience.start()
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    lines.append(line)
                    if on_model and BUILT in line:
                        on_model(sum(BUILT in each for each in lines))
                returncode = process.wait()
            finally:
                patience.cancel()
                process.kill()
        assert returncode == 0, f"dbt {' '.join(arguments)} on {target}:\n{''.join(lines)}"
        return time.monotonic() - begin


def replace_raw(build: Path, raw: Path) -> None:
    """Put the rows of a folder of raw Parquet in the place of the raw tables of a build.

    A store that lists its active documents in `documents.parquet` also holds earlier versions of them; those
    are left out.
    """
    with duckdb.connect(build) as connection:
        tables = connection.execute(
            "select table_name, string_agg(column_name, ', ' order by column_index) from duckdb_columns() "
            "where schema_name = 'raw' group by all"
        ).fetchall()
        for table, columns in tables:
            files = raw / table / "**" / "*.parquet" if (raw / table).is_dir() else raw / f"{table}.parquet"
            connection.execute(f"delete from raw.{table}")
            connection.execute(
                f"insert into raw.{table} by name select {columns} "
                f"from read_parquet('{files}', hive_partitioning = false){_active(raw)}"
            )


def _active(raw: Path) -> str:
    active = raw / "documents.parquet"
    if not active.is_file():
        return ""
    return f" where document_id in (select document_id from read_parquet('{active}'))"
