"""The dashboards' files fit together, and name only columns that are published."""

from __future__ import annotations

import csv
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
ASSETS = PROJECT / "dashboards" / "superset" / "assets"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "jixiao")
SLUGS = {"overview", "budget-execution", "performance", "review"}
FILTER_COLUMNS = {"organization_name", "fiscal_year", "source_file"}
TABLE = re.compile(r"(?:from|join) ([a-z_]+)\.([a-z_]+) as ([a-z]+)")
COLUMN = re.compile(r"\b([a-z])\.([a-z_0-9]+)")
CHINESE = re.compile(r"[一-龥]")


def _read(folder: str) -> dict[str, dict[str, Any]]:
    files = sorted((ASSETS / folder).glob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in files}


DATASETS = _read("datasets/jixiao")
CHARTS = _read("charts")
DASHBOARDS = _read("dashboards")
BY_UUID = {dataset["uuid"]: dataset for dataset in DATASETS.values()}


def _published() -> dict[str, dict[str, str]]:
    """The published tables: name with schema → column → Chinese label."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((PROJECT / "models" / "marts").glob("*/*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            found[f"{path.parent.name}.{model['name']}"] = {
                column["name"]: column.get("config", {})
                .get("meta", column.get("meta", {}))
                .get("label_zh", "")
                for column in model["columns"]
            }
    return found


PUBLISHED = _published()


def _named_columns(params: dict[str, Any]) -> set[str]:
    """Return the columns that a chart's settings name."""
    single = [params.get(key) for key in ("x_axis", "entity", "series", "column")]
    listed = [*params.get("groupby", []), *params.get("all_columns", []), *params.get("column_config", {})]
    filtered = [entry["subject"] for entry in params["adhoc_filters"] if "subject" in entry]
    # A column in SQL of the chart's own has a label of its own.
    own = {name["label"] for name in [*single, *listed] if isinstance(name, dict)}
    return {name for name in [*single, *listed, *filtered] if isinstance(name, str) and name} - own


def _named_metrics(params: dict[str, Any]) -> set[str]:
    """Return the metrics that a chart's settings name; the axes of a bubble chart are metrics too."""
    single = [params.get(key) for key in ("metric", "x", "y", "size")]
    return {name for name in [*single, *params.get("metrics", [])] if name}


