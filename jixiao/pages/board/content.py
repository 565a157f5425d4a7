"""What the board shows: for each organization and year its figures, and as many of its cases and forms as a page holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from jixiao.pages.report.rows import Row, rows_of

MOST_SUBJECTS = 2000
"""Organizations and years in the page, of the latest years."""

MOST_FORMS = 6000
MOST_CASES = 6000
"""Forms and cases in the page, some 350 and 600 bytes each; other organizations and years have their figures only."""

MOST_FINDINGS = 9000
"""Findings in the page, some 350 bytes each; other cases have their first one only."""

_FORMS = """
    select forms.*, documents.organization_id, documents.currency
    from core.dim_project as forms
    inner join core.dim_document as documents using (document_id)
    where forms.form_kind <> 'department_self_evaluation' and not forms.is_repeated
"""
"""The forms that count: a department's own form repeats its projects, a repeated one is another's."""

_SUBJECTS = f"""
    with forms as ({_FORMS}),
    documents as (
        select
            organization_id, fiscal_year, max(organization_label) as organization_name,
            max(district_name) as district_name,
            list(struct_pack(
                document_id := document_id, source_file := source_file, title := title
            ) order by document_id) as documents,
            sum(cells_read) as cells_read, sum(cells_unread) as cells_unread
        from core.dim_document
        group by organization_id, fiscal_year
    ),
    counted as (
        select
            forms.organization_id, forms.fiscal_year, count(*) as forms,
            count(scores.reported_total) as forms_with_total,
            cast(round(avg(scores.reported_total), 2) as decimal(9, 2)) as reported_average,
            cast(round(avg(scores.recomputed_total), 2) as decimal(9, 2)) as recomputed_average,
            count(scores.recomputed_total) as forms_with_sum,
            count(scores.difference) as totals_compared,
            count(*) filter (scores.difference <> 0) as totals_differ,
            sum(variances.indicators) as indicators, sum(variances.met) as met,
            sum(variances.exceeded) as exceeded, sum(variances.unmet) as unmet,
            sum(variances.not_checkable) as not_checkable
        from forms
        left join score.mart_project_score as scores on forms.project_id = scores.project_id
        left join variance.mart_project_variance as variances on forms.project_id = variances.project_id
        group by forms.organization_id, forms.fiscal_year
    ),
    repeated as (
        select documents.organization_id, documents.fiscal_year, count(*) as forms_left_out
        from core.dim_project as forms
        inner join core.dim_document as documents using (document_id)
        where forms.form_kind = 'department_self_evaluation' or forms.is_repeated
        group by documents.organization_id, documents.fiscal_year
    ),
    cases as (
        select
            documents.organization_id, documents.fiscal_year, count(*) as all_cases,
            count(*) filter (severity = 'E' and is_open) as error_cases,
            count(distinct project_id) filter (severity = 'E' and is_open) as error_forms,
            count(*) filter (severity = 'E' and is_open and project_id is null) as error_cases_elsewhere,
            count(*) filter (severity <> 'E' and case_kind = 'slip' and is_open) as other_cases,
            count(*) filter (severity <> 'E' and case_kind = 'habit' and is_open) as habits,
            count(*) filter (not is_open) as closed_cases,
            sum(findings) as findings, sum(open_findings) as open_findings
        from review.fct_case
        inner join core.dim_document as documents using (document_id)
        group by documents.organization_id, documents.fiscal_year
    ),
    figures as (
        select
            documents.organization_id, documents.fiscal_year,
            count(*) filter (status = 'match') as figures_match,
            count(*) filter (status = 'mismatch') as figures_differ,
            count(*) filter (status = 'not_checkable') as figures_not_checkable
        from quality.fct_reconciliation
        inner join core.dim_document as documents using (document_id)
        group by documents.organization_id, documents.fiscal_year
    )
    select
        documents.*, counted.* exclude (organization_id, fiscal_year),
        repeated.* exclude (organization_id, fiscal_year), cases.* exclude (organization_id, fiscal_year),
        figures.* exclude (organization_id, fiscal_year)
    from documents
    left join counted
        on documents.organization_id = counted.organization_id
        and documents.fiscal_year is not distinct from counted.fiscal_year
    left join repeated
        on documents.organization_id = repeated.organization_id
        and documents.fiscal_year is not distinct from repeated.fiscal_year
    left join cases
        on documents.organization_id = cases.organization_id
        and documents.fiscal_year is not distinct from cases.fiscal_year
    left join figures
        on documents.organization_id = figures.organization_id
        and documents.fiscal_year is not distinct from figures.fiscal_year
    order by documents.fiscal_year desc nulls last, cases.error_cases desc nulls last,
        documents.organization_name, documents.organization_id
