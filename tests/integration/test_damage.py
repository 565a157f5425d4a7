"""A damaged installation, and one whose release a client holds: the next build makes a release all the same."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from installation import FirstBuild, Installation

GARBAGE = b"no such file format " * 1000

HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"

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


def test_a_client_that_holds_the_release_for_writing_does_not_stop_a_build(released: Installation):
    before = released.current()
    # The administrator may write any file.
    before.database.chmod(0o644)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(before.database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as client:
        assert client.stdout is not None
        client.stdout.readline()
        refused = released.run(*FORMS)
        assert refused.returncode == 1
        assert f"（进程 {client.pid}）以读写方式打开" in refused.stderr
        done = released.run("build", "--force")
        assert client.stdin is not None
        client.stdin.close()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "损坏" not in done.stdout
    assert released.current().release_id != before.release_id
    assert released.run(*FORMS).stdout == "\ufeffforms\n139\n"
