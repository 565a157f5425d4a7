"""The slice that every engine computes: inputs, results and times.

Four results, from the raw store and a few reference tables to a Parquet file each:

- `project_fund`: `execution.fct_project_fund` without its md5 key;
- `unit_execution`: `execution.mart_unit_execution` with its organization by name and without md5 keys;
- `project_score`: the reported and the recomputed totals of `score.mart_project_score`;
- `indicator_variance`: the rows of `variance.fct_indicator_variance` whose target and actual are both a plain
  number, if the target prints a comparator or is a cost: comparator, both values, the rates, and the outcome.

The raw tables hold text as printed: blanks, dashes, full-width digits, grouping commas.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RAW_COLUMNS = {
    "raw_document": ["organization_name", "fiscal_year", "amount_unit"],
    "raw_self_evaluation": [
        "form_no", "project_name", "implementing_unit", "total_weight", "total_score", "total_source_line"
    ],
    "raw_self_evaluation_fund": [
        "source_line", "form_no", "fund_source", "initial_budget", "annual_budget", "executed",
        "weight", "execution_rate", "score", "amount_unit",
    ],
    "raw_self_evaluation_indicator": [
        "source_line", "form_no", "indicator_no", "level1", "level2", "target", "actual", "weight", "score"
    ],
}  # fmt: skip
"""Columns read from each raw table, in addition to document_id and batch."""

REFERENCE_COLUMNS = {
    "amount_unit": {"amount_unit": "text", "yuan_factor": "integer"},
    "fund_source": {"fund_source_text": "text", "fund_source": "text"},
    "unit_alias": {"organization_name": "text", "alias": "text", "unit_name": "text"},
    "indicator_class": {"level1": "text", "level2": "text", "class_code": "text"},
    "measure_unit": {"unit_text": "text", "unit": "text", "factor": "integer", "value_kind": "text"},
}

PLAIN = "^([≥≤<>=]?)([0-9]+([.][0-9]+)?)(%|万元|元|万|个|人|件|场|次)?$"
"""A plain number: an optional sign, the number, an optional unit."""

FULL_WIDTH, HALF_WIDTH = "０１２３４５６７８９．，％－", "0123456789.,%-"
"""Replacements of characters in a printed number."""

RESULTS = ("project_fund", "unit_execution", "project_score", "indicator_variance")

SCORE_TOLERANCE, MONEY_TOLERANCE, NUMBER_TOLERANCE = "0.005", "0.01", "0.000001"
"""Of reference.tolerance: `score`, `money_yuan`, `number`."""


class Task:
    """The location of the data, from the command line of an engine's script, and a clock for its stages.

    Attributes:
        raw: The raw store.
        reference: The folder of the reference CSVs.
        out: A folder for the results.
    """

    def __init__(self) -> None:
        parser = argparse.ArgumentParser()
        parser.add_argument("raw", type=Path)
        parser.add_argument("reference", type=Path)
        parser.add_argument("out", type=Path)
        given = parser.parse_args()
        self.raw: Path = given.raw
        self.reference: Path = given.reference
        self.out: Path = given.out
        self._stages: dict[str, float] = {}

    def files(self, table: str) -> str:
        """Return the files of a raw table as a pattern."""
        return str(self.raw / table / "*" / "*" / "data.parquet")

    @property
    def documents(self) -> str:
        """The list of the active documents."""
        return str(self.raw / "documents.parquet")

    def reference_file(self, table: str) -> str:
        """Return the CSV of a reference table."""
        return str(self.reference / f"{table}.csv")

    def result(self, name: str) -> str:
        """Return the file of a result."""
        return str(self.out / f"{name}.parquet")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage: `start` for everything before the work, any other name for a part of it."""
        begin = time.perf_counter()
        yield
        self._stages[name] = self._stages.get(name, 0.0) + time.perf_counter() - begin

    def write_times(self) -> None:
        """Write the seconds of the stages to the benchmark's file."""
        Path(os.environ["PEER_STAGES"]).write_text(json.dumps(self._stages), encoding="utf-8")
