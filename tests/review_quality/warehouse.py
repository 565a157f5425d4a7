"""A warehouse of raw CSVs, built by dbt in a folder of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from warehouse import ROOT, Warehouse

from ingestion import contract

RAW_SEEDS = ROOT / "seeds" / "raw"

Row = dict[str, str]
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Finding:
    """A finding as the measures need it; `form_no` is 0 where it is of no form."""

    document_id: str
    rule_id: str
    form_no: int
    source_line: int


def read_tables(folder: Path = RAW_SEEDS) -> Tables:
    """Read a folder of raw CSVs: the rows of each table of contract one."""
    tables = {}
    for name in contract.RAW_TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    return tables


def write_tables(tables: Mapping[str, Iterable[Row]], folder: Path) -> None:
    """Write a folder of raw CSVs."""
    folder.mkdir(parents=True)
    for name in contract.RAW_TABLES:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, contract.columns(name), lineterminator="\n")
            writer.writeheader()
            writer.writerows(tables[name])


def build(landing: Path, work: Path) -> Path:
    """Build the findings of the sample and of landed documents; returns the database.

    Raises:
        RuntimeError: dbt failed; its output is the message.
    """
    warehouse = Warehouse(work, landing)
    done = warehouse.dbt(
        "build", "--select", "+fct_finding", "+dim_rule", "--exclude-resource-type", "test", "unit_test"
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return warehouse.database


def findings(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """The findings of all documents."""
    rows = connection.execute(
        """
        select
            findings.document_id, findings.rule_id,
            cast(coalesce(split_part(findings.project_id, '-', -1), '0') as integer), coalesce(source_line, 0)
        from review.fct_finding as findings
        order by all
        """
    ).fetchall()
    return [Finding(*row) for row in rows]
