"""What a release says otherwise than the one before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from jixiao.report.rows import Listing, Row, listing_of, rows_of

_RELEASE = "select release_id, started_at from quality.build_info"

_DOCUMENTS = (
    "select document_id, organization_name, fiscal_year, source_file from core.dim_document order by all"
)

_FINDING_IDS = "select finding_id from review.fct_finding where is_open = ?"

_FINDINGS = """
    select findings.severity, findings.source_line, findings.message_zh, documents.organization_name
    from review.fct_finding as findings
    inner join core.dim_document as documents using (document_id)
    where finding_id in (select unnest(?))
    order by position(severity in 'EWI'), document_id, findings.source_line, rule_id, finding_id
"""

_SCORES = """
    select
        projects.project_id, projects.form_no, projects.project_name, projects.fiscal_year,
        documents.organization_name, projects.reported_total, projects.recomputed_total, projects.expected_total
    from execution.mart_project_execution as projects
    inner join core.dim_document as documents using (document_id)
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

FINDINGS_LISTED = 50

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
        closed_findings: Findings that were open before and have been decided since.
        gone_findings: Findings that were open before and are found no more.
        scores: Projects in both whose reported, recomputed or expected total is another, as `before` and `now`; in
            a corrected filing a project is the one of its unit, year, number and name.
    """

    previous: Row
    totals: list[tuple[str, Any, Any]]
    added: list[Row]
    withdrawn: list[Row]
    new_findings: Listing
    closed_findings: Listing
    gone_findings: Listing
    scores: list[tuple[Row, Row]]


@dataclass(frozen=True)
class State:
    """What a release says, as far as it is compared with another.

    Attributes:
        connection: The release, to look a finding up.
        release: Its `release_id` and `started_at`.
        totals: Figures by their Chinese name.
        documents: Its documents.
        open_findings: Ids of the findings about which something is to be done.
        closed_findings: Ids of those that were decided.
        scores: Totals of the projects.
    """

    connection: duckdb.DuckDBPyConnection
    release: Row
    totals: Row
    documents: list[Row]
    open_findings: set[str]
    closed_findings: set[str]
    scores: list[Row]


def read_state(release: duckdb.DuckDBPyConnection) -> State:
    """Read what a release says.

    Raises:
        duckdb.Error: It has no such tables, or can't be read.
        ValueError: It doesn't say which release it is.
    """
    [build] = rows_of(release, _RELEASE)
    [totals] = rows_of(release, _TOTALS)
    open_findings, closed_findings = (
        {row["finding_id"] for row in rows_of(release, _FINDING_IDS, [is_open])} for is_open in (True, False)
    )
    return State(
        connection=release,
        release=build,
        totals=totals,
        documents=rows_of(release, _DOCUMENTS),
        open_findings=open_findings,
        closed_findings=closed_findings,
        scores=rows_of(release, _SCORES),
    )


def compare(now: State, before: State) -> Changes:
    """Tell what a release says otherwise than the one before it."""
    withdrawn, added = _only(before.documents, now.documents, "document_id")
    ended = before.open_findings - now.open_findings
    return Changes(
        previous=before.release,
        totals=[(name, before.totals[name], value) for name, value in now.totals.items()],
        added=added,
        withdrawn=withdrawn,
        new_findings=_findings(now, now.open_findings - before.open_findings),
        closed_findings=_findings(now, ended & now.closed_findings),
        gone_findings=_findings(before, ended - now.closed_findings),
        scores=[
            (old, new)
            for old, new in _same_projects(before.scores, now.scores)
            if any(old[figure] != new[figure] for figure in _FIGURES)
        ],
    )


def _same_projects(before: list[Row], now: list[Row]) -> Iterator[tuple[Row, Row]]:
    by_id = {row["project_id"]: row for row in before}
    old, new = _by_place(before), _by_place(now)
    for row in now:
        place = _place(row)
        found = by_id.get(row["project_id"]) or (old.get(place) if place in new else None)
        if found is not None:
            yield found, row


def _by_place(projects: list[Row]) -> dict[tuple[Any, ...], Row]:
    """The projects by where they stand; two of one place can't be told apart, and are left out."""
    counts = Counter(map(_place, projects))
    return {_place(row): row for row in projects if counts[_place(row)] == 1}


def _place(project: Row) -> tuple[Any, ...]:
    return tuple(
        project[column] for column in ("organization_name", "fiscal_year", "form_no", "project_name")
    )


def _findings(state: State, ids: set[str]) -> Listing:
    return listing_of(state.connection, _FINDINGS, FINDINGS_LISTED, [list(ids)])


def _only(old: list[Row], new: list[Row], key: str) -> tuple[list[Row], list[Row]]:
    """Return the rows that only the one has, then those that only the other has."""
    old_keys, new_keys = {row[key] for row in old}, {row[key] for row in new}
    return [row for row in old if row[key] not in new_keys], [row for row in new if row[key] not in old_keys]
