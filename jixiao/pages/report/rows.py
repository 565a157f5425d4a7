"""Rows of a release for its report: by column name, and no more of them than a page has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

Row = dict[str, Any]

LISTED = 20


@dataclass(frozen=True)
class Listing:
    """The first rows of a longer list.

    Attributes:
        rows: Those that are shown.
        total: How many there are.
    """

    rows: Sequence[Any]
    total: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.rows)


def listing(rows: Sequence[Any], limit: int = LISTED) -> Listing:
    """Cut a list to the length that a page has room for, and keep its full length."""
    return Listing(rows[:limit], len(rows))


def rows_of(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] | None = None
) -> list[Row]:
    """Run a query and return its rows by column name."""
    done = connection.execute(query, parameters)
    names = [column[0] for column in done.description or ()]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def listing_of(
    connection: duckdb.DuckDBPyConnection, query: str, limit: int = LISTED, *, shown_by: str = ""
) -> Listing:
    """Read the first rows of a query and how many it has: of hundreds of documents these are not all rows.

    Args:
        connection: The release.
        query: The rows, in the order in which they come first.
        limit: How many are shown.
        shown_by: The columns by which those are put in order then; as they came, if blank.
    """
    [count] = rows_of(connection, f"select count(*) as total from ({query})")
    first = f"select * from ({query}) limit {limit}"
    shown = f"select * from ({first}) order by {shown_by}" if shown_by else first
    return Listing(rows_of(connection, shown), count["total"])
