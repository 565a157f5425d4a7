"""The content of the dictionary of a release, read from its `core.data_dictionary`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
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
        description_zh: Its content, in Chinese; blank if nobody has written it.
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
    description_zh: str = ""


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
        description_zh: The meaning of a row, in Chinese; blank if nobody has written it.
    """

    schema: str
    name: str
    label_zh: str
    description: str
    grain: str
    source_zh: str
    rows: int
    columns: tuple[Column, ...]
    description_zh: str = ""

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
    chinese = descriptions()
    tables = [
        _table(head, rows.get(head[:2], 0), group, chinese)
        for head, group in groupby(described, lambda row: row[:6])
    ]
    return sorted(tables, key=lambda table: PUBLISHED_SCHEMAS.index(table.schema))


def descriptions() -> dict[tuple[str, str], str]:
    """Return the Chinese descriptions by table and column; of a table, the column is blank, of any table, the table."""
    with (Path(__file__).parent / "descriptions_zh.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["table_name"], row["column_name"]): row["description_zh"] for row in csv.DictReader(file)
        }


def _table(
    head: tuple[Any, ...],
    rows: int,
    described: Iterable[tuple[Any, ...]],
    chinese: Mapping[tuple[str, str], str],
) -> Table:
    schema, name, label_zh, description, grain, source_zh = head
    columns = tuple(_column(row[6:], name, chinese) for row in described)
    description_zh = chinese.get((name, ""), "")
    return Table(schema, name, label_zh, description, grain, source_zh, rows, columns, description_zh)


def _column(cells: tuple[Any, ...], of: str, chinese: Mapping[tuple[str, str], str]) -> Column:
    name, label_zh, description, data_type, unit_zh, is_key, is_required, references, values, example = cells
    table = references.rpartition(".")[0] if references else None
    description_zh = chinese.get((of, name)) or chinese.get(("", name), "")
    return Column(
        *(name, label_zh, description, data_type, unit_zh, is_key, is_required, table, values, example),
        description_zh,
    )
