"""The summary at the end of a build: what was read, built and found, and what to try next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
from rich.console import Console

from ingestion.message import Text
from jixiao.builds.news import News, read_news
from jixiao.builds.record import BuildRecord
from jixiao.cli.console import one_line, short_path
from jixiao.language import column_of, shown, text
from jixiao.pages import index
from jixiao.pages.board import page as board
from jixiao.pages.report import page as report
from jixiao.release.query import connect
from jixiao.release.releases import Release, current
from jixiao.settings import Settings

LONGEST_TEXT = 30
"""Characters of a cell that the summary shows."""

DOCUMENTS_SHOWN = 20
"""Documents that the summary names; of the others it gives the number."""

UNREAD_SHOWN = 3
"""Unread cells that the summary shows of a document."""

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
    ),

    errors as (
        select document_id, count(*) as findings
        from review.fct_finding
        where is_open and severity = 'E'
        group by document_id
    )

    select
        documents.document_id,
        documents.organization_label,
        documents.fiscal_year,
        documents.source_file,
        count(distinct projects.project_id) + coalesce(any_value(declared.forms), 0) as forms,
        count(indicators.indicator_id) + coalesce(any_value(declared.indicators), 0) as indicators,
        coalesce(any_value(items.items), 0) as items,
        any_value(documents.cells_read) as cells_read,
        any_value(documents.cells_unread) as cells_unread,
        coalesce(any_value(errors.findings), 0) as errors
    from core.dim_document as documents
    left join core.dim_project as projects using (document_id)
    left join variance.fct_indicator_variance as indicators using (project_id)
    left join items on documents.document_id = items.document_id
    left join declared on documents.document_id = declared.document_id
    left join errors on documents.document_id = errors.document_id
    group by documents.document_id, documents.organization_label, documents.fiscal_year, documents.source_file
    order by documents.fiscal_year, documents.organization_label, documents.document_id
"""

# The first cells of each document, misread ones before those of columns that are unknown.
_UNREAD = """
    select document_id, source_place, source_line, cell_text, reason_zh, reason_en
    from quality.fct_unread_cell
    qualify row_number() over (
        partition by document_id
        order by
            reason_code = 'no_column', reason_code = 'figure_without_column', source_line, unread_cell_id
    ) <= ?
    order by
        document_id, reason_code = 'no_column', reason_code = 'figure_without_column', source_line, unread_cell_id
"""

_EXECUTION_RATES = """
    select document_id, documents.organization_label, ratios.numerator_yuan, ratios.ratio, ratios.reported_ratio
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

# What the installation changed of the catalogue.
_RULE_SETTINGS = """
    select
        rule_id,
        title_zh,
        title_en,
        concat_ws(
            ',',
            case when severity <> catalogue_severity then concat(catalogue_severity, '→', severity) end,
            case when not is_on then 'off' end,
            case_kind
        ) as change,
        setting_reason
    from review.dim_rule
    where severity <> catalogue_severity or not is_on or case_kind is not null
    order by rule_id
"""

_NOT_CHECKABLE = "select count(*) from review.fct_rule_result where status = 'not_checkable'"

# The rules of errors, those of the fewest findings first: a finding on nearly every form matters least.
_ERRORS = """
    select
        {title},
        count(*) as findings,
        min_by({message}, (findings.hypothesis is null, findings.source_line, findings.finding_id))
    from review.fct_finding as findings
    inner join review.dim_rule as rules
        on findings.rule_id = rules.rule_id and findings.rule_version = rules.rule_version
    where findings.is_open and findings.severity = 'E'
    group by rules.rule_id, {title}
    order by count(*), rules.rule_id
