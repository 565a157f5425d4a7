"""Comparison of results: tables of two databases, or a peer's rows and the marts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from benchmarks.peers.measure import PeerError

Fingerprint = tuple[int, int]
"""Number of rows of a table, and a checksum of their values that doesn't depend on their order."""

EXAMPLES = 3


def fingerprints(database: Path, tables: Sequence[str]) -> dict[str, Fingerprint]:
    """Return the fingerprints of tables by `schema.table`; missing tables are left out."""
    found = {}
    with duckdb.connect(database, read_only=True) as connection:
        for table in tables:
            schema, _, name = table.partition(".")
            columns = connection.execute(
                "select column_name from information_schema.columns "
                "where table_schema = ? and table_name = ? order by column_name",
                [schema, name],
            ).fetchall()
            if columns:
                texts = ", ".join(f'cast("{column}" as varchar)' for (column,) in columns)
                row = connection.execute(
                    f'select count(*), coalesce(sum(hash(row({texts}))), 0) from "{schema}"."{name}"'
                ).fetchone()
                assert row is not None
                found[table] = (int(row[0]), int(row[1]))
    return found


def difference(expected: Mapping[str, Fingerprint], found: Mapping[str, Fingerprint]) -> str:
    """Return the differences as a sentence; blank if all tables are equal."""
    differences = []
    for table, (rows, checksum) in expected.items():
        if table not in found:
            differences.append(f"{table} is missing")
        elif found[table][0] != rows:
            differences.append(f"{table} has {found[table][0]:,} rows, not {rows:,}")
        elif found[table][1] != checksum:
            differences.append(f"{table} has other values")
    return "; ".join(differences)


def check_database(database: Path, expected: Mapping[str, Fingerprint]) -> None:
    """Compare the tables of a database with those of another.

    Raises:
        PeerError: They differ.
    """
    differences = difference(expected, fingerprints(database, list(expected)))
    if differences:
        raise PeerError(f"the result differs: {differences}")


def check_rows(truth: Path, found: Mapping[str, str]) -> None:
    """Compare a peer's rows with the true ones, each value converted to its true type.

    Args:
        truth: A folder with a Parquet file a result.
        found: A query of the peer's rows for each result.

    Raises:
        PeerError: Rows are missing or additional; the message has some of them.
    """
    with duckdb.connect() as connection:
        for name, query in found.items():
            expected = f"read_parquet('{truth / name}.parquet')"
            columns = connection.execute(f"describe from {expected}").fetchall()
            typed = ", ".join(f'cast("{column}" as {kind}) as "{column}"' for column, kind, *_ in columns)
            try:
                rows = connection.execute(
                    f"with expected as (from {expected}), found as (select {typed} from ({query})) "
                    "select 'missing', * from (from expected except all from found) union all "
                    "select 'too many', * from (from found except all from expected) order by all"
                ).fetchall()
            except duckdb.Error as error:
                raise PeerError(
                    f"the result differs: {name} can't be read as it should be: {error}"
                ) from error
            if rows:
                raise PeerError(
                    f"the result differs: {name} in {len(rows):,} rows, such as {rows[:EXAMPLES]}"
                )
