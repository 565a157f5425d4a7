"""The history of releases, as the current release records it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from jixiao.release import releases
from jixiao.release.store import sound_file
from jixiao.settings import Settings

COLUMNS = (
    "release_id",
    "released_at",
    "document_id",
    "organization_name",
    "fiscal_year",
    "projects",
    "annual_budget_yuan",
    "executed_yuan",
    "reported_total_average",
    "recomputed_total_average",
    "error_findings",
    "warning_findings",
    "information_findings",
    "not_checkable_checks",
    "mismatched_figures",
)

TABLE_FILE = "parquet/quality/release_history.parquet"

_ROWS = f"""
    select {", ".join(COLUMNS)}
    from read_parquet(?)
    qualify dense_rank() over (order by released_at desc, release_id desc) <= ?
    order by released_at, release_id, document_id
"""


@dataclass(frozen=True)
class History:
    """The releases before a build.

    Attributes:
        rows: One for each release and document, with the values of `COLUMNS`, the oldest release first.
        warning: Why the history starts anew although there is a release; None if it continues.
    """

    rows: tuple[tuple[object, ...], ...] = ()
    warning: str | None = None


def read_history(settings: Settings) -> History:
    """Read the history of the current release, itself included; an unreadable one only gives a warning.

    With the release being built, it has at most as many releases as are kept.
    """
    try:
        release = releases.current(settings)
    except releases.ReleaseError as error:
        return History(warning=_anew(str(error)))
    if release is None:
        return History()
    file = release.path / TABLE_FILE
    if not file.is_file():
        return History(warning=_anew(f"{file}: no such file; an older version made the release"))
    try:
        sound_file(release, TABLE_FILE)
        with duckdb.connect() as connection:
            return History(
                tuple(connection.execute(_ROWS, [str(file), settings.retention.at_most - 1]).fetchall())
            )
    except (duckdb.Error, releases.ReleaseError) as error:
        return History(warning=_anew(f"{file} can't be read: {error}"))


def write_history(history: History, path: Path) -> None:
    """Write the history as CSV with a header; null values are blank."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(history.rows)


def _anew(reason: str) -> str:
    return f"the history of releases starts anew with this one: {reason}"
