"""Cost of builds on a cluster by size: the builds of `benchmarks.scale` by `python -m spark build`.

    PYTHONPATH=tests/spark python -m benchmarks.cluster --forms 10000 100000 --work var/benchmark

For each size, a new cluster is started on this machine: a master, two workers of one core, a Thrift server.
They share the processors, so the results show how the time grows with the rows, not what more machines save.
Prints a row a build, and writes them as JSON. Requires the installations of `make test-spark`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
from local_cluster import HOST, WORKERS, LocalCluster

from benchmarks import results
from benchmarks.scale import change, generate_landing, installation
from jixiao.builds.folder import BuildFolder
from jixiao.cli import exits
from jixiao.settings import PROJECT_ROOT, Settings
from spark.build import Cluster

WORKER_MEMORY, SERVER_MEMORY = "3g", "4g"

SETTINGS = {"spark.sql.shuffle.partitions": "8"}
"""Settings of a local cluster; all others are Spark's defaults."""


@dataclass(frozen=True)
class ClusterBuild:
    """One measured build.

    Attributes:
        forms: Number of published self-evaluation forms.
        kind: `full`, or `nightly` after a change of the documents.
        documents_computed: Number of documents whose rows were computed.
        seconds: Wall time of `python -m spark build`.
        stages: Seconds by stage.
        storage_mib: Size of the storage: inputs, computed tables and published tables.
    """

    forms: int
    kind: str
    documents_computed: int
    seconds: float
    stages: dict[str, float]
    storage_mib: int


def measure(settings: Settings, cluster: Cluster, port: int, kind: str) -> ClusterBuild:
    """Build on a cluster and measure.

    Raises:
        RuntimeError: The build failed.
    """
    settings.var.mkdir(parents=True, exist_ok=True)
    log = settings.var / f"cluster-{kind}.log"
    environment = {
        **os.environ,
        "JIXIAO_VAR": str(settings.var),
        "JIXIAO_LANDING": str(settings.landing),
        "JIXIAO_SPARK_HOST": HOST,
        "JIXIAO_SPARK_PORT": str(port),
    }
    command = [
        *(sys.executable, "-m", "spark", "build"),
        *("--storage", str(cluster.storage), "--environment", str(cluster.dbt.parent.parent)),
    ]
    begin = time.perf_counter()
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, check=False
        )
    seconds = time.perf_counter() - begin
    if done.returncode != exits.OK:
        raise RuntimeError(f"the build failed, see {log}")
    record = json.loads(BuildFolder(settings.open_build).record.read_text(encoding="utf-8"))
    with duckdb.connect(str(cluster.published.database), read_only=True) as connection:
        (forms,) = connection.execute("select count(*) from core.dim_project").fetchall()[0]
    return ClusterBuild(
        forms=forms,
        kind=kind,
        documents_computed=int(record["scope"]["computed"].partition("/")[0].replace(",", "")),
        seconds=round(seconds, 1),
        stages=record["stages"],
        storage_mib=sum(file.stat().st_size for file in cluster.storage.rglob("*.parquet")) // 2**20,
    )


def run(sizes: Sequence[int], work: Path, environment: Path, *, nights: bool) -> None:
    """Measure each size in a folder of its own, which is removed at the end."""
    for forms in sizes:
        folder = work / f"cluster-{forms}"
        shutil.rmtree(folder, ignore_errors=True)
        settings = installation(folder)
        generate_landing(settings, forms)
        state = folder / "state"
        state.mkdir()
        cluster = Cluster.of(environment, folder / "storage")
        with LocalCluster(environment, state, SERVER_MEMORY, WORKER_MEMORY, SETTINGS) as started:
            builds = [measure(settings, cluster, started.port, "full")]
            _report(builds, forms, work)
            if nights:
                change(settings.landing)
                builds.append(measure(settings, cluster, started.port, "nightly"))
                _report(builds, forms, work)
        shutil.rmtree(folder)


def _report(builds: Sequence[ClusterBuild], forms: int, work: Path) -> None:
    """Print the last build of a size and write all builds of the size so far."""
    cluster = {
        "forms": forms,
        "workers": WORKERS,
        "worker_memory": WORKER_MEMORY,
        "server_memory": SERVER_MEMORY,
        "settings": SETTINGS,
    }
    results.write(
        work / results.of_size(results.CLUSTERS, forms),
        {**cluster, "builds": [asdict(build) for build in builds]},
    )
    build = builds[-1]
    print(
        f"{build.forms:,} forms, {build.kind}: {build.seconds:,.1f} s, {build.documents_computed:,} documents "
        f"computed, storage {build.storage_mib:,} MiB\n  {json.dumps(build.stages)}",
        flush=True,
    )


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--forms", type=int, nargs="+", default=[10_000, 100_000], help="sizes")
    parser.add_argument("--work", type=Path, default=results.WORK)
    parser.add_argument("--nights", action="store_true", help="after each size a night on it")
    parser.add_argument(
        "--environment",
        type=Path,
        default=PROJECT_ROOT / ".venv-spark",
        help="where dbt-spark and pyspark are",
    )
    options = parser.parse_args()
    run(options.forms, options.work.resolve(), options.environment.resolve(), nights=options.nights)


if __name__ == "__main__":
    main()
