"""The content of the report of a release, read from its marts."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from jixiao.pages.report.changes import Changes, compare
from jixiao.pages.report.rows import Listing, Row, listing_of, rows_of
from jixiao.release.page import PageSource

DOCUMENTS_IN_DETAIL = 5
"""Documents that get tables of their own: a report on hundreds must stay one that people print."""

DOCUMENTS_COMPARED = 100
ERRORS_LISTED = 100
RISKS_LISTED = 10
MISMATCHES_LISTED = 100

_BUILD = "select * from quality.build_info"

# Those with the largest amounts are chosen where not all have room.
_DOCUMENTS = """
    with counted as (
        select
            document_id,
            count(*) filter (severity = 'E') as errors,
            count(*) filter (severity <> 'E' and case_kind = 'slip') as doubts,
            count(*) filter (severity <> 'E' and case_kind = 'habit') as habits
        from review.fct_case where is_open group by document_id
    )
    select
        document_id, documents.organization_label as organization_name, documents.fiscal_year, documents.source_file,
        history.projects, history.annual_budget_yuan, history.executed_yuan, history.execution_rate,
        history.reported_total_average, history.recomputed_total_average, history.mismatched_figures,
        coalesce(counted.errors, 0) as errors, coalesce(counted.doubts, 0) as doubts,
        coalesce(counted.habits, 0) as habits, documents.cells_read, documents.cells_unread
    from core.dim_document as documents
    left join quality.release_history as history using (document_id)
    left join counted using (document_id)
    where history.is_current
    order by history.executed_yuan desc nulls last, document_id
"""

_BY_NAME = "organization_name, fiscal_year, document_id"

_WHOSE = """
    select
        count(distinct organization_label) as organizations, min(organization_label) as organization_name,
        min(fiscal_year) as first_year, max(fiscal_year) as last_year
    from core.dim_document
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
    select document_id, organization_label as organization_name, dim_document.fiscal_year, numerator_yuan,
        denominator_yuan, ratio
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
    select projects.*, documents.organization_label as organization_name,
        documents.fiscal_year as document_year
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
        cast(round(avg(reported_total) filter (is_compared), 2) as decimal(7, 2)) as reported,
        cast(round(avg(recomputed_total) filter (is_compared), 2) as decimal(7, 2)) as recomputed,
        cast(count(*) filter (is_compared) as integer) as compared,
        cast(round(avg(expected_total), 2) as decimal(7, 2)) as expected,
        cast(count(expected_total) as integer) as with_expected,
        min(reported_total) as lowest, max(reported_total) as highest
    -- Two averages beside each other are of the same forms.
    from (
        select *, reported_total is not null and recomputed_total is not null as is_compared
        from score.mart_project_score
    )
"""

_GRADES = """
    select coalesce(grade, '无法评定') as grade, count(*) as projects
    from score.mart_project_score group by all order by projects desc, grade
"""

_INCONSISTENT = """
    select projects.form_no, projects.project_name, documents.organization_label as organization_name,
        documents.fiscal_year as document_year, scores.*
    from score.mart_project_score as scores
    inner join core.dim_project as projects using (project_id)
    inner join core.dim_document as documents on scores.document_id = documents.document_id
    where not scores.is_consistent or scores.reported_total is null
    order by abs(scores.difference) desc nulls last, scores.project_id
"""

_VERDICT = """
    select
        count(*) filter (severity = 'E') as errors,
        count(distinct project_id) filter (severity = 'E') as error_forms,
        count(distinct document_id) filter (severity = 'E') as error_documents,
        count(*) filter (severity <> 'E' and case_kind = 'slip') as doubts,
        count(distinct rule_id) filter (severity <> 'E' and case_kind = 'habit') as habits,
        coalesce(sum(open_findings) filter (severity <> 'E' and case_kind = 'habit'), 0) as habit_findings
    from review.fct_case
    where is_open
