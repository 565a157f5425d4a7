"""What dbt says of its run: counts of tests, and the failures with their rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

ROWS_SHOWN = 5
_BAD = ("error", "fail", "runtime error")


def read_results(target: Path) -> list[dict[str, Any]]:
    """Read the nodes of a run; an empty list if dbt ended before it wrote any."""
    path = target / "run_results.json"
    if not path.is_file():
        return []
    return list(json.loads(path.read_text(encoding="utf-8"))["results"])


def count_tests(results: list[dict[str, Any]]) -> dict[str, int]:
    """Count the tests of a run by outcome."""
    return dict(
        Counter(str(result["status"]) for result in results if result["unique_id"].startswith("test."))
    )


def describe_failures(results: list[dict[str, Any]], manifest: Mapping[str, Any], database: Path) -> str:
    """Return the nodes that failed, each with its file, dbt's message and the first rows of a test."""
    return "\n\n".join(
        _describe(result, manifest["nodes"].get(result["unique_id"], {}), database)
        for result in results
        if result["status"] in _BAD
    )


def _describe(result: Mapping[str, Any], node: Mapping[str, Any], database: Path) -> str:
    name = node.get("name", result["unique_id"])
    file = node.get("original_file_path", "")
    lines = [f"{node.get('resource_type', 'node')} {name} ({file}): {result['message']}"]
    if result["status"] == "fail" and result.get("compiled_code"):
        lines += _failing_rows(result["compiled_code"], database)
    return "\n".join(lines)


def _failing_rows(query: str, database: Path) -> list[str]:
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            cursor = connection.execute(query)
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchmany(ROWS_SHOWN)
    except duckdb.Error as error:
        return [f"  (its rows can't be shown: {error})"]
    return [
        "  - " + ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True)) for row in rows
    ]
