"""Which releases are kept: the last ones, and the last of each week and month before them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime, timedelta, timezone

from jixiao.release.store import Release
from jixiao.settings import Retention

CHINA = timezone(timedelta(hours=8))
"""Days, weeks and months are those of the users' calendar."""


def kept(releases: Sequence[Release], retention: Retention) -> list[Release]:
    """Return the releases to keep, in the order given.

    Releases in a row that were made of the same input by the same code are one state, of which the newest is kept:
    builds that change nothing don't push out others.

    Args:
        releases: Releases with a manifest, newest first.
        retention: How many to keep.
    """
    if len(releases) <= retention.last:
        return list(releases)
    states = [
        release
        for place, release in enumerate(releases)
        if place == 0 or _state(release) is None or _state(release) != _state(releases[place - 1])
    ]
    chosen = {
        release.release_id
        for release in (
            *states[: retention.last],
            *_newest_of_each(states, retention.weekly, lambda day: day.isocalendar()[:2]),
            *_newest_of_each(states, retention.monthly, lambda day: (day.year, day.month)),
        )
    }
    return [release for release in releases if release.release_id in chosen]


def _state(release: Release) -> tuple[str, str] | None:
    """Return what a release was made of and by which code, or None if its manifest doesn't have it."""
    build = release.manifest.get("build")
    if not isinstance(build, dict) or not build.get("input_hash"):
        return None
    return str(build["input_hash"]), str(build.get("code_version", ""))


def _newest_of_each(
    releases: Iterable[Release], periods: int, period_of: Callable[[datetime], Hashable]
) -> list[Release]:
    """Return the newest release of each of the newest periods that have one."""
    newest: dict[Hashable, Release] = {}
    for release in releases:
        day = datetime.fromisoformat(release.manifest["created_at"]).astimezone(CHINA)
        newest.setdefault(period_of(day), release)
    return list(newest.values())[:periods]
