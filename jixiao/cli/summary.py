"""What a build ends with: what was read, what was built, what it shows, what to try next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
from rich.console import Console

from jixiao.builds.record import BuildRecord
from jixiao.cli.console import one_line, short_path
from jixiao.pages.report.page import PAGE_NAME
from jixiao.release.query import connect
from jixiao.release.releases import Release, current
from jixiao.settings import Settings

LONGEST_TEXT = 30
"""Characters of a cell that are shown."""

DOCUMENTS_SHOWN = 20
"""Documents that are named; of more the number is told."""

UNREAD_SHOWN = 5
"""Documents of which an unread cell is shown."""

_DOCUMENTS = """
    with items as (
        select document_id, count(*) as items
        from (
            select document_id from execution.fct_final_account
            union all
            select document_id from execution.fct_budget_account
        )
        group by document_id
    ),

    declared as (
        select document_id, count(distinct form_no) as forms, count(indicator_no) as indicators
        from (
            select document_id, form_no, indicator_no from variance.fct_declared_target
            union all
            select document_id, form_no, null from execution.fct_declared_fund
        )
        group by document_id
    )

    select
        documents.organization_label,
        documents.fiscal_year,
        documents.source_file,
        count(distinct projects.project_id) + coalesce(any_value(declared.forms), 0) as forms,
        count(indicators.indicator_id) + coalesce(any_value(declared.indicators), 0) as indicators,
        coalesce(any_value(items.items), 0) as items,
        any_value(documents.cells_read) as cells_read,
        any_value(documents.cells_unread) as cells_unread
    from core.dim_document as documents
    left join core.dim_project as projects using (document_id)
    left join variance.fct_indicator_variance as indicators using (project_id)
    left join items on documents.document_id = items.document_id
    left join declared on documents.document_id = declared.document_id
    group by documents.document_id, documents.organization_label, documents.fiscal_year, documents.source_file
    order by documents.fiscal_year, documents.organization_label, documents.document_id
"""

# Of each document one cell, first one that was not understood; the documents of the most cells first.
_UNREAD = """
    select
        documents.organization_label,
        documents.source_file,
        coalesce(cells.source_place, '第 ' || cells.source_line || ' 行'),
        cells.cell_text,
        cells.reason_zh,
        cells.reason_en
    from quality.fct_unread_cell as cells
    inner join core.dim_document as documents using (document_id)
    qualify row_number() over (
        partition by document_id
        order by
            cells.reason_code = 'no_column', cells.reason_code = 'figure_without_column',
            cells.source_line, cells.unread_cell_id
    ) = 1
    order by documents.cells_unread desc, document_id
    limit ?
"""

_EXECUTION_RATES = """
    select documents.organization_label, ratios.numerator_yuan, ratios.ratio, ratios.reported_ratio
    from execution.mart_department_ratio as ratios
    inner join core.dim_document as documents using (document_id)
    where ratios.ratio_code = 'budget_execution_rate' and ratios.basis = 'annual_budget'
    order by documents.fiscal_year, documents.organization_label, document_id
"""

_FIGURES = "select status, count(*) from quality.fct_reconciliation group by status"

_SEVERITIES = """
    select severities.severity, severities.severity_zh, severities.severity_en, count(findings.finding_id)
    from (select distinct severity, severity_zh, severity_en from review.dim_rule) as severities
    left join review.fct_finding as findings on findings.severity = severities.severity and findings.is_open
    group by severities.severity, severities.severity_zh, severities.severity_en
    order by position(severities.severity in 'EWI')
"""

_NOT_CHECKABLE = "select count(*) from review.fct_rule_result where status = 'not_checkable'"

# The rules of errors, those of the fewest findings first: what nearly every form shows says least of any one.
_ERRORS = """
    select
        rules.title_zh,
        count(*) as findings,
        min_by(findings.message_zh, (findings.hypothesis is null, findings.source_line, findings.finding_id))
    from review.fct_finding as findings
    inner join review.dim_rule as rules
        on findings.rule_id = rules.rule_id and findings.rule_version = rules.rule_version
    where findings.is_open and findings.severity = 'E'
    group by rules.rule_id, rules.title_zh
    order by count(*), rules.rule_id
