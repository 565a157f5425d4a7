"""The steps' handling of verdicts, of dbt's results and of a run's config."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from ingestion_documents import DISCLOSURE, disclosure, form

from expectations.suites import load_suites
from expectations.verdicts import Verdict
from jixiao.builds.lock import BuildLock
from jixiao.builds.record import BuildRecord
from jixiao.builds.session import BuildSession
from jixiao.dbt.results import count_tests, describe_failures, read_results
from jixiao.settings import PROJECT_ROOT, Settings
from orchestration.defs.gates.checks import check_name, check_result, check_specs
from orchestration.defs.ingestion.assets import extraction, open_build, raw_files

MakeVerdict = Callable[..., Verdict]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(project_root=PROJECT_ROOT, var=tmp_path / "var", landing=tmp_path / "landing")


@pytest.fixture
def verdict() -> MakeVerdict:
    def make(**changes: Any) -> Verdict:
        values = {
            "gate": "gate_1",
            "suite": "raw_document",
            "table": "raw.raw_document",
            "expectation_id": "every row has a document_id",
            "expectation_type": "unexpected_rows_expectation",
            "title_zh": "每行都有文件编号",
            "why": "Without it nobody knows whose it is.",
            "status": "passed",
            "observed": "0 行 rows",
            **changes,
        }
        return Verdict(**values)

    return make


# --- gates


def test_a_sentence_becomes_a_name():
    assert check_name("gate_1", "every row has a document_id") == "gate_1__every_row_has_a_document_id"
    assert check_name("gate_2", "SHA-256 is there (once)!") == "gate_2__sha_256_is_there_once"


@pytest.mark.parametrize("gate", ["gate_1", "gate_2"])
def test_no_two_checks_of_a_table_share_a_name(gate: Any):
    keys = [spec.key for spec in check_specs(gate, load_suites(gate))]
    assert len(keys) == len(set(keys))
    assert all(spec.blocking for spec in check_specs(gate, load_suites(gate)))


@pytest.mark.parametrize(
    ("status", "passed"), [("passed", True), ("failed", False), ("not_applicable", True)]
)
def test_a_check_fails_where_its_verdict_does(verdict: MakeVerdict, status: str, passed: bool):
    result = check_result(verdict(status=status))
    assert result.passed is passed
    assert result.asset_key == dg.AssetKey(["raw", "raw_document"])
    assert result.metadata["status"].value == status


def test_a_failed_check_shows_its_rows(verdict: MakeVerdict):
    result = check_result(
        verdict(status="failed", unexpected_count=1, sample=[{"source_line": 4, "form_no": "9"}])
    )
    assert result.metadata["unexpected_count"].value == 1
    assert result.metadata["rows"].value == [{"source_line": "4", "form_no": "9"}]


# --- dbt


RESULTS = [
    {"unique_id": "model.jixiao.a", "status": "success", "message": "OK"},
    {"unique_id": "test.jixiao.t1", "status": "pass", "message": None},
    {
        "unique_id": "test.jixiao.t2",
        "status": "fail",
        "message": "Got 7 results, configured to fail if != 0",
        "compiled_code": "select range as form_no, '丰台' as unit from range(7)",
    },
]
MANIFEST = {
    "nodes": {
        "test.jixiao.t2": {
            "name": "every_form_has_a_unit",
            "resource_type": "test",
            "original_file_path": "models/a.yml",
        }
    }
}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "build.duckdb"
    duckdb.connect(str(path)).close()
    return path


def test_a_run_that_wrote_nothing_has_no_results(tmp_path: Path):
    assert read_results(tmp_path) == []


def test_results_are_read_from_the_target(tmp_path: Path):
    (tmp_path / "run_results.json").write_text(json.dumps({"results": RESULTS}), encoding="utf-8")
    assert read_results(tmp_path) == RESULTS


def test_only_tests_are_counted_as_tests():
    assert count_tests(RESULTS) == {"pass": 1, "fail": 1}


def test_a_failed_test_is_described_with_its_file_and_first_rows(database: Path):
    lines = describe_failures(RESULTS, MANIFEST, database).splitlines()
    assert lines[0] == (
        "test every_form_has_a_unit (models/a.yml): Got 7 results, configured to fail if != 0"
    )
    assert lines[1:] == [f"  - form_no={number}, unit=丰台" for number in range(5)]


def test_a_test_whose_rows_are_gone_is_described_all_the_same(tmp_path: Path):
    text = describe_failures(RESULTS, MANIFEST, tmp_path / "none" / "build.duckdb")
    assert "Got 7 results" in text
    assert "its rows can't be shown" in text


def test_a_node_that_broke_is_described_by_its_message(database: Path):
    broken = {"unique_id": "model.jixiao.b", "status": "error", "message": "Binder Error: no column x"}
    assert describe_failures([broken], {"nodes": {}}, database) == (
        "node model.jixiao.b (): Binder Error: no column x"
    )


# --- ingestion


def _materialize(settings: Settings, document: Path | None = None) -> tuple[BuildSession, Any]:
    build = BuildSession(settings)
    config = {"document": str(document)} if document else {}
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [extraction, raw_files],
            resources={"build": build},
            run_config={"ops": {"ingestion__extraction": {"config": config}}},
            instance=instance,
            raise_on_error=False,
        )
    return build, result


def test_without_a_document_the_sample_is_what_there_is(settings: Settings):
    build, result = _materialize(settings)
    assert result.success
    [materialization] = result.asset_materializations_for_node("ingestion__extraction")
    assert materialization.metadata["document"].value == "no document given"
    assert len(build.record.documents) == 1


def test_an_unreadable_document_is_quarantined_and_the_rest_goes_on(settings: Settings, tmp_path: Path):
    document = tmp_path / "empty.txt"
    document.write_bytes(b"")
    build, result = _materialize(settings, document)
    assert result.success
    [entry] = BuildRecord.read(build.folder.record).quarantined
    assert "the file is empty" in entry.reason
    assert (settings.quarantine / "empty.txt" / "reason.txt").is_file()


def test_the_inbox_is_emptied_and_what_is_bad_in_it_stops_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ingestion.intake.SETTLED_SECONDS", 0)
    settings = dataclasses.replace(settings, organization="石桥街道办事处")
    inbox = settings.landing / "inbox"
    (inbox / "more").mkdir(parents=True)
    (inbox / "bad.txt").write_bytes(b"")
    (inbox / "cut.txt").write_text(disclosure(form(), form(name="项目名称||||")), "utf-8")
    (inbox / "more" / "good.txt").write_text(disclosure(form(name="项目名称|夜校|||||")), "utf-8")
    build, result = _materialize(settings)
    assert result.success
    assert list(inbox.iterdir()) == []
    assert len(build.record.documents) == 3
    quarantined = BuildRecord.read(build.folder.record).quarantined
    assert [(entry.source, entry.reason.split(":")[0]) for entry in quarantined] == [("bad.txt", "bad.txt")]
    assert (settings.quarantine / "bad.txt" / "bad.txt").is_file()
    sources = sorted(path.name for path in settings.landing.glob("*/source/*"))
    assert sources == ["cut.txt", "good.txt"]
    # The form without a name stops no other: its cells are kept as unread.
    unread = [path.read_text("utf-8") for path in settings.landing.glob("*/raw_unread_cell.csv")]
    assert [text.count("no_project_name") > 10 for text in unread if len(text.splitlines()) > 1] == [True]


def test_what_an_earlier_reader_read_is_read_again(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ingestion.intake.SETTLED_SECONDS", 0)
    inbox = settings.landing / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "good.txt").write_text(disclosure(form(name="项目名称|夜校|||||")), "utf-8")
    settings = dataclasses.replace(settings, organization="石桥街道办事处")
    first, _ = _materialize(settings)
    first.finish()
    [rows] = settings.landing.glob("*/raw_self_evaluation.csv")
    as_read, manifest = rows.read_text("utf-8"), rows.with_name("manifest.json")
    content = json.loads(manifest.read_text("utf-8"))
    rows.write_text(as_read.replace("夜校", "晨校"), "utf-8")
    manifest.write_text(json.dumps({**content, "wordings": "others"}), "utf-8")
    # The user's earlier options, here the organization, apply again.
    build, result = _materialize(dataclasses.replace(settings, organization=""))
    assert result.success
    assert BuildRecord.read(build.folder.record).quarantined == []
    assert rows.read_text("utf-8") == as_read
    assert json.loads(manifest.read_text("utf-8"))["wordings"] == content["wordings"]


def test_a_document_given_twice_is_one(settings: Settings):
    for _ in range(2):
        build, result = _materialize(settings, DISCLOSURE)
        assert result.success
        assert len(build.record.documents) == 2
        build.finish()
    assert DISCLOSURE.is_file()


def test_with_every_document_removed_the_run_says_how_to_get_one(settings: Settings):
    landing = settings.landing_folder()
    for entry in landing.sample_entries():
        landing.remove(entry.document_id)
    _, result = _materialize(settings)
    [failure] = result.get_step_failure_events()
    assert "jixiao restore" in failure.step_failure_data.user_failure_data.description


def test_a_missing_document_fails_the_run_without_a_retry(settings: Settings, tmp_path: Path):
    _, result = _materialize(settings, tmp_path / "none.txt")
    assert not result.success
    [failure] = result.get_step_failure_events()
    assert "none.txt: no such file" in failure.step_failure_data.user_failure_data.description


def test_a_malformed_sample_fails_the_run_with_file_and_line(settings: Settings, tmp_path: Path):
    seeds = tmp_path / "project" / "seeds" / "raw"
    seeds.mkdir(parents=True)
    for path in (PROJECT_ROOT / "seeds" / "raw").glob("*.csv"):
        (seeds / path.name).write_bytes(path.read_bytes())
    with (seeds / "raw_document.csv").open("a", encoding="utf-8") as file:
        file.write("one,two\n")
    broken = Settings(project_root=tmp_path / "project", var=settings.var, landing=settings.landing)
    _, result = _materialize(broken)
    [failure] = result.get_step_failure_events()
    assert (
        "raw_document.csv:3: 有 2 格，应为 11 列；含逗号的格请加引号\n"
        in failure.step_failure_data.user_failure_data.description
    )


def test_a_step_that_finds_the_lock_taken_asks_to_be_tried_again(settings: Settings):
    lock = BuildLock(settings.build_lock)
    lock.acquire("somebody else")
    with pytest.raises(dg.RetryRequested):
        open_build(BuildSession(settings), "run 1")
    lock.release()
