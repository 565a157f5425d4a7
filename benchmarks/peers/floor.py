"""The floor of the whole project: its statements in one DuckDB session.

python -m benchmarks.peers.floor STATEMENTS DATABASE MEMORY
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb


def main() -> None:
    """Run the statements of a JSON file, one after another, under the settings of dbt's profile."""
    statements, database, memory = sys.argv[1:]
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "temp_directory": str(Path(database).with_name("tmp")),
        "preserve_insertion_order": False,
    }
    with duckdb.connect(database, config=config) as connection:
        for statement in json.loads(Path(statements).read_text(encoding="utf-8")):
            connection.execute(statement)


if __name__ == "__main__":
    main()
