"""Whether two results are the same: tables of two databases, or a peer's rows and the marts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from benchmarks.peers.measure import PeerError

Fingerprint = tuple[int, int]
"""Rows of a table, and a checksum of their values that doesn't depend on their order."""

EXAMPLES = 3


def fingerprints(database: Path, tables: Sequence[str]) -> dict[str, Fingerprint]:
    """Count and sum up the rows of tables, by `schema.table`; one that isn't there has none and is left out."""
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
    """What is not the same, in words; blank where all tables are."""
    said = []
    for table, (rows, checksum) in expected.items():
        if table not in found:
            said.append(f"{table} is missing")
        elif found[table][0] != rows:
            said.append(f"{table} has {found[table][0]:,} rows, not {rows:,}")
        elif found[table][1] != checksum:
            said.append(f"{table} has other values")
    return "; ".join(said)


def check_database(database: Path, expected: Mapping[str, Fingerprint]) -> None:
    """Hold the tables of a database against those of another.

    Raises:
        PeerError: They differ.
    """
    said = difference(expected, fingerprints(database, list(expected)))
    if said:
        raise PeerError(f"the result differs: {said}")


def check_rows(truth: Path, found: Mapping[str, str]) -> None:
    """Hold a peer's rows against the true ones, each value as the type that it truly has.

    Args:
        truth: A folder with a Parquet file a result.
        found: A query of the peer's rows of each result.

    Raises:
        PeerError: Rows are missing or too many; the message has some of them.
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
