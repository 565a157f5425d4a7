"""The code location: it loads without warnings, and its graph equals the reviewed one.

To update the snapshot of the graph, run `JIXIAO_UPDATE_SNAPSHOTS=1 pytest tests/unit/test_orchestration_definitions.py`.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import dagster as dg
import pytest
from code_location import SILENT, load
from dagster._core.execution.api import create_execution_plan

from expectations.suites import GATES, load_suites
from jixiao.dbt.commands import DEVELOPMENT
from jixiao.settings import PUBLISHED_SCHEMAS

SNAPSHOT = Path(__file__).parent / "snapshots" / "asset_graph.txt"


@pytest.fixture(scope="module")
def var(parsed: Path) -> Iterator[Path]:
    """The var folder that the location is loaded with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIXIAO_VAR", str(parsed))
        yield parsed


@pytest.fixture(scope="module")
def location(var: Path) -> Callable[[str], ModuleType]:
    """Return a function that imports a module of the code location with this module's var folder."""
    return lambda name: importlib.import_module(f"orchestration.{name}")


@pytest.fixture(scope="module")
def defs(location: Callable[[str], ModuleType]) -> dg.Definitions:
    return location("definitions").defs


@pytest.fixture(scope="module")
def graph(defs: dg.Definitions) -> dict[str, list[str]]:
    """Upstream assets by asset."""
    return {
        spec.key.to_user_string(): sorted(dep.asset_key.to_user_string() for dep in spec.deps)
        for spec in defs.resolve_all_asset_specs()
    }


def test_definitions_load_without_a_warning_or_a_slow_import(defs: dg.Definitions, var: Path):
    assert load("orchestration.definitions", var) == SILENT


def test_asset_graph_is_the_snapshot(graph: dict[str, list[str]]):
    text = "".join(f"{key}: {', '.join(graph[key]) or '-'}\n" for key in sorted(graph))
    if os.environ.get("JIXIAO_UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8"), "if this is meant, see the head of this file"


def test_every_upstream_asset_is_one_of_the_graph(graph: dict[str, list[str]]):
    assert {dep for deps in graph.values() for dep in deps} <= set(graph)


def test_groups_read_like_the_design(defs: dg.Definitions):
    groups = {spec.group_name for spec in defs.resolve_all_asset_specs()}
    design = {"ingestion", "raw", "staging", "intermediate", "core", "execution", "variance", "score"}
    assert groups - {"review"} == design | {"reference", "quality", "release", "exposures"}


def test_tables_are_grouped_by_their_schema(defs: dg.Definitions):
    for spec in defs.resolve_all_asset_specs():
        if "dbt" in spec.kinds:
            assert spec.group_name == spec.key.path[0]


def test_every_asset_says_what_it_is(defs: dg.Definitions):
    silent = [spec.key.to_user_string() for spec in defs.resolve_all_asset_specs() if not spec.description]
    assert silent == []


def test_every_published_table_shows_its_columns(defs: dg.Definitions):
    for spec in defs.resolve_all_asset_specs():
        if spec.key.path[0] in PUBLISHED_SCHEMAS:
            columns = spec.metadata["dagster/column_schema"].columns
            assert columns, spec.key
            assert all(column.description for column in columns), spec.key


def test_every_dbt_test_of_a_nightly_build_is_an_asset_check(
    defs: dg.Definitions, location: Callable[[str], ModuleType]
):
    """A singular test on several models is no check unless it names one under `config.meta.dagster.ref`."""
    nodes = [
        node
        for node in location("defs.dbt.assets").MANIFEST["nodes"].values()
        if node["resource_type"] == "test"
    ]
    development = {node["name"] for node in nodes if DEVELOPMENT in node["tags"]}
    checks = {key.name for key in _check_keys(defs)}
    assert {node["name"] for node in nodes} - checks == development
    assert development & checks == set()


def test_every_expectation_is_a_check_on_its_table(
    defs: dg.Definitions, location: Callable[[str], ModuleType]
):
    check_name = location("defs.gates.checks").check_name
    wanted = {
        (suite.table.replace(".", "/"), check_name(gate, expectation.id))
        for gate in GATES
        for suite in load_suites(gate)
        for expectation in suite.expectations
    }
    checks = {(key.asset_key.to_user_string(), key.name) for key in _check_keys(defs)}
    tables = {spec.key.to_user_string() for spec in defs.resolve_all_asset_specs()}
    assert wanted <= checks
    assert {table for table, _ in wanted} <= tables


def _check_keys(defs: dg.Definitions) -> set[dg.AssetCheckKey]:
    return set(defs.resolve_asset_graph().asset_check_keys)


