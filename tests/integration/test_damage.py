"""A damaged installation: the next build makes a release all the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from installation import FirstBuild, Installation

GARBAGE = b"no such file format " * 1000

FORMS = ("sql", "select count(*) as forms from core.dim_project", "--csv")


def test_a_copy_on_another_path_with_damage_of_each_kind_is_built_again(
    first_build: FirstBuild, tmp_path: Path
):
    moved = Installation(tmp_path / "var", tmp_path / "landing")
    shutil.copytree(first_build.installation.var, moved.var, symlinks=True)
    broken = moved.current().release_id
    for file in (
        moved.settings.current / "jixiao.duckdb",
        *moved.settings.dagster_home.rglob("*.db"),
        *(moved.var / "reference").glob("*.duckdb"),
        *moved.var.joinpath("dbt").glob("*.*"),
        moved.settings.open_build / "build.json",
        moved.var / "set_aside.json",
    ):
        file.unlink(missing_ok=True)
        file.write_bytes(GARBAGE)
    found = moved.run("doctor")
    assert found.returncode == 1
    assert broken in found.stdout

    done = moved.run("build")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{broken}：版本已损坏" in done.stdout
    assert moved.current().release_id != broken
    assert moved.run(*FORMS).stdout == "\ufeffforms\n139\n"
    assert moved.run("doctor").returncode == 0
