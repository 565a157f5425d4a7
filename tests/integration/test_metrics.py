"""Every metric equals the SQL on the marts written here by hand, and the figure of the dashboards."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
import yaml
from installation import Installation

from jixiao.cli.metrics import environment
from jixiao.settings import PROJECT_ROOT

DATASETS = PROJECT_ROOT / "dashboards" / "superset" / "assets" / "datasets"

Ask = Callable[..., list[dict[str, Any]]]

DEPARTMENT = (
    "sum(numerator_yuan) filter ({0}) / nullif(sum(denominator_yuan) filter ({0}), 0)",
    "execution.mart_department_ratio",
    "document__organization_name",
)


def department(code: str, basis: str) -> tuple[str, str, str]:
    """Return a ratio of the department on the published basis."""
    expression, table, dimension = DEPARTMENT
    return expression.format(f"where ratio_code = '{code}' and basis = '{basis}'"), table, dimension


PROJECTS = ("execution.mart_project_execution", "project_execution__implementing_unit_name")
INDICATORS = ("variance.fct_indicator_variance", "indicator__level1")
SCORES = ("score.mart_project_score", "project_score__grade")
FINDINGS = ("review.fct_finding", "finding__category")
RESULTS = ("review.fct_rule_result", "rule_result__severity")
FIGURES = ("quality.fct_reconciliation", "reconciliation__basis")

# By metric: SQL, the mart, and a dimension that is a column of the mart.
BY_HAND: dict[str, tuple[str, str, str]] = {
    "projects": ("count(*)", "core.dim_project", "project__project_name"),
    "initial_budget_yuan": ("sum(initial_budget_yuan)", *PROJECTS),
    "annual_budget_yuan": ("sum(annual_budget_yuan)", *PROJECTS),
    "executed_yuan": ("sum(executed_yuan)", *PROJECTS),
    "rated_budget_yuan": ("sum(annual_budget_yuan) filter (executed_yuan is not null)", *PROJECTS),
    "rated_executed_yuan": ("sum(executed_yuan) filter (annual_budget_yuan is not null)", *PROJECTS),
    "project_execution_rate": (
        "sum(executed_yuan) filter (annual_budget_yuan is not null) "
        "/ nullif(sum(annual_budget_yuan) filter (executed_yuan is not null), 0)",
        *PROJECTS,
    ),
    "ratio_numerator_yuan": (
        "sum(numerator_yuan)",
        "execution.mart_department_ratio",
        "department_ratio__ratio_code",
    ),
    "ratio_denominator_yuan": (
        "sum(denominator_yuan)",
        "execution.mart_department_ratio",
        "department_ratio__ratio_code",
    ),
    "department_execution_rate": department("budget_execution_rate", "annual_budget"),
    "carryover_rate": department("carryover_rate", "annual_budget"),
    "adjustment_rate": department("budget_adjustment_rate", "initial_budget"),
    "self_evaluation_coverage_rate": department("self_evaluation_coverage_rate", "project_final_account"),
    "public_expense_control_rate": department("public_expense_control_rate", "annual_budget"),
    "indicators": ("count(*)", *INDICATORS),
    "met_indicators": ("count(*) filter (where attainment in ('met', 'exceeded'))", *INDICATORS),
    "unmet_indicators": ("count(*) filter (where attainment = 'unmet')", *INDICATORS),
    "not_checkable_indicators": ("count(*) filter (where attainment = 'not_checkable')", *INDICATORS),
    "checkable_indicators": ("count(*) filter (where attainment <> 'not_checkable')", *INDICATORS),
    "attainment_rate": (
        "count(*) filter (where attainment in ('met', 'exceeded'))"
        " / nullif(count(*) filter (where attainment in ('met', 'exceeded', 'unmet')), 0)",
        *INDICATORS,
    ),
    "checkable_rate": (
        "count(*) filter (where attainment in ('met', 'exceeded', 'unmet')) / count(*)",
        *INDICATORS,
    ),
    "reported_total_average": ("avg(reported_total)", *SCORES),
    "recomputed_total_average": ("avg(recomputed_total)", *SCORES),
    "expected_total_average": ("avg(expected_total)", *SCORES),
    "score_gap_total": ("sum(recomputed_total - reported_total)", *SCORES),
    "inconsistent_projects": ("count(*) filter (where is_consistent = false)", *SCORES),
    "open_findings": ("count(*) filter (where is_open)", *FINDINGS),
    "error_findings": ("count(*) filter (where is_open and severity = 'E')", *FINDINGS),
    "warning_findings": ("count(*) filter (where is_open and severity = 'W')", *FINDINGS),
    "information_findings": ("count(*) filter (where is_open and severity = 'I')", *FINDINGS),
    "not_checkable_checks": ("count(*) filter (where status = 'not_checkable')", *RESULTS),
    "reconciled_figures": ("count(*) filter (where status = 'match')", *FIGURES),
    "mismatched_figures": ("count(*) filter (where status = 'mismatch')", *FIGURES),
    "compared_figures": ("count(*) filter (where status in ('match', 'mismatch'))", *FIGURES),
    "reconciliation_rate": (
        "count(*) filter (where status = 'match')"
        " / nullif(count(*) filter (where status in ('match', 'mismatch')), 0)",
        *FIGURES,
    ),
}


@pytest.fixture(scope="module")
def engine(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Yield MetricFlow as in `jixiao metrics`, on a copy: a process opens a file in one mode only."""
    release = tmp_path_factory.mktemp("metrics") / "jixiao.duckdb"
    shutil.copyfile(installation.current().database, release)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(installation.settings).items():
            patch.setenv(name, value)
        patch.setenv("JIXIAO_RELEASE_DB", str(release))
        patch.chdir(PROJECT_ROOT)
        from dbt.cli.main import dbtRunner  # noqa: PLC0415
        from dbt_metricflow.cli.cli_configuration import CLIConfiguration  # noqa: PLC0415

        assert dbtRunner().invoke(["parse", "--quiet"]).success
        configuration = CLIConfiguration()
        configuration.setup(configure_file_logging=False)
        yield configuration.mf
        configuration.sql_client.close()


