"""The marts that Spark wrote, as tables of a DuckDB file: what the gates check and a release is made of.

python -m spark.marts --storage /mnt/jixiao --build var/from-spark.duckdb
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

from jixiao.settings import PUBLISHED_SCHEMAS


class MartsError(Exception):
    """There are no marts to take; the message says where, and what to do."""


def take_marts(storage: Path, build: Path) -> dict[str, int]:
    """Copy every published table below the storage into a DuckDB file, each in one step.

    Args:
        storage: The folder that `external_tables` was given; `<schema>/<table>/*.parquet` are the marts.
        build: The DuckDB file that the inputs came from; a table that is there already is replaced.

    Returns:
        The rows of each table, by `schema.table`.

    Raises:
        MartsError: There is no mart below the storage.
    """
    folders = [
        folder
        for schema in PUBLISHED_SCHEMAS
        for folder in sorted((storage / schema).glob("*"))
        # The last file of a table that was written to its end.
        if (folder / "_SUCCESS").is_file()
    ]
    if not folders:
        raise MartsError(f"{storage}: no marts; `dbt run --target spark` writes them")
    rows = {}
    with duckdb.connect(build) as connection:
        for folder in folders:
            table = f'"{folder.parent.name}"."{folder.name}"'
            files = str(folder / "*.parquet").replace("'", "''")
            connection.execute(f'create schema if not exists "{folder.parent.name}"')
            made = connection.execute(
                f"create or replace table {table} as from read_parquet('{files}')"
            ).fetchone()
            rows[f"{folder.parent.name}.{folder.name}"] = int(made[0]) if made else 0
    return rows


def main() -> int:
    """Take the marts that Spark wrote into a DuckDB file, and say how many rows they hold."""
    parser = argparse.ArgumentParser(prog="python -m spark.marts", description=main.__doc__)
    parser.add_argument("--storage", type=Path, required=True, help="the folder that the cluster writes to")
    parser.add_argument("--build", type=Path, required=True, help="the DuckDB file that the inputs came from")
    given = parser.parse_args()
    try:
        rows = take_marts(given.storage, given.build)
    except (MartsError, duckdb.Error, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for table, count in rows.items():
        print(f"{count:>14,}  {table}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
