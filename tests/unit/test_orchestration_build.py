"""One build: lock, folder, record, inputs, report."""

from __future__ import annotations

import csv
import errno
import json
import re
import shutil
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import duckdb
import pytest
import yaml

from ingestion.contract import OPTIONAL_TABLES, RAW_TABLES
from ingestion.message import in_english
from jixiao.builds import inputs, publication, scope
from jixiao.builds.build_info import COLUMNS, build_info, read_build_info, write_build_info
from jixiao.builds.folder import BUILDS_KEPT, BuildFolder, remove
from jixiao.builds.lock import BuildLock, BuildLockedError
from jixiao.builds.record import BuildRecord, Quarantined
from jixiao.builds.report import describe_error, render_report
from jixiao.builds.scope import Input, Scope
from jixiao.builds.session import BuildSession, NoBuildError
from jixiao.builds.stages import (
    CHECK,
    GATE_1,
    MODELS,
    OVERLAY,
    QUALITY,
    RAW,
    RELEASE,
    STAGES,
    Stage,
    position,
)
from jixiao.settings import PROJECT_ROOT, Settings, SettingsError
from orchestration.defs.dbt import run
from orchestration.home import CONFIG_NAME, prepare_home

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(project_root=PROJECT_ROOT, var=tmp_path / "var", landing=tmp_path / "landing")


@pytest.fixture
def build(settings: Settings) -> BuildSession:
    session = BuildSession(settings, clock=lambda: NOON)
    session.open("a test")
    return session


def _land(settings: Settings, document_id: str) -> Path:
    folder = settings.landing / document_id
    shutil.copytree(PROJECT_ROOT / "seeds" / "raw", folder)
    for table in RAW_TABLES:
        path = folder / f"{table}.csv"
        rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([rows[0], *([document_id, *row[1:]] for row in rows[1:])])
    return folder


# --- lock


def test_a_second_build_hears_who_holds_the_lock(tmp_path: Path):
    path = tmp_path / "build.lock"
    first, second = BuildLock(path), BuildLock(path)
    first.acquire("jixiao build")
    with pytest.raises(
        BuildLockedError, match=r"build\.lock: another build .*process \d+, jixiao build, since"
    ):
        second.acquire("run 1")
    assert first.held
    assert not second.held


def test_a_lock_given_back_can_be_taken(tmp_path: Path):
    path = tmp_path / "build.lock"
    first, second = BuildLock(path), BuildLock(path)
    first.acquire("one")
    first.release()
    second.acquire("two")
    assert second.held
    assert json.loads(path.read_text(encoding="utf-8"))["command"] == "two"


def test_a_holder_that_has_not_signed_yet_is_no_error_of_its_own(tmp_path: Path):
    path = tmp_path / "build.lock"
    first = BuildLock(path)
    first.acquire("one")
    path.write_text("", encoding="utf-8")
    with pytest.raises(BuildLockedError, match="another build is running; wait"):
        BuildLock(path).acquire("two")


# --- session and folder


def test_opening_makes_a_folder_that_open_points_at(build: BuildSession, settings: Settings):
    folder = build.folder
    assert folder.root == settings.builds / "20260102T120000Z"
    assert settings.open_build.resolve() == folder.root.resolve()
    assert not settings.open_build.readlink().is_absolute()
    assert BuildRecord.read(folder.record).status == "running"


def test_opening_twice_is_the_same_build(build: BuildSession):
    assert build.open("again").root == build.folder.root


def test_asking_for_a_step_outside_a_build_says_what_to_launch(settings: Settings):
    with pytest.raises(NoBuildError, match="launch the job `nightly` or run `jixiao build`"):
        _ = BuildSession(settings).folder


def test_a_part_of_the_steps_continues_the_last_build_with_its_scope(build: BuildSession, settings: Settings):
    build.scope = Scope({"d1": Input("a", "甲"), "d2": Input("b", "乙")}, frozenset({"d1"}), why="asked for")
    build.folder.database.touch()
    build.fail(None, "run")
    later = BuildSession(settings)
    with later.stage(MODELS) as folder:
        assert folder == build.folder
        assert later.record.status == "running"
        assert (later.scope.inputs, later.scope.why) == (build.scope.inputs, "asked for")
    later.close()
    after = BuildRecord.read(folder.record)
    assert (after.status, after.stage) == ("failed", build.record.stage)


