"""What a build ends with: what was read, what was built, what it shows, what to try next."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from jixiao.console import short_path
from jixiao.query import connect
from jixiao.releases import Release, current
from jixiao.settings import Settings
from orchestration.build.record import BuildRecord

SLIPS_SHOWN = 12

_DOCUMENTS = """
    select
        documents.organization_name,
        documents.fiscal_year,
        documents.source_file,
        count(distinct projects.project_id) as forms,
        count(indicators.indicator_id) as indicators
    from core.dim_document as documents
    left join core.dim_project as projects using (document_id)
    left join variance.fct_indicator_variance as indicators using (project_id)
    group by documents.document_id, documents.organization_name, documents.fiscal_year, documents.source_file
    order by documents.fiscal_year, documents.organization_name, documents.document_id
"""

_EXECUTION_RATES = """
    select documents.organization_name, ratios.numerator_yuan, ratios.ratio, ratios.reported_ratio
    from execution.mart_department_ratio as ratios
    inner join core.dim_document as documents using (document_id)
    where ratios.ratio_code = 'budget_execution_rate' and ratios.basis = 'annual_budget'
    order by documents.fiscal_year, documents.organization_name, document_id
"""

_FIGURES = "select status, count(*) from quality.fct_reconciliation group by status"

# One slip may be printed in several places.
_SLIPS = """
    select
        documents.source_file,
        string_agg(cast(figures.source_line as string), ', ' order by figures.source_line) as lines,
        figures.label_zh,
        projects.project_name,
        figures.reported_value,
        figures.recomputed_value,
        figures.unit
    from quality.fct_reconciliation as figures
    inner join core.dim_document as documents using (document_id)
    left join core.dim_project as projects using (project_id)
    where figures.status = 'mismatch'
    group by
        figures.document_id, documents.source_file, figures.project_id, projects.project_name, figures.figure_code,
        figures.label_zh, figures.reported_value, figures.recomputed_value, figures.unit
    order by figures.document_id, min(figures.source_line), figures.figure_code, figures.project_id
"""


@dataclass(frozen=True)
class Slip:
    """A printed figure that its own tables contradict.

    Attributes:
        file: The document.
        lines: Lines of the source on which it is printed.
        label: What it is, in the document's words.
        project: The project of the form, or an empty string.
        reported: As printed.
        recomputed: From the tables.
        unit: Of both.
    """

    file: str
    lines: str
    label: str
    project: str
    reported: Decimal
    recomputed: Decimal
    unit: str


@dataclass(frozen=True)
class Summary:
    """What the published marts say.

    Attributes:
        documents: Organization, fiscal year, file, forms, indicators; a row a document.
        execution_rates: Organization, executed yuan, rate, printed rate; a row a document.
        figures: Printed figures by status of their reconciliation.
        slips: Printed figures that don't reconcile, each once.
    """

    documents: list[tuple[str, int, str, int, int]]
    execution_rates: list[tuple[str, Decimal, Decimal | None, Decimal | None]]
    figures: dict[str, int]
    slips: list[Slip]


def read_summary(connection: duckdb.DuckDBPyConnection) -> Summary:
    """Read what the summary shows from a release."""
    return Summary(
        documents=connection.execute(_DOCUMENTS).fetchall(),
        execution_rates=connection.execute(_EXECUTION_RATES).fetchall(),
        figures=dict(connection.execute(_FIGURES).fetchall()),
        slips=[
            Slip(file, lines, label or "", project or "", reported, recomputed, unit or "")
            for file, lines, label, project, reported, recomputed, unit in connection.execute(
                _SLIPS
            ).fetchall()
        ],
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
    for organization, year, file, forms, indicators in summary.documents:
        out.print(
            f"  {organization} {year}（{file}）：{forms} 张自评表 forms，{indicators} 项指标 indicators"
        )
    if record.quarantined:
        out.print(f"  ! {len(record.quarantined)} 处被隔离 quarantined:")
        for entry in record.quarantined:
            reasons = entry.reason.splitlines()
            more = f"（另有 and {len(reasons) - 1} 处 more）" if len(reasons) > 1 else ""
            out.print(f"    {entry.source} {reasons[0]}{more} → {short_path(Path(entry.folder))}")
    else:
        out.print("  无隔离内容 nothing quarantined")


def _print_built(release: Release, record: BuildRecord, out: Console) -> None:
    rows: dict[str, int] = release.manifest["rows"]
    out.print("建成 Built")
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
    for organization, executed, rate, reported in summary.execution_rates:
        printed = f"（公开数 printed {_percent(reported)}）" if reported is not None else ""
        out.print(f"  {organization} {_percent(rate)}{printed}，支出 executed {executed / 10_000:,.2f} 万元")
    figures = summary.figures
    out.print("公开数核对 Printed figures against their tables")
    out.print(
        f"  {figures.get('match', 0):,} 相符 reconcile · {figures.get('mismatch', 0):,} 不符 don't · "
        f"{figures.get('not_checkable', 0):,} 无法核对 can't be checked"
    )
    if summary.slips:
        _print_slips(summary.slips, out)


def _print_slips(slips: Sequence[Slip], out: Console) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left")
    table.add_column("  行 line")
    table.add_column("公开数 printed", justify="right")
    table.add_column("重算 recomputed", justify="right")
    table.add_column("指标 figure", overflow="fold")
    several = len({slip.file for slip in slips}) > 1
    for slip in slips[:SLIPS_SHOWN]:
        name = f"{slip.label}（{slip.project}）" if slip.project else slip.label
        table.add_row(
            f"  {slip.file}:{slip.lines}" if several else f"  {slip.lines}",
            f"{plain(slip.reported)} {slip.unit}".rstrip(),
            f"{plain(slip.recomputed)} {slip.unit}".rstrip(),
            name,
        )
    out.print("已发现的差错 Slips found so far")
    out.print(table)
    if len(slips) > SLIPS_SHOWN:
        out.print(f"  … 另有 and {len(slips) - SLIPS_SHOWN} 处 more: quality.fct_reconciliation")


def _print_next(release: Release, out: Console) -> None:
    out.print(f"文件 File: {short_path(release.path.parent.parent / 'current' / release.database.name)}")
    out.print("接下来试试 Try next")
    jixiao = _own_command()
    for command in (
        f'{jixiao} sql "select project_name, annual_budget_yuan, execution_rate from execution.mart_project_execution '
        'order by execution_rate limit 10"',
        f"{jixiao} sql \"select * from quality.fct_reconciliation where status = 'mismatch'\" --csv",
        f"{jixiao} dev",
    ):
        out.print(f"  {command}", soft_wrap=True)


def _own_command() -> str:
    # `make run` puts the environment on the path of its own shell only, so the name alone would not be found.
    script = Path(sys.argv[0]).absolute()
    return short_path(script) if script.name == "jixiao" else "jixiao"


def plain(value: Decimal) -> str:
    """A decimal without the zeros at its end, thousands apart."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(rate: Decimal | None) -> str:
    return "—" if rate is None else f"{rate * 100:.2f} %"