"""

_AMOUNTS = f"""
    with forms as ({_FORMS})
    select
        forms.organization_id, forms.fiscal_year, forms.currency, count(*) as forms,
        count(*) filter (
            funds.initial_budget_yuan is not null
            and funds.annual_budget_yuan is not null
            and funds.executed_yuan is not null
        ) as forms_with_amounts,
        sum(funds.initial_budget_yuan) as initial_yuan, sum(funds.annual_budget_yuan) as annual_yuan,
        sum(funds.executed_yuan) as executed_yuan
    from forms
    left join execution.fct_project_fund as funds
        on forms.project_id = funds.project_id and funds.fund_source = 'total'
    group by forms.organization_id, forms.fiscal_year, forms.currency
    order by forms.currency <> 'CNY', forms.currency
"""

_BRIDGES = """
    select
        documents.organization_id, documents.fiscal_year, documents.document_id, documents.currency,
        items.item_name, items.table_title, items.initial_budget_yuan, items.adjustment_yuan, items.annual_budget_yuan,
        items.variance_yuan, items.final_account_yuan
    from variance.mart_budget_variance as items
    inner join core.dim_document as documents using (document_id)
    where items.item_code = 'expenditure_total'
    order by documents.document_id, items.source_line
"""

_RATIOS = """
    select
        documents.organization_id, documents.fiscal_year, ratios.document_id, documents.currency, ratios.ratio_code,
        ratios.ratio_zh, ratios.basis, ratios.basis_zh, ratios.numerator_yuan, ratios.denominator_yuan, ratios.ratio,
        ratios.reported_ratio, ratios.status
    from execution.mart_department_ratio as ratios
    inner join core.dim_document as documents using (document_id)
    where (ratios.ratio is not null or ratios.reported_ratio is not null) and list_contains(?, ratios.document_id)
    order by ratios.document_id, ratios.ratio_code, ratios.basis
"""

_YEARS = """
    select
        organization_id, fiscal_year, currency, initial_budget_yuan, annual_budget_yuan, executed_yuan, execution_rate,
        annual_budget_change_rate, executed_change_rate, execution_rate_change, status
    from execution.mart_year_over_year
    where subject_kind = 'organization'
      and organization_id in (
          select organization_id from core.dim_document group by all having count(distinct fiscal_year) > 1
      )
    order by organization_id, fiscal_year
"""

CHANGES_LISTED = 6

_CHANGES = f"""
    select
        organization_id, fiscal_year, subject_kind, subject_name, currency, previous_executed_yuan, executed_yuan,
        executed_change_yuan, executed_change_rate
    from execution.mart_year_over_year
    where status = 'compared' and subject_kind in ('function_class', 'project') and executed_change_yuan <> 0
    qualify row_number() over (
        partition by organization_id, fiscal_year, subject_kind
        order by abs(executed_change_yuan) desc, year_over_year_id
    ) <= {CHANGES_LISTED}
    order by subject_kind, abs(executed_change_yuan) desc, year_over_year_id