@pytest.mark.parametrize(
    ("stage", "content"), [(MODELS, "changes"), (OVERLAY, "changes"), (QUALITY, "whole")]
)
def test_a_stage_before_the_changes_are_laid_over_works_on_the_changes_alone(
    build: BuildSession, settings: Settings, stage: Stage, content: str
):
    build.scope = Scope({"d1": Input("a", "甲")}, frozenset({"d1"}))
    build.folder.database.write_text("whole", encoding="utf-8")
    build.folder.changes.write_text("changes", encoding="utf-8")
    build.fail(None, "run")
    folder = BuildSession(settings).resume(stage)
    assert folder.database.read_text(encoding="utf-8") == content


def test_a_build_whose_database_is_gone_cannot_be_continued(build: BuildSession, settings: Settings):
    build.scope = Scope({"d1": Input("a", "甲")}, frozenset({"d1"}))
    build.finish()
    later = BuildSession(settings)
    with pytest.raises(NoBuildError, match=r"can't be continued at models .*launch the job `nightly`"):
        later.resume(MODELS)
    BuildSession(settings).open("the lock is free again")


def test_builds_of_one_second_have_names_of_their_own(build: BuildSession, settings: Settings):
    build.finish()
    second = BuildSession(settings, clock=lambda: NOON)
    assert second.open("two").root.name == "20260102T120000Z-02"


def test_a_killed_build_is_removed_by_the_next(build: BuildSession, settings: Settings):
    killed = build.folder.root
    build.close()
    later = BuildSession(settings, clock=lambda: NOON + timedelta(hours=1))
    later.open("later")
    assert not killed.exists()


def test_the_newest_builds_are_kept(settings: Settings):
    for hour in range(BUILDS_KEPT + 2):
        session = BuildSession(settings, clock=lambda hour=hour: NOON + timedelta(hours=hour))
        session.open("one of many")
        session.finish()
    kept = sorted(path.name for path in settings.builds.iterdir() if not path.is_symlink())
    assert kept == ["20260102T140000Z", "20260102T150000Z", "20260102T160000Z"]


def test_the_database_of_an_ended_build_makes_room_for_the_next(build: BuildSession, settings: Settings):
    ended = build.folder
    for database in (ended.database, ended.database.with_name("build.duckdb.wal"), ended.changes):
        database.write_bytes(b"rows")
    build.finish()
    assert ended.database.exists()
    BuildSession(settings, clock=lambda: NOON + timedelta(hours=1)).open("next")
    assert list(ended.root.glob("*.duckdb*")) == []
    assert ended.record.exists()


def test_an_interrupted_build_leaves_nothing(build: BuildSession, settings: Settings):
    build.discard()
    assert list(settings.builds.iterdir()) == []
    BuildLock(settings.build_lock).acquire("next")


def test_stages_are_told_timed_and_recorded(build: BuildSession):
    told: list[tuple[str, bool]] = []
    build.listen(lambda stage, seconds: told.append((stage.name, seconds is not None)))
    with build.stage(CHECK):
        assert BuildRecord.read(build.folder.record).stage == "check"
    assert told == [("check", False), ("check", True)]
    assert set(BuildRecord.read(build.folder.record).stages) == {"check"}


def test_a_stage_that_fails_is_the_stage_at_fault(build: BuildSession):
    with pytest.raises(ValueError, match="broken"), build.stage(GATE_1):
        raise ValueError("broken")
    assert build.record.stage == "gate_1"
    assert build.record.stages == {}


def test_a_failed_build_leaves_a_report_and_frees_the_lock(build: BuildSession, settings: Settings):
    with pytest.raises(ValueError, match="broken") as caught, build.stage(MODELS):
        raise ValueError("broken")
    report = build.fail(caught.value, "run-1")
    assert "ValueError: broken" in report.read_text(encoding="utf-8")
    assert BuildRecord.read(build.folder.record).status == "failed"
    BuildLock(settings.build_lock).acquire("next")