"""


@dataclass(frozen=True)
class ErrorsOfRule:
    """The errors that one rule found.

    Attributes:
        title: Of the rule, in Chinese.
        findings: How many there are.
        example: One of them as a sentence.
    """

    title: str
    findings: int
    example: str


@dataclass(frozen=True)
class Summary:
    """What the published marts say.

    Attributes:
        documents: Organization, fiscal year, file, forms, indicators, items of accounts, cells read (None for CSVs
            made by hand) and cells unread; a row a document.
        unread: Organization, file, place, text, reason in Chinese and in English of an unread cell; a row a document.
        execution_rates: Organization, executed yuan, rate, printed rate; a row a document.
        figures: Printed figures by status of their reconciliation.
        severities: Severity in Chinese, in English, open findings; the gravest first.
        not_checkable: Checks of the review that could not be made.
        errors: What the rules of errors found; the rarest first.
    """

    documents: list[tuple[str, int, str, int, int, int, int | None, int]]
    unread: list[tuple[str, str, str, str, str, str]]
    execution_rates: list[tuple[str, Decimal, Decimal | None, Decimal | None]]
    figures: dict[str, int]
    severities: list[tuple[str, str, int]]
    not_checkable: int
    errors: list[ErrorsOfRule]


def read_summary(connection: duckdb.DuckDBPyConnection) -> Summary:
    """Read what the summary shows from a release."""
    return Summary(
        documents=connection.execute(_DOCUMENTS).fetchall(),
        unread=connection.execute(_UNREAD, [UNREAD_SHOWN]).fetchall(),
        execution_rates=connection.execute(_EXECUTION_RATES).fetchall(),
        figures=dict(connection.execute(_FIGURES).fetchall()),
        severities=[row[1:] for row in connection.execute(_SEVERITIES).fetchall()],
        not_checkable=connection.execute(_NOT_CHECKABLE).fetchall()[0][0],
        errors=[ErrorsOfRule(*row) for row in connection.execute(_ERRORS).fetchall()],
    )


def print_summary(settings: Settings, record: BuildRecord, out: Console) -> None:
    """Print what the build that was just released read, built and found."""
    release = current(settings)
    assert release is not None, "a build that succeeded has made a release"
    with connect(settings) as connection:
        summary = read_summary(connection)
    out.print()
    _print_read(summary, record, out)
    _print_built(release, record, out)
    _print_found(summary, out)
    _print_next(release, out)


def _print_read(summary: Summary, record: BuildRecord, out: Console) -> None:
    out.print("读取 Read")
    for organization, year, file, forms, indicators, items, read, unread in summary.documents[
        :DOCUMENTS_SHOWN
    ]:
        out.print(
            f"  {organization} {year}（{file}）：{forms} 张自评表 forms，{indicators} 项指标 indicators，"
            f"{items} 行收支科目 items" + cells_read(read, unread)
        )
    _print_rest(summary.documents, out)
    all_unread = sum(row[-1] for row in summary.documents)
    if all_unread:
        out.print(
            f"  ! {all_unread:,} 格未读，逐格列出 cells unread, each with its reason: "
            'jixiao sql "from quality.fct_unread_cell"'
        )
        for organization, file, place, text, chinese, english in summary.unread:
            cell = one_line(f"{organization}（{file}）{place}“{text[:LONGEST_TEXT]}”")
            out.print(f"    {cell}：{chinese}。 {english}", soft_wrap=True)
    if record.quarantined:
        out.print(f"  ! {len(record.quarantined)} 处被隔离 quarantined:")
        for entry in record.quarantined:
            reasons = entry.reason.splitlines()
            more = f"（另有 and {len(reasons) - 1} 处 more）" if len(reasons) > 1 else ""
            out.print(f"    {entry.source} {reasons[0]}{more} → {short_path(Path(entry.folder))}")
    elif not all_unread:
        out.print("  无隔离内容 nothing quarantined")


def cells_read(read: int | None, unread: int) -> str:
    """Return how many cells of a document were read, or an empty string for CSVs made by hand."""
    if read is None:
        return ""
    return f"；读入 {read + unread:,} 格中 {read:,} 格 cells read" + (
        f"，未读 {unread:,} 格 unread" if unread else ""
    )


def _print_rest(rows: Sequence[object], out: Console) -> None:
    if len(rows) > DOCUMENTS_SHOWN:
        out.print(f"  … 另有 and {len(rows) - DOCUMENTS_SHOWN:,} 份 more")


def _print_built(release: Release, record: BuildRecord, out: Console) -> None:
    rows: dict[str, int] = release.manifest["rows"]
    out.print("建成 Built")
    computed = record.scope
    laid_over = f"，并入版本 laid over {computed['base']}" if "base" in computed else f"（{computed['why']}）"
    out.print(f"  计算 computed {computed['computed']} 份文件 documents{laid_over}")
    out.print(f"  版本 release {release.release_id}：{len(rows)} 张表 tables，{sum(rows.values()):,} 行 rows")
    out.print(f"  dbt 测试 tests: {_outcomes(record.tests)}")
    for gate, verdicts in record.gates.items():
        out.print(f"  {gate}: {_outcomes(verdicts)}")


def _outcomes(counts: dict[str, int]) -> str:
    names = {
        "pass": "通过 passed",
        "passed": "通过 passed",
        "warn": "警告 warned",
        "not_applicable": "不适用 not applicable",
    }
    return (
        "，".join(f"{count} {names.get(outcome, outcome)}" for outcome, count in sorted(counts.items()))
        or "0"
    )


def _print_found(summary: Summary, out: Console) -> None:
    out.print("部门预算执行率 Execution rate of the department")
    for organization, executed, rate, reported in summary.execution_rates[:DOCUMENTS_SHOWN]:
        printed = f"（公开数 printed {_percent(reported)}）" if reported is not None else ""
        out.print(f"  {organization} {_percent(rate)}{printed}，支出 executed {executed / 10_000:,.2f} 万元")
    _print_rest(summary.execution_rates, out)
    figures = summary.figures
    out.print("公开数核对 Printed figures against their tables")
    out.print(
        f"  {figures.get('match', 0):,} 相符 reconcile · {figures.get('mismatch', 0):,} 不符 don't · "
        f"{figures.get('not_checkable', 0):,} 无法核对 can't be checked"
    )
    out.print("复核 Review of every form")
    counts = " · ".join(f"{count:,} {chinese} {english}" for chinese, english, count in summary.severities)
    out.print(f"  {counts}；另有 {summary.not_checkable:,} 项检查无法进行 checks could not be made")
    for errors in summary.errors:
        out.print(f"  {errors.findings:>5,} {errors.title}", soft_wrap=True)
        out.print(f"        {one_line(errors.example)}", soft_wrap=True)


def _print_next(release: Release, out: Console) -> None:
    out.print(f"文件 File: {short_path(release.path.parent.parent / 'current' / release.database.name)}")
    out.print(f"报告 Report: {short_path(release.path.parent.parent / 'current' / PAGE_NAME)}")
    out.print("接下来试试 Try next")
    jixiao = _own_command()
    for command in (
        f'{jixiao} sql "select project_name, annual_budget_yuan, execution_rate from execution.mart_project_execution '
        'order by execution_rate limit 10"',
        f"{jixiao} review",
        f"{jixiao} review --xlsx 复核底稿.xlsx",
        f"{jixiao} sql \"select * from quality.fct_reconciliation where status = 'mismatch'\" --csv",
        f"{jixiao} dev",
    ):
        out.print(f"  {command}", soft_wrap=True)


def _own_command() -> str:
    # `make run` puts the environment on the path of its own shell only, so the name alone would not be found.
    script = Path(sys.argv[0]).absolute()
    return short_path(script) if script.name == "jixiao" else "jixiao"


def _percent(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{rate * 100:.2f} %"