"""


@dataclass(frozen=True)
class ReadDocument:
    """A document of the release.

    Attributes:
        document_id: Its id.
        organization: Its organization.
        year: Its fiscal year.
        file: Its file.
        forms: Its forms.
        indicators: Their indicators.
        items: Its rows of final accounts and budgets.
        read: Cells that were read; None for CSVs made by hand.
        unread: Cells that were not.
        errors: Open findings of severity E.
    """

    document_id: str
    organization: str
    year: int
    file: str
    forms: int
    indicators: int
    items: int
    read: int | None
    unread: int
    errors: int


@dataclass(frozen=True)
class UnreadCell:
    """A cell that was not read: its place or line, its text, and the reason in both languages."""

    place: str | None
    line: int
    text: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class ErrorsOfRule:
    """The errors that one rule found.

    Attributes:
        title: The title of the rule.
        findings: Their number.
        example: The sentence of one of them.
    """

    title: str
    findings: int
    example: str


@dataclass(frozen=True)
class Summary:
    """The figures of the summary, in the language of the process.

    Attributes:
        documents: The documents by year and organization.
        unread: The first unread cells by document.
        execution_rates: Document, organization, executed yuan, rate, printed rate; one row for each document.
        figures: Printed figures by status of their reconciliation.
        severities: Severity in Chinese, in English, open findings; the most severe first.
        not_checkable: Checks of the review that could not be made.
        errors: Findings of the rules of severity E; the rarest first.
        settings: Rules that the installation set: id, title in Chinese and in English, what is changed, reason.
    """

    documents: list[ReadDocument]
    unread: dict[str, list[UnreadCell]]
    execution_rates: list[tuple[str, str, Decimal, Decimal | None, Decimal | None]]
    figures: dict[str, int]
    severities: list[tuple[str, str, int]]
    not_checkable: int
    errors: list[ErrorsOfRule]
    settings: list[tuple[str, str, str, str, str | None]]


def read_summary(connection: duckdb.DuckDBPyConnection) -> Summary:
    """Read the figures of the summary from a release."""
    unread: dict[str, list[UnreadCell]] = {}
    for document_id, *cell in connection.execute(_UNREAD, [UNREAD_SHOWN]).fetchall():
        unread.setdefault(document_id, []).append(UnreadCell(*cell))
    return Summary(
        documents=[ReadDocument(*row) for row in connection.execute(_DOCUMENTS).fetchall()],
        unread=unread,
        execution_rates=connection.execute(_EXECUTION_RATES).fetchall(),
        figures=dict(connection.execute(_FIGURES).fetchall()),
        severities=[row[1:] for row in connection.execute(_SEVERITIES).fetchall()],
        not_checkable=connection.execute(_NOT_CHECKABLE).fetchall()[0][0],
        errors=[
            ErrorsOfRule(*row)
            for row in connection.execute(
                _ERRORS.format(title=column_of("rules.title"), message=column_of("findings.message"))
            ).fetchall()
        ],
        settings=connection.execute(_RULE_SETTINGS).fetchall(),
    )


def print_summary(settings: Settings, record: BuildRecord, out: Console) -> None:
    """Print what the build read, built and found."""
    release = current(settings)
    assert release is not None, "a build that succeeded has made a release"
    with connect(settings) as connection:
        summary = read_summary(connection)
    news = read_news(settings, release)
    documents = _worth_reading(summary.documents, news)
    out.print()
    _print_read(summary, documents, news, record, _refused_before(release, record), out)
    _print_built(release, record, out)
    _print_found(summary, documents, out)
    _print_next(release, out)


def print_unchanged(settings: Settings, record: BuildRecord, out: Console) -> None:
    """Print that the build made no release, since the last one is what it would be."""
    release = current(settings)
    name = release.release_id if release else "-"
    out.print(
        text(
            f"\n无变更：文件、模型、规则和处理决定与版本 {name} 相同，未生成新版本（`--force` 仍可生成）。",
            f"\nUnchanged: documents, models, rules and decisions are those of release {name}; "
            "no release was made (`--force` makes one).",
        )
    )
    _print_quarantined(record, out)


def _refused_before(release: Release, record: BuildRecord) -> int:
    """Return how many parts of the release's documents were refused when they were added, before this build."""
    all_refused = release.manifest.get("quarantined")
    return len(all_refused) - len(record.quarantined) if isinstance(all_refused, list) else 0


def _worth_reading(documents: Sequence[ReadDocument], news: News | None) -> list[ReadDocument]:
    """Return the documents in the order in which they are worth reading, without those that are as before and clean.

    Those that this build changed or added come first, and among them and the others those with errors, then those
    with unread cells. Without a release before, all are new.
    """

    def state(one: ReadDocument) -> int:
        return (
            0 if news is None or one.document_id in news.changed else 1 if one.document_id in news.new else 2
        )

    def order(one: ReadDocument) -> tuple[bool, bool, int, bool, int, int]:
        is_old = state(one) == 2
        return is_old, not one.errors, -one.errors, not one.unread, -one.unread, state(one)

    return sorted((one for one in documents if state(one) < 2 or one.errors or one.unread), key=order)


