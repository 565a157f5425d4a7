"""Builds that are killed, interrupted or hindered: readers keep a complete release, and the next build gives the same rows.

The tests share one installation, as builds do; each leaves it with a complete release.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest
from installation import PATIENCE_SECONDS, Installation, read_until

from jixiao.release.releases import Release
from jixiao.settings import PUBLISHED_SCHEMAS

ABOUT_THE_BUILD = {"quality.build_info", "quality.fct_expectation_result", "quality.release_history"}
"""Tables of the build itself: its id, its times, and the releases it was compared with."""


def marts(release: Release) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of all tables that depend on the documents, in order."""
    with duckdb.connect(str(release.database), read_only=True) as connection:
        names = [
            f"{schema}.{table}"
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables() where schema_name in $1 order by all",
                [list(PUBLISHED_SCHEMAS)],
            ).fetchall()
        ]
        rows = {
            name: connection.execute(f"select * from {name}").fetchall()
            for name in names
            if name not in ABOUT_THE_BUILD
        }
    # The dictionary shows a value of each column, also of the tables of the build itself.
    described = rows["core.data_dictionary"]
    return {
        **rows,
        "core.data_dictionary": [
            row for row in described if str(row[0]).rpartition(".")[0] not in ABOUT_THE_BUILD
        ],
    }


# dbt's output in the middle of a stage; the release is killed at its start.
MIDST = {"raw": "OK loaded seed", "models": "OK created sql"}


# For the remains of a build in each stage, see `tests/unit/test_build_left_behind.py`.
@pytest.mark.parametrize("stage", MIDST)
def test_a_build_killed_in_a_stage_leaves_the_release_whole(released: Installation, stage: str):
    before = released.current()
    with released.building() as process:
        reach(released, process, stage)
        os.killpg(process.pid, signal.SIGKILL)
    assert released.current() == before
    done = released.run("sql", "select count(*) as forms from core.dim_project", "--csv")
    assert (done.returncode, done.stdout) == (0, "\ufeffforms\n139\n")


def reach(installation: Installation, process: subprocess.Popen[str], stage: str) -> None:
    """Wait until a build is in a stage; if the stage runs dbt, in the middle of it."""
    assert process.stdout is not None
    read_until(process.stdout, f"/9] {stage} ")
    if stage in MIDST:
        log = installation.settings.open_build / "logs" / f"dbt_{stage}" / "dbt.log"
        with subprocess.Popen(
            ["tail", "-n", "+1", "-F", str(log)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        ) as tail:
            assert tail.stdout is not None
            read_until(tail.stdout, MIDST[stage])
            tail.terminate()


HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@contextmanager
def held(release: Release) -> Iterator[int]:
    """Hold the database of a release open for writing in another process, and yield its id."""
    # The administrator may write any file.
    release.database.chmod(0o644)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(release.database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as client:
        assert client.stdout is not None
        assert client.stdin is not None
        client.stdout.readline()
        yield client.pid
        client.stdin.close()


def test_after_a_kill_in_the_release_the_next_build_cleans_up_though_a_client_holds_the_release(
    released: Installation,
):
    before = released.current()
    with released.building() as process:
        reach(released, process, "release")
        os.killpg(process.pid, signal.SIGKILL)
    assert released.current() == before
    killed = released.settings.open_build.resolve()
    assert killed.is_dir()

    with held(before) as client:
        refused = released.run("sql", "select 1")
        assert refused.returncode == 1
        assert f"（进程 {client}）以读写方式打开" in refused.stderr
        done = released.run("build", "--force")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "损坏" not in done.stdout
    after = released.current()
    assert after.release_id != before.release_id
    assert not killed.exists()
    assert list(released.settings.releases.glob(".*.partial")) == []
    first, second = marts(before), marts(after)
    assert first.keys() == second.keys()
    assert {name for name in first if first[name] != second[name]} == set()


def test_ctrl_c_leaves_nothing_behind(released: Installation):
    before = released.current()
    with released.building() as process:
        reach(released, process, "raw")
        build = released.settings.open_build.resolve()
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout is not None
        read_until(process.stdout, f"已中断；读者使用版本 {before.release_id}")
        assert process.wait(PATIENCE_SECONDS) == 130
    assert not build.exists()
    assert released.current() == before
