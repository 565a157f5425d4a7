"""Superset's cache of chart results, valid only for the current release."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Protocol

_MOST_ASKED = 100
"""Maximum number of a thread's unanswered keys, left by failed queries, before they are dropped."""


class Answers(Protocol):
    """The store of the results: one of flask-caching's backends."""

    def get(self, key: str) -> Any:
        """Return the cached result, or None."""

    def set(self, key: str, value: Any, timeout: int | None = None) -> bool | None:
        """Cache a result for a number of seconds."""

    def delete(self, key: str) -> bool | None:
        """Delete a cached result."""

    def clear(self) -> bool | None:
        """Delete all cached results."""


class ReleaseCache:
    """A cache of results by release, because Superset's own keys don't distinguish releases.

    A result belongs to the release that was current at the matching `get`. If a release is published in
    between, the result may already be the new one's, and the old one's key is no longer read. A result
    without a `get`, as after a forced refresh, is not cached, because its release is unknown.

    Args:
        answers: The store of the results.
        release: Returns the name of the current release.
    """

    def __init__(self, answers: Answers, release: Callable[[], str]) -> None:
        self._answers = answers
        self._release = release
        self._asked = threading.local()

    def get(self, key: str) -> Any:
        """Return the current release's result, or None, and remember the release for the matching `set`."""
        place = self._place(key)
        answer = self._answers.get(place)
        if answer is None:
            asked = self._places()
            if len(asked) >= _MOST_ASKED:
                asked.clear()
            asked[key] = place
        return answer

    def set(self, key: str, value: Any, timeout: int | None = None) -> bool | None:
        """Cache a result for the release of this thread's matching `get`."""
        place = self._places().pop(key, None)
        return self._answers.set(place, value, timeout) if place else False

    def delete(self, key: str) -> bool | None:
        """Delete the current release's result."""
        return self._answers.delete(self._place(key))

    def clear(self) -> bool | None:
        """Delete all cached results."""
        return self._answers.clear()

    def _place(self, key: str) -> str:
        return f"{self._release()} {key}"

    def _places(self) -> dict[str, str]:
        places: dict[str, str] = self._asked.__dict__.setdefault("places", {})
        return places


def release_cache(app: Any, options: Any, arguments: list[Any], named: dict[str, Any]) -> ReleaseCache:
    """Return the cache for the release of `JIXIAO_DATABASE`, in the form that flask-caching calls."""
    from flask_caching.backends import FileSystemCache  # noqa: PLC0415

    database = os.environ["JIXIAO_DATABASE"]
    return ReleaseCache(
        FileSystemCache.factory(app, options, arguments, named), lambda: os.path.realpath(database)
    )
