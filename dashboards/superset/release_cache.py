"""Superset's answers to charts, kept for as long as their release is the current one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Protocol

_MOST_ASKED = 100
"""So many questions of a thread may go without an answer, for they failed, before they are forgotten."""


class Answers(Protocol):
    """Where answers are kept: one of flask-caching's backends."""

    def get(self, key: str) -> Any:
        """The answer, or None."""

    def set(self, key: str, value: Any, timeout: int | None = None) -> bool | None:
        """Keep an answer for so many seconds."""

    def delete(self, key: str) -> bool | None:
        """Forget an answer."""

    def clear(self) -> bool | None:
        """Forget all."""


class ReleaseCache:
    """Answers by release: Superset's own key of an answer doesn't tell one release from the next.

    An answer belongs to the release that was current when it was asked for. If a release is published before the
    answer is there, the answer may already be the new one's; the old one's is asked for by nobody any more. What
    was asked for past the cache, by the button that refreshes, is not kept: nobody knows of which release it is.

    Args:
        answers: Where they are kept.
        release: Names the current release.
    """

    def __init__(self, answers: Answers, release: Callable[[], str]) -> None:
        self._answers = answers
        self._release = release
        self._asked = threading.local()

    def get(self, key: str) -> Any:
        """The answer of the current release, or None; note which release that is, for whoever answers."""
        place = self._place(key)
        answer = self._answers.get(place)
        if answer is None:
            asked = self._places()
            if len(asked) >= _MOST_ASKED:
                asked.clear()
            asked[key] = place
        return answer

    def set(self, key: str, value: Any, timeout: int | None = None) -> bool | None:
        """Keep an answer for the release of which this thread asked it."""
        place = self._places().pop(key, None)
        return self._answers.set(place, value, timeout) if place else False

    def delete(self, key: str) -> bool | None:
        """Forget the current release's answer."""
        return self._answers.delete(self._place(key))

    def clear(self) -> bool | None:
        """Forget all answers."""
        return self._answers.clear()

    def _place(self, key: str) -> str:
        return f"{self._release()} {key}"

    def _places(self) -> dict[str, str]:
        places: dict[str, str] = self._asked.__dict__.setdefault("places", {})
        return places


def release_cache(app: Any, options: Any, arguments: list[Any], named: dict[str, Any]) -> ReleaseCache:
    """Make the cache, as flask-caching asks for one, of the release that `JIXIAO_DATABASE` leads to."""
    from flask_caching.backends import FileSystemCache  # noqa: PLC0415

    database = os.environ["JIXIAO_DATABASE"]
    return ReleaseCache(
        FileSystemCache.factory(app, options, arguments, named), lambda: os.path.realpath(database)
    )
