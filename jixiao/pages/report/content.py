"""The content of the report of a release, read from its marts."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from jixiao.pages.report.changes import Changes, compare
from jixiao.pages.report.rows import Listing, Row, listing, listing_of, rows_of
from jixiao.release.page import PageSource

DOCUMENTS_IN_DETAIL = 5
"""Documents that get tables of their own: a report on hundreds must stay one that people print."""

ERRORS_LISTED = 500
MISMATCHES_LISTED = 200

_BUILD = "select * from quality.build_info"

_DOCUMENTS = """
    select
        document_id, documents.organization_label as organization_name, documents.fiscal_year, documents.source_file,
        history.projects, history.annual_budget_yuan, history.executed_yuan, history.execution_rate,
        history.reported_total_average, history.recomputed_total_average, history.error_findings,
        history.warning_findings, history.mismatched_figures, documents.cells_read, documents.cells_unread
    from core.dim_document as documents
    left join quality.release_history as history using (document_id)
    where history.is_current
    order by history.executed_yuan desc nulls last, document_id
"""

_RATIOS = "select * from execution.mart_department_ratio where document_id = ? order by ratio_code, basis"

_ACCOUNTS = """
    select * from variance.mart_budget_variance
    where document_id = ? and account_side = 'expenditure' and classification = ?
      and not is_total and item_level = 1 and coalesce(final_account_yuan, annual_budget_yuan, 0) <> 0
    order by final_account_yuan desc nulls last, source_line
"""

_BRIDGE = """
    select
        max(case when basis = 'initial_budget' then denominator_yuan end) as initial_yuan,
        max(case when basis = 'annual_budget' then denominator_yuan end) as annual_yuan,
        max(numerator_yuan) as final_yuan
    from execution.mart_department_ratio
    where document_id = ? and ratio_code = 'budget_execution_rate'
"""

_PARTS = """
    select * from score.mart_department_score
    where document_id = ? order by evaluation_type, subject_name, part_code = 'total', source_line
"""

_COVERAGE = """
    select organization_label as organization_name, dim_document.fiscal_year, numerator_yuan, denominator_yuan, ratio
    from execution.mart_department_ratio
    inner join core.dim_document using (document_id)
    where ratio_code = 'self_evaluation_coverage_rate'
    order by ratio nulls last, document_id
"""

_NOT_CHECKABLE = """
    select coalesce(reason_zh, '未说明原因') as reason_zh, count(*) as checks
    from review.fct_rule_result where status = 'not_checkable'
    group by all order by checks desc, reason_zh
"""

_INDICATORS = """
    select attainment, count(*) as indicators
    from variance.fct_indicator_variance group by all order by all
"""

_PROJECTS = """
    select projects.*, documents.organization_label as organization_name
    from execution.mart_project_execution as projects
    inner join core.dim_document as documents using (document_id)
    order by executed_yuan desc nulls last, project_id
"""

_UNITS = """
    with organizations as (
        select organization_id, max(organization_label) as organization_name from core.dim_document group by all
    )
    select units.*, organizations.organization_name
    from execution.mart_unit_execution as units
    left join organizations using (organization_id)
    order by executed_yuan desc nulls last, unit_execution_id
"""

_TOTALS = """
    select
        count(*) as projects, sum(initial_budget_yuan) filter (where currency = 'CNY') as initial_budget_yuan,
        sum(annual_budget_yuan) filter (where currency = 'CNY') as annual_budget_yuan,
        sum(executed_yuan) filter (where currency = 'CNY') as executed_yuan,
        (select sum(cells_unread) from core.dim_document) as cells_unread
    from execution.mart_project_execution
"""

_BANDS = """
    select
        case
            when reported_total is null then '未填'
            when reported_total < 60 then '60 以下'
            when reported_total < 80 then '60–80'
            when reported_total < 90 then '80–90'
            when reported_total < 100
                then concat(cast(2 * cast(floor(reported_total / 2) as integer) as varchar), '–',
                    cast(2 * cast(floor(reported_total / 2) as integer) + 2 as varchar))
            when reported_total = 100 then '100'
            else '100 以上'
        end as band,
        count(*) as projects
    from score.mart_project_score
    group by all
    order by min(reported_total) nulls last