def test_record_survives_the_disk(tmp_path: Path):
    record = BuildRecord(
        "b1", "a test", NOON, quarantined=[Quarantined("a.txt:3", "cut", "q")], tests={"pass": 2}
    )
    record.write(tmp_path / "build.json")
    assert BuildRecord.read(tmp_path / "build.json") == record


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"build_id": 1}'])
def test_a_broken_record_is_a_value_error(tmp_path: Path, text: str):
    path = tmp_path / "build.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"."):
        BuildRecord.read(path)


def test_stages_have_their_place():
    assert [position(stage) for stage in STAGES][:2] == ["[ 1/9]", "[ 2/9]"]


# --- inputs


def _accept(settings: Settings, build: BuildSession) -> list[Quarantined]:
    """Take all landed documents into the build."""
    refused = inputs.accept_landed(settings)
    build.scope = scope.decide(settings, inputs.documents(settings), full=True)
    inputs.write_selection(settings, build.folder, build.scope.documents)
    return refused


def _landed_rows(build: BuildSession, table: str) -> list[str]:
    """Return the documents of a table's rows in the store that the build reads, in order."""
    raw = build.folder.raw
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select distinct stored.document_id from read_parquet(?, hive_partitioning = true, "
            "hive_types = {'year': 'varchar', 'batch': 'varchar'}) as stored "
            "semi join read_parquet(?) as documents using (document_id, batch) order by all",
            [str(raw / table / "*/*/data.parquet"), str(raw / "documents.parquet")],
        ).fetchall()
    return [document_id for (document_id,) in rows]


def test_landed_documents_are_read_by_the_build(build: BuildSession, settings: Settings):
    _land(settings, "d1")
    (settings.landing / ".d2.partial").mkdir()
    assert _accept(settings, build) == []
    assert all(_landed_rows(build, table) == ["d1"] for table in set(RAW_TABLES) - OPTIONAL_TABLES)


def test_a_malformed_folder_goes_to_quarantine_with_its_reasons(build: BuildSession, settings: Settings):
    folder = _land(settings, "d1")
    _land(settings, "d2")
    with (folder / "raw_document.csv").open("a", encoding="utf-8") as file:
        file.write("one,two\n")
    [refused] = _accept(settings, build)
    assert refused.source == "d1"
    assert "raw_document.csv:3: 有 2 格，应为 11 列；含逗号的格请加引号\n" in refused.reason
    assert not folder.exists()
    assert (settings.quarantine / "d1" / "reason.txt").read_text(encoding="utf-8").strip() == refused.reason
    assert _landed_rows(build, "raw_document") == ["d2"]


def test_a_second_refusal_does_not_overwrite_the_first(settings: Settings):
    for _ in range(2):
        (settings.landing / "d1").mkdir(parents=True)
        inputs.accept_landed(settings)
    assert sorted(path.name for path in settings.quarantine.iterdir()) == ["d1", "d1-2"]


def test_what_changes_after_a_build_has_begun_is_for_the_next(build: BuildSession, settings: Settings):
    folder = _land(settings, "d1")
    _accept(settings, build)
    shutil.rmtree(folder)
    assert list(build.scope.documents & {"d1"}) == ["d1"]
    assert _landed_rows(build, "raw_document") == ["d1"]


def test_inbox_history_and_hidden_folders_are_no_documents(build: BuildSession, settings: Settings):
    for name in ("inbox", "history", ".work-1"):
        (settings.landing / name / "d9").mkdir(parents=True)
    assert _accept(settings, build) == []
    assert len(inputs.documents(settings)) == 1
    assert not settings.quarantine.exists()


def test_a_document_in_two_folders_is_built_once(build: BuildSession, settings: Settings):
    folder = _land(settings, "d1")
    folder.rename(settings.landing / "again")
    _land(settings, "d1")
    [refused] = _accept(settings, build)
    assert refused.source == "d1"
    assert in_english(refused.reason) == "raw_document.csv [document_id]: d1 is in the folder again already"
    assert list(inputs.documents(settings))[1:] == ["d1"]


