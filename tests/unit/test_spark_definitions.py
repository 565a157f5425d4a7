"""The code location of a cluster: it loads, and its job builds and publishes; dbt and the gates are simulated."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import dagster as dg
import pytest
from code_location import SILENT, load
from played_cluster import Played

from jixiao.builds.session import BuildSession
from jixiao.settings import PROJECT_ROOT
from spark import ADDRESS, ENVIRONMENT, RELEASE, STORAGE, SparkError


@pytest.fixture(scope="module")
def var(parsed: Path) -> Iterator[Path]:
    """The var folder that the location is loaded with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIXIAO_VAR", str(parsed))
        yield parsed


@pytest.fixture(scope="module")
def location(var: Path) -> ModuleType:
    """Return the code location, imported with this module's var folder."""
    assert var.is_dir()
    return importlib.import_module("spark.definitions")


Run = Callable[[], dg.ExecuteInProcessResult]


@pytest.fixture(autouse=True)
def pointed_at(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment variables of the simulated cluster."""
    monkeypatch.setenv(STORAGE, str(played.storage))
    monkeypatch.setenv(ENVIRONMENT, sys.prefix)


@pytest.fixture
def run(location: ModuleType, played: Played) -> Run:
    """Run the job once."""

    def execute() -> dg.ExecuteInProcessResult:
        job = location.defs.resolve_job_def("nightly_on_spark")
        return job.execute_in_process(
            resources={"build": BuildSession(played.settings)}, raise_on_error=False
        )

    return execute


def test_the_location_loads_without_a_warning_or_a_slow_import(location: ModuleType, var: Path) -> None:
    assert location.defs
    assert load("spark.definitions", var) == SILENT


def test_its_tables_are_the_models_with_their_lineage(location: ModuleType) -> None:
    models = {
        spec.key: spec for spec in importlib.import_module("orchestration.defs.dbt.assets").models.specs
    }
    specs = {spec.key: spec for spec in location.defs.resolve_all_asset_specs()}
    assert specs.keys() == models.keys()
    assert all("spark" in spec.kinds and spec.description for spec in specs.values())
    score = dg.AssetKey(["score", "mart_project_score"])
    assert {dep.asset_key for dep in specs[score].deps} == {dep.asset_key for dep in models[score].deps}


def test_its_job_runs_at_night_and_when_documents_come_in(location: ModuleType) -> None:
    [schedule], [sensor] = location.defs.schedules, location.defs.sensors
    assert (schedule.job_name, schedule.cron_schedule) == ("nightly_on_spark", "0 2 * * *")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert (sensor.name, sensor.job_name) == ("inbox", "nightly_on_spark")
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


def test_the_job_publishes_and_says_how_many_rows_a_table_has(run: Run, played: Played) -> None:
    done = run()
    assert done.success
    assert played.calls[-1] == "publish"
    assert played.state.is_file()
    materialized = {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
        for event in done.get_asset_materialization_events()
    }
    # The seed has one document.
    assert materialized["core/dim_document"]["dagster/row_count"].value == 1
    assert materialized["core/dim_document"]["verdicts/gate_2"].value == "{'passed': 1}"
    assert "dagster/row_count" not in materialized["core/dim_unit"]


@pytest.mark.parametrize("failing", ["run", "gate_2"])
def test_a_run_that_fails_is_not_tried_again_and_names_its_report(
    run: Run, played: Played, failing: str
) -> None:
    played.failing = failing
    done = run()
    assert not done.success
    [event] = done.filter_events(lambda event: event.is_step_failure)
    assert "failure.md" in event.step_failure_data.error.to_string()
    assert "publish" not in played.calls
    report = played.settings.open_build / "failure.md"
    assert done.run_id in report.read_text(encoding="utf-8")


def test_without_a_storage_the_run_says_what_is_missing(
    run: Run, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(STORAGE)
    done = run()
    assert not done.success
    assert played.calls == []
    [event] = done.filter_events(lambda event: event.is_step_failure)
    assert "JIXIAO_SPARK_STORAGE is not set" in event.step_failure_data.error.to_string()


def test_the_environment_names_the_cluster(
    location: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORAGE, str(tmp_path))
    for name in (ADDRESS, ENVIRONMENT, RELEASE):
        monkeypatch.delenv(name, raising=False)
    cluster = location.cluster_of_environment()
    assert (cluster.storage, cluster.address) == (tmp_path, str(tmp_path))
    assert cluster.dbt == PROJECT_ROOT / ".venv-spark/bin/dbt"
    assert not cluster.is_released
    monkeypatch.setenv(ADDRESS, "s3a://jixiao")
    monkeypatch.setenv(ENVIRONMENT, "/opt/spark")
    monkeypatch.setenv(RELEASE, "1")
    cluster = location.cluster_of_environment()
    assert (cluster.address, str(cluster.dbt)) == ("s3a://jixiao", "/opt/spark/bin/dbt")
    assert cluster.is_released
    monkeypatch.setenv(RELEASE, "0")
    assert not location.cluster_of_environment().is_released
    monkeypatch.delenv(STORAGE)
    with pytest.raises(SparkError, match="JIXIAO_SPARK_STORAGE is not set"):
        location.cluster_of_environment()