"""

_AVERAGES = """
    select
        cast(round(avg(reported_total), 2) as decimal(7, 2)) as reported,
        cast(round(avg(recomputed_total), 2) as decimal(7, 2)) as recomputed,
        cast(round(avg(expected_total), 2) as decimal(7, 2)) as expected,
        cast(count(expected_total) as integer) as with_expected,
        min(reported_total) as lowest, max(reported_total) as highest
    from score.mart_project_score
"""

_GRADES = """
    select coalesce(grade, '无法评定') as grade, count(*) as projects
    from score.mart_project_score group by all order by projects desc, grade
"""

_INCONSISTENT = """
    select projects.form_no, projects.project_name, documents.organization_label as organization_name, scores.*
    from score.mart_project_score as scores
    inner join core.dim_project as projects using (project_id)
    inner join core.dim_document as documents on scores.document_id = documents.document_id
    where not scores.is_consistent or scores.reported_total is null
    order by abs(scores.difference) desc nulls last, scores.project_id
"""

_SEVERITIES = """
    select rules.severity, rules.severity_zh, count(findings.finding_id) as findings
    from (select distinct severity, severity_zh from review.dim_rule) as rules
    left join review.fct_finding as findings on rules.severity = findings.severity and findings.is_open
    group by rules.severity, rules.severity_zh order by position(rules.severity in 'EWI')
"""

_RULES = """
    select summary.title_zh, summary.severity, rules.severity_zh,
        cast(sum(open_findings) as integer) as findings, cast(sum(subjects) as integer) as subjects,
        cast(sum(summary.not_checkable) as integer) as not_checkable
    from review.mart_rule_summary as summary
    inner join review.dim_rule as rules using (rule_id, rule_version)
    group by summary.title_zh, summary.severity, rules.severity_zh
    having findings > 0
    order by position(summary.severity in 'EWI'), findings desc, title_zh
"""

_ERRORS = """
    select
        findings.document_id, findings.rule_id, findings.finding_id, findings.source_line, findings.source_place, findings.message_zh, findings.hypothesis,
        findings.reported, findings.expected, projects.form_no, rules.title_zh, documents.organization_label as organization_name
    from review.fct_finding as findings
    inner join core.dim_document as documents using (document_id)
    inner join review.dim_rule as rules
        on findings.rule_id = rules.rule_id and findings.rule_version = rules.rule_version
    left join core.dim_project as projects on findings.project_id = projects.project_id
    left join review.mart_project_risk as risks on findings.project_id = risks.project_id
    where findings.is_open and findings.severity = 'E'
    order by risks.risk_rank nulls last, findings.document_id, findings.source_line, findings.finding_id
"""

_ERRORS_AS_PRINTED = "document_id, source_line, rule_id, finding_id"

_RISKS = """
    select risks.*, units.unit_name, documents.organization_label as organization_name
    from review.mart_project_risk as risks
    inner join core.dim_document as documents using (document_id)
    left join core.dim_unit as units on risks.implementing_unit_id = units.unit_id
    order by risk_rank, severity_points desc, executed_yuan desc nulls last, risks.project_id
"""

_FIGURES = "select status, count(*) as figures from quality.fct_reconciliation group by all"

_MISMATCHES = """
    select figures.*, projects.form_no, documents.organization_label as organization_name
    from quality.fct_reconciliation as figures
    inner join core.dim_document as documents using (document_id)
    left join core.dim_project as projects on figures.project_id = projects.project_id
    where status = 'mismatch'
    order by figures.document_id, figures.source_line, figures.reconciliation_id
