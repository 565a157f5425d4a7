"""The history of releases that a build copies from the current one."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from jixiao.builds.history import COLUMNS, TABLE_FILE, read_history, write_history
from jixiao.release.store import describe_files
from jixiao.settings import PROJECT_ROOT, Retention, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(project_root=PROJECT_ROOT, var=tmp_path / "var", landing=tmp_path / "landing")


def release(settings: Settings, name: str, remembered: list[str]) -> Path:
    """Make a current release whose history has a row for each of some releases, named by their times."""
    file = settings.releases / name / TABLE_FILE
    file.parent.mkdir(parents=True)
    others = ", ".join(f"null as {column}" for column in COLUMNS[2:])
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select column0 as release_id, column0 as released_at, {others} from (values "
            + ", ".join(f"('{one}')" for one in remembered)
            + f") as t(column0)) to '{file}' (format parquet)"
        )
    folder = settings.releases / name
    (folder / "jixiao.duckdb").touch()
    manifest = {"release_id": name, "created_at": "2026-01-01", "files": describe_files(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    settings.current.unlink(missing_ok=True)
    settings.current.symlink_to(Path("releases") / name)
    return file


def test_the_first_build_has_no_history_and_no_warning(settings: Settings):
    history = read_history(settings)
    assert (history.rows, history.warning) == ((), None)


def test_a_build_goes_on_from_the_release_that_is_current(settings: Settings):
    release(settings, "r3", ["r1", "r2", "r3"])
    release(settings, "r2", ["r1", "r2"])
    assert [row[0] for row in read_history(settings).rows] == ["r1", "r2"]


def test_as_many_releases_are_remembered_as_are_kept_with_the_one_being_built(settings: Settings):
    names = [f"r{number:02}" for number in range(20)]
    release(settings, names[-1], names)
    settings = replace(settings, retention=Retention(last=5, weekly=3, monthly=2))
    assert [row[0] for row in read_history(settings).rows] == names[-9:]


def test_a_release_without_a_history_is_named_and_the_history_starts_anew(settings: Settings):
    release(settings, "r1", ["r1"]).unlink()
    history = read_history(settings)
    assert history.rows == ()
    assert history.warning is not None
    assert "older version" in history.warning


def test_a_damaged_history_is_named_and_starts_anew(settings: Settings):
    file = release(settings, "r1", ["r1"])
    file.unlink()
    file.write_bytes(b"no parquet")
    history = read_history(settings)
    assert history.rows == ()
    assert str(file) in (history.warning or "")


def test_a_current_release_that_is_gone_starts_anew(settings: Settings):
    settings.var.mkdir(parents=True)
    settings.current.symlink_to(Path("releases") / "lost")
    assert "starts anew" in (read_history(settings).warning or "")


def test_the_history_is_written_with_a_head_and_blanks_for_null(settings: Settings, tmp_path: Path):
    release(settings, "r1", ["r1"])
    write_history(read_history(settings), tmp_path / "history.csv")
    with (tmp_path / "history.csv").open(encoding="utf-8", newline="") as file:
        head, row = csv.reader(file)
    assert tuple(head) == COLUMNS
    assert row == ["r1", "r1", *[""] * (len(COLUMNS) - 2)]
