"""Readers through switches of the release, and publishes killed at every stage."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import duckdb
import pytest

from jixiao import releases
from jixiao.query import run_sql
from jixiao.releases import current, list_releases, publish, rollback, switch, verify
from jixiao.settings import RELEASES_KEPT, Settings

FACTS = 20000

GENERATION_SQL = f"""
    create schema core; create schema quality; create schema raw;
    create table raw.r as select {{generation}} as generation;
    create table core.fact as select i as id, {{generation}} as generation from range({FACTS}) r(i);
    alter table core.fact add primary key (id);
    create table quality.build_info as select {{generation}} as generation, {FACTS} as facts;
"""

CHECK_SQL = """
    select min(f.generation), max(f.generation), count(*), min(b.generation), min(b.facts)
    from core.fact f cross join quality.build_info b
"""

READER = """
import sys, threading
from pathlib import Path
import duckdb
from jixiao.query import connect
from jixiao.settings import Settings

kind, var, sql = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
settings = Settings(project_root=var, var=var, landing=var)
asked, answered = 0, 0
ended = threading.Event()

def listen():
    global asked
    for _ in sys.stdin:
        asked += 1
    ended.set()

def open_link():
    return duckdb.connect(str(var / "current" / "jixiao.duckdb"), read_only=True)

def check(con):
    low, high, rows, told, facts = con.execute(sql).fetchone()
    if not low == high == told or rows != facts:
        raise SystemExit(f"torn release: {low} {high} {rows} {told} {facts}")
    return low

threading.Thread(target=listen, daemon=True).start()
kept = open_link() if kind == "keep" else None
while not ended.is_set():
    # Taken before the check, so that the answer is about what was there after the question.
    questions = asked
    if kept is not None:
        generation = check(kept)
    else:
        with (open_link() if kind == "reopen" else connect(settings)) as con:
            generation = check(con)
    if questions > answered:
        answered = questions
        print(generation, flush=True)
if kept is not None:
    kept.close()
"""

DYING_PUBLISH = """
import importlib, os, signal, sys
from pathlib import Path
from jixiao import releases
from jixiao.settings import Settings

build, var, release_id, docs, module, name, call, moment, kept = sys.argv[1:]
calls = 0

def die():
    os.kill(os.getpid(), signal.SIGKILL)

if module:
    owner = importlib.import_module(module)
    original = getattr(owner, name)

    def dying(*args, **kwargs):
        global calls
        calls += 1
        if calls == int(call) and moment == "before":
            die()
        result = original(*args, **kwargs)
        if calls == int(call) and moment == "after":
            die()
        return result

    setattr(owner, name, dying)
releases.RELEASES_KEPT = int(kept)
print("publishing", flush=True)
settings = Settings(project_root=Path(var), var=Path(var), landing=Path(var))
releases.publish(Path(build), release_id, settings, folders={"data_docs": Path(docs)})
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(project_root=tmp_path, var=tmp_path / "var", landing=tmp_path / "landing")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "index.html").write_text("<p>docs</p>")
    return folder


def make_build(settings: Settings, generation: int, sql: str = GENERATION_SQL) -> Path:
    path = settings.builds / f"{generation}.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as con:
        con.execute(sql.format(generation=generation))
    return path


@contextmanager
def reader(kind: str, settings: Settings) -> Iterator[Callable[[], int]]:
    """A process that checks in a loop; gives the function that asks it for its latest check."""
    command = [sys.executable, "-c", READER, kind, str(settings.var), CHECK_SQL]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        answers, complaints = process.stdout, process.stderr
        try:

            def ask() -> int:
                with suppress(BrokenPipeError):
                    print("?", file=process.stdin, flush=True)
                line = answers.readline()
                if not line:
                    pytest.fail(f"reader {kind!r} ended: {complaints.read()}")
                return int(line)

            yield ask
            _, errors = process.communicate()
            assert (process.returncode, errors) == (0, "")
        finally:
            process.kill()