def _charts_of(dashboard: dict[str, Any]) -> set[str]:
    return {
        part["meta"]["uuid"]
        for part in dashboard["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    }


def test_there_are_the_four_dashboards() -> None:
    assert {dashboard["slug"] for dashboard in DASHBOARDS.values()} == SLUGS == set(DASHBOARDS)


@pytest.mark.parametrize(
    ("kind", "assets"), [("datasets", DATASETS), ("charts", CHARTS), ("dashboards", DASHBOARDS)]
)
def test_a_uuid_is_that_of_the_file_name(kind: str, assets: dict[str, dict[str, Any]]) -> None:
    """A file that keeps its name updates in place; no two files share a name, so none shares a uuid."""
    assert {name: str(uuid.uuid5(NAMESPACE, f"{kind}/{name}")) for name in assets} == {
        name: asset["uuid"] for name, asset in assets.items()
    }


def test_datasets_belong_to_the_database() -> None:
    database = yaml.safe_load((ASSETS / "databases" / "jixiao.yaml").read_text(encoding="utf-8"))
    assert {dataset["database_uuid"] for dataset in DATASETS.values()} == {database["uuid"]}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_names_what_its_dataset_has(name: str) -> None:
    chart = CHARTS[name]
    dataset = BY_UUID[chart["dataset_uuid"]]
    assert _named_columns(chart["params"]) <= {column["column_name"] for column in dataset["columns"]}
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    assert _named_metrics(chart["params"]) <= metrics
    several = bool(chart["params"].get("groupby")) or len(chart["params"].get("metrics", [])) > 1
    # Several series are ordered by their sum or name, one series by its metric or by the axis.
    axis = chart["params"].get("x_axis")
    orders = {"sum", "name"} if several else metrics | {axis["label"] if isinstance(axis, dict) else axis}
    assert {chart["params"].get("x_axis_sort")} - {None} <= orders


def test_no_metric_is_called_like_a_column_of_its_dataset() -> None:
    """In one query the alias of such a metric would be taken for the column."""
    assert not {
        f"{name}.{metric['metric_name']}"
        for name, dataset in DATASETS.items()
        for metric in dataset["metrics"]
        if metric["metric_name"] in {column["column_name"] for column in dataset["columns"]}
    }


BARS = {name: chart for name, chart in CHARTS.items() if chart["viz_type"] == "echarts_timeseries_bar"}
TABLES = {name: chart for name, chart in CHARTS.items() if chart["viz_type"] == "table"}


@pytest.mark.parametrize("name", BARS)
def test_a_bar_starts_at_zero_and_sends_its_name(name: str) -> None:
    """A horizontal bar without a dimension sends its length (Superset's issue 41102).

    Its dimension is the column of its axis; the axis has a label of its own, as one column isn't asked for twice.
    A vertical bar without one sends its name as a value of the column's Chinese name, which no dataset has.
    """
    params = BARS[name]["params"]
    assert not params.get("truncateYAxis")
    assert "y_axis_bounds" not in params
    assert params["groupby"]
    assert params["stack"] == "Stack"
    if len(params["groupby"]) == 1 and isinstance(params["x_axis"], dict):
        assert params["groupby"][0] in params["x_axis"]["sqlExpression"]
    # Else the order of the series follows their sums, which differ from one selection to the next.
    several = len(params["metrics"]) > 1 or (params["groupby"] and not isinstance(params["x_axis"], dict))
    assert not several or params["sort_series_type"] == "name"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_whose_numbers_of_which_year_and_filters_by_no_form_number(name: str) -> None:
    params = TABLES[name]["params"]
    shown = params["all_columns"] if params["query_mode"] == "raw" else params["groupby"]
    assert {column for column in shown if isinstance(column, str)} >= FILTER_COLUMNS
    assert "form_no" not in shown


@pytest.mark.parametrize("slug", DASHBOARDS)
def test_a_dashboard_opens_on_the_latest_year_and_says_its_scope_first(slug: str) -> None:
    dashboard = DASHBOARDS[slug]
    (year,) = (
        entry
        for entry in dashboard["metadata"]["native_filter_configuration"]
        if entry["targets"][0]["column"]["name"] == "fiscal_year"
    )
    assert year["controlValues"]["defaultToFirstItem"] is True
    assert year["controlValues"]["sortAscending"] is False
    position = dashboard["position"]
    (first,) = position[position["GRID_ID"]["children"][0]]["children"]
    assert position[first]["meta"]["uuid"] == CHARTS["scope"]["uuid"]
    assert {*CHARTS["scope"]["params"]["all_columns"]} >= {*FILTER_COLUMNS, "release_id", "released_minute"}


def test_a_category_has_the_colour_of_its_severity() -> None:
    """A bar of two dimensions is called by both; its colour is that of the severity."""
    severities = _seeded("severity.csv", "severity").values()
    for slug in ("overview", "review"):
        colours = DASHBOARDS[slug]["metadata"]["label_colors"]
        for category in _seeded("rule_category.csv", "category").values():
            assert {colours[f"{category}, {severity}"] == colours[severity] for severity in severities} == {
                True
            }


def test_each_chart_is_on_a_dashboard_and_each_place_holds_a_chart() -> None:
    placed = set().union(*(_charts_of(dashboard) for dashboard in DASHBOARDS.values()))
    assert placed == {chart["uuid"] for chart in CHARTS.values()}


@pytest.mark.parametrize("slug", DASHBOARDS)
def test_rows_fit_the_grid_and_parts_hang_together(slug: str) -> None:
    position = DASHBOARDS[slug]["position"]
    for row in position["GRID_ID"]["children"]:
        cells = [position[child]["meta"] for child in position[row]["children"]]
        assert sum(cell["width"] for cell in cells) == 12
        assert len({cell["height"] for cell in cells}) == 1


@pytest.mark.parametrize("slug", DASHBOARDS)
def test_filters_act_on_every_chart(slug: str) -> None:
    dashboard = DASHBOARDS[slug]
    filters = dashboard["metadata"]["native_filter_configuration"]
    assert {entry["targets"][0]["column"]["name"] for entry in filters} == FILTER_COLUMNS
    assert all(entry["scope"] == {"rootPath": ["ROOT_ID"], "excluded": []} for entry in filters)
    charts = _charts_of(dashboard)
    used = {chart["dataset_uuid"] for chart in CHARTS.values() if chart["uuid"] in charts}
    used |= {entry["targets"][0]["datasetUuid"] for entry in filters}
    for dataset in used:
        assert {column["column_name"] for column in BY_UUID[dataset]["columns"]} >= FILTER_COLUMNS


@pytest.mark.parametrize("name", DATASETS)
def test_sql_names_only_published_columns(name: str) -> None:
    sql = DATASETS[name]["sql"]
    tables = {alias: f"{schema}.{table}" for schema, table, alias in TABLE.findall(sql)}
    named = COLUMN.findall(sql)
    assert named
    unknown = {f"{tables[a]}.{column}" for a, column in named if column not in PUBLISHED.get(tables[a], {})}
    assert not unknown


@pytest.mark.parametrize("name", DATASETS)
def test_a_column_taken_as_it_is_keeps_its_label(name: str) -> None:
    dataset = DATASETS[name]
    tables = {alias: f"{schema}.{table}" for schema, table, alias in TABLE.findall(dataset["sql"])}
    taken = {column: PUBLISHED[tables[alias]].get(column) for alias, column in COLUMN.findall(dataset["sql"])}
    labels = {column["column_name"]: column["verbose_name"] for column in dataset["columns"]}
    kept = {
        column
        for column in labels
        if re.search(rf"^ {{4}}[a-z]\.{column},?$", dataset["sql"], re.MULTILINE) and column in taken
    }
    assert kept
    published = {
        column: {
            PUBLISHED[tables[alias]][column]
            for alias, other in COLUMN.findall(dataset["sql"])
            if other == column
        }
        for column in kept
    }
    assert not {column for column in kept if labels[column] not in published[column]}


def _seeded(file: str, code: str) -> dict[str, str]:
    with (PROJECT / "seeds" / "reference" / file).open(encoding="utf-8") as stream:
        return {row[code]: row["label_zh"] for row in csv.DictReader(stream)}


@pytest.mark.parametrize(
    ("dataset", "file", "code"),
    [
        ("indicators", "not_checkable_reason.csv", "reason_code"),
        ("project_period", "project_period.csv", "period"),
    ],
)
def test_a_code_is_labelled_as_in_its_seed(dataset: str, file: str, code: str) -> None:
    """The release publishes codes; a dataset labels them as the rules' messages do."""
    named = dict(re.findall(r"when '(\w+)' then '([^']+)'", DATASETS[dataset]["sql"]))
    seeded = _seeded(file, code)
    assert named.keys() & seeded.keys()
    assert {key: named[key] for key in named.keys() & seeded.keys()} == {
        key: seeded[key] for key in named.keys() & seeded.keys()
    }


def test_a_metric_is_called_the_same_by_dashboards_and_by_metricflow() -> None:
    labels = {
        metric["name"]: metric["label"]
        for path in (PROJECT / "models" / "semantic").glob("*.yml")
        for metric in yaml.safe_load(path.read_text(encoding="utf-8")).get("metrics", [])
    }
    shown = {
        metric["metric_name"]: metric["verbose_name"]
        for dataset in DATASETS.values()
        for metric in dataset["metrics"]
    }
    both = labels.keys() & shown.keys()
    assert len(both) > 20
    assert {name: labels[name] for name in both} == {name: shown[name] for name in both}


def test_people_read_chinese() -> None:
    texts = [chart["slice_name"] for chart in CHARTS.values()]
    for dashboard in DASHBOARDS.values():
        texts += [dashboard["dashboard_title"], dashboard["description"]]
        texts += [entry["name"] for entry in dashboard["metadata"]["native_filter_configuration"]]
    for dataset in DATASETS.values():
        texts += [dataset["table_name"], dataset["description"]]
        texts += [entry["verbose_name"] for entry in [*dataset["columns"], *dataset["metrics"]]]
    assert not [text for text in texts if not CHINESE.search(text)]


def test_nothing_is_loaded_from_another_host() -> None:
    assert not [
        path.name for path in ASSETS.rglob("*.yaml") if re.search("https?://", path.read_text("utf-8"))
    ]
