"""Dagster's event log with its files kept open: its content equals that of Dagster's own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, event

from jixiao.settings import Settings
from orchestration.event_log import FOLDER, OPEN_AT_MOST, EventLog
from orchestration.history import prune_runs
from orchestration.home import prepare_home


@dg.asset(check_specs=[dg.AssetCheckSpec("is_there", asset="thing")])
def thing():
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(check_name="is_there", passed=True)])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return prepare_home(Settings(project_root=tmp_path, var=tmp_path / "var", landing=tmp_path / "landing"))


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def event_types(storage: SqliteEventLogStorage, run_id: str) -> list[str]:
    return [
        record.event_log_entry.dagster_event.event_type_value
        for record in storage.get_records_for_run(run_id).records
        if record.event_log_entry.dagster_event is not None
    ]


def test_dagster_reads_what_it_wrote(home: Path):
    with dg.DagsterInstance.get() as instance:
        assert instance.event_log_storage.__class__.__name__ != SqliteEventLogStorage.__name__
        result = dg.materialize([thing], instance=instance)
        assert result.success
    plain = SqliteEventLogStorage(str(home.joinpath(*FOLDER)))
    types = event_types(plain, result.run_id)
    assert {"ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION", "RUN_SUCCESS"} <= {
        name.replace("PIPELINE", "RUN") for name in types
    }
    assert plain.get_all_run_ids() == [result.run_id]
    assert plain.has_asset_key(dg.AssetKey("thing"))


def test_a_setting_goes_back_to_dagsters_own_log_and_keeps_the_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    with dg.DagsterInstance.get() as instance:
        before = dg.materialize([thing], instance=instance).run_id
    monkeypatch.delenv("DAGSTER_HOME")
    monkeypatch.setenv("JIXIAO_EVENT_LOG", "dagster")
    assert prepare_home(Settings(home.parent.parent, home.parent, home.parent.parent / "landing")) == home
    with dg.DagsterInstance.get() as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        after = dg.materialize([thing], instance=instance).run_id
        assert set(instance.event_log_storage.get_all_run_ids()) == {before, after}


def test_the_home_may_be_moved(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    moved = tmp_path / "elsewhere"
    home.rename(moved)
    monkeypatch.setenv("DAGSTER_HOME", str(moved))
    with dg.DagsterInstance.get() as instance:
        assert dg.materialize([thing], instance=instance).success
    assert list(moved.joinpath(*FOLDER).glob("*.db"))
    assert not home.exists()


def test_few_files_are_open_at_a_time(home: Path):
    log = EventLog(str(home))
    before = open_files()
    for number in range(3 * OPEN_AT_MOST):
        with log.run_connection(f"run-{number}") as connection:
            connection.exec_driver_sql("select count(*) from event_logs")
    # A SQLite file in its journal mode has two descriptors at most beside its own.
    assert open_files() - before <= 3 * OPEN_AT_MOST
    log.dispose()
    assert open_files() <= before
    with log.run_connection("run-0") as connection:
        assert connection.exec_driver_sql("select count(*) from event_logs").scalar_one() == 0
    log.dispose()


@pytest.mark.parametrize("log", ["", "dagster"])
def test_old_runs_are_removed_with_all_that_they_take_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: str
):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("JIXIAO_EVENT_LOG", log)
    home = prepare_home(Settings(project_root=tmp_path, var=tmp_path / "var", landing=tmp_path / "landing"))
    with dg.DagsterInstance.get() as instance:
        runs = [dg.materialize([thing], instance=instance).run_id for _ in range(4)]
        # Up to twice as many as are kept stay.
        assert prune_runs(instance, kept=2) == 0
        runs.append(dg.materialize([thing], instance=instance).run_id)
        assert prune_runs(instance, kept=2) == 3
        assert {record.dagster_run.run_id for record in instance.get_run_records()} == set(runs[3:])
        assert dg.materialize([thing], instance=instance).success
    files = {path.stem for path in home.joinpath(*FOLDER).glob("*-*.db")}
    assert files.isdisjoint(runs[:3])
    with sqlite3.connect(home.joinpath(*FOLDER, "index.db")) as index:
        left = index.execute("select count(*) from asset_check_executions").fetchone()
        assert left == (1,)
        old = [f"'{run_id}'" for run_id in runs[:3]]
        events = index.execute(f"select count(*) from event_logs where run_id in ({', '.join(old)})")
        assert events.fetchone() == (0,)


def test_announced_events_are_stored_in_one_transaction(home: Path):
    committed: list[str] = []

    def note(connection: Connection) -> None:
        committed.append(Path(str(connection.engine.url.database)).name)

    with dg.DagsterInstance.get() as instance:
        event.listen(Engine, "commit", note)
        try:
            job = dg.Definitions([thing]).resolve_implicit_global_asset_job_def()
            run_id = instance.create_run_for_job(job).run_id
        finally:
            event.remove(Engine, "commit", note)
        assert event_types(instance.event_log_storage, run_id) == [
            "ASSET_MATERIALIZATION_PLANNED",
            "ASSET_CHECK_EVALUATION_PLANNED",
        ]
    assert committed.count("index.db") == 1