def test_readers_see_only_whole_releases_while_five_are_published(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The release that readers keep open is soon removed, and has to stay readable for them.
    monkeypatch.setattr(releases, "RELEASES_KEPT", 2)
    builds = [make_build(settings, generation) for generation in range(6)]
    publish(builds[0], "r0", settings)

    with ExitStack() as stack:
        kinds = ("keep", "keep", "reopen", "reopen", "connect")
        readers = [(kind, stack.enter_context(reader(kind, settings))) for kind in kinds]
        assert [ask() for _, ask in readers] == [0, 0, 0, 0, 0]
        for generation in range(1, 6):
            publish(builds[generation], f"r{generation}", settings)
            for kind, ask in readers:
                assert ask() == (0 if kind == "keep" else generation)
        assert [release.release_id for release in list_releases(settings)] == ["r5", "r4"]

        # Many bare switches, since the moment that a reader could hit is short.
        for _ in range(300):
            switch(settings, "r4")
            switch(settings, "r5")
        rollback(settings)
        assert [ask() for _, ask in readers] == [0, 0, 4, 4, 4]


def start_publish(
    build: Path,
    settings: Settings,
    docs: Path,
    release_id: str,
    *,
    dies: tuple[str, str, int, str] = ("", "", 0, ""),
    kept: int = RELEASES_KEPT,
) -> subprocess.Popen[str]:
    """A process that has begun to publish and kills itself before or after the nth call of a function."""
    arguments = [str(build), str(settings.var), release_id, str(docs), *map(str, dies), str(kept)]
    process = subprocess.Popen(
        [sys.executable, "-c", DYING_PUBLISH, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "publishing\n"
    return process


def assert_whole(settings: Settings, release_id: str, generation: int) -> None:
    release = current(settings)
    assert release is not None
    assert release.release_id == release_id
    verify(release)
    low, high, count, told, facts = run_sql(settings, CHECK_SQL).rows[0]
    assert (low, high, told) == (generation, generation, generation)
    assert count == facts
    with duckdb.connect(str(settings.current / "jixiao.duckdb"), read_only=True) as con:
        assert con.execute("select generation from quality.build_info").fetchall() == [(generation,)]
    assert [release.problem for release in list_releases(settings) if release.problem] == []


def assert_next_publish_cleans(build: Path, settings: Settings, docs: Path, generation: int) -> None:
    publish(build, f"next{generation}", settings, folders={"data_docs": docs})
    assert_whole(settings, f"next{generation}", generation)
    assert sorted(path.name for path in settings.var.iterdir()) == ["builds", "current", "releases"]
    listed = {release.release_id for release in list_releases(settings)}
    assert {path.name for path in settings.releases.iterdir()} == {".lock", *listed}


# Where it dies, and whether it had left something that isn't a release.
STAGES_BEFORE_SWITCH = {
    "before the first table": (("jixiao.snapshot", "copy_rows", 1, "before"), True),
    "between the tables": (("jixiao.snapshot", "copy_rows", 1, "after"), True),
    "before the parquet files": (("jixiao.snapshot", "export_parquet", 1, "before"), True),
    "between the parquet files": (("jixiao.snapshot", "export_parquet", 1, "after"), True),
    "after the snapshot": (("jixiao.releases", "write_snapshot", 1, "after"), True),
    "in the data docs": (("shutil", "copyfile", 1, "after"), True),
    "before the manifest": (("jixiao.releases", "describe_files", 1, "after"), True),
    "before the first fsync": (("os", "fsync", 1, "before"), True),
    "between the fsyncs": (("os", "fsync", 3, "after"), True),
    "before the rename": (("os", "rename", 1, "before"), True),
    "after the rename": (("os", "rename", 1, "after"), False),
    "before the new link": (("os", "symlink", 1, "before"), False),
    "after the new link": (("os", "symlink", 1, "after"), True),
    "before the switch": (("os", "replace", 1, "before"), True),
}

STAGES_AFTER_SWITCH = {
    "after the switch": (("os", "replace", 1, "after"), False),
    "before the pruning": (("jixiao.releases", "_prune", 1, "before"), False),
    "before a release is pruned": (("os", "rename", 2, "before"), False),
    "in the pruning": (("os", "rename", 2, "after"), True),
    "in the removing": (("os", "unlink", 2, "after"), True),
}


def partials(settings: Settings) -> list[Path]:
    return [path for folder in (settings.var, settings.releases) for path in folder.glob(".*.partial")]


@pytest.mark.parametrize(("stage", "leaves"), STAGES_BEFORE_SWITCH.values(), ids=STAGES_BEFORE_SWITCH)
def test_a_publish_killed_before_the_switch_leaves_the_last_release(
    stage: tuple[str, str, int, str], leaves: bool, settings: Settings, docs: Path
) -> None:
    first, second, third = (make_build(settings, generation) for generation in (1, 2, 3))
    publish(first, "whole", settings)

    process = start_publish(second, settings, docs, "dying", dies=stage)
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert bool(partials(settings)) == leaves
    assert_whole(settings, "whole", 1)
    assert_next_publish_cleans(third, settings, docs, 3)


@pytest.mark.parametrize(("stage", "leaves"), STAGES_AFTER_SWITCH.values(), ids=STAGES_AFTER_SWITCH)
def test_a_publish_killed_after_the_switch_leaves_the_new_release(
    stage: tuple[str, str, int, str], leaves: bool, settings: Settings, docs: Path
) -> None:
    first, second, third = (make_build(settings, generation) for generation in (1, 2, 3))
    publish(first, "whole", settings)

    process = start_publish(second, settings, docs, "dying", dies=stage, kept=1)
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert bool(partials(settings)) == leaves
    assert_whole(settings, "dying", 2)
    assert_next_publish_cleans(third, settings, docs, 3)


def test_a_first_publish_killed_leaves_no_release_at_all(settings: Settings, docs: Path) -> None:
    first, second = (make_build(settings, generation) for generation in (1, 2))

    process = start_publish(first, settings, docs, "dying", dies=("os", "rename", 1, "before"))
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert current(settings) is None
    assert list_releases(settings) == []
    assert_next_publish_cleans(second, settings, docs, 2)


def test_a_publish_killed_at_any_moment_leaves_a_whole_release(settings: Settings, docs: Path) -> None:
    # Enough rows for the delays to fall into the copying as well as into what follows it.
    sql = GENERATION_SQL.replace(str(FACTS), str(20 * FACTS))
    chance = random.Random(20261123)
    publish(make_build(settings, 0, sql), "next0", settings)

    for generation in range(1, 8):
        build = make_build(settings, generation, sql)
        with start_publish(build, settings, docs, f"dying{generation}") as process:
            time.sleep(chance.uniform(0, 0.8))
            process.kill()
        if settings.current.readlink().name == f"next{generation - 1}":
            assert_whole(settings, f"next{generation - 1}", generation - 1)
        else:
            assert_whole(settings, f"dying{generation}", generation)
        assert_next_publish_cleans(build, settings, docs, generation)


def test_an_undisturbed_publish_is_silent(settings: Settings, docs: Path) -> None:
    with start_publish(make_build(settings, 1), settings, docs, "quiet") as process:
        output = process.communicate()

    assert (process.returncode, *output) == (0, "", "")
    assert_whole(settings, "quiet", 1)
