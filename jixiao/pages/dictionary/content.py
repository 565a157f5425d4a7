"""The content of the dictionary of a release, read from its `core.data_dictionary`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb

from jixiao.release.store import ReleaseError
from jixiao.settings import PUBLISHED_SCHEMAS

_COLUMNS = """
    select
        table_schema, table_name, table_label_zh, table_description, grain, source_zh,
        column_name, column_label_zh, column_description, data_type, unit_zh,
        is_key, is_required, references_column, allowed_values, example
    from core.data_dictionary
    order by table_schema, table_name, column_position
"""

_ROWS = "select schema_name, table_name, estimated_size from duckdb_tables()"


@dataclass(frozen=True)
class Column:
    """A column of a published table.

    Attributes:
        name: Its name.
        label_zh: Its Chinese name.
        description: Its content, in English.
        data_type: Its SQL type.
        unit_zh: Unit of its values, if they have one.
        is_key: Whether it is the key of its table, or a part of it.
        is_required: Whether it is never null.
        references: The `schema.table` that it refers to, if any.
        allowed_values: Its allowed values, if they are a closed list.
        example: A value from the warehouse, if there is one.
    """

    name: str
    label_zh: str
    description: str
    data_type: str
    unit_zh: str | None
    is_key: bool
    is_required: bool
    references: str | None
    allowed_values: str | None
    example: str | None


@dataclass(frozen=True)
class Table:
    """A published table.

    Attributes:
        schema: Its schema.
        name: Its name.
        label_zh: Its Chinese name.
        description: The meaning of a row, in English.
        grain: The meaning of a row, in short.
        source_zh: The part of the disclosure it comes from.
        rows: Its number of rows.
        columns: Its columns, in order.
    """

    schema: str
    name: str
    label_zh: str
    description: str
    grain: str
    source_zh: str
    rows: int
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        """The name with its schema, `schema.table`."""
        return f"{self.schema}.{self.name}"

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the columns that make a row the only one."""
        return tuple(column.name for column in self.columns if column.is_key)


def read_dictionary(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Read the tables of a release with their columns, in the order of the published schemas.

    Args:
        connection: A release, or a build that has `core.data_dictionary`.

    Raises:
        ReleaseError: There is no dictionary in it.
    """
    try:
        described = connection.execute(_COLUMNS).fetchall()
    except duckdb.CatalogException as error:
        raise ReleaseError(
            f"core.data_dictionary can't be read ({error}); build the release again with this version"
        ) from error
    rows = {(schema, name): size for schema, name, size in connection.execute(_ROWS).fetchall()}
    tables = [
        _table(head, rows.get(head[:2], 0), group) for head, group in groupby(described, lambda row: row[:6])
    ]
    return sorted(tables, key=lambda table: PUBLISHED_SCHEMAS.index(table.schema))


def _table(head: tuple[Any, ...], rows: int, described: Iterable[tuple[Any, ...]]) -> Table:
    schema, name, label_zh, description, grain, source_zh = head
    columns = tuple(_column(row[6:]) for row in described)
    return Table(schema, name, label_zh, description, grain, source_zh, rows, columns)


def _column(cells: tuple[Any, ...]) -> Column:
    name, label_zh, description, data_type, unit_zh, is_key, is_required, references, values, example = cells
    table = references.rpartition(".")[0] if references else None
    return Column(
        name, label_zh, description, data_type, unit_zh, is_key, is_required, table, values, example
    )
