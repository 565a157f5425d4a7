"""The results of a run of dbt: counts of tests, and the failures with their rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from jixiao.values import NAMED_DOCUMENTS

ROWS_SHOWN = 5
DOCUMENTS_SHOWN = 500
DOCUMENT = "document_id"
LONG_VALUE = 6
"""The least characters of a value that is the same slip in each document that has it."""
_CONVERSION = re.compile(r"Conversion Error|Out of Range Error")
_NOT_NULL = re.compile(r"NOT NULL constraint failed: \w+\.(\w+)")
_VALUE = re.compile(r"""["']([^"'\n]+)["']|(?<![\w.])(-?\d[\d.,]{5,})(?![\w.])""")
"""A value in an error of DuckDB: in quotes, or a number of six or more places."""

_BAD = ("error", "fail", "runtime error")


def read_results(target: Path) -> list[dict[str, Any]]:
    """Read the nodes of a run; an empty list if dbt ended before it wrote any."""
    path = target / "run_results.json"
    if not path.is_file():
        return []
    return list(json.loads(path.read_text(encoding="utf-8"))["results"])


def count_rows(database: Path) -> dict[str, int]:
    """Return the numbers of rows of the tables of a database, by `schema.table`; none if it can't be read."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.execute(
                "select schema_name, table_name, estimated_size from duckdb_tables() where not internal"
            ).fetchall()
    except duckdb.Error:
        return {}
    return {f"{schema}.{table}": rows for schema, table, rows in found}


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
    elif result["status"] != "fail":
        message = str(result["message"])
        documents = _documents_with(message, database)
        if (blank := _NOT_NULL.search(message)) and result.get("compiled_code"):
            query = f'select * from ({result["compiled_code"]}) where "{blank[1]}" is null'
            documents = _documents_of(query, database)
        lines += [f"  {NAMED_DOCUMENTS}{', '.join(documents)}"] if documents else []
    return "\n".join(lines)


def _failing_rows(query: str, relation: str | None, column: str | None, database: Path) -> list[str]:
    """Return the first rows that a test found, and the documents of all its rows if they can be determined.

    Args:
        query: The test's query.
        relation: The qualified name of the tested table, if known.
        column: The tested column, if any; the first column of the query has its values.
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
    return [*shown, f"  {NAMED_DOCUMENTS}{', '.join(documents)}"] if documents else shown


def _documents(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    names: list[str],
    relation: str | None,
    column: str | None,
) -> list[str]:
    if DOCUMENT in names:
        found = f"select {DOCUMENT} from ({query})"
    else:
        # A test of a column gives only its values, one of several columns those with their names.
        name = names[0] if column else next((name for name in names if name.endswith("_id")), "")
        if not (relation and name):
            return []
        found = (
            f'select {DOCUMENT} from {relation} where "{column or name}" in (select "{name}" from ({query}))'
        )
    try:
        rows = connection.execute(
            f"select distinct {DOCUMENT} from ({found}) order by all limit {DOCUMENTS_SHOWN}"
        ).fetchall()
    except duckdb.Error:
        # The tested table has no document.
        return []
    return [str(document_id) for (document_id,) in rows if document_id is not None]


def _documents_of(query: str, database: Path) -> list[str]:
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            return _documents(connection, query, [DOCUMENT], None, None)
    except duckdb.Error:
        return []


def _documents_with(message: str, database: Path) -> list[str]:
    """Return the documents with a raw cell whose value an error quotes as one that can't be converted.

    A short value may be right in another document: it counts only if a single document has it.
    """
    if not _CONVERSION.search(message):
        return []
    # Below it is an excerpt of the query, whose texts are no values.
    head = message.partition("LINE ")[0]
    values = [quoted or number for quoted, number in _VALUE.findall(head)]
    found: dict[str, set[str]] = {}
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            tables = connection.execute(
                "select table_name, list(column_name) from duckdb_columns() "
                "where schema_name = 'raw' group by all having list_contains(list(column_name), ?)",
                [DOCUMENT],
            ).fetchall()
            for table, columns in tables:
                cells = ", ".join(f'cast("{column}" as varchar)' for column in columns)
                for value in values:
                    rows = connection.execute(
                        f'select distinct {DOCUMENT} from raw."{table}" where list_contains([{cells}], ?)',
                        [value],
                    ).fetchall()
                    found.setdefault(value, set()).update(str(document_id) for (document_id,) in rows)
    except duckdb.Error:
        return []
    documents = {
        document_id
        for value, holders in found.items()
        if len(holders) == 1 or len(value) >= LONG_VALUE
        for document_id in holders
    }
    return sorted(documents) if len(documents) <= DOCUMENTS_SHOWN else []
