"""The sample under other names, with figures where engines round apart."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.contract import RAW_TABLES
from jixiao.settings import Settings

_NEW_VALUES = {
    "document_id": "concat(document_id, '-', copy)",
    "organization_name": "concat(organization_name, copy // 2)",
    # Two years of each organization, so that years are compared.
    "fiscal_year": "cast(cast(fiscal_year as integer) - copy % 2 as varchar)",
    "source_sha256": "sha256(concat(source_sha256, copy))",
}

_TIES = [249, 251, 489, 493, 507, 511, 983, 991, 1001, 1009, 1017, 1019, 1959, 1969, 1979, 1985, 1989, 1995]
"""
Numerators over 2,000,000 whose quotient ends in a five at the seventh place, where a double rounds to another
sixth place by its product with a million than by its digits: 249 / 2,000,000 = 0.0001245.
"""

_AT_A_TIE = f"copy = 1 and cast(form_no as integer) between 1 and {len(_TIES)}"
_NEW_FUNDS = {
    "annual_budget": f"case when {_AT_A_TIE} then '2000000' else annual_budget end",
    "executed": f"case when {_AT_A_TIE} then cast({_TIES}[cast(form_no as integer)] as varchar) else executed end",
}

_IN_YUAN = "copy = 2 and classification = 'economic'"
_NEW_ACCOUNTS = {
    # Less than half a fen, and half a fen where a product has lost its seventh place.
    "initial_budget": f"case when {_IN_YUAN} then '0.00499999' else initial_budget end",
    "amount_unit": f"case when {_IN_YUAN} then '元' else amount_unit end",
}
_NEW_OF = {"raw_self_evaluation_fund": _NEW_FUNDS, "raw_final_account": _NEW_ACCOUNTS}


def write_copy(landing: Path, copy: int) -> Path:
    """Write a copy of the sample's document as a folder of raw CSVs, named by its document; returns the folder.

    Args:
        landing: The folder that it is written to.
        copy: Its number, from 1; the two numbers 2n and 2n + 1 are two years of one organization.
    """
    seeds = Settings.load().raw_seeds
    with duckdb.connect() as connection:
        document = connection.execute(
            f"select document_id || '-{copy}' from read_csv('{seeds}/raw_document.csv', all_varchar = true)"
        ).fetchone()
        assert document is not None
        folder = landing / str(document[0])
        folder.mkdir(parents=True)
        for table in RAW_TABLES:
            seed = f"read_csv('{seeds / table}.csv', all_varchar = true, header = true)"
            columns = [name for name, *_ in connection.execute(f"describe from {seed}").fetchall()]
            values = _NEW_VALUES | _NEW_OF.get(table, {})
            cells = ", ".join(f"{values.get(name, name)} as {name}" for name in columns)
            connection.execute(
                f"copy (select {cells} from {seed}, (select {copy} as copy)) "
                f"to '{folder / table}.csv' (format csv, header)"
            )
    return folder