def test_a_withdrawn_sample_is_left_out_and_named_to_the_seeds(build: BuildSession, settings: Settings):
    _land(settings, "d1")
    [sample] = inputs.documents(settings)
    settings.landing_folder().remove(sample)
    before = inputs.hash_inputs(settings, inputs.documents(settings))
    _accept(settings, build)
    assert list(inputs.documents(settings)) == ["d1"]
    listed = (build.folder.raw / "left_out.csv").read_text(encoding="utf-8")
    assert listed == f"document_id\n{sample}\n"
    assert inputs.hash_inputs(settings, inputs.documents(settings)) != before


def test_a_document_of_the_sample_that_was_landed_by_hand_is_read_once(
    build: BuildSession, settings: Settings
):
    [sample] = inputs.documents(settings)
    _land(settings, sample)
    assert _accept(settings, build) == []
    assert list(inputs.documents(settings)) == [sample]
    assert _landed_rows(build, "raw_document") == []


def test_many_folders_are_checked_as_few_are(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    for name in ("d1", "d2", "d3"):
        _land(settings, name)
    (settings.landing / "d2" / "raw_document.csv").unlink()
    monkeypatch.setattr(inputs, "MANY_FOLDERS", 2)
    [refused] = inputs.accept_landed(settings)
    assert refused.source == "d2"
    assert "raw_document.csv: 缺少该文件" in refused.reason
    assert list(inputs.documents(settings))[1:] == ["d1", "d3"]


def test_a_folder_that_stayed_as_it_was_is_not_checked_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    _land(settings, "d1")
    inputs.accept_landed(settings)
    checked = []
    monkeypatch.setattr(inputs, "check_submission", lambda folder: checked.append(folder.name) or [])
    _land(settings, "d2")
    inputs.accept_landed(settings)
    assert checked == ["d2"]


def test_a_build_waits_while_the_landing_folder_is_being_changed(build: BuildSession, settings: Settings):
    _land(settings, "d1")
    linked = threading.Event()

    def accept() -> None:
        _accept(settings, build)
        linked.set()

    with settings.landing_folder().lock():
        thread = threading.Thread(target=accept)
        thread.start()
        assert not linked.wait(0.3)
    thread.join(10)
    assert linked.is_set()


def test_input_hash_tells_content_and_name_but_not_place(tmp_path: Path):
    one, two = tmp_path / "one", tmp_path / "elsewhere"
    one.write_text("a", encoding="utf-8")
    two.write_text("a", encoding="utf-8")
    assert inputs.hash_files({"x": one}) == inputs.hash_files({"x": two})
    assert inputs.hash_files({"x": one}) != inputs.hash_files({"y": one})
    two.write_text("b", encoding="utf-8")
    assert inputs.hash_files({"x": one}) != inputs.hash_files({"x": two})


def test_build_info_names_code_input_and_time(build: BuildSession, settings: Settings):
    _land(settings, "d1")
    _accept(settings, build)
    build.record.documents = list(inputs.documents(settings))
    info = build_info(build, NOON + timedelta(seconds=90))
    assert tuple(info) == COLUMNS
    assert info["release_id"] == "20260102T120000Z"
    assert info["started_at"] == "2026-01-02T12:00:00+00:00"
    assert info["seconds"] == "90.0"
    assert (info["documents"], info["documents_computed"], info["base_release_id"]) == ("2", "2", "")
    assert len(info["input_hash"]) == 64
    write_build_info(build)
    assert read_build_info(build)["input_hash"] == info["input_hash"]


# --- report


def test_report_says_where_what_and_what_to_do(tmp_path: Path):
    folder = BuildFolder(tmp_path)
    folder.logs.mkdir()
    (folder.logs / "build.log").write_text("", encoding="utf-8")
    record = BuildRecord("b1", "jixiao build", NOON, stage="gate_1", failure="a.csv:4: orphan")
    record.stages = {"extraction": 0.1, "check": 0.2}
    text = render_report(folder, record, "run-1")
    for part in (
        "b1",
        "gate_1",
        "extraction, check",
        "a.csv:4: orphan",
        GATE_1.remedy.zh,
        GATE_1.remedy.en,
        "- logs/build.log",
    ):
        assert part in text
    assert str(tmp_path) not in text
    assert "jixiao remove" not in text.split("怎么办")[1].replace(GATE_1.remedy.zh, "").replace(
        GATE_1.remedy.en, ""
    )


def test_a_report_says_how_to_publish_without_the_documents_at_fault(tmp_path: Path):
    folder = BuildFolder(tmp_path)
    folder.logs.mkdir()
    failure = "document_id='d0123456789ab', rule\ndocument_id='d0123456789ab_2'\ndocument_id='d0123456789ab'"
    text = render_report(folder, BuildRecord("b1", "jixiao build", NOON, stage="gate_2", failure=failure), "")
    assert re.findall(r"^- `(jixiao remove .*)`$", text, re.MULTILINE) == [
        "jixiao remove d0123456789ab",
        "jixiao remove d0123456789ab_2",
    ]


@pytest.mark.parametrize(
    ("error", "is_of_program"),
    [
        ("TypeError: 'NoneType' object is not iterable", True),
        ("PermissionError: [Errno 13] Permission denied", False),
        ("duckdb.IOException: IO Error: Could not write", False),
    ],
)
def test_an_error_of_the_program_is_no_matter_of_disk_space(tmp_path: Path, error: str, is_of_program: bool):
    failure = f'Traceback (most recent call last):\n  File "x.py", line 1\n{error}'
    record = BuildRecord("b1", "jixiao build", NOON, stage="release", failure=failure)
    text = render_report(BuildFolder(tmp_path), record, "run-1")
    assert ("程序自身出错" in text) == is_of_program
    assert (RELEASE.remedy.en in text) != is_of_program


def test_every_stage_says_what_to_do_in_chinese_and_english():
    for stage in STAGES:
        assert re.search("[一-龥]", stage.remedy.zh)
        assert re.search("[a-z]{4} [a-z]", stage.remedy.en)


def test_an_error_that_speaks_for_itself_has_no_traceback():
    assert describe_error(dg.Failure(description="row 3 is wrong")) == "row 3 is wrong"


def test_an_error_nobody_foresaw_has_its_traceback():
    with pytest.raises(KeyError) as caught:
        {}["x"]
    text = describe_error(caught.value)
    assert text.startswith("Traceback")
    assert text.endswith("KeyError: 'x'")


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        duckdb.IOException("IO Error: Could not write to file: No space left on device"),
        sqlite3.OperationalError("database or disk is full"),
    ],
    ids=["file", "DuckDB", "Dagster"],
)
def test_a_full_disk_removes_what_the_build_wrote_and_is_reported(build: BuildSession, error: Exception):
    build.folder.database.write_bytes(b"half a database")
    build.settings.spill.mkdir()
    (build.settings.spill / "spilled").touch()
    (build.folder.logs / "build.log").touch()
    build.fail(error, "run-1")
    assert build.record.failure.startswith("磁盘已满")
    assert "Traceback" not in build.record.failure
    assert sorted(path.name for path in build.folder.root.iterdir()) == ["build.json", "failure.md", "logs"]
    assert list(build.settings.spill.iterdir()) == []
    report = build.folder.failure_report.read_text(encoding="utf-8")
    assert "Remove old releases" in report