@pytest.fixture(scope="module")
def ask(engine: Any) -> Ask:
    """Return a function that queries metrics by dimensions, as `mf query` does."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest  # noqa: PLC0415

    def query(*metrics: str, by: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        request = MetricFlowQueryRequest.create(metric_names=metrics, group_by_names=by)
        table = engine.query(request).result_df
        return [dict(zip(table.column_names, row, strict=True)) for row in table.rows]

    return query


@pytest.fixture(scope="module")
def totals(ask: Ask) -> dict[str, Any]:
    """Return every metric of the whole sample."""
    [row] = ask(*BY_HAND)
    return row


def near(value: Any) -> Any:
    """Return a value to compare with one of MetricFlow, whose ratios are doubles."""
    return None if value is None else pytest.approx(float(value), rel=1e-12, abs=1e-9)


def test_every_metric_has_sql_by_hand_a_description_and_a_chinese_label(engine: Any):
    metrics = {metric.name: metric for metric in engine.list_metrics()}
    assert set(metrics) == set(BY_HAND)
    manifest = yaml.safe_load((PROJECT_ROOT / "target" / "semantic_manifest.json").read_text("utf-8"))
    for metric in manifest["metrics"]:
        assert metric["description"], metric["name"]
        assert re.search("[一-龥]", metric["label"]), metric["name"]


@pytest.mark.parametrize("metric", BY_HAND)
def test_a_metric_is_its_sql(
    metric: str, totals: dict[str, Any], ask: Ask, sample: duckdb.DuckDBPyConnection
):
    expression, table, dimension = BY_HAND[metric]
    [total] = sample.execute(f"select {expression} from {table}").fetchone() or ()
    assert float(totals[metric]) == near(total)
    column = dimension.rpartition("__")[2]
    source = f"{table} inner join core.dim_document using (document_id)" if column[:4] == "orga" else table
    by_hand = dict(sample.execute(f"select {column}, {expression} from {source} group by 1").fetchall())
    by_metric = {row[dimension]: row[metric] for row in ask(metric, by=(dimension,))}
    # A metric with a filter has no row for a group without matching rows.
    assert all(by_hand[key] == 0 for key in by_hand.keys() - by_metric.keys())
    assert by_metric == {key: near(value) for key, value in by_hand.items() if key in by_metric}


def test_metrics_are_what_the_document_prints(totals: dict[str, Any]):
    assert totals["projects"] == 139
    assert totals["indicators"] == 985
    # 7,980.631675万元
    assert float(totals["executed_yuan"]) == 79_806_316.75
    # 97.17 %
    assert round(totals["department_execution_rate"], 4) == 0.9717


def test_metrics_are_grouped_across_marts_and_by_the_year_of_the_document(ask: Ask):
    [row] = ask("projects", "open_findings", "attainment_rate", by=("metric_time__year",))
    assert str(row["metric_time__year"])[:4] == "2023"
    rows = ask("indicators", by=("project__unit__unit_name", "document__fiscal_year"))
    assert {row["document__fiscal_year"] for row in rows} == {2023}
    assert sum(row["indicators"] for row in rows) == 985


def test_the_listed_metrics_are_the_metrics():
    listed = re.findall(r"^\| `(\w+)` \|", (PROJECT_ROOT / "docs" / "metrics.md").read_text("utf-8"), re.M)
    assert listed == list(BY_HAND)


def dataset_metrics() -> Iterator[tuple[str, str, str]]:
    """Yield the metric, expression and source of each dataset metric that is also a metric here."""
    for path in sorted(DATASETS.rglob("*.yaml")):
        dataset = yaml.safe_load(path.read_text(encoding="utf-8"))
        source = f"({dataset['sql'].rstrip().rstrip(';')})" if dataset.get("sql") else None
        source = source or f"{dataset['schema']}.{dataset['table_name']}"
        for metric in dataset.get("metrics", []):
            if metric["metric_name"].removesuffix("_wan") in BY_HAND:
                yield metric["metric_name"], metric["expression"], source


def test_dashboards_compute_what_the_metrics_are(totals: dict[str, Any], sample: duckdb.DuckDBPyConnection):
    compared = list(dataset_metrics())
    assert compared, f"no dataset in {DATASETS} has a metric"
    for name, expression, source in compared:
        [shown] = sample.execute(f"select {expression} from {source} as dataset").fetchone() or ()
        metric = float(totals[name.removesuffix("_wan")])
        assert float(shown) == near(metric / 10_000 if name.endswith("_wan") else metric), (name, source)
