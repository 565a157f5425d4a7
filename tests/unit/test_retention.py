"""The releases to keep, by their days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jixiao.release.retention import kept
from jixiao.release.store import Release
from jixiao.settings import Retention


def release(created: datetime, input_hash: str = "", code: str = "c1") -> Release:
    name = created.strftime("%Y%m%dT%H%M%SZ")
    build = {"input_hash": input_hash or name, "code_version": code}
    return Release(name, Path(name), {"created_at": created.isoformat(), "build": build}, is_current=False)


def nights(count: int, last: datetime) -> list[Release]:
    """Return one release for each night up to the last, newest first."""
    return [release(last - timedelta(days=number)) for number in range(count)]


def days(releases: list[Release], retention: Retention) -> list[str]:
    return [one.release_id[4:8] for one in kept(releases, retention)]


def test_the_last_are_kept_and_the_newest_of_each_week_and_month_before() -> None:
    # 30 June 2026 is a Tuesday; the releases are made at 18:00 UTC, which is 02:00 of the next day in China.
    found = nights(100, datetime(2026, 6, 29, 18, tzinfo=UTC))
    # Last three: 30, 29 and 28 June. Weeks end on Sunday: 30 June's own, 28 June (kept already), 21 June.
    # Months: June's newest is the first of all, May's is 31 May, April's 30 April.
    assert days(found, Retention(last=3, weekly=3, monthly=3)) == [
        "0629", "0628", "0627", "0620", "0530", "0429"
    ]  # fmt: skip


def test_releases_of_one_state_in_a_row_count_once_and_push_out_no_other() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    found = [
        release(start + timedelta(hours=number), state)
        for number, state in enumerate(["a", "b", "c", "c", "c", "c"])
    ]
    found.reverse()
    chosen = kept(found, Retention(last=3, weekly=0, monthly=0))
    assert [one.manifest["build"]["input_hash"] for one in chosen] == ["c", "b", "a"]
    assert chosen[0] is found[0]


def test_other_code_on_the_same_input_is_another_state() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    found = [release(start + timedelta(hours=1), "a", "c2"), release(start, "a", "c1")]
    assert kept(found, Retention(last=2, weekly=0, monthly=0)) == found


def test_a_release_that_does_not_say_what_it_was_made_of_is_a_state_of_its_own() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    found = [
        Release(f"r{number}", Path("r"), {"created_at": start.isoformat()}, is_current=False)
        for number in range(2)
    ]
    assert kept(found, Retention(last=2, weekly=0, monthly=0)) == found


def test_the_numbers_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_KEEP_WEEKLY", "0")
    assert Retention.load() == Retention(last=14, weekly=0, monthly=12)
    assert Retention.load().at_most == 26