def test_a_disk_too_full_for_the_report_does_not_hide_the_failure(
    build: BuildSession, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", refuse)
    assert not build.fail(OSError(errno.ENOSPC, "No space left on device"), "run-1").exists()
    assert "The disk is full" in build.record.failure
    # The lock is free for the next build.
    BuildLock(build.settings.build_lock).acquire("the next build")


# --- home


def test_postgres_is_set_by_its_address_which_is_not_written_down(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("orchestration.home.find_spec", lambda _: True)
    monkeypatch.setenv("DAGSTER_HOME", "")
    config = prepare_home(settings) / CONFIG_NAME
    assert "storage:" not in config.read_text("utf-8").splitlines()
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("JIXIAO_POSTGRES", "postgresql+psycopg2://dagster:secret@db:5432/dagster")
    prepare_home(settings)
    written = yaml.safe_load(config.read_text("utf-8"))
    assert written["storage"] == {"postgres": {"postgres_url": {"env": "JIXIAO_POSTGRES"}}}
    assert "event_log_storage" not in written
    assert "secret" not in config.read_text("utf-8")


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("postgresql://dagster:secret@db:5432/dagster", "postgresql\\+psycopg2://user:password@host"),
        ("postgresql+psycopg2://dagster:secret@db:5432/dagster", r"pip install 'jixiao\[postgres\]'"),
    ],
)
def test_a_postgres_that_can_not_be_used_is_named_without_its_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, address: str, problem: str
):
    monkeypatch.setattr("orchestration.home.find_spec", lambda _: None)
    monkeypatch.setenv("JIXIAO_POSTGRES", address)
    with pytest.raises(SettingsError, match=problem) as caught:
        prepare_home(settings)
    assert "secret" not in str(caught.value)


