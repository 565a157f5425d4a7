"""The documentation of a release: the dictionary in the database, its page, and dbt's documentation."""

from __future__ import annotations

import re

import duckdb
import pytest
from installation import Installation

TYPES = {"string": "VARCHAR", "integer": "INTEGER", "boolean": "BOOLEAN", "date": "DATE"}
SCHEMAS = ("core", "execution", "variance", "score", "review", "quality")


def type_name(documented: str) -> str:
    """Return the type by its name in the database."""
    return TYPES.get(documented, documented.upper().replace(" ", ""))


def test_documented_columns_are_the_built_columns(sample: duckdb.DuckDBPyConnection):
    documented = sample.execute(
        "select table_schema, table_name, column_position, column_name, data_type from core.data_dictionary"
    ).fetchall()
    built = sample.execute(
        "select schema_name, table_name, column_index, column_name, data_type from duckdb_columns() where not internal"
    ).fetchall()
    assert sorted((*place, type_name(data_type)) for *place, data_type in documented) == sorted(
        (*place, data_type) for *place, data_type in built
    )


def test_the_dictionary_says_what_the_comments_say(sample: duckdb.DuckDBPyConnection):
    differing = sample.execute(
        """
        select column_id, comment
        from core.data_dictionary
        inner join duckdb_columns() as built using (table_name, column_name)
        where comment is distinct from concat(column_label_zh, ' | ', column_description)
        """
    ).fetchall()
    assert differing == []


@pytest.mark.parametrize(
    ("condition", "unit"),
    [
        ("column_name like '%\\_yuan' escape '\\'", "元"),
        ("column_name like '%\\_rate' escape '\\'", "比率（1 = 100 %）"),
        ("column_name in ('weight', 'reported_score', 'expected_total')", "分"),
        ("column_name = 'source_line'", "行"),
    ],
)
def test_a_measured_column_names_its_unit(sample: duckdb.DuckDBPyConnection, condition: str, unit: str):
    units = sample.execute(f"select distinct unit_zh from core.data_dictionary where {condition}").fetchall()
    assert units == [(unit,)]


def test_no_decimal_is_without_a_unit(sample: duckdb.DuckDBPyConnection):
    assert (
        sample.execute(
            "select column_id from core.data_dictionary where data_type like 'decimal%' and unit_zh is null"
        ).fetchall()
        == []
    )


def test_the_key_of_every_table_makes_its_rows_the_only_ones(sample: duckdb.DuckDBPyConnection):
    keys = sample.execute(
        """
        select concat(table_schema, '.', table_name), list(column_name)
        from core.data_dictionary where is_key group by 1
        """
    ).fetchall()
    assert len(keys) == sample.execute("select count(*) from duckdb_tables()").fetchone()[0]
    for table, columns in keys:
        names = ", ".join(columns)
        assert (
            sample.execute(f"select {names} from {table} group by {names} having count(*) > 1").fetchall()
            == []
        )


def test_every_reference_leads_to_a_row(sample: duckdb.DuckDBPyConnection):
    references = sample.execute(
        "select table_schema, table_name, column_name, references_column from core.data_dictionary"
        " where references_column is not null"
    ).fetchall()
    assert ("core", "dim_project", "implementing_unit_id", "core.dim_unit.unit_id") in references
    for schema, table, column, target in references:
        target_table, _, key = target.rpartition(".")
        lost = sample.execute(
            f"select {column} from {schema}.{table} where {column} is not null"
            f" and {column} not in (select {key} from {target_table})"
        ).fetchall()
        assert lost == [], f"{table}.{column}"


def test_an_example_is_a_value_of_its_column(sample: duckdb.DuckDBPyConnection):
    described = sample.execute(
        "select table_schema, table_name, column_name, example from core.data_dictionary"
        " where table_name <> 'data_dictionary'"
    ).fetchall()
    for schema, table, column, example in described:
        values = f"select substr(cast({column} as varchar), 1, 40) as shown from {schema}.{table}"
        if example is None:
            assert sample.execute(f"select shown from ({values}) where shown is not null").fetchall() == []
        else:
            assert sample.execute(f"select ? in ({values})", [example]).fetchone() == (True,), (
                f"{table}.{column}"
            )


def test_one_name_means_the_same_form_and_a_quarter_isn_t_called_a_year(sample: duckdb.DuckDBPyConnection):
    labels = sample.execute(
        "select distinct column_label_zh from core.data_dictionary where column_name = 'form_no'"
    ).fetchall()
    assert len(labels) == 1
    whole_year = sample.execute(
        "select column_id from core.data_dictionary where table_name = 'fct_project_period' and column_label_zh like '%全年%'"
    ).fetchall()
    assert whole_year == []


def test_the_page_shows_every_table_and_column(sample: duckdb.DuckDBPyConnection, installation: Installation):
    release = installation.current()
    page = (release.path / "dictionary.html").read_text(encoding="utf-8")
    tables = sample.execute("select distinct table_schema, table_name from core.data_dictionary").fetchall()
    assert set(re.findall(r'<section class="table" id="([^"]+)">', page)) == {
        ".".join(name) for name in tables
    }
    columns = sample.execute("select count(*) from core.data_dictionary").fetchone()[0]
    assert len(re.findall(r"<tr>\s*<td><code>", page)) == columns
    assert f"版本 release {release.release_id}" in page
    assert "dictionary.html" in release.manifest["files"]


def test_the_pages_stand_in_the_order_of_the_schemas(installation: Installation):
    page = (installation.current().path / "dictionary.html").read_text(encoding="utf-8")
    assert re.findall(r"<h2>[^<]+<code>(\w+)</code></h2>", page) == list(SCHEMAS)


def test_dbt_s_documentation_is_one_page_that_names_no_path_of_its_maker(installation: Installation):
    page = (installation.current().path / "dbt_docs" / "index.html").read_text(encoding="utf-8")
    assert "model.jixiao.mart_project_execution" in page
    # The compiled SQL, and the columns of the build.
    assert "compiled_code" in page
    assert '"catalog"' in page or "dim_document_holds_a_document_once" in page
    for path in (installation.var, installation.landing):
        assert str(path) not in page
    # The page reports visits to dbt only with permission.
    assert '"send_anonymous_usage_stats": false' in page or '"send_anonymous_usage_stats":false' in page
