"""Readers through switches of the release, and publishes killed at every stage."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from jixiao.release.query import run_sql
from jixiao.release.releases import current, list_releases, publish, rollback, switch, verify
from jixiao.settings import Retention, Settings

FACTS = 20000

GENERATION_SQL = f"""
    create schema core; create schema quality; create schema raw;
    create table raw.r as select {{generation}} as generation;
    create table core.fact as select i as id, {{generation}} as generation from range({FACTS}) r(i);
    alter table core.fact add primary key (id);
    create table quality.build_info as select {{generation}} as generation, {FACTS} as facts;
"""


class State(NamedTuple):
    """A path of the var folder that exists, and one that no longer exists."""

    there: str = ""
    gone: str = ""


NEVER = State()

CHECK_SQL = """
    select min(f.generation), max(f.generation), count(*), min(b.generation), min(b.facts)
    from core.fact f cross join quality.build_info b
"""

READER = """
import sys, threading
from pathlib import Path
import duckdb
from jixiao.release.query import connect
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
import os, signal, sys
from os.path import lexists
from pathlib import Path
from jixiao.release import releases
from jixiao.settings import Retention, Settings

build, var, release_id, docs, there, gone, kept = sys.argv[1:]

def die_when_it_is_so(frame, event, argument):
    if lexists(there) and not (gone and lexists(gone)):
        os.kill(os.getpid(), signal.SIGKILL)

print("publishing", flush=True)
settings = Settings(Path(var), Path(var), Path(var), retention=Retention(int(kept), 0, 0))
if there:
    # Asked at each call of a function and each return from one.
    sys.setprofile(die_when_it_is_so)
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
    """Run a process that checks in a loop; yield the function that returns its latest check."""
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
    settings: Settings,
) -> None:
    # The release that readers keep open is soon removed, and must stay readable for them.
    settings = replace(settings, retention=Retention(last=2, weekly=0, monthly=0))
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

        # Many switches without a build, because the critical moment is short.
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
    dies: State = NEVER,
    kept: int = 14,
) -> subprocess.Popen[str]:
    """Start a process that publishes and kills itself as soon as the var folder reaches a state."""
    there, gone = (str(settings.var / path) if path else "" for path in dies)
    arguments = [str(build), str(settings.var), release_id, str(docs), there, gone, str(kept)]
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


PARTIAL = "releases/.dying.partial"

# The state of the var folder when the process dies, and whether it leaves an incomplete release.
BEFORE_THE_SWITCH = {
    "the folder is made": (State(PARTIAL), True),
    "the database is begun": (State(f"{PARTIAL}/jixiao.duckdb"), True),
    "a table is exported": (State(f"{PARTIAL}/parquet/core/fact.parquet"), True),
    "all tables are exported": (State(f"{PARTIAL}/parquet/quality/build_info.parquet"), True),
    "the pages are there": (State(f"{PARTIAL}/data_docs/index.html"), True),
    "the manifest is there": (State(f"{PARTIAL}/manifest.json"), True),
    "the folder has its name": (State("releases/dying"), False),
    "the new link is beside the old one": (State(".current.partial"), True),
}

# The release before has no pages.
AFTER_THE_SWITCH = {
    "readers have it": (State("current/data_docs"), False),
    "an old release is out of the way": (State("releases/.whole.partial"), True),
    "an old release is half removed": (
        State("releases/.whole.partial", gone="releases/.whole.partial/jixiao.duckdb"),
        True,
    ),
}


def partials(settings: Settings) -> list[Path]:
    return [path for folder in (settings.var, settings.releases) for path in folder.glob(".*.partial")]


@pytest.mark.parametrize(("state", "leaves"), BEFORE_THE_SWITCH.values(), ids=BEFORE_THE_SWITCH)
def test_a_publish_killed_before_the_switch_leaves_the_last_release(
    state: State, leaves: bool, settings: Settings, docs: Path
) -> None:
    first, second, third = (make_build(settings, generation) for generation in (1, 2, 3))
    publish(first, "whole", settings)

    process = start_publish(second, settings, docs, "dying", dies=state)
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert bool(partials(settings)) == leaves
    assert_whole(settings, "whole", 1)
    assert_next_publish_cleans(third, settings, docs, 3)


@pytest.mark.parametrize(("state", "leaves"), AFTER_THE_SWITCH.values(), ids=AFTER_THE_SWITCH)
def test_a_publish_killed_after_the_switch_leaves_the_new_release(
    state: State, leaves: bool, settings: Settings, docs: Path
) -> None:
    first, second, third = (make_build(settings, generation) for generation in (1, 2, 3))
    publish(first, "whole", settings)

    process = start_publish(second, settings, docs, "dying", dies=state, kept=1)
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert bool(partials(settings)) == leaves
    assert_whole(settings, "dying", 2)
    assert_next_publish_cleans(third, settings, docs, 3)


def test_a_first_publish_killed_leaves_no_release_at_all(settings: Settings, docs: Path) -> None:
    first, second = (make_build(settings, generation) for generation in (1, 2))

    process = start_publish(first, settings, docs, "dying", dies=State(f"{PARTIAL}/manifest.json"))
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert current(settings) is None
    assert list_releases(settings) == []
    assert_next_publish_cleans(second, settings, docs, 2)


def test_a_publish_killed_at_any_moment_leaves_a_whole_release(settings: Settings, docs: Path) -> None:
    # Enough rows for the delays to fall both into the copying and after it.
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