def test_home_is_set_up_once(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    home = prepare_home(settings)
    config = home / CONFIG_NAME
    assert "max_concurrent_runs: 1" in config.read_text(encoding="utf-8")
    config.write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    monkeypatch.delenv("DAGSTER_HOME")
    prepare_home(settings)
    assert config.read_text(encoding="utf-8") == "telemetry: {enabled: false}\n"


def test_a_home_of_the_users_own_is_respected(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "mine"))
    assert prepare_home(settings) == tmp_path / "mine"
    assert not settings.dagster_home.exists()


def test_a_folder_that_is_still_written_to_is_removed_all_the_same(
    build: BuildSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    real, tries = shutil.rmtree, []

    def rmtree(path: Path) -> None:
        tries.append(path)
        if len(tries) == 1:
            raise OSError(39, "Directory not empty")
        real(path)

    monkeypatch.setattr("jixiao.builds.folder.shutil.rmtree", rmtree)
    monkeypatch.setattr("jixiao.builds.folder.time.sleep", lambda _: None)
    remove(settings, build.folder)
    assert len(tries) == 2
    assert not build.folder.root.exists()


# --- a step alone


@pytest.mark.parametrize(("stage", "before"), [(RAW, []), (MODELS, ["raw", "models"])])
def test_a_step_after_a_released_build_begins_one_with_everything_before_it(
    build: BuildSession, settings: Settings, monkeypatch: pytest.MonkeyPatch, stage: Stage, before: list[str]
):
    build.scope = Scope({"d1": Input("a", "甲")}, frozenset({"d1"}))
    build.finish()
    later, done = BuildSession(settings, clock=lambda: NOON + timedelta(hours=1)), []

    def decide(session: BuildSession, _: object) -> None:
        session.scope = Scope({"d1": Input("a", "甲")}, frozenset({"d1"}))

    monkeypatch.setattr(run.engine, "check", decide)
    monkeypatch.setattr(run, "run_to_end", lambda *_, target, **__: done.append(target.name))
    run.continue_or_begin(later, stage)
    assert (later.folder.root != build.folder.root, done) == (True, before)


def test_a_step_after_the_models_needs_a_build_to_continue(settings: Settings):
    with pytest.raises(NoBuildError, match="launch the job `nightly`"):
        run.continue_or_begin(BuildSession(settings), QUALITY)


def test_a_release_names_the_parts_refused_when_its_documents_were_added(settings: Settings) -> None:
    def entry(document_id: str, *refused: dict[str, object]) -> SimpleNamespace:
        filing = SimpleNamespace(source_file="budget.csv")
        return SimpleNamespace(document_id=document_id, filing=filing, manifest={"refused": list(refused)})

    bad = {"part": "项目“甲”", "line": 3, "reason": "不是数字"}
    landed = [entry("d1", bad), entry("withdrawn", bad | {"line": 9}), entry("d2", bad | {"reason": "重复"})]
    build = SimpleNamespace(
        record=SimpleNamespace(
            documents=["d1", "d2"],
            quarantined=[Quarantined("budget.csv:3", "项目“甲”: 重复", "quarantine/b")],
        ),
        settings=SimpleNamespace(landing_folder=lambda: SimpleNamespace(active=lambda: landed)),
    )
    assert publication._refused(build) == ["项目“甲”: 重复", "budget.csv:3 项目“甲”: 不是数字"]
