"""What a release says otherwise than the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

Row = dict[str, Any]

_RELEASE = "select release_id, started_at from quality.build_info"

_DOCUMENTS = (
    "select document_id, organization_name, fiscal_year, source_file from core.dim_document order by all"
)

_FINDINGS = """
    select finding_id, severity, rule_id, source_line, message_zh
    from review.fct_finding
    where is_open
    order by position(severity in 'EWI'), document_id, source_line, rule_id, finding_id
"""

_SCORES = """
    select
        project_id, form_no, project_name, projects.reported_total, projects.recomputed_total,
        projects.expected_total
    from execution.mart_project_execution as projects
    order by document_id, form_no, project_id
"""

_TOTALS = """
    select
        (select count(*) from core.dim_document) as "文件数",
        (select count(*) from execution.mart_project_execution) as "自评项目数",
        (select sum(annual_budget_yuan) from execution.mart_project_execution) as "项目全年预算数（元）",
        (select sum(executed_yuan) from execution.mart_project_execution) as "项目全年执行数（元）",
        (select count(*) from review.fct_finding where is_open and severity = 'E') as "错误",
        (select count(*) from review.fct_finding where is_open and severity = 'W') as "疑点",
        (select count(*) from review.fct_finding where is_open and severity = 'I') as "提示",
        (select count(*) from review.fct_rule_result where status = 'not_checkable') as "无法进行的检查",
        (select count(*) from quality.fct_reconciliation where status = 'mismatch') as "不符的公开数"
"""

_FIGURES = ("reported_total", "recomputed_total", "expected_total")


@dataclass(frozen=True)
class Changes:
    """What changed from one release to the next.

    Attributes:
        previous: Its `release_id` and `started_at`.
        totals: Name, value before, value now; a row a figure.
        added: Documents that were not in the release before.
        withdrawn: Documents that are no more in this one.
        new_findings: Open findings that were not open before.
        gone_findings: Findings that were open before.
        scores: Projects in both whose reported, recomputed or expected total is another, as `before` and `now`.
    """

    previous: Row
    totals: list[tuple[str, Any, Any]]
    added: list[Row]
    withdrawn: list[Row]
    new_findings: list[Row]
    gone_findings: list[Row]
    scores: list[tuple[Row, Row]]


def rows_of(connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> list[Row]:
    """Run a query and return its rows by column name."""
    done = connection.execute(query, parameters)
    names = [column[0] for column in done.description or ()]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def read_changes(now: duckdb.DuckDBPyConnection, before: duckdb.DuckDBPyConnection) -> Changes:
    """Compare two releases.

    Raises:
        duckdb.Error: The one before has no such tables, or can't be read.
    """
    [previous] = rows_of(before, _RELEASE)
    [totals_before], [totals_now] = rows_of(before, _TOTALS), rows_of(now, _TOTALS)
    withdrawn, added = _only(before, now, _DOCUMENTS, "document_id")
    gone, new = _only(before, now, _FINDINGS, "finding_id")
    scores = {row["project_id"]: row for row in rows_of(before, _SCORES)}
    return Changes(
        previous=previous,
        totals=[(name, totals_before[name], value) for name, value in totals_now.items()],
        added=added,
        withdrawn=withdrawn,
        new_findings=new,
        gone_findings=gone,
        scores=[
            (scores[row["project_id"]], row)
            for row in rows_of(now, _SCORES)
            if row["project_id"] in scores
            and any(row[figure] != scores[row["project_id"]][figure] for figure in _FIGURES)
        ],
    )


def _only(
    before: duckdb.DuckDBPyConnection, now: duckdb.DuckDBPyConnection, query: str, key: str
) -> tuple[list[Row], list[Row]]:
    """Return the rows that only the one has, then those that only the other has."""
    old, new = rows_of(before, query), rows_of(now, query)
    old_keys, new_keys = {row[key] for row in old}, {row[key] for row in new}
    return [row for row in old if row[key] not in new_keys], [row for row in new if row[key] not in old_keys]