"""

_HISTORY = """
    select release_id, released_at, cast(sum(projects) as integer) as projects, sum(executed_yuan) as executed_yuan,
        cast(sum(error_findings) as integer) as errors, cast(sum(mismatched_figures) as integer) as mismatches
    from quality.release_history group by all order by released_at, release_id
"""


@dataclass(frozen=True)
class DocumentDetail:
    """The tables of one document.

    Attributes:
        document: Its row.
        ratios: Ratios of the department, printed and computed.
        bridge: Initial budget, annual budget and final account in yuan.
        functions: Final accounts by function.
        economic: Final accounts by economic class.
        parts: Scores of the department and of the evaluated project, part by part.
    """

    document: Row
    ratios: list[Row]
    bridge: Row
    functions: list[Row]
    economic: list[Row]
    parts: list[Row]


@dataclass(frozen=True)
class Report:
    """The content of the report; every row is a dict by column name."""

    build: Row
    documents: Listing
    details: Listing
    coverage: Listing
    not_checkable: list[Row]
    indicators: dict[str, int]
    quarantined: int | None
    totals: Row
    projects: Listing
    units: Listing
    bands: list[Row]
    averages: Row
    grades: list[Row]
    inconsistent: Listing
    severities: list[Row]
    rules: list[Row]
    errors: Listing
    risks: Listing
    figures: dict[str, int]
    mismatches: Listing
    history: list[Row]
    changes: Changes | None
    has_previous: bool


def read_report(source: PageSource) -> Report:
    """Read the content of the report of a release, and the changes since the one before.

    Raises:
        duckdb.Error: The release lacks one of the published marts.
    """
    db = source.connection
    documents = rows_of(db, _DOCUMENTS)
    quarantined = source.manifest.get("quarantined")
    return Report(
        build=rows_of(db, _BUILD)[0],
        documents=listing(documents),
        details=Listing(
            [_detail(db, document) for document in documents[:DOCUMENTS_IN_DETAIL]], len(documents)
        ),
        coverage=listing_of(db, _COVERAGE),
        not_checkable=rows_of(db, _NOT_CHECKABLE),
        indicators={row["attainment"]: row["indicators"] for row in rows_of(db, _INDICATORS)},
        quarantined=len(quarantined) if isinstance(quarantined, list) else None,
        totals=rows_of(db, _TOTALS)[0],
        projects=listing_of(db, _PROJECTS),
        units=listing_of(db, _UNITS),
        bands=rows_of(db, _BANDS),
        averages=rows_of(db, _AVERAGES)[0],
        grades=rows_of(db, _GRADES),
        inconsistent=listing_of(db, _INCONSISTENT),
        severities=rows_of(db, _SEVERITIES),
        rules=rows_of(db, _RULES),
        errors=listing_of(db, _ERRORS, ERRORS_LISTED, shown_by=_ERRORS_AS_PRINTED),
        risks=listing_of(db, _RISKS),
        figures={row["status"]: row["figures"] for row in rows_of(db, _FIGURES)},
        mismatches=listing_of(db, _MISMATCHES, MISMATCHES_LISTED),
        history=rows_of(db, _HISTORY),
        changes=_changes(source),
        has_previous=source.previous is not None,
    )


def _detail(db: duckdb.DuckDBPyConnection, document: Row) -> DocumentDetail:
    key = document["document_id"]
    return DocumentDetail(
        document=document,
        ratios=rows_of(db, _RATIOS, [key]),
        bridge=rows_of(db, _BRIDGE, [key])[0],
        functions=rows_of(db, _ACCOUNTS, [key, "function"]),
        economic=rows_of(db, _ACCOUNTS, [key, "economic"]),
        parts=rows_of(db, _PARTS, [key]),
    )


def _changes(source: PageSource) -> Changes | None:
    if source.previous is None:
        return None
    try:
        return compare(source.connection, source.previous)
    except (duckdb.Error, ValueError):
        # The previous release is of an older version, or damaged: there is nothing to compare with.
        return None
