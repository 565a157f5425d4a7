"""Whether two DuckDB files hold the same table: columns, their types, and every row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Difference:
    """How a table of one file differs from that of another.

    Attributes:
        types: Columns that one has and the other hasn't, or not with that type.
        rows: Rows that one holds more often than the other.
        columns: Columns whose values alone, without the rest of their row, differ already.
    """

    types: list[str]
    rows: int
    columns: list[str]


SAME = Difference([], 0, [])


def difference(expected: Path, actual: Path, table: str) -> Difference:
    """Compare a table, `schema.name`, of two files."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{expected}' as expected (read_only)")
        connection.execute(f"attach '{actual}' as actual (read_only)")
        types = _types(connection, f"expected.{table}") ^ _types(connection, f"actual.{table}")
        if types:
            return Difference(sorted(" ".join(column) for column in types), 0, [])
        names = [name for name, _ in sorted(_types(connection, f"expected.{table}"))]
        rows = _unequal(connection, table, ", ".join(names))
        columns = [name for name in names if rows and _unequal(connection, table, name)]
        return Difference([], rows, columns)


def count_rows(file: Path, table: str) -> int:
    """The rows of a table."""
    with duckdb.connect(file, read_only=True) as connection:
        (rows,) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
        return int(rows)


def _types(connection: duckdb.DuckDBPyConnection, table: str) -> set[tuple[str, str]]:
    return {(name, kind) for name, kind, *_ in connection.execute(f"describe {table}").fetchall()}


def _unequal(connection: duckdb.DuckDBPyConnection, table: str, columns: str) -> int:
    one, other = (f"select {columns} from {side}.{table}" for side in ("expected", "actual"))
    found = connection.execute(
        f"select count(*) from (({one} except all {other}) union all ({other} except all {one}))"
    ).fetchone()
    assert found is not None
    return int(found[0])
