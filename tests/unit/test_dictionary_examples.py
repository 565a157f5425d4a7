"""The examples of the data dictionary: the macro's SQL, run on made-up tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest
from jinja2 import Environment

from jixiao.settings import PROJECT_ROOT

MACROS = (PROJECT_ROOT / "macros" / "data_dictionary.sql").read_text(encoding="utf-8")
DOCUMENTS = 30
ROWS_OF_A_DOCUMENT = 5_000

COLUMNS = {
    "fct_line": {"line_id": True, "document_id": False, "amount": False, "rare": False},
    "dim_place": {"place_id": True, "place_name": False, "remark": False},
}
"""Each table's columns, and whether they are its key."""


@dataclass(frozen=True)
class Relation:
    """A table as dbt passes it to a macro."""

    identifier: str

    def __str__(self) -> str:
        return self.identifier


class Adapter:
    """The part of dbt's adapter that macros use, here for DuckDB."""

    macros: Any

    def dispatch(self, name: str) -> Callable[..., str]:
        found: Callable[..., str] = getattr(self.macros, f"default__{name}")
        return found


def examples_query(*tables: str) -> str:
    adapter = Adapter()
    template = Environment(extensions=["jinja2.ext.do"]).from_string(MACROS)
    adapter.macros = template.make_module({"adapter": adapter, "return": lambda value: value})
    columns = [
        {"table_name": table, "column_name": name, "is_key": is_key}
        for table in tables
        for name, is_key in COLUMNS[table].items()
    ]
    query: str = adapter.macros.examples_of([Relation(table) for table in tables], columns, "dim_document")
    return query


def examples(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str | None]:
    rows = connection.execute(examples_query(table)).fetchall()
    assert {name for name, _, _ in rows} == {table}
    return {column: example for _, column, example in rows}


@pytest.fixture(params=["number", "-number", "hash(number)"])
def warehouse(request: pytest.FixtureRequest) -> duckdb.DuckDBPyConnection:
    """The same rows in another order: as they come, the last first, or mixed."""
    connection = duckdb.connect()
    lines = DOCUMENTS * ROWS_OF_A_DOCUMENT
    connection.execute(f"""
        create table dim_document as select format('d{{:02}}', number) as document_id from range({DOCUMENTS}) as t (number)
        order by {request.param};

        -- The lines of one document have keys all over; the amount tells the line, the rare value is in one document.
        create table fct_line as
        select
            format('l{{:06}}', number) as line_id,
            format('d{{:02}}', {DOCUMENTS - 1} - number % {DOCUMENTS}) as document_id,
            number as amount,
            case when number % {DOCUMENTS} = {DOCUMENTS - 1} and number > 1000 then number end as rare
        from range({lines}) as t (number) order by {request.param};

        create table dim_place as
        select format('p{{:06}}', number) as place_id, format('地{{}}', number) as place_name,
            case when number = 5000 then 'far' end as remark
        from range(150_000) as t (number) order by {request.param};
    """)
    return connection


def test_the_example_is_of_the_first_documents_wherever_their_rows_lie(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    # Line n is of document 29 - n % 30. The twenty smallest ids are d00 to d19, whose lines are 10 to 29 of each
    # thirty: line 10 comes first. Only d00 has the rare value, on line 29 of each thirty: above 1000, the first
    # is 33 * 30 + 29 = 1019.
    assert examples(warehouse, "fct_line") == {
        "line_id": "l000010", "document_id": "d19", "amount": "10", "rare": "1019"
    }  # fmt: skip


def test_the_example_of_other_tables_is_of_their_first_rows_by_key(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    # The remark is in row 5000 alone.
    assert examples(warehouse, "dim_place") == {"place_id": "p000000", "place_name": "地0"}


def test_all_tables_are_one_query(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(examples_query("fct_line", "dim_place")).fetchall()
    assert {(table, column) for table, column, _ in rows} == {
        (table, column) for table, columns in COLUMNS.items() for column in columns if column != "remark"
    }
