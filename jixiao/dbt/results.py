"""What dbt says of its run: counts of tests, and the failures with their rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

ROWS_SHOWN = 5
DOCUMENTS_SHOWN = 50
DOCUMENT = "document_id"
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
        _describe(result, manifest["nodes"].get(result["unique_id"], {}), manifest, database)
        for result in results
        if result["status"] in _BAD
    )


def _describe(
    result: Mapping[str, Any], node: Mapping[str, Any], manifest: Mapping[str, Any], database: Path
) -> str:
    name = node.get("name", result["unique_id"])
    file = node.get("original_file_path", "")
    lines = [f"{node.get('resource_type', 'node')} {name} ({file}): {result['message']}"]
    if result["status"] == "fail" and result.get("compiled_code"):
        tested = manifest["nodes"].get(node.get("attached_node"), {})
        column = ((node.get("test_metadata") or {}).get("kwargs") or {}).get("column_name")
        lines += _failing_rows(result["compiled_code"], tested.get("relation_name"), column, database)
    return "\n".join(lines)


def _failing_rows(query: str, relation: str | None, column: str | None, database: Path) -> list[str]:
    """Return the first rows that a test found, and the documents of all of them where they can be told.

    Args:
        query: The test's.
        relation: The tested table as SQL names it.
        column: The tested column; the test's first column holds its values.
        database: The DuckDB file.
    """
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            cursor = connection.execute(query)
            names = [found[0] for found in cursor.description or ()]
            rows = cursor.fetchmany(ROWS_SHOWN)
            documents = _documents(connection, query, names, relation, column)
    except duckdb.Error as error:
        return [f"  (its rows can't be shown: {error})"]
    shown = [
        "  - " + ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True)) for row in rows
    ]
    return [*shown, f"  文件 documents: {', '.join(documents)}"] if documents else shown


def _documents(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    names: list[str],
    relation: str | None,
    column: str | None,
) -> list[str]:
    if DOCUMENT in names:
        found = f"select {DOCUMENT} from ({query})"
    elif relation and column:
        found = f'select {DOCUMENT} from {relation} where "{column}" in (select "{names[0]}" from ({query}))'
    else:
        return []
    try:
        rows = connection.execute(
            f"select distinct {DOCUMENT} from ({found}) order by all limit {DOCUMENTS_SHOWN}"
        ).fetchall()
    except duckdb.Error:
        # The tested table has no document.
        return []
    return [str(document_id) for (document_id,) in rows if document_id is not None]
