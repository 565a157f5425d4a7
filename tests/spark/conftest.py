"""A Spark cluster on loopback, and what it and DuckDB build of the same documents, on two nights."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from building import Built, Installation
from local_cluster import LocalCluster, find_home, find_java
from tie_documents import write_copy

from benchmarks import generate
from ingestion.landing import landed
from jixiao.settings import PROJECT_ROOT
from spark import SparkError
from spark.inputs import WORK

ENVIRONMENT = PROJECT_ROOT / ".venv-spark"
FORMS = "JIXIAO_TEST_FORMS"
"""Forms of the generated documents, where they shall be more."""

# Seven organizations of two years, and one that goes into the second year.
FEW = "2000"

SHORT_LIVED = {
    # Most queries run once, on few rows: code is compiled fast, not well, and not for each query as a whole.
    **{f"spark.{part}.extraJavaOptions": "-XX:TieredStopAtLevel=1" for part in ("driver", "executor")},
    "spark.sql.codegen.wholeStage": "false",
    # The plan of all rules together would be made anew after each of its many small stages.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
}

KILLED_AFTER = 30
"""Tables of the first build that are there when a worker is killed."""

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
def installation(
    environment: Path, cluster: LocalCluster, tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """The sample, generated documents of several organizations and years, and two with figures at a tie."""
    made = Installation(tmp_path_factory.mktemp("installation"), environment, cluster)
    what = f"--forms {os.environ.get(FORMS, FEW)} --years 2 --corrected 0 --format csv".split()
    generate.main([*what, "--out", str(made.settings.landing)])
    for copy in (1, 2):
        write_copy(made.settings.landing, copy)
    return made


@pytest.fixture(scope="session")
def batch(installation: Installation) -> Built:
    """Everything, built by a cluster that loses a worker meanwhile."""
    with _killing_a_worker(installation):
        return installation.build("batch")


@pytest.fixture(scope="session")
def night(installation: Installation, batch: Built) -> Built:
    """Built by the schedule's job after the batch, when documents were corrected, withdrawn, and added."""
    assert batch.published.is_file()
    change(installation.settings.landing)
    return installation.build("night", by_job=True)


@pytest.fixture(scope="session", params=["batch", "night"])
def built(request: pytest.FixtureRequest) -> Built:
    """Each of the two builds."""
    made: Built = request.getfixturevalue(request.param)
    request.config.stash.setdefault(_TIMES, {})[request.param] = made
    return made


def by_organization(landing: Path) -> dict[str, list[Path]]:
    """The landed folders, each of one document, by the organization that it prints."""
    found: dict[str, list[Path]] = {}
    for folder in landed(landing):
        with (folder / "raw_document.csv").open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        found.setdefault(row["organization_name"], []).append(folder)
    return found


def change(landing: Path) -> None:
    """Correct a document of an organization, withdraw one of another and all of a third, add that of a fourth."""
    organizations = by_organization(landing)
    corrected, one_less = [folders for folders in organizations.values() if len(folders) == 2][:2]
    (gone,) = next(folders for folders in organizations.values() if len(folders) == 1)
    _halve_scores(corrected[0])
    shutil.rmtree(one_less[0])
    shutil.rmtree(gone)
    write_copy(landing, 4)


def _halve_scores(folder: Path) -> None:
    path = folder / "raw_self_evaluation_indicator.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    score = header.index("score")
    for row in rows[::2]:
        row[score] = "1"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


@contextmanager
def _killing_a_worker(installation: Installation) -> Iterator[None]:
    """Kill a worker as soon as the cluster has built some tables."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            if len(list(installation.storage.glob(f"{WORK}*/*/_SUCCESS"))) >= KILLED_AFTER:
                installation.cluster.kill_worker(1)
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what the builds took: machines differ, nothing is asserted about it."""
    for name, built in config.stash.get(_TIMES, {}).items():
        terminalreporter.write_line(
            f"{name}: {built.forms:,} forms, {len(built.computed)} documents computed, dbt run on DuckDB (all) "
            f"{built.duckdb_seconds:.0f} s, on Spark {built.spark_seconds}"
        )
