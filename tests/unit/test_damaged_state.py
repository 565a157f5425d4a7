"""Damage to the state of an installation: found by `jixiao doctor`, repaired by the next build."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.contract import RAW_TABLES, columns
from ingestion.message import in_english
from jixiao.builds import damage, loaded_reference, scope
from jixiao.builds.folder import BuildFolder
from jixiao.builds.raw_store import RawStore, signature_of
from jixiao.builds.session import BuildSession
from jixiao.release.comparison import write_views
from jixiao.release.query import connect
from jixiao.release.releases import ReleaseError, current, publish
from jixiao.settings import PROJECT_ROOT, Settings

GARBAGE = b"no such file format " * 1000


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with two releases, raw rows, loaded reference tables and Dagster's files."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    found = Settings(PROJECT_ROOT, tmp_path / "var", tmp_path / "landing", memory="200MB")
    for name, forms in (("r1", 1), ("r2", 2)):
        made = BuildFolder(tmp_path / name)
        made.root.mkdir()
        with duckdb.connect(str(made.database)) as connection:
            connection.execute(f"create schema core; create table core.t as select {forms} as forms")
            connection.execute("create schema reference; create table reference.unit as select '元' as unit")
        publish(made.database, name, found)
    loaded_reference.keep(found, BuildFolder(tmp_path / "r2"))
    folder = found.landing / "d1"
    folder.mkdir(parents=True)
    for table in RAW_TABLES:
        header = ",".join(columns(table))
        row = ",".join("d1" if name == "document_id" else "2024" for name in columns(table))
        text = f"{header}\n{row}\n" if table == "raw_document" else f"{header}\n"
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    RawStore(found.raw_store).update([], {"d1": folder})
    history = found.dagster_home / "history"
    history.mkdir(parents=True)
    # Dagster writes the file without a name when the history of assets is removed.
    for name in ("runs.db", ".db"):
        with sqlite3.connect(history / name) as runs:
            runs.execute("create table runs (id)")
    return found


def flip(file: Path) -> None:
    """Change one byte in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.unlink()
    file.write_bytes(content)


def fill(file: Path) -> None:
    file.unlink()
    file.write_bytes(GARBAGE)


def batch(settings: Settings) -> Path:
    return next(settings.raw_store.glob("raw_document/*/*/data.parquet"))


def change_the_database(settings: Settings) -> None:
    flip(settings.releases / "r2" / "jixiao.duckdb")


def empty_the_manifest(settings: Settings) -> None:
    manifest = settings.releases / "r2" / "manifest.json"
    manifest.unlink()
    manifest.touch()


def remove_the_release(settings: Settings) -> None:
    shutil.rmtree(settings.releases / "r2")


def put_a_folder_for_the_link(settings: Settings) -> None:
    settings.current.unlink()
    settings.current.mkdir()


def halve_the_list_of_documents(settings: Settings) -> None:
    (settings.var / "set_aside.json").write_text('[{"source": "d', encoding="utf-8")


DAMAGE: dict[str, tuple[Callable[[Settings], None], str, str]] = {
    "database": (change_the_database, "the release is damaged (SHA-256)", "r1"),
    "manifest": (empty_the_manifest, "manifest.json can't be read", "r1"),
    "no release": (remove_the_release, "its release r2 is gone", "r1"),
    "no link": (put_a_folder_for_the_link, "isn't a link", "r2"),
    "other release": (lambda it: fill(it.releases / "r1" / "manifest.json"), "the release is damaged", "r2"),
    "raw rows": (
        lambda it: fill(batch(it)),
        "raw rows have changed, can't be read or lack columns (1 files)",
        "r2",
    ),
    "no raw rows": (
        lambda it: batch(it).unlink(),
        "raw rows have changed, can't be read or lack columns (1 files)",
        "r2",
    ),
    "a byte of the raw documents": (
        lambda it: flip(RawStore(it.raw_store).documents),
        "raw rows have changed, can't be read",
        "r2",
    ),
    "raw documents": (
        lambda it: fill(RawStore(it.raw_store).documents),
        "raw rows have changed, can't be read",
        "r2",
    ),
    "reference": (
        lambda it: flip(next((it.var / "reference").glob("*.duckdb"))),
        "the reference tables are damaged",
        "r2",
    ),
    "set aside": (halve_the_list_of_documents, "its documents remain set aside", "r2"),
    "dagster": (
        lambda it: fill(it.dagster_home / "history" / "runs.db"),
        "a damaged file of Dagster",
        "r2",
    ),
    "dagster.yaml": (
        lambda it: (it.dagster_home / "dagster.yaml").touch(),
        "a damaged file of Dagster",
        "r2",
    ),
}


def test_sound_state_is_left_alone(settings: Settings) -> None:
    assert list(damage.find(settings)) == []
    session = BuildSession(settings)
    session.open("a build")
    assert session.record.notes == []


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_build_repairs_damage_and_notes_it(settings: Settings, kind: str) -> None:
    harm, message, release_id = DAMAGE[kind]
    harm(settings)
    [found] = damage.find(settings)
    assert message in found.message.en

    session = BuildSession(settings, clock=lambda: datetime(2026, 1, 2, tzinfo=UTC))
    session.open("a build")
    assert session.record.notes == [found.message]
    assert list(damage.find(settings)) == []
    release = current(settings)
    assert release is not None
    assert release.release_id == release_id