def test_steps_run_in_the_order_of_the_design(defs: dg.Definitions):
    job = defs.resolve_job_def("nightly")
    levels = create_execution_plan(job).get_steps_to_execute_by_level()
    assert [[step.key for step in level] for level in levels] == [
        ["ingestion__extraction"],
        ["ingestion__raw_files"],
        ["raw"],
        ["gate_1"],
        ["models"],
        ["gate_2"],
        ["build__overlay"],
        ["build_files"],
        ["quality"],
        ["release__current"],
    ]


def test_one_job_builds_everything_and_reports_its_failures(defs: dg.Definitions):
    job = defs.resolve_job_def("nightly")
    assets = {spec.key for spec in defs.resolve_all_asset_specs() if spec.group_name != "exposures"}
    assert job.asset_layer.executable_asset_keys == assets
    assert {hook.name for hook in job.hook_defs} == {"report_failure", "report_end"}
    assert job.executor_def.name == "in_process"


def test_schedule_is_on_at_two_in_the_morning_in_shanghai(defs: dg.Definitions):
    [schedule] = defs.schedules or []
    assert schedule.job_name == "nightly"
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.execution_timezone == "Asia/Shanghai"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def _sensor(defs: dg.Definitions, name: str) -> dg.SensorDefinition:
    [sensor] = [sensor for sensor in defs.sensors or [] if sensor.name == name]
    return sensor


def test_the_watched_folder_is_on_and_asks_for_the_same_job(defs: dg.Definitions):
    sensor = _sensor(defs, "inbox")
    assert (sensor.name, sensor.job_name) == ("inbox", "nightly")
    assert sensor.minimum_interval_seconds == 30
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


@pytest.mark.parametrize(("launched_by", "notices"), [("", 1), ("command line", 0)])
def test_a_run_that_ends_outside_its_steps_is_reported_unless_the_command_line_does(
    defs: dg.Definitions,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    launched_by: str,
    notices: int,
):
    monkeypatch.setenv("JIXIAO_ALERT_COMMAND", f"cp /dev/stdin {tmp_path / 'notice.json'}")

    @dg.resource
    def broken(_: dg.InitResourceContext) -> None:
        raise OSError("no such folder")

    @dg.op(required_resource_keys={"broken"})
    def step() -> None:
        """Do nothing."""

    @dg.job(resource_defs={"broken": broken})
    def nightly() -> None:
        step()

    with dg.DagsterInstance.ephemeral() as instance:
        result = nightly.execute_in_process(
            instance=instance,
            raise_on_error=False,
            tags={"jixiao/launched_by": launched_by} if launched_by else {},
        )
        context = dg.build_run_status_sensor_context(
            "ended_outside",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        ).for_run_failure()
        _sensor(defs, "ended_outside")(context)
    assert len(list(tmp_path.glob("notice.json"))) == notices


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JIXIAO_LANDING", str(tmp_path / "landing"))
    folder = tmp_path / "landing" / "inbox"
    folder.mkdir(parents=True)
    return folder


def _tick(defs: dg.Definitions) -> dg.RunRequest | None:
    sensor = _sensor(defs, "inbox")
    with dg.build_sensor_context() as context:
        data = sensor.evaluate_tick(context)
    return data.run_requests[0] if data.run_requests else None


def test_an_empty_inbox_asks_for_nothing_and_is_made_where_there_is_none(defs: dg.Definitions, inbox: Path):
    inbox.rmdir()
    assert _tick(defs) is None
    assert inbox.is_dir()


def test_a_file_that_is_still_being_copied_waits(
    defs: dg.Definitions, inbox: Path, monkeypatch: pytest.MonkeyPatch
):
    (inbox / "a.txt").write_text("half a", encoding="utf-8")
    assert _tick(defs) is None
    monkeypatch.setattr("ingestion.intake.SETTLED_SECONDS", 0)
    assert _tick(defs) is not None


def test_the_same_files_ask_once_and_others_anew(
    defs: dg.Definitions, inbox: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ingestion.intake.SETTLED_SECONDS", 0)
    (inbox / "a.txt").write_text("one", encoding="utf-8")
    (inbox / "~$a.docx").write_text("a lock", encoding="utf-8")
    first, again = _tick(defs), _tick(defs)
    assert first is not None
    assert again is not None
    assert first.run_key == again.run_key
    (inbox / "b.txt").write_text("two", encoding="utf-8")
    other = _tick(defs)
    assert other is not None
    assert other.run_key != first.run_key
