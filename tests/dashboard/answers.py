"""What a chart must answer: the SQL of its files, written here once more and run on the release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import yaml

from dashboards.superset.bundle import ASSETS, DOCUMENTS_MARK

Filter = tuple[str, tuple[Any, ...]]
"""A column and its allowed values."""


def _assets(folder: Path) -> dict[str, dict[str, Any]]:
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    return {asset["uuid"]: asset for asset in files}


DATASETS = _assets(ASSETS / "datasets" / "jixiao")
CHARTS = _assets(ASSETS / "charts")


def dimensions(chart: dict[str, Any]) -> set[str]:
    """The columns that a click on a bar filters by."""
    return set(chart["params"]["groupby"])


def values(
    connection: duckdb.DuckDBPyConnection, chart: dict[str, Any], filters: set[Filter]
) -> list[float] | int:
    """The numbers of a chart, in order of size; of a table of rows, how many they are."""
    dataset, params = DATASETS[chart["dataset_uuid"]], chart["params"]
    types = {column["column_name"]: column["type"] for column in dataset["columns"]}
    where = [
        f"{column} in ({', '.join(_literal(value, types[column]) for value in allowed)})"
        for column, allowed in filters
        # A dataset without the column has nothing to be filtered by it.
        if column in types
    ]
    for entry in params["adhoc_filters"]:
        where.append(
            entry.get("sqlExpression")
            or f"{entry['subject']} {entry['operator'].replace('==', '=')} {_literal(entry['comparator'])}"
        )
    source = f"({dataset['sql'].replace(DOCUMENTS_MARK, '')}) as asked where {' and '.join(where) or 'true'}"
    if params.get("query_mode") == "raw":
        [rows] = connection.execute(f"select count(*) from {source}").fetchone() or (0,)
        return int(min(rows, params["row_limit"]))
    expressions = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}
    named = [
        params[key]
        for key in ("metric", "x", "y", "size")
        if key in params and key in _METRIC_KEYS[chart["viz_type"]]
    ]
    named += params.get("metrics", [])
    by = [params[key] for key in ("x_axis", "entity", "series") if params.get(key)] + params.get(
        "groupby", []
    )
    grouped = ", ".join(sorted({one if isinstance(one, str) else one["sqlExpression"] for one in by}))
    order = f" group by {grouped} order by 1 desc limit {params['row_limit']}" if grouped else ""
    asked = ", ".join(f"cast({expressions[name]} as double)" for name in named)
    found = connection.execute(f"select {asked} from {source}{order}").fetchall()
    return sorted(round(number, 4) for row in found for number in row if number is not None)


_METRIC_KEYS = {
    "big_number_total": {"metric"},
    "waterfall": {"metric"},
    "bubble_v2": {"x", "y", "size"},
    "echarts_timeseries_bar": set(),
    "table": set(),
}


def shown(chart: dict[str, Any], body: dict[str, Any]) -> list[float] | int:
    """The same of what Superset answered: a bar chart's columns are its series."""
    rows = body["result"][0]["data"]
    params = chart["params"]
    if params.get("query_mode") == "raw":
        return len(rows)
    axis = params.get("x_axis")
    label = axis["label"] if isinstance(axis, dict) else axis
    named = {label, *params.get("groupby", [])}
    return sorted(
        round(float(number), 4)
        for row in rows
        for column, number in row.items()
        if column not in named and isinstance(number, int | float)
    )


def _literal(value: Any, kind: str = "VARCHAR") -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if kind != "VARCHAR" or isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