"""

_PEERS = """
    select
        organization_id, fiscal_year, peer_group_label, measure_code, measure_label, direction, value, peers, rank,
        status
    from execution.mart_organization_ranking
    where peers > 1 and value is not null
    order by measure_code
"""

_OFFICES = """
    select
        organization_id, fiscal_year, unit_name, currency, projects, annual_budget_yuan, executed_yuan, execution_rate
    from execution.mart_unit_execution
    order by annual_budget_yuan desc nulls last, unit_execution_id
"""

_HEAT = f"""
    with forms as ({_FORMS})
    select
        forms.organization_id, forms.fiscal_year, projects.implementing_unit_name as unit_name,
        coalesce(lines.level2, lines.level1) as category, count(*) as lines,
        sum(lines.weight) as weight, sum(lines.reported_score) as score,
        avg(lines.source_line - forms.source_line) as place
    from score.fct_score_line as lines
    inner join forms on lines.project_id = forms.project_id
    inner join execution.mart_project_execution as projects on forms.project_id = projects.project_id
    where lines.evaluation_type = 'self_evaluation' and lines.is_counted
      and lines.weight > 0 and lines.reported_score is not null
      and coalesce(lines.level2, lines.level1) is not null
      and list_contains(?, lines.document_id)
    group by forms.organization_id, forms.fiscal_year, unit_name, category
    order by unit_name, category
"""

_CARDS = """
    select
        projects.project_id, documents.organization_id, documents.fiscal_year, projects.document_id, projects.form_no,
        projects.project_name, projects.competent_unit_name, projects.implementing_unit_name, projects.currency,
        projects.annual_budget_yuan, projects.executed_yuan, projects.execution_rate, projects.indicators, projects.met,
        projects.exceeded, projects.unmet, projects.not_checkable, projects.reported_total, projects.recomputed_total,
        projects.expected_total, scores.difference, projects.grade, forms.is_repeated, risks.risk_score,
        risks.error_cases, risks.warning_cases
    from execution.mart_project_execution as projects
    inner join core.dim_document as documents on projects.document_id = documents.document_id
    inner join core.dim_project as forms on projects.project_id = forms.project_id
    left join score.mart_project_score as scores on projects.project_id = scores.project_id
    left join review.mart_project_risk as risks on projects.project_id = risks.project_id
    where list_contains(?, projects.document_id)
    order by risks.risk_score desc nulls last, projects.document_id, projects.form_no
"""

_FUNDS = """
    select
        project_id, fund_source_text, initial_budget_yuan, annual_budget_yuan, executed_yuan, execution_rate, weight,
        reported_score
    from execution.fct_project_fund
    where list_contains(?, document_id)
      and (
          fund_source = 'total'
          or coalesce(initial_budget_yuan, 0) <> 0 or coalesce(annual_budget_yuan, 0) <> 0
          or coalesce(executed_yuan, 0) <> 0
      )
    order by project_id, source_line
"""

_CASES = """
    select
        cases.case_id, documents.organization_id, documents.fiscal_year, cases.document_id, cases.case_kind,
        cases.finding_id, cases.rule_id, cases.severity, cases.project_id, cases.forms, cases.findings,
        cases.open_findings, cases.message_zh, cases.hypothesis, cases.points_at_stake, cases.amount_at_stake_yuan,
        cases.is_open
    from review.fct_case as cases
    inner join core.dim_document as documents using (document_id)
    left join review.mart_project_risk as risks on cases.project_id = risks.project_id
    where list_contains(?, cases.document_id)
    order by not cases.is_open, position(cases.severity in 'EWI'), cases.case_kind desc,
        risks.risk_score desc nulls last, cases.amount_at_stake_yuan desc nulls last,
        cases.points_at_stake desc nulls last, cases.source_line, cases.case_id
