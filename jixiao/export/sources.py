"""The rows to export: published tables, whole or of one document, or the result of a query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import duckdb

from ingestion.message import Text
from jixiao.release.labels import Labels, distinct

_TABLES = """
    select
        schema_name || '.' || table_name as table_name,
        list(column_name order by column_index) as column_names
    from duckdb_columns() where not internal group by all order by all
"""

_FIRST_BY = ("document_id", "form_no", "source_line")
"""Rows stand in the order of the documents, where they come from one."""


class ExportError(Exception):
    """The tables or the query can't be exported; the message lists those that can."""


@dataclass(frozen=True)
class Source:
    """Rows to write to one file.

    Attributes:
        name: Name of the file, without its ending.
        sql: One statement that gives the rows.
        is_of_all_documents: Whether the rows are of all documents although one was chosen: the table has no document.
    """

    name: str
    sql: str
    is_of_all_documents: bool = False


@dataclass(frozen=True)
class Shape:
    """The columns of a source.

    Attributes:
        columns: Their names in the database.
        types: Their SQL types, such as `DECIMAL(18,2)`.
        headings: What they are called in the file; no two are the same.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    headings: tuple[str, ...]


def table_sources(
    connection: duckdb.DuckDBPyConnection, wanted: Sequence[str] | None, document_id: str | None
) -> list[Source]:
    """Name the tables to export.

    Args:
        connection: The release.
        wanted: `schema.table`, or the name of the table alone; None means all tables.
        document_id: The document to select rows of, in tables that have documents.

    Raises:
        ExportError: There is no such table.
    """
    tables: dict[str, list[str]] = dict(connection.execute(_TABLES).fetchall())
    names = list(tables) if wanted is None else dict.fromkeys(_find(name, list(tables)) for name in wanted)
    return [_source(name, tables[name], document_id) for name in names]


def _find(wanted: str, tables: Sequence[str]) -> str:
    name = wanted.strip().lower()
    for table in tables:
        if name in (table, table.partition(".")[2]):
            return table
    plain = {table.partition(".")[2]: table for table in tables}
    near = get_close_matches(name.rpartition(".")[2], plain, n=3)
    names = ", ".join(plain[one] for one in near)
    meant = Text(f"；是否指 {names}", f"; did you mean {names}") if near else ""
    listed = "\n".join(f"  {table}" for table in tables)
    raise ExportError(
        Text(f"没有表 {wanted!r}", f"there is no table {wanted!r}")
        + meant
        + Text("\n可导出的表：\n", "\nTables to export:\n")
        + listed
    )


def _source(table: str, columns: Sequence[str], document_id: str | None) -> Source:
    is_filtered = document_id is not None and "document_id" in columns
    condition = " where document_id = '{}'".format((document_id or "").replace("'", "''"))
    first = [name for name in _FIRST_BY if name in columns]
    order = ", ".join([*first, *(name for name in columns if name not in first)])
    return Source(
        table,
        f"select * from {table}{condition if is_filtered else ''} order by {order}",
        is_of_all_documents=document_id is not None and not is_filtered,
    )


def query_source(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> Source:
    """Name the result of a query.

    Raises:
        ExportError: It isn't one query, or the name is none for a file.
    """
    if not name.strip() or name.startswith(".") or any(letter in name for letter in '/\\:*?"<>|\0'):
        raise ExportError(
            Text(f"--name {name!r}：不能用作文件名", f"--name {name!r} can't be the name of a file")
        )
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise ExportError(
            Text(
                "--query：需要一条查询语句，如 `select * from core.dim_unit`",
                "--query takes one query, such as `select * from core.dim_unit`",
            )
        )
    return Source(name, statements[0].query.strip().rstrip(";"))


def shape_of(cursor: duckdb.DuckDBPyConnection, query: str, labels: Labels | None) -> Shape:
    """Return the columns of an executed query.

    Args:
        cursor: Where it was executed.
        query: Its SQL.
        labels: The Chinese names to head columns with; None keeps the names of the database.
    """
    described = cursor.description or []
    columns = tuple(str(column[0]) for column in described)
    headings = distinct(columns) if labels is None else labels.headings(columns, query)
    return Shape(columns, tuple(str(column[1]) for column in described), headings)