"""

_SEVERITIES = "select distinct severity, severity_zh from review.dim_rule"

# The gravest rule of a case names it.
_ERRORS = """
    select
        cases.document_id, cases.finding_id, cases.form_no, cases.source_line, cases.open_findings as findings,
        cases.message_zh, cases.hypothesis, rules.title_zh, documents.organization_label as organization_name,
        documents.fiscal_year as document_year
    from review.fct_case as cases
    inner join core.dim_document as documents using (document_id)
    inner join review.dim_rule as rules
        on cases.rule_id = rules.rule_id and cases.rule_version = rules.rule_version
    left join review.mart_project_risk as risks on cases.project_id = risks.project_id
    where cases.is_open and cases.severity = 'E'
    order by risks.risk_rank nulls last, cases.document_id, cases.source_line, cases.case_id
"""

_AS_PRINTED = "organization_name, document_id, source_line, finding_id"

# A rule is one entry, however many forms have its habit; the sentence is that of its first finding.
_RULES = """
    select
        rules.severity, rules.severity_zh, rules.title_zh, bool_or(cases.case_kind = 'habit') as is_habit,
        count(*) as findings, count(distinct findings.project_id) as forms,
        count(distinct findings.document_id) as documents,
        first(findings.document_id order by findings.document_id, findings.source_line, findings.finding_id)
            as document_id,
        first(findings.finding_id order by findings.document_id, findings.source_line, findings.finding_id)
            as finding_id,
        first(findings.message_zh order by findings.document_id, findings.source_line, findings.finding_id)
            as message_zh
    from review.fct_finding as findings
    inner join review.fct_case as cases using (case_id)
    inner join review.dim_rule as rules
        on findings.rule_id = rules.rule_id and findings.rule_version = rules.rule_version
    where findings.is_open and findings.severity <> 'E'
    group by rules.rule_id, rules.severity, rules.severity_zh, rules.title_zh
    order by position(rules.severity in 'EWI'), is_habit, findings desc, rules.title_zh
"""

_RISKS = """
    select risks.*, units.unit_name, documents.organization_label as organization_name,
        documents.fiscal_year as document_year
    from review.mart_project_risk as risks
    inner join core.dim_document as documents using (document_id)
    left join core.dim_unit as units on risks.implementing_unit_id = units.unit_id
    order by risk_rank, severity_points desc, executed_yuan desc nulls last, risks.project_id
"""

_FIGURES = "select status, count(*) as figures from quality.fct_reconciliation group by all"

_MISMATCHES = """
    select figures.*, projects.form_no, documents.organization_label as organization_name,
        documents.fiscal_year as document_year, findings.finding_id
    from quality.fct_reconciliation as figures
    left join (
        select reconciliation_id, min(finding_id) as finding_id from review.fct_finding group by reconciliation_id
    ) as findings using (reconciliation_id)
    inner join core.dim_document as documents using (document_id)
    left join core.dim_project as projects on figures.project_id = projects.project_id
    where status = 'mismatch'
    order by figures.document_id, figures.source_line, figures.reconciliation_id
"""

_BY_LINE = "organization_name, document_id, source_line, reconciliation_id"

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
    whose: Row
    verdict: Row
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
    severity_names: dict[str, str]
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
    detailed = listing_of(db, _DOCUMENTS, DOCUMENTS_IN_DETAIL, shown_by=_BY_NAME)
    quarantined = source.manifest.get("quarantined")
    return Report(
        build=rows_of(db, _BUILD)[0],
        whose=rows_of(db, _WHOSE)[0],
        verdict=rows_of(db, _VERDICT)[0],
        documents=listing_of(db, _DOCUMENTS, DOCUMENTS_COMPARED, shown_by=_BY_NAME),
        details=Listing([_detail(db, document) for document in detailed.rows], detailed.total),
        coverage=listing_of(db, _COVERAGE, shown_by=_BY_NAME),
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
        severity_names={row["severity"]: row["severity_zh"] for row in rows_of(db, _SEVERITIES)},
        rules=rows_of(db, _RULES),
        errors=listing_of(db, _ERRORS, ERRORS_LISTED, shown_by=_AS_PRINTED),
        risks=listing_of(db, _RISKS, RISKS_LISTED),
        figures={row["status"]: row["figures"] for row in rows_of(db, _FIGURES)},
        mismatches=listing_of(db, _MISMATCHES, MISMATCHES_LISTED, shown_by=_BY_LINE),
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
