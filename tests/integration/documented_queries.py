"""Queries that a page shows with their results, compared with their present results."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]


def shown(value: object) -> str:
    """Return a value as the pages print it."""
    if value is None:
        return ""
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else str(value)


def examples(page: str) -> list[tuple[str, str]]:
    """Return the queries of a page that a table follows, each with the table."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"```sql\n(.+?)```\n\n((?:\|[^\n]*\n)+)", text, re.DOTALL)


def assert_result(connection: duckdb.DuckDBPyConnection, query: str, table: str) -> None:
    """Fail unless a query gives the columns and rows of a table, in any order, as rows may tie."""
    result = connection.execute(query)
    head = [column[0] for column in result.description]
    rows = [[shown(value) for value in row] for row in result.fetchall()]
    printed = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert printed[0] == head
    assert sorted(printed[2:]) == sorted(rows)
