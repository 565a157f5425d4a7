"""A build without enough disk space is refused before it begins."""

from __future__ import annotations

import os
from collections import namedtuple
from pathlib import Path

import duckdb
import pytest

from jixiao.builds import space
from jixiao.builds.scope import Input, Scope
from jixiao.builds.space import AT_LEAST, BYTES_A_FORM, NoSpaceError, check_space, needed
from jixiao.release.releases import Release
from jixiao.settings import PROJECT_ROOT, Settings

Usage = namedtuple("Usage", "total used free")
INPUTS = {name: Input(name, name) for name in "abcd"}
FORMS = 10_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(PROJECT_ROOT, tmp_path / "var", tmp_path / "landing")
    file = settings.raw_store / "raw_self_evaluation" / "year=2023" / "batch=00001" / "data.parquet"
    file.parent.mkdir(parents=True)
    duckdb.sql(f"copy (select range as form_no from range({FORMS})) to '{file}' (format parquet)")
    return settings


def _file(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.truncate(path, size)


def test_a_build_of_everything_takes_so_much_a_form(settings: Settings):
    assert needed(settings, Scope(INPUTS, frozenset(INPUTS))) == AT_LEAST + BYTES_A_FORM * FORMS


def test_a_build_of_a_part_takes_its_share_and_a_copy_of_the_release(settings: Settings):
    folder = settings.releases / "r1"
    _file(folder / "jixiao.duckdb", 7_000_000)
    _file(folder / "parquet" / "core" / "dim_document.parquet", 3_000_000)
    base = Release("r1", folder, {}, is_current=True)
    assert (
        needed(settings, Scope(INPUTS, frozenset("a"), base=base))
        == AT_LEAST + BYTES_A_FORM * FORMS // 4 + 10_000_000
    )


def test_a_full_disk_is_told_with_what_is_needed_and_what_is_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    scope = Scope(INPUTS, frozenset(INPUTS))
    wanted = AT_LEAST + BYTES_A_FORM * FORMS
    monkeypatch.setattr(space.shutil, "disk_usage", lambda path: Usage(0, 0, wanted))
    assert check_space(settings, scope) == wanted
    monkeypatch.setattr(space.shutil, "disk_usage", lambda path: Usage(0, 0, 2**29))
    with pytest.raises(NoSpaceError, match=rf"takes about {wanted / 2**30:.1f} GiB, .*var has 0\.5 GiB left"):
        check_space(settings, scope)
