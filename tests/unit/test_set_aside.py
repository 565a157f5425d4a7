"""Documents that a failed build names: set aside if they can be the cause, else restored."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion.contract import RAW_TABLES
from ingestion.intake import add
from ingestion.landing import Landed
from ingestion.message import in_chinese
from ingestion.submission import hash_raw
from jixiao.builds import scope, set_aside
from jixiao.builds.scope import Input, Scope
from jixiao.builds.session import BuildSession
from jixiao.dbt.results import describe_failures
from jixiao.release.releases import publish
from jixiao.settings import PROJECT_ROOT, Settings

BAD = "d00000000000b"
OTHERS = [f"d000000000{number:03}" for number in range(9)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(PROJECT_ROOT, tmp_path / "var", tmp_path / "landing", memory="200MB")


def land(settings: Settings, document_id: str) -> None:
    folder = settings.landing / document_id
    shutil.copytree(PROJECT_ROOT / "seeds" / "raw", folder, ignore=shutil.ignore_patterns("manifest.json"))
    for table in RAW_TABLES:
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            first = next(reader, None)
        if first is None:
            continue
        first |= {"document_id": document_id}
        if table == "raw_document":
            # Two filings of one organization and year would supersede one another.
            first["organization_name"] = f"{document_id}局"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, first.keys())
            writer.writeheader()
            writer.writerow(first)


def failed(settings: Settings, failure: str, documents: list[str]) -> BuildSession:
    """Return a build of documents that failed with this text."""
    session = BuildSession(settings)
    session.open("a test")
    inputs = {document_id: Input(document_id, document_id) for document_id in documents}
    session.scope = Scope(inputs, frozenset(inputs))
    session.fail(RuntimeError(failure), "run")
    session.record.failure = failure
    return session


def release(settings: Settings, tmp_path: Path, inputs: dict[str, Input]) -> None:
    """Publish a release of these documents, without their rows."""
    scope.write(Scope(inputs, frozenset(inputs)), settings, tmp_path / "inputs")
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        connection.execute("create schema core; create table core.dim_document as select 1 as n")
    publish(tmp_path / "build.duckdb", "r1", settings, folders={scope.INPUTS: tmp_path / "inputs"})


FAILURE = f"""gate_2 未通过 failed
[core.dim_project] every project has a name
  - document_id={BAD}, source_line=4
  - document_id={BAD}, source_line=9"""


def test_a_document_that_a_failure_names_is_in_the_history_with_the_reason(settings: Settings) -> None:
    land(settings, BAD)
    session = failed(settings, FAILURE, [BAD, *OTHERS])

    (entry,) = set_aside.set_aside(session)

    assert entry.source == BAD
    assert in_chinese(entry.reason).splitlines()[:2] == [
        "[core.dim_project] every project has a name",
        f"  - document_id={BAD}, source_line=4",
    ]
    assert f"jixiao restore {BAD}" in entry.reason
    assert (Path(entry.folder) / "reason.txt").read_text(encoding="utf-8") == entry.reason + "\n"
    assert settings.landing_folder().find(BAD) is None
    assert set_aside.read(settings) == [entry]
    set_aside.clear(settings)
    assert set_aside.read(settings) == []


def test_a_failure_that_names_no_document_sets_none_aside(settings: Settings) -> None:
    land(settings, BAD)
    assert set_aside.set_aside(failed(settings, "model dim_unit: no such column", [BAD, *OTHERS])) == []
    assert settings.landing_folder().find(BAD) is not None


def test_where_many_are_named_the_fault_is_not_theirs_and_what_was_set_aside_comes_back(
    settings: Settings,
) -> None:
    for document_id in (BAD, *OTHERS):
        land(settings, document_id)
    set_aside.set_aside(failed(settings, FAILURE, [BAD, *OTHERS]))
    rows = "\n".join(f"  - document_id={document_id}" for document_id in OTHERS)

    assert set_aside.set_aside(failed(settings, f"gate_2\n{rows}", OTHERS)) == []

    assert set_aside.read(settings) == []
    assert settings.landing_folder().find(BAD) is not None
    assert settings.landing_folder().find(OTHERS[0]) is not None


def test_a_document_that_the_last_release_has_as_it_is_can_not_be_at_fault(
    settings: Settings, tmp_path: Path
) -> None:
    land(settings, BAD)
    release(settings, tmp_path, {BAD: Input(BAD, BAD)})

    assert set_aside.set_aside(failed(settings, FAILURE, [BAD, *OTHERS])) == []
    assert settings.landing_folder().find(BAD) is not None


def test_the_released_state_of_a_document_whose_correction_is_set_aside_stays(
    settings: Settings, tmp_path: Path
) -> None:
    land(settings, BAD)
    landing = settings.landing_folder()
    inputs = {BAD: Input(hash_raw(settings.landing / BAD), BAD)}
    release(settings, tmp_path, inputs)
    correction = tmp_path / "correction"
    shutil.copytree(settings.landing / BAD, correction)
    with (correction / "raw_reported_figure.csv").open("a", encoding="utf-8") as file:
        file.write(f"{BAD},9,staff,年末人数,12,人\n")
    (outcome,) = add(landing, [correction])
    assert outcome.landed == Landed.UPDATED
    assert hash_raw(settings.landing / BAD) != inputs[BAD].raw_sha256

    (entry,) = set_aside.set_aside(failed(settings, FAILURE, [BAD, *OTHERS]))

    assert hash_raw(settings.landing / BAD) == inputs[BAD].raw_sha256
    assert f"stay in the release: {BAD}" in entry.reason
    folder = Path(entry.folder)
    assert f"jixiao restore {folder.name}" in entry.reason
    # The correction can be brought back as it is, and the other state goes to history.
    landing.restore(folder.name)
    assert hash_raw(settings.landing / BAD) != inputs[BAD].raw_sha256
    assert [hash_raw(past.folder) for past in landing.past()] == [inputs[BAD].raw_sha256]


def test_the_only_document_is_not_set_aside(settings: Settings) -> None:
    land(settings, BAD)
    assert set_aside.set_aside(failed(settings, FAILURE, [BAD])) == []


@pytest.mark.parametrize(
    ("query", "column"),
    [
        # A test of a column gives only the value.
        (
            "select project_id as unique_field, count(*) as n from t group by 1 having count(*) > 1",
            "project_id",
        ),
        # One of several columns together gives them and a count.
        ("select project_id, count(*) as n from t group by 1 having count(*) > 1", None),
        ("select * from t where source_line = 4", None),
    ],
)
def test_the_documents_of_a_failed_test_are_named(tmp_path: Path, query: str, column: str | None) -> None:
    database = tmp_path / "build.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"create table t as select * from (values ('{BAD}', 'p1', 4), ('{BAD}', 'p1', 9), ('{OTHERS[0]}', 'p2', 7))"
            " as rows(document_id, project_id, source_line)"
        )
    result = {"unique_id": "test.x", "status": "fail", "message": "Got 1", "compiled_code": query}
    manifest = {
        "nodes": {
            "test.x": {
                "name": "key",
                "resource_type": "test",
                "attached_node": "model.t",
                "test_metadata": {"kwargs": {"column_name": column}},
            },
            "model.t": {"relation_name": '"build"."main"."t"'},
        }
    }
    assert describe_failures([result], manifest, database).splitlines()[-1] == f"  文件 documents: {BAD}"


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("Conversion Error: Could not cast value 1234567890123 to DECIMAL(8,2)", f"{BAD}"),
        ("Conversion Error: Could not convert string '十' to DECIMAL(8,2)", f"{BAD}"),
        # Both have it, and it may be right in one of them.
        ("Conversion Error: Could not convert string '9' to DATE", ""),
        # A broken model, which happens to quote a text that a document has.
        ("Catalog Error: Table with name '十' does not exist", ""),
        ("Conversion Error: no value\nLINE 3: where name = '十'", ""),
    ],
)
def test_the_document_of_a_value_that_a_model_can_not_take_is_named(
    tmp_path: Path, message: str, named: str
) -> None:
    database = tmp_path / "build.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.raw_evaluation as select * from (values "
            f"('{BAD}', '1234567890123', '9'), ('{BAD}', '十', '8'), ('{OTHERS[0]}', '9', '9'))"
            " as rows(document_id, total_weight, total_score)"
        )
    result = {"unique_id": "model.x", "status": "error", "message": message}
    lines = describe_failures([result], {"nodes": {}}, database).splitlines()
    assert [line for line in lines if "文件 documents" in line] == (
        [f"  文件 documents: {named}"] if named else []
    )


def test_a_session_without_a_scope_sets_none_aside(settings: Settings) -> None:
    session = BuildSession(settings)
    session.open("a test")
    session.fail(RuntimeError(FAILURE), "run")
    session.record.failure = FAILURE
    assert set_aside.set_aside(session) == []


def test_what_is_written_down_and_damaged_counts_as_nothing(settings: Settings) -> None:
    settings.var.mkdir(parents=True)
    (settings.var / "set_aside.json").write_text("{", encoding="utf-8")
    assert set_aside.read(settings) == []