def _print_read(
    summary: Summary,
    documents: Sequence[ReadDocument],
    news: News | None,
    record: BuildRecord,
    refused_before: int,
    out: Console,
) -> None:
    out.print(text("读取", "Read"))
    _print_quarantined(record, out)
    if refused_before > 0:
        out.print(
            text(
                f"  ! {refused_before:,} 处在加入时被隔离，不在本版本中：",
                f"  ! {refused_before:,} parts were refused when they were added, and are not in the release: ",
            )
            + "jixiao documents"
        )
    if news is not None:
        out.print(
            text(
                f"  与上一版本相比：新增 {len(news.new):,} 份，更正 {len(news.changed):,} 份，撤出 {news.withdrawn:,} 份",
                f"  compared with the last release: {len(news.new):,} new, {len(news.changed):,} corrected, "
                f"{news.withdrawn:,} withdrawn",
            )
        )
    for one in documents[:DOCUMENTS_SHOWN]:
        _print_document(one, summary.unread.get(one.document_id, []), news, out)
    _print_rest(documents, out)
    if clean := len(summary.documents) - len(documents):
        out.print(
            text(
                f"  其余 {clean:,} 份与上一版本相同，无错误，无未读单元格",
                f"  the other {clean:,} are as in the last release, without errors or unread cells",
            )
        )
    all_unread = sum(one.unread for one in summary.documents)
    if all_unread and len(documents) > 1:
        out.print(
            text(f"  ! 共 {all_unread:,} 格未读：", f"  ! {all_unread:,} cells are unread in all: ")
            + 'jixiao sql "from quality.fct_unread_cell"'
        )
    if not record.quarantined and not all_unread and refused_before <= 0:
        out.print(text("  无隔离内容", "  nothing quarantined"))


def _print_document(one: ReadDocument, unread: Sequence[UnreadCell], news: News | None, out: Console) -> None:
    mark = ""
    if news is not None and one.document_id in news.changed:
        mark = text("更正 ", "corrected: ")
    elif news is not None and one.document_id in news.new:
        mark = text("新增 ", "new: ")
    errors = text(f"；{one.errors:,} 个错误", f"; {one.errors:,} errors") if one.errors else ""
    out.print(
        f"  {mark}"
        + text(
            f"{one.organization} {one.year}（{one.file}）：{one.forms} 张自评表，{one.indicators} 项指标，{one.items} 行收支科目",
            f"{one.organization} {one.year} ({one.file}): {one.forms} forms, {one.indicators} indicators, "
            f"{one.items} items",
        )
        + cells_read(one.read, one.unread)
        + errors
    )
    for cell in unread:
        where = cell.place or text(f"第 {cell.line} 行", f"line {cell.line}")
        reason = text(f"：{cell.reason_zh}", f": {cell.reason_en}")
        out.print(f"    ! {one_line(f'{where}“{cell.text[:LONGEST_TEXT]}”')}{reason}", soft_wrap=True)
    if one.unread > len(unread):
        query = f"from quality.fct_unread_cell where document_id = '{one.document_id}'"
        out.print(
            text(f"    ! 未读共 {one.unread:,} 格：", f"    ! all {one.unread:,} unread cells: ")
            + f'jixiao sql "{query}"',
            soft_wrap=True,
        )


def _print_quarantined(record: BuildRecord, out: Console) -> None:
    if not record.quarantined:
        return
    count = len(record.quarantined)
    out.print(text(f"  ! {count} 处被隔离：", f"  ! {count} quarantined:"))
    for entry in record.quarantined:
        first, *others = shown(entry.reason).splitlines()
        more = text(f"（另有 {len(others)} 处）", f" (and {len(others)} more)") if others else ""
        out.print(f"    {entry.source} {first}{more} → {short_path(Path(entry.folder))}")


def cells_read(read: int | None, unread: int) -> str:
    """Return how many cells of a document were read, or an empty string for CSVs made by hand."""
    if read is None:
        return ""
    line = text(f"；读入 {read + unread:,} 格中 {read:,} 格", f"; {read:,} of {read + unread:,} cells read")
    return line + (text(f"，未读 {unread:,} 格", f", {unread:,} unread") if unread else "")


def _print_rest(rows: Sequence[object], out: Console) -> None:
    if len(rows) > DOCUMENTS_SHOWN:
        more = len(rows) - DOCUMENTS_SHOWN
        out.print(text(f"  … 另有 {more:,} 份", f"  … and {more:,} more"))


