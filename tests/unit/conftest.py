"""Shared fixtures of the unit tests, and deterministic property tests."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from ingestion_documents import SAMPLE
from played_cluster import Played

from jixiao.builds import engine
from spark import build

# The same language on every machine.
os.environ["JIXIAO_LANG"] = "zh"

# The same examples on every machine: a red build is red everywhere.
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")

# The real disclosure is not in the repository; its tests exist only beside it.
collect_ignore = [] if SAMPLE else ["test_ingestion_sample.py"]

# Left out by `make test-fast`: each takes more than eight CPU seconds.
SLOW = {
    "test_cli",
    "test_drawn_at_random",
    "test_event_log",
    "test_expectations",
    "test_expectations_gate_2",
    "test_export",
    "test_exposures",
    "test_generated_load",
    "test_ingestion_bad_input",
    "test_ingestion_batch",
    "test_ingestion_hostile",
    "test_ingestion_properties",
    "test_landing",
    "test_orchestration_definitions",
    "test_orchestration_steps",
    "test_reading_quality",
    "test_releases",
    "test_review_paper",
    "test_spark_build",
    "test_spark_definitions",
    "test_template",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.stem in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a var folder for code locations; the first one to load parses the manifest for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "parsed"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    """Replace dbt and the gates of a build on a cluster by simulated ones."""
    made = Played(tmp_path)
    monkeypatch.setattr(build, "call_dbt", made.dbt)
    monkeypatch.setattr(engine, "run_gate", made.gate)
    return made
