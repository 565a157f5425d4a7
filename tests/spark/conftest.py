"""A Spark cluster on loopback, and the marts that it and DuckDB build of the same input."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import Builder, Built
from sample_copies import write_copies

from jixiao.settings import PROJECT_ROOT
from spark import SparkError
from spark.local import LocalCluster, find_home, find_java

ENVIRONMENT = PROJECT_ROOT / ".venv-spark"
RAW = "JIXIAO_TEST_RAW"
"""A folder of raw Parquet that is built in place of the copies of the sample."""

SHORT_LIVED = {f"spark.{part}.extraJavaOptions": "-XX:TieredStopAtLevel=1" for part in ("driver", "executor")}
"""Most queries run once, on few rows: code is compiled fast, not well."""

COPIES = 20
KILLED_AFTER = 30
"""Models of the batch that are built when a worker is killed."""

_TIMES = pytest.StashKey[dict[str, Built]]()

# Fixtures end what they started after Ctrl-C; so they do after a plain kill.
signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def environment() -> Path:
    try:
        find_java()
        find_home(ENVIRONMENT)
    except SparkError as error:
        pytest.exit(str(error), 2)
    return ENVIRONMENT


@pytest.fixture(scope="session")
def cluster(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with LocalCluster(environment, tmp_path_factory.mktemp("cluster"), settings=SHORT_LIVED) as started:
        yield started


@pytest.fixture(scope="session")
def builder(environment: Path, cluster: LocalCluster, tmp_path_factory: pytest.TempPathFactory) -> Builder:
    return Builder(tmp_path_factory.mktemp("builds"), environment, cluster)


@pytest.fixture(scope="session")
def sample(builder: Builder) -> Built:
    return builder.build("sample")


@pytest.fixture(scope="session")
def batch(builder: Builder, sample: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Several documents, built by a cluster that loses a worker meanwhile; after the sample, which needs both."""
    given = os.environ.get(RAW)
    raw = Path(given) if given else tmp_path_factory.mktemp("raw")
    if not given:
        write_copies(raw, COPIES)

    def kill_in_the_middle(models: int) -> None:
        if models == KILLED_AFTER:
            builder.cluster.kill_worker(1)

    return builder.build("batch", raw, kill_in_the_middle)


@pytest.fixture(scope="session", params=["sample", "batch"])
def built(request: pytest.FixtureRequest) -> Built:
    """Each of the two inputs."""
    made: Built = request.getfixturevalue(request.param)
    request.config.stash.setdefault(_TIMES, {})[request.param] = made
    return made


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the builds took: machines differ, nothing is asserted about it."""
    for name, built in config.stash.get(_TIMES, {}).items():
        terminalreporter.write_line(
            f"{name}: {built.forms:,} forms, dbt run on DuckDB {built.duckdb_seconds:.0f} s, "
            f"on Spark {built.spark_seconds:.0f} s"
        )