def _print_built(release: Release, record: BuildRecord, out: Console) -> None:
    rows: dict[str, int] = release.manifest["rows"]
    out.print(text("建成", "Built"))
    computed = record.scope
    count, base, why = computed["computed"], computed.get("base"), shown(computed.get("why", ""))
    overlay = (
        text(f"，并入版本 {base}", f", laid over release {base}") if base else text(f"（{why}）", f" ({why})")
    )
    out.print(text(f"  计算 {count} 份文件", f"  {count} documents computed") + overlay)
    total = sum(rows.values())
    out.print(
        text(
            f"  版本 {release.release_id}：{len(rows)} 张表，{total:,} 行",
            f"  release {release.release_id}: {len(rows)} tables, {total:,} rows",
        )
    )
    out.print(text("  dbt 测试：", "  dbt tests: ") + _outcomes(record.tests))
    for gate, verdicts in record.gates.items():
        out.print(f"  {gate}{text('：', ': ')}{_outcomes(verdicts)}")


def _outcomes(counts: dict[str, int]) -> str:
    names = {
        "pass": Text("通过", "passed"),
        "passed": Text("通过", "passed"),
        "warn": Text("警告", "warned"),
        "not_applicable": Text("不适用", "not applicable"),
    }
    return (
        text("，", ", ").join(
            f"{count} {shown(names.get(outcome, outcome))}" for outcome, count in sorted(counts.items())
        )
        or "0"
    )


def _print_found(summary: Summary, documents: Sequence[ReadDocument], out: Console) -> None:
    if summary.execution_rates:
        out.print(text("部门预算执行率", "Execution rate of the department"))
    places = {one.document_id: place for place, one in enumerate(documents)}
    rates = sorted(summary.execution_rates, key=lambda row: places.get(row[0], len(places)))
    for _, organization, executed, rate, reported in rates[:DOCUMENTS_SHOWN]:
        percent = _percent(reported)
        printed = text(f"（公开数 {percent}）", f" ({percent} printed)") if reported is not None else ""
        amount = text(f"，支出 {executed / 10_000:,.2f} 万元", f", executed {executed:,.2f} yuan")
        out.print(f"  {organization} {_percent(rate)}{printed}{amount}")
    _print_rest(summary.execution_rates, out)
    match, mismatch, unknown = (
        summary.figures.get(status, 0) for status in ("match", "mismatch", "not_checkable")
    )
    out.print(text("公开数核对", "Printed figures compared with their tables"))
    out.print(
        text(
            f"  {match:,} 相符 · {mismatch:,} 不符 · {unknown:,} 无法核对",
            f"  {match:,} match · {mismatch:,} do not · {unknown:,} can't be checked",
        )
    )
    out.print(text("复核", "Review of the forms"))
    counts = " · ".join(
        f"{count:,} {text(chinese, english)}" for chinese, english, count in summary.severities
    )
    unchecked = summary.not_checkable
    out.print(
        f"  {counts}"
        + text(f"；另有 {unchecked:,} 项检查无法进行", f"; {unchecked:,} checks could not be made")
    )
    if summary.settings:
        out.print(
            text(
                f"  ! {len(summary.settings)} 条规则按本地设置复核：",
                f"  ! {len(summary.settings)} rules are set by this installation:",
            )
        )
    for rule_id, chinese, english, change, why in summary.settings:
        reason = text(f"（{why}）", f" ({why})") if why else ""
        out.print(one_line(f"    {rule_id} {text(chinese, english)}: {change}{reason}"), soft_wrap=True)
    for errors in summary.errors:
        out.print(f"  {errors.findings:>5,} {errors.title}", soft_wrap=True)
        out.print(f"        {one_line(errors.example)}", soft_wrap=True)


def _print_next(release: Release, out: Console) -> None:
    current_folder = release.path.parent.parent / "current"
    for label, name in (
        (text("看板：", "Board: "), board.PAGE_NAME),
        (text("全部页面：", "All pages: "), index.PAGE_NAME),
        (text("报告：", "Report: "), report.PAGE_NAME),
        (text("数据库：", "Database: "), release.database.name),
    ):
        out.print(label + short_path(current_folder / name))
    out.print(text("接下来试试", "Try next"))
    jixiao = _own_command()
    for command in (
        f'{jixiao} sql "select form_no, project_name, reported_total, recomputed_total from score.mart_project_score '
        'join core.dim_project using (project_id) where reported_total <> recomputed_total"',
        f"{jixiao} review",
        f"{jixiao} review --xlsx {text('复核底稿', 'review')}.xlsx",
        f"{jixiao} sql \"select * from quality.fct_reconciliation where status = 'mismatch'\" --csv",
        f"{jixiao} dev",
    ):
        out.print(f"  {command}", soft_wrap=True)


def _own_command() -> str:
    # `make run` puts the environment on the path of its own shell alone: the bare name would not be found.
    script = Path(sys.argv[0]).absolute()
    return short_path(script) if script.name == "jixiao" else "jixiao"


def _percent(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{rate * 100:.2f} %"
