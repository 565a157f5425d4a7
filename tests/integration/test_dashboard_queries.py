"""The queries of the dashboards give the figures of the printed document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

ASSETS = Path(__file__).parents[2] / "dashboards" / "superset" / "assets"
DATASETS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ASSETS / "datasets" / "jixiao").glob("*.yaml"))
}


def _metric(sample: duckdb.DuckDBPyConnection, dataset: str, name: str, where: str = "true") -> Any:
    metric = next(entry for entry in DATASETS[dataset]["metrics"] if entry["metric_name"] == name)
    answer = sample.execute(
        f"select {metric['expression']} from ({DATASETS[dataset]['sql']}) as asked where {where}"
    ).fetchone()
    assert answer is not None
    return answer[0]


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_runs_and_has_the_columns_it_names(sample: duckdb.DuckDBPyConnection, name: str) -> None:
    described = sample.execute(f"describe select * from ({DATASETS[name]['sql']}) as asked").fetchall()
    named = [(column["column_name"], column["type"]) for column in DATASETS[name]["columns"]]
    assert [(column, kind) for column, kind, *_ in described] == named


@pytest.mark.parametrize("name", DATASETS)
def test_every_metric_has_a_value_on_the_sample(sample: duckdb.DuckDBPyConnection, name: str) -> None:
    values = {
        metric["metric_name"]: _metric(sample, name, metric["metric_name"])
        for metric in DATASETS[name]["metrics"]
    }
    assert not [metric for metric, value in values.items() if value is None]


@pytest.mark.parametrize(
    ("dataset", "metric", "where", "printed", "digits"),
    [
        # Lines 129, 229 and 479 print 97.17 %, 2.83 % and 56.04 %.
        ("department_ratio", "department_execution_rate", "true", 0.9717, 4),
        ("department_ratio", "carryover_rate", "true", 0.0283, 4),
        ("department_ratio", "adjustment_rate", "true", 0.5604, 4),
        # The final accounts print 16,923.25 in all, line 362, and 9,597.17 for projects, line 338.
        ("final_account", "final_account_wan", "item_code = 'expenditure_total'", 16923.25, 2),
        ("final_account", "final_account_wan", "item_code = 'project'", 9597.17, 2),
        ("projects", "projects", "true", 139, 0),
        # The sum of the executed amounts that the 139 forms print.
        ("projects", "executed_wan", "true", 7980.631675, 6),
        ("indicators", "indicators", "true", 985, 0),
        # Initial budget, adjustment and remainder make the final account.
        ("budget_bridge", "step_wan", "true", 16923.25, 2),
        # Line 664: 744.59 of the evaluated project, in three periods.
        ("project_period", "period_executed_wan", "true", 744.59, 2),
    ],
)
def test_a_number_is_the_printed_one(
    sample: duckdb.DuckDBPyConnection, dataset: str, metric: str, where: str, printed: float, digits: int
) -> None:
    assert round(float(_metric(sample, dataset, metric, where)), digits) == printed


def test_the_classes_of_a_classification_are_its_total(sample: duckdb.DuckDBPyConnection) -> None:
    economic = _metric(
        sample, "final_account", "final_account_wan", "classification = 'economic' and not is_total"
    )
    nature = _metric(
        sample, "final_account", "final_account_wan", "classification = 'nature' and item_level = 1"
    )
    # Seven printed numbers of two decimals add up to within half a hundredth each.
    assert abs(float(economic) - 16923.25) <= 0.035
    assert abs(float(nature) - 16923.25) <= 0.035
