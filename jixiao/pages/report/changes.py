"""The changes from one release to the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from jixiao.pages.report.rows import Listing, Row, listing_of, rows_of

_BEFORE = "before."
"""The catalog of the release before; tables without one are those of the release."""

_RELEASE = "select release_id, started_at from {of}quality.build_info"

_DOCUMENTS = """
    select coalesce(organization_name, source_file) as organization_name, fiscal_year, source_file
    from {one}core.dim_document anti join {other}core.dim_document using (document_id)
    order by document_id, organization_name, fiscal_year, source_file
"""

# Findings are compared by a sum for each document: equal sums mean equal findings.
_STATES = """
    select document_id, bit_xor(hash(finding_id, is_open)) as state
    from {of}review.fct_finding group by document_id
"""

_CHANGED = f"""
    create or replace temp table changed_document as
    select document_id
    from ({_STATES.format(of="")}) as now
    full join ({_STATES.format(of=_BEFORE)}) as old using (document_id)
    where now.state is distinct from old.state
"""

# What one rule says of a document is one entry with its number, and the sentence of its first finding.
_FINDINGS = """
    select
        findings.document_id, findings.severity, count(*) as findings, sum(count(*)) over () as all_findings,
        first(findings.finding_id order by findings.source_line, findings.finding_id) as finding_id,
        first(findings.source_line order by findings.source_line, findings.finding_id) as source_line,
        first(findings.message_zh order by findings.source_line, findings.finding_id) as message_zh,
        coalesce(documents.organization_name, documents.source_file) as organization_name,
        documents.fiscal_year as document_year
    from {of}review.fct_finding as findings
    inner join {of}core.dim_document as documents using (document_id)
    semi join changed_document using (document_id)
    where {condition}
    group by findings.document_id, findings.severity, findings.rule_id, documents.organization_name, documents.source_file,
        documents.fiscal_year
    order by position(findings.severity in 'EWI'), organization_name, findings.document_id, source_line, findings.rule_id
"""

_OPEN_BEFORE = "select finding_id from before.review.fct_finding semi join changed_document using (document_id) where is_open"
_NEW = f"is_open and finding_id not in ({_OPEN_BEFORE})"
_CLOSED = f"not is_open and finding_id in ({_OPEN_BEFORE})"
_VANISHED = (
    "is_open and finding_id not in "
    "(select finding_id from review.fct_finding semi join changed_document using (document_id))"
)

_PROJECTS = """
    select
        projects.project_id, projects.document_id, projects.form_no, projects.project_name, projects.fiscal_year,
        coalesce(documents.organization_name, documents.source_file) as organization_name, projects.reported_total, projects.recomputed_total, projects.expected_total,
        count(*) over (
            partition by coalesce(documents.organization_name, documents.source_file), projects.fiscal_year, projects.form_no, projects.project_name
        ) as projects_of_place
    from {of}execution.mart_project_execution as projects
    inner join {of}core.dim_document as documents using (document_id)
"""

# A corrected filing is another document; two projects of one place can't be distinguished.
_SCORES = f"""
    with now as ({_PROJECTS.format(of="")}), old as ({_PROJECTS.format(of=_BEFORE)}),
    pairs as (
        select now, old from now inner join old using (project_id)
        union all
        select now, old
        from (from now anti join old using (project_id)) as now
        inner join old
            on now.organization_name = old.organization_name and now.fiscal_year = old.fiscal_year
            and now.form_no is not distinct from old.form_no
            and now.project_name is not distinct from old.project_name
        where now.projects_of_place = 1 and old.projects_of_place = 1
    )
    select
        now.organization_name, now.form_no, now.project_name,
        old.reported_total as reported_total_before, now.reported_total,
        old.recomputed_total as recomputed_total_before, now.recomputed_total,
        old.expected_total as expected_total_before, now.expected_total
    from pairs
    where
        now.reported_total is distinct from old.reported_total
        or now.recomputed_total is distinct from old.recomputed_total
        or now.expected_total is distinct from old.expected_total
    order by now.document_id, now.form_no, now.project_id
"""

_TOTALS = """
    select
        (select count(*) from {of}core.dim_document) as "文件数",
        (select count(*) from {of}execution.mart_project_execution) as "自评项目数",
        (select sum(annual_budget_yuan) from {of}quality.release_history where is_current) as "项目全年预算数（元）",
        (select sum(executed_yuan) from {of}quality.release_history where is_current) as "项目全年执行数（元）",
        (select count(*) from {of}review.fct_finding where is_open and severity = 'E') as "错误",
        (select count(*) from {of}review.fct_finding where is_open and severity = 'W') as "疑点",
        (select count(*) from {of}review.fct_finding where is_open and severity = 'I') as "提示",
        (select count(*) from {of}review.fct_rule_result where status = 'not_checkable') as "无法进行的检查",
        (select count(*) from {of}quality.fct_reconciliation where status = 'mismatch') as "不符的公开数"
"""

CHANGES_LISTED = 50


@dataclass(frozen=True)
class Changes:
    """The changes from one release to the next.

    Attributes:
        previous: Its `release_id` and `started_at`.
        totals: Name, value before, value now; one row for each figure.
        added: Documents that were not in the release before.
        withdrawn: Documents that are not in this one any more.
        new_findings: Open findings that were not open before; a row for each rule and document, with their number.
        closed_findings: Findings that were open before and have been decided since, likewise.
        vanished_findings: Findings that were open before and are not found any more, likewise.
        scores: Projects in both whose reported, recomputed or expected total has changed, each beside its value
            `_before`; in a corrected filing a project is the one of its unit, year, number and name.
    """

    previous: Row
    totals: list[tuple[str, Any, Any]]
    added: Listing
    withdrawn: Listing
    new_findings: Listing
    closed_findings: Listing
    vanished_findings: Listing
    scores: Listing


def compare(release: duckdb.DuckDBPyConnection, before: Path) -> Changes:
    """Compare a release with the one before it; of a large one only the listed rows are read.

    Args:
        release: The release.
        before: The database of the one before.

    Raises:
        duckdb.Error: The one before can't be read, or has no such tables.
        ValueError: It has no release id.
    """
    with _attached(release, before):
        release.execute(_CHANGED)
        [previous] = rows_of(release, _RELEASE.format(of=_BEFORE))
        [old], [new] = (rows_of(release, _TOTALS.format(of=of)) for of in (_BEFORE, ""))
        return Changes(
            previous=previous,
            totals=[(name, old[name], value) for name, value in new.items()],
            added=listing_of(release, _DOCUMENTS.format(one="", other=_BEFORE)),
            withdrawn=listing_of(release, _DOCUMENTS.format(one=_BEFORE, other="")),
            new_findings=_findings(release, "", _NEW),
            closed_findings=_findings(release, "", _CLOSED),
            vanished_findings=_findings(release, _BEFORE, _VANISHED),
            scores=listing_of(release, _SCORES, CHANGES_LISTED),
        )


@contextmanager
def _attached(release: duckdb.DuckDBPyConnection, before: Path) -> Iterator[None]:
    path = str(before).replace("'", "''")
    release.execute(f"attach '{path}' as before (read_only)")
    try:
        yield
    finally:
        release.execute("detach before")


def _findings(release: duckdb.DuckDBPyConnection, of: str, condition: str) -> Listing:
    return listing_of(release, _FINDINGS.format(of=of, condition=condition), CHANGES_LISTED)