"""

_FINDINGS = """
    select
        finding_id, case_id, project_id, rule_id, severity, implementing_unit_name, coalesce(item, level3) as item,
        message_zh, is_open, decision, decision_reason
    from review.mart_finding
    where list_contains(?, document_id)
    order by case_id, not is_leading, document_id, source_line, finding_id
"""

_RULES = """
    select rule_id, any_value(title_zh) as title_zh, any_value(category) as category, any_value(remedy_zh) as remedy_zh
    from review.dim_rule
    where rule_id in (select rule_id from review.fct_finding)
    group by rule_id
    order by min(category_order), rule_id
"""

_CATEGORIES = "select category, max(category_zh) as label from review.dim_rule group by all order by min(category_order)"

_NONE: dict[str, Any] = {"columns": [], "rows": []}

Key = tuple[str, int | None]


def read_board(
    connection: duckdb.DuckDBPyConnection, release_id: str, *, written: Collection[str] = ()
) -> dict[str, Any]:
    """Read the content of the board.

    Amounts are in yuan, or in units of the row's currency; rates are fractions.

    Args:
        connection: On a release.
        release_id: Its name.
        written: The documents whose page is in the release.

    Returns:
        The content as JSON holds it: lists of rows are `{"columns": [...], "rows": [[...]]}`.
    """
    subjects = rows_of(connection, f"{_SUBJECTS} limit {MOST_SUBJECTS}")
    [(all_subjects,)] = connection.execute(
        "select count(*) from (select distinct organization_id, fiscal_year from core.dim_document)"
    ).fetchall()
    keys = {_key(subject) for subject in subjects}
    parts = {
        name: _by_subject(rows_of(connection, query), keys)
        for name, query in (
            ("amounts", _AMOUNTS),
            ("bridges", _BRIDGES),
            ("peers", _PEERS),
        )
    }
    years: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(connection, _YEARS):
        years[row["organization_id"]].append(row)
    with_forms, with_findings = _within_bounds(subjects)
    details = _details(connection, subjects, with_forms, with_findings)
    return {
        "release": release_id,
        "rules": {
            row["rule_id"]: [row["title_zh"], row["category"], row["remedy_zh"]]
            for row in rows_of(connection, _RULES)
        },
        "categories": [[row["category"], row["label"]] for row in rows_of(connection, _CATEGORIES)],
        "written": sorted(written),
        "subjects": [
            {
                **{
                    name: value for name, value in subject.items() if name not in ("fiscal_year", "documents")
                },
                "year": subject["fiscal_year"],
                "documents": [
                    [one["document_id"], one["source_file"], one["title"]] for one in subject["documents"]
                ],
                **{name: _table(found.get(_key(subject), ())) for name, found in parts.items()},
                "years": _table(years.get(subject["organization_id"], ())),
                **details.get(_key(subject), {}),
            }
            for subject in subjects
        ],
        "all_subjects": all_subjects,
    }


def _key(row: Row) -> Key:
    return row["organization_id"], row["fiscal_year"]


def _by_subject(rows: Iterable[Row], keys: Collection[Key]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        if _key(row) in keys:
            found[_key(row)].append(row)
    return found


def _table(rows: Sequence[Row]) -> dict[str, Any] | None:
    """Return rows as columns and values, without the key of the subject; None if there are none."""
    if not rows:
        return None
    names = [name for name in rows[0] if name not in ("organization_id", "fiscal_year")] + (
        # Of the rows of years, the year is no key.
        ["fiscal_year"] if "execution_rate_change" in rows[0] else []
    )
    return {"columns": names, "rows": [[row[name] for name in names] for row in rows]}


def _within_bounds(subjects: Sequence[Row]) -> tuple[set[Key], set[Key]]:
    """Return the subjects that have their cases and forms in the page, and those that have all findings too."""
    detailed: set[Key] = set()
    complete: set[Key] = set()
    forms = cases = findings = 0
    for subject in subjects:
        more_forms, more_cases = subject["forms"] or 0, subject["all_cases"] or 0
        if detailed and (forms + more_forms > MOST_FORMS or cases + more_cases > MOST_CASES):
            continue
        forms, cases = forms + more_forms, cases + more_cases
        detailed.add(_key(subject))
        more_findings = int(subject["findings"] or 0)
        if findings + more_findings <= MOST_FINDINGS:
            findings += more_findings
            complete.add(_key(subject))
    return detailed, complete


def _details(
    connection: duckdb.DuckDBPyConnection,
    subjects: Sequence[Row],
    with_forms: set[Key],
    with_findings: set[Key],
) -> dict[Key, dict[str, Any]]:
    def documents(keys: set[Key]) -> list[str]:
        return [
            one["document_id"]
            for subject in subjects
            if _key(subject) in keys
            for one in subject["documents"]
        ]

    shown = [documents(with_forms)]
    cards = rows_of(connection, _CARDS, shown)
    funds: dict[str, list[list[Any]]] = defaultdict(list)
    for row in rows_of(connection, _FUNDS, shown):
        funds[row.pop("project_id")].append(list(row.values()))
    for row in cards:
        row["funds"] = funds.get(row["project_id"], [])
    cases = rows_of(connection, _CASES, shown)
    cards_of = _by_subject(cards, with_forms)
    cases_of = _by_subject(cases, with_forms)
    form_no = {row["project_id"]: place for rows in cards_of.values() for place, row in enumerate(rows)}
    case_no = {row["case_id"]: place for rows in cases_of.values() for place, row in enumerate(rows)}
    of_case = {row["case_id"]: row for row in cases}
    findings = rows_of(connection, _FINDINGS, [documents(with_findings)])
    by_subject: dict[Key, list[Row]] = defaultdict(list)
    for row in findings:
        case = of_case[row.pop("case_id")]
        project_id = row.pop("project_id")
        by_subject[_key(case)].append(row)
        # What the case or the form says isn't said again.
        row["case"], row["card"] = case_no[case["case_id"]], form_no.get(project_id)
        for name in ("message_zh", "rule_id", "severity"):
            if row[name] == case[name]:
                row[name] = None
        if row["card"] is not None:
            row["implementing_unit_name"] = None
    heat, ratios, offices, changes = (
        _by_subject(rows, with_forms)
        for rows in (
            rows_of(connection, _HEAT, shown),
            rows_of(connection, _RATIOS, shown),
            rows_of(connection, _OFFICES),
            rows_of(connection, _CHANGES),
        )
    )
    return {
        key: {
            "ratios": _table(ratios.get(key, [])),
            "offices": _table(offices.get(key, [])),
            "changes": _table(changes.get(key, [])),
            "heat": _heat(heat.get(key, [])),
            "cards": _table(cards_of[key]),
            "cases": _table(cases_of[key]),
            # Null: left out.
            "problems": _table(by_subject[key]) or _NONE if key in with_findings else None,
        }
        for key in with_forms
    }


def _heat(rows: Sequence[Row]) -> dict[str, Any] | None:
    """Return offices × categories: weight and score of the lines with both, categories in the order of the forms."""
    if not rows:
        return None
    places: dict[str, list[float]] = defaultdict(list)
    lines: dict[str, int] = defaultdict(int)
    for row in rows:
        places[row["category"]].append(row["place"])
        lines[row["category"]] += row["lines"]
    most = sorted(lines, key=lambda name: -lines[name])[:12]
    categories = sorted(most, key=lambda name: sum(places[name]) / len(places[name]))
    number = {name: place for place, name in enumerate(categories)}
    return {
        "categories": categories,
        "left_out": len(lines) - len(categories),
        "cells": [
            [
                row["unit_name"],
                number[row["category"]],
                row["lines"],
                _exact(row["weight"]),
                _exact(row["score"]),
            ]
            for row in rows
            if row["category"] in number
        ],
    }


def _exact(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
