"""The statistics of readers' answers, and a client during the switch of a release."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event

import duckdb
import pytest

from benchmarks.readers import NIGHT, NOTHING, Answer, look_at, measure, phase_of, read
from jixiao.release.store import DATABASE_NAME
from jixiao.settings import PROJECT_ROOT, Settings

DASHBOARD = {"one": "select value from core.figure", "two": "select max(value) from core.figure"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(PROJECT_ROOT, tmp_path / "var", tmp_path / "landing")
    release(made, "r1")
    return made


def release(settings: Settings, name: str) -> None:
    """Write a release and switch to it."""
    folder = settings.releases / name
    folder.mkdir(parents=True)
    with duckdb.connect(folder / DATABASE_NAME) as connection:
        connection.execute("create schema core; create table core.figure as select 1 as value")
    link = settings.var / "next"
    link.symlink_to(Path("releases") / name)
    link.replace(settings.current)


def answers(*seconds: float, begin: float = 0.0, error: str = "") -> list[Answer]:
    return [Answer(f"chart {value}", "r1", begin, value, error) for value in seconds]


def test_percentiles_lie_between_the_nearest_answers():
    # 1, 2 … 101 ms: the 51st is in the middle, and 95 of the 100 steps from first to last lead to the 96th.
    phase = phase_of(answers(*(value / 1000 for value in range(101, 0, -1))), 0, 10, build=NOTHING)
    assert (phase.p50_ms, phase.p95_ms, phase.slowest_ms, phase.slowest) == (51.0, 96.0, 101.0, "chart 0.101")
    assert (phase.queries, phase.per_second) == (101, 10.1)


def test_what_was_asked_after_the_end_counts_as_a_failure_only():
    asked = [*answers(0.1, 0.3, begin=5), *answers(9, begin=10), *answers(0.2, begin=11, error="gone")]
    phase = phase_of(asked, 0, 10, build=NIGHT)
    assert (phase.queries, phase.p50_ms, phase.slowest_ms, phase.failed) == (2, 200.0, 300.0, 1)


def test_a_query_that_failed_has_no_time():
    phase = phase_of([*answers(0.1, 0.3, begin=5), *answers(4, begin=5, error="no")], 0, 10, build=NIGHT)
    assert (phase.queries, phase.slowest_ms, phase.failed) == (2, 300.0, 1)


def test_nothing_answered_is_an_error():
    with pytest.raises(RuntimeError, match="0 queries were answered in 10 s"):
        phase_of(answers(1, begin=20), 0, 10, build=NOTHING)


def test_a_query_that_fails_is_told_and_the_next_one_is_asked(settings: Settings):
    found = list(look_at({"lost": "from core.nothing", **DASHBOARD}, settings))
    assert [(answer.title, bool(answer.error)) for answer in found] == [
        ("lost", True), ("one", False), ("two", False)
    ]  # fmt: skip
    assert "core.nothing" in found[0].error or "nothing does not exist" in found[0].error


def test_a_release_that_cannot_be_opened_is_a_failure(settings: Settings):
    (settings.current / DATABASE_NAME).write_bytes(b"no database" * 1000)
    [answer] = look_at(DASHBOARD, settings)
    assert answer.error


def test_a_reader_can_write_nothing(settings: Settings):
    [answer] = look_at({"written": "insert into core.figure values (2)"}, settings)
    assert "read-only" in answer.error


def test_a_client_reads_once_more_when_it_is_over(settings: Settings):
    over = Event()
    over.set()
    assert [answer.title for answer in read([DASHBOARD], settings, 0, 0, over)] == ["one", "two"]


def test_clients_go_over_to_the_release_that_is_switched_to(settings: Settings):
    def switch_meanwhile() -> None:
        time.sleep(0.3)
        release(settings, "r2")

    phase = measure([DASHBOARD, DASHBOARD], settings, 3, 0.01, switch_meanwhile, build=NIGHT)
    assert (phase.releases, phase.failed) == (2, 0)