def test_where_no_release_is_sound_the_next_build_begins_anew(settings: Settings) -> None:
    for name in ("r1", "r2"):
        flip(settings.releases / name / "jixiao.duckdb")
    damage.repair(settings)
    assert [path.name for path in (settings.var / "damaged").iterdir()] == ["r2"]
    assert current(settings) is None


def test_files_of_raw_rows_without_a_column_of_today_are_read_again(settings: Settings) -> None:
    file = batch(settings)
    file.unlink()
    duckdb.sql(f"copy (select 'd1' as document_id) to '{file}' (format parquet)")
    assert RawStore(settings.raw_store).damaged() == [file]


def test_files_of_raw_rows_with_a_changed_bit_are_read_again(settings: Settings) -> None:
    file = batch(settings)
    content = bytearray(file.read_bytes())
    for place in range(4, len(content), len(content) // 20):
        content[place] ^= 1
        file.write_bytes(content)
        assert RawStore(settings.raw_store).damaged() == [file], place
        content[place] ^= 1
    file.write_bytes(content)
    assert RawStore(settings.raw_store).damaged() == []


def test_a_store_of_an_earlier_version_has_no_checksum_and_is_made_again(settings: Settings) -> None:
    documents = RawStore(settings.raw_store).documents
    assert RawStore(settings.raw_store).damaged() == []
    documents.with_suffix(".sha256").unlink()
    assert RawStore(settings.raw_store).damaged() == [documents]


def test_a_client_that_writes_a_release_blocks_no_comparison_and_is_named(
    settings: Settings, tmp_path: Path
) -> None:
    release = current(settings)
    assert release is not None
    # The administrator may write any file.
    release.database.chmod(0o644)
    code = f"import duckdb, sys; held = duckdb.connect({str(release.database)!r}); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as client:
        assert client.stdout is not None
        client.stdout.readline()
        with pytest.raises(ReleaseError, match=rf"\(process {client.pid}\) has it open for writing"):
            connect(settings)
        views = tmp_path / "views.duckdb"
        assert write_views(release, views) == []
        with duckdb.connect(str(views), read_only=True) as connection:
            assert connection.execute("select forms from core.t").fetchall() == [(2,)]
        assert client.stdin is not None
        client.stdin.close()


def test_a_release_has_no_file_that_can_be_written(settings: Settings) -> None:
    files = [path for path in settings.current.resolve().rglob("*") if path.is_file()]
    assert [path.name for path in files if path.stat().st_mode & 0o222] == []


def test_a_damaged_table_of_the_last_release_is_left_out_of_the_comparison(
    settings: Settings, tmp_path: Path
) -> None:
    release = current(settings)
    assert release is not None
    flip(release.path / "parquet" / "core" / "t.parquet")
    [message] = write_views(release, tmp_path / "views.duckdb")
    assert "t.parquet is missing or damaged" in message.en


def test_the_state_of_an_earlier_version_is_built_on(settings: Settings) -> None:
    # Version 0.1.0: fewer raw columns, another record of a build, kept tables without a checksum, files to write.
    for file in settings.raw_store.glob("raw_*/*/*/data.parquet"):
        file.unlink()
        duckdb.sql(f"copy (select 'd1' as document_id) to '{file}' (format parquet)")
    next((settings.var / "reference").glob("*.sha256")).unlink()
    for file in settings.releases.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o644)
    old = settings.builds / "20251231T180000Z"
    old.mkdir(parents=True)
    (old / "build.json").write_text(
        json.dumps({"build_id": old.name, "status": "released", "rows": {"core.dim_project": 1}}),
        encoding="utf-8",
    )
    settings.open_build.symlink_to(old.name)

    session = BuildSession(settings)
    session.open("the first build of the new version")
    [note] = session.record.notes
    assert "raw rows have changed, can't be read or lack columns" in in_english(note)
    assert RawStore(settings.raw_store).folders() == {}
    # Everything is computed, and compared with the release of the earlier version.
    decided = scope.decide(settings, {"d1": scope.Input("sha", "甲")})
    assert (decided.base, decided.documents) == (None, {"d1"})
    release = current(settings)
    assert release is not None
    assert write_views(release, session.folder.last_release) == []


def test_a_copy_on_another_path_goes_on(settings: Settings, tmp_path: Path) -> None:
    moved = Settings(PROJECT_ROOT, tmp_path / "elsewhere" / "var", tmp_path / "elsewhere" / "landing")
    shutil.copytree(settings.var, moved.var, symlinks=True)
    shutil.copytree(settings.landing, moved.landing)
    shutil.rmtree(settings.var)
    assert list(damage.find(moved)) == []
    release = current(moved)
    assert release is not None
    assert release.path == moved.releases / "r2"
    with connect(moved) as connection:
        assert connection.execute("select forms from core.t").fetchall() == [(2,)]
    # The rows in the store are those of the copied folders: nothing is read again.
    [known] = RawStore(moved.raw_store).folders().values()
    assert known.signature == signature_of(moved.landing / "d1")
