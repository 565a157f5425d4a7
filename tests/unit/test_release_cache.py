"""Superset's cache: it keeps only results of the current release."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dashboards.superset.release_cache import ReleaseCache


class Kept(dict[str, Any]):
    """Results in memory, with the seconds that each is kept."""

    def set(self, key: str, value: Any, timeout: int | None = None) -> bool:
        self[key] = value
        self.timeout = timeout
        return True

    def delete(self, key: str) -> bool:
        return self.pop(key, None) is not None


@pytest.fixture
def current() -> list[str]:
    """The release that is current, which a test replaces."""
    return ["r1"]


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def cache(kept: Kept, current: list[str]) -> ReleaseCache:
    return ReleaseCache(kept, lambda: current[0])


def test_an_answer_is_given_again_until_another_release_is_current(
    cache: ReleaseCache, kept: Kept, current: list[str]
) -> None:
    assert cache.get("sum") is None
    assert cache.set("sum", 28, 60)
    assert (cache.get("sum"), kept.timeout) == (28, 60)
    current[0] = "r2"
    assert cache.get("sum") is None
    assert cache.set("sum", 20)
    assert cache.get("sum") == 20
    current[0] = "r1"
    assert cache.get("sum") == 28


def test_an_answer_is_kept_for_the_release_of_which_it_was_asked(
    cache: ReleaseCache, current: list[str]
) -> None:
    assert cache.get("sum") is None
    current[0] = "r2"
    # The query may have read the old release: its result must not be returned for the new one.
    cache.set("sum", 28)
    assert cache.get("sum") is None


def test_what_was_not_asked_for_through_the_cache_is_not_kept(cache: ReleaseCache, kept: Kept) -> None:
    assert not cache.set("sum", 28)
    assert kept == {}


def test_threads_ask_for_themselves(cache: ReleaseCache, current: list[str]) -> None:
    assert cache.get("sum") is None
    current[0] = "r2"
    other = threading.Thread(target=lambda: cache.get("sum"))
    other.start()
    other.join()
    cache.set("sum", 28)
    assert cache.get("sum") is None


def test_questions_without_an_answer_are_forgotten(cache: ReleaseCache, kept: Kept) -> None:
    for number in range(1000):
        assert cache.get(f"failed {number}") is None
    assert cache.get("sum") is None
    cache.set("sum", 28)
    cache.set("failed 0", 1)
    assert list(kept.values()) == [28]


def test_an_answer_can_be_forgotten(cache: ReleaseCache, kept: Kept, current: list[str]) -> None:
    for release in ("r1", "r2"):
        current[0] = release
        cache.get("sum")
        cache.set("sum", release)
    cache.delete("sum")
    assert list(kept.values()) == ["r1"]
    cache.clear()
    assert kept == {}
