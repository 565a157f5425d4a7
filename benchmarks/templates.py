"""The sample as templates in DuckDB: each form in each of its variants, its accounts at each of their sizes.

All processing of texts happens here, on a few thousand rows; a document of a generated load is a selection of
templates.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.variants import (
    VARIANTS,
    amount_factor,
    times,
    varied_fund,
    varied_indicator,
    with_years_moved,
)
from ingestion.contract import OPTIONAL_TABLES, RAW_TABLES, columns

SAMPLE = Path(__file__).parents[1] / "seeds" / "raw"
SAMPLE_YEAR = 2023
FORM_TABLES = ("raw_self_evaluation", "raw_self_evaluation_fund", "raw_self_evaluation_indicator")
ACCOUNT_SIZES = tuple(Decimal(tenths) / 10 for tenths in range(8, 15))
"""Factors of a department's accounts, in addition to its share of the sample's forms."""

DOCUMENT_SIZES = tuple(Decimal(quarters) / 4 for quarters in range(2, 7))
"""Numbers of forms of a document relative to the sample: between half and one and a half; the mean is one."""

_AMOUNT_COLUMNS = {
    "raw_final_account": ("initial_budget", "annual_budget", "final_account"),
    "raw_department_target": ("target", "completion"),
    "raw_reported_figure": ("value",),
}
_NAME_YEARS = re.compile("[0-9]{4}年?度?|[（(].*[)）]")

Row = dict[str, str]


def read_sample(folder: Path = SAMPLE) -> dict[str, list[Row]]:
    """Return the rows of the sample's raw CSVs by table; a column that a file lacks is blank."""
    tables = {}
    for table in RAW_TABLES:
        with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            tables[table] = [{c: row.get(c) or "" for c in columns(table)} for row in csv.DictReader(file)]
    return tables


def by_form(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Group rows by the number of their form."""
    forms: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        forms[row["form_no"]].append(row)
    return forms


def register(
    connection: duckdb.DuckDBPyConnection, sample: dict[str, list[Row]], years: Sequence[int]
) -> None:
    """Create the tables of templates.

    `template_form` has a row a form, `form_name` one a form and year; `template_fund` and
    `template_indicator` one a row and variant; `template_<raw table>` of the others one a row, and with
    amounts one a row and size. `position` is the row's place in its form or document.
    """
    _table(connection, "template_form", _forms(sample))
    _table(connection, "form_name", _names(sample, years))
    funds, indicators = _form_rows(sample)
    _table(connection, "template_fund", funds)
    _table(connection, "template_indicator", indicators)
    for table in RAW_TABLES:
        if table not in FORM_TABLES and table not in OPTIONAL_TABLES:
            _table(connection, f"template_{table}", _document_rows(table, sample[table]))


def _forms(sample: dict[str, list[Row]]) -> list[Row]:
    """Return the forms; those of one project, by its name without years and notes, always occur together."""
    evaluated = {
        row["subject_name"] for row in sample["raw_evaluation"] if row["evaluation_type"] == "project"
    }
    groups: dict[str, str] = {}
    rows = []
    for form in sample["raw_self_evaluation"]:
        group = groups.setdefault(_NAME_YEARS.sub("", form["project_name"]), form["form_no"])
        rows.append(
            {
                **form,
                "group_no": group,
                "is_evaluated": str(form["project_name"] in evaluated),
                "year_back": str(SAMPLE_YEAR - int(form["form_year"])),
            }
        )
    return rows


def _names(sample: dict[str, list[Row]], years: Sequence[int]) -> list[Row]:
    return [
        {
            "form_no": form["form_no"],
            "fiscal_year": str(year),
            "project_name": with_years_moved(form["project_name"], year - SAMPLE_YEAR),
        }
        for form in sample["raw_self_evaluation"]
        for year in years
    ]


def _form_rows(sample: dict[str, list[Row]]) -> tuple[list[Row], list[Row]]:
    funds, indicators = (
        by_form(sample["raw_self_evaluation_fund"]),
        by_form(sample["raw_self_evaluation_indicator"]),
    )
    varied_funds, varied_indicators = [], []
    for form_no, form_funds in funds.items():
        form_indicators = indicators[form_no]
        for number, variant in enumerate(VARIANTS):
            factor = amount_factor(form_funds, form_indicators, variant.amount)
            varied_funds += [
                {**varied_fund(row, factor), "variant": str(number), "position": str(position)}
                for position, row in enumerate(form_funds)
            ]
            varied_indicators += [
                {
                    **varied_indicator(row, factor, variant.count),
                    "variant": str(number),
                    "position": str(position),
                }
                for position, row in enumerate(form_indicators)
            ]
    return varied_funds, varied_indicators


def _document_rows(table: str, rows: Sequence[Row]) -> list[Row]:
    positioned = [{**row, "position": str(position)} for position, row in enumerate(rows)]
    if table not in _AMOUNT_COLUMNS:
        return positioned
    return [
        {
            **row,
            "document_size": str(size),
            "account_size": str(account),
            **{
                name: times(row[name], size * account)
                for name in _AMOUNT_COLUMNS[table]
                if _is_scaled(table, row)
            },
        }
        for row in positioned
        for size in DOCUMENT_SIZES
        for account in ACCOUNT_SIZES
    ]


def _is_scaled(table: str, row: Row) -> bool:
    """Return whether a row's amount is the department's; the evaluated project keeps its own."""
    if table == "raw_department_target":
        return row["source_part"] == "fund"
    if table == "raw_reported_figure":
        return row["unit"] in ("元", "万元") and not row["figure_code"].startswith("evaluated_project")
    return True


_INTEGERS = frozenset(
    {
        "source_line",
        "form_no",
        "group_no",
        "variant",
        "position",
        "fiscal_year",
        "year_back",
        "total_source_line",
    }
)
_DECIMALS = frozenset({"document_size", "account_size"})


def _table(connection: duckdb.DuckDBPyConnection, name: str, rows: list[Row]) -> None:
    connection.register("rows_of_table", pa.Table.from_pylist(rows))
    kinds = {
        column: "integer" if column in _INTEGERS else "decimal(6, 3)" if column in _DECIMALS else "varchar"
        for column in rows[0]
    }
    # A raw CSV can't distinguish blank from null: blanks are read as null.
    cells = ", ".join(f"cast(nullif({column}, '') as {kind}) as {column}" for column, kind in kinds.items())
    connection.execute(f"create or replace table {name} as select {cells} from rows_of_table")
    connection.unregister("rows_of_table")
