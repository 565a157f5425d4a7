"""`jixiao review`: what the rules found in each document, on screen, as JSON or as an Excel work paper."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from jixiao.cli import exits
from jixiao.cli.console import console, one_line, short_path
from jixiao.release.releases import ReleaseError
from jixiao.review.decisions import decisions_path, pending_rows
from jixiao.review.findings import (
    Document,
    DocumentChoiceError,
    DocumentReview,
    Finding,
    LostDecision,
    ReviewError,
    choose_documents,
    count_unchecked,
    list_documents,
    open_review,
    read_build,
    read_documents,
    read_lost_decisions,
    read_review,
    read_rules,
)
from jixiao.review.paper_reader import SHEET, is_workbook, read_paper
from jixiao.review.terms import DecisionTerm, Severity, read_decision_terms, read_severities
from jixiao.settings import Settings
from jixiao.values import to_json

FINDINGS_SHOWN = 30

RISKS_SHOWN = 10

LOST_SHOWN = 10

_WHY_LOST = {
    "unknown_finding": "本版本中没有这个问题（已更正或编号有误）；核对编号，或删去这一行 "
    "no such finding: check the id or remove the row",
    "unknown_decision": "处理决定不在 finding_decision.csv 中；改成其中之一 "
    "no such decision: write one of finding_decision.csv",
    "date_unreadable": "日期无法识别；写成 2026-01-31 unreadable date: write it as 2026-01-31",
}


class _UsageError(Exception):
    """The command was called in a way that can't be followed."""


def run_review(
    document: str | None,
    severity: str | None,
    limit: int,
    xlsx: Path | None,
    as_json: bool,
    force: bool,
) -> int:
    """Show the review of the current release; returns the exit code.

    Args:
        document: A document_id, or a part of the organization's or the file's name; None means all.
        severity: Letters of severities, with commas between them; None means all.
        limit: Findings on screen a document, 0 for all; JSON and work papers hold all.
        xlsx: A work paper to write instead.
        as_json: Whether to print JSON instead: one object with the lists `documents`, `rules`, `findings` and
            `not_checkable` (a count a document, rule and reason). Decimals are JSON numbers with all their
            digits, days are ISO 8601, what is missing is null. The totals in `documents` are of all
            severities, the other lists of those asked for.
        force: Whether to replace a work paper that holds decisions.
    """
    settings = Settings.load()
    errors = console(sys.stderr)
    try:
        severities = read_severities(settings)
        chosen = _chosen(severity, severities)
        with open_review(settings) as connection:
            documents = choose_documents(read_documents(connection), document)
            if xlsx is not None:
                return _write_paper(settings, connection, documents, severities, chosen, xlsx, force)
            reviews = (read_review(connection, one, _ranks(severities), chosen) for one in documents)
            lost = read_lost_decisions(connection)
            if as_json:
                print(to_json(_as_json(list(reviews))))
                _print_lost(lost, settings, errors)
                return exits.OK
            terms = read_decision_terms(settings)
            screen = console()
            for review in reviews:
                _print_review(review, severities, terms, limit, screen)
            _print_lost(lost, settings, screen)
    except (ReleaseError, ReviewError) as error:
        errors.print(f"✗ {error}", soft_wrap=True)
        return exits.FAILED
    except (DocumentChoiceError, _UsageError) as error:
        errors.print(f"✗ {error}", soft_wrap=True)
        return exits.USAGE
    return exits.OK


def _chosen(wanted: str | None, severities: dict[str, Severity]) -> list[str]:
    if wanted is None:
        return list(severities)
    asked = {part.strip().upper() for part in wanted.replace("，", ",").split(",")}
    if not asked <= severities.keys():
        names = "、".join(f"{severity.code}（{severity.label}）" for severity in severities.values())
        raise _UsageError(
            f"--severity {wanted}: 只能是 {names}，用逗号分隔。 Letters of these, with commas between them"
        )
    return [code for code in severities if code in asked]


def _ranks(severities: dict[str, Severity]) -> dict[str, int]:
    return {code: rank for rank, code in enumerate(severities)}


# --- on screen


def _print_review(
    review: DocumentReview,
    severities: dict[str, Severity],
    terms: dict[str, DecisionTerm],
    limit: int,
    out: Console,
) -> None:
    document = review.document
    out.print(
        one_line(
            f"{document.organization_name} {document.fiscal_year or ''}（{document.source_file}，"
            f"文件编号 document {document.document_id}）：{document.forms} 张自评表 forms"
        ),
        soft_wrap=True,
    )
    counts = " · ".join(
        f"{severity.label} {severity.code} {review.totals.get(severity.code, 0):,}"
        for severity in severities.values()
    )
    out.print(
        f"  {counts}；已处理 decided {review.decided:,}；无法核对 could not be checked {review.not_checkable:,}"
    )
    _print_rules(review, severities, out)
    _print_risks(review, severities, out)
    _print_findings(review, severities, terms, limit, out)
    out.print()


def _table(title: str) -> Table:
    return Table(
        title=title, box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left", title_style=""
    )


def _print_rules(review: DocumentReview, severities: dict[str, Severity], out: Console) -> None:
    table = _table("各规则 By rule")
    table.add_column("  严重程度")
    table.add_column("规则 rule", overflow="fold")
    table.add_column("问题 findings", justify="right")
    table.add_column("无法核对 not checkable", justify="right")
    shown = [rule for rule in review.rules if rule.failed or rule.not_checkable]
    for rule in shown:
        table.add_row(
            f"  {_label(rule.severity, severities)}",
            one_line(rule.title_zh),
            f"{rule.failed:,}",
            f"{rule.not_checkable:,}",
        )
    out.print(table)
    if silent := len(review.rules) - len(shown):
        out.print(f"  另有 {silent} 条规则没有发现问题 other rules found nothing")


def _print_risks(review: DocumentReview, severities: dict[str, Severity], out: Console) -> None:
    if not review.risks:
        return
    table = _table("风险最高的项目 Projects at risk")
    table.add_column("  名次 rank")
    table.add_column("表 form", justify="right")
    table.add_column("项目 project", overflow="fold")
    table.add_column(_label("E", severities), justify="right")
    table.add_column(_label("W", severities), justify="right")
    table.add_column("执行数（万元） executed", justify="right")
    table.add_column("无法核对 not checkable", justify="right")
    for risk in review.risks[:RISKS_SHOWN]:
        amount, share = risk.executed_yuan, risk.not_checkable_share
        table.add_row(
            f"  {risk.risk_rank}",
            str(risk.form_no),
            one_line(risk.project_name),
            str(risk.errors),
            str(risk.warnings),
            "—" if amount is None else f"{amount / 10_000:,.2f}",
            "—" if share is None else f"{share * 100:.1f} %",
        )
    out.print(table)


def _print_findings(
    review: DocumentReview,
    severities: dict[str, Severity],
    terms: dict[str, DecisionTerm],
    limit: int,
    out: Console,
) -> None:
    shown = review.findings[:limit] if limit else review.findings
    out.print(f"问题 Findings（{len(shown):,} / {len(review.findings):,}）")
    for finding in shown:
        out.print(f"  {_label(finding.severity, severities)} {one_line(finding.message_zh)}", soft_wrap=True)
        if finding.hypothesis:
            out.print(f"      ? {one_line(finding.hypothesis)}", soft_wrap=True)
        if finding.decision:
            out.print(f"      → {one_line(_decision(finding, terms))}", soft_wrap=True)
    if more := len(review.findings) - len(shown):
        out.print(
            f"  … 另有 and {more:,} 处 more：--limit 0 显示全部 shows all，--xlsx 写成底稿 writes a work paper"
        )


def _decision(finding: Finding, terms: dict[str, DecisionTerm]) -> str:
    code = finding.decision or ""
    day = finding.decided_on.isoformat() if finding.decided_on else ""
    by = "，".join(part for part in (finding.decided_by_role, day) if part)
    return f"{terms[code].label if code in terms else code}（{by}）{finding.decision_reason or ''}"


def _label(code: str, severities: dict[str, Severity]) -> str:
    return severities[code].label if code in severities else code


def _print_lost(lost: Sequence[LostDecision], settings: Settings, out: Console) -> None:
    if not lost:
        return
    out.print(
        f"! {len(lost)} 条处理决定没有生效 decisions could not be applied"
        f"（{short_path(decisions_path(settings))}）:",
        soft_wrap=True,
    )
    for row in lost[:LOST_SHOWN]:
        decision = f"（{row.decision}）" if row.decision else ""
        text = f"  {row.finding_id or '（空 empty）'}{decision}: {_WHY_LOST.get(row.status, row.status)}"
        out.print(one_line(text), soft_wrap=True)
    if len(lost) > LOST_SHOWN:
        out.print(f"  … 另有 and {len(lost) - LOST_SHOWN} 条 more: review.fct_finding_exception")


# --- JSON


def _as_json(reviews: Sequence[DocumentReview]) -> dict[str, Any]:
    return {
        "documents": [
            {
                **asdict(review.document),
                "findings": review.totals,
                "decided": review.decided,
                "not_checkable": review.not_checkable,
            }
            for review in reviews
        ],
        "rules": [asdict(rule) for review in reviews for rule in review.rules],
        "findings": [asdict(finding) for review in reviews for finding in review.findings],
        "not_checkable": [
            {
                "document_id": first.document_id,
                "rule_id": first.rule_id,
                "rule_version": first.rule_version,
                "severity": first.severity,
                "reason_code": first.reason_code,
                "reason_zh": first.reason_zh,
                "reason_en": first.reason_en,
                "count": len(group),
            }
            for review in reviews
            for first, group in count_unchecked(review.unchecked)
        ],
    }


# --- the work paper


def _write_paper(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    documents: Sequence[Document],
    severities: dict[str, Severity],
    chosen: Collection[str],
    target: Path,
    force: bool,
) -> int:
    if target.suffix.lower() != ".xlsx":
        raise _UsageError(f"{target}: 文件名应以 .xlsx 结尾。 The name must end in .xlsx")
    if len(documents) != 1:
        listed = list_documents(documents)
        raise _UsageError(
            "一份底稿只写一份文件，请用 --document 指定。 A work paper is of one document; choose it with --document:\n"
            + listed
        )
    _check_target(settings, connection, target, force)
    # A second to import, and only this way needs it.
    from jixiao.review.work_paper import Paper, write_work_paper  # noqa: PLC0415

    [document] = documents
    paper = Paper(
        review=read_review(connection, document, _ranks(severities), chosen),
        rules=read_rules(connection),
        build=read_build(connection),
        severities=severities,
        chosen=list(chosen),
        decisions=read_decision_terms(settings),
    )
    try:
        sheets = write_work_paper(paper, target)
    except OSError as error:
        raise ReviewError(f"{target}: 无法写入 can't be written: {error.strerror or error}") from error
    screen = console()
    screen.print(
        f"✓ {short_path(target.absolute())}：{len(paper.review.findings):,} 个问题 findings，{sheets} 张工作表 sheets",
        soft_wrap=True,
    )
    screen.print(
        f"  填好后 when filled in: jixiao review import {short_path(target.absolute())}", soft_wrap=True
    )
    _print_lost(read_lost_decisions(connection), settings, screen)
    return exits.OK


def _check_target(
    settings: Settings, connection: duckdb.DuckDBPyConnection, target: Path, force: bool
) -> None:
    """Refuse to replace what can't be had back.

    Raises:
        ReviewError: The target is no workbook, or holds what was not imported.
    """
    if not target.exists():
        return
    if not target.is_file() or not is_workbook(target):
        raise ReviewError(
            f"{target}: 已存在，且不是 .xlsx 文件，不会覆盖；请换一个文件名。 It exists and is no .xlsx; choose another name"
        )
    if force:
        return
    try:
        rows = pending_rows(settings, connection, read_paper(target))
    except ReviewError as error:
        raise ReviewError(
            f"{target}: 已存在，且不是可读的复核底稿；请换一个文件名，或用 --force 覆盖。 "
            f"It exists and can't be read as a work paper; choose another name, or --force.\n  {error}"
        ) from error
    if rows:
        numbers = "、".join(str(row.row) for row in rows[:10]) + ("…" if len(rows) > 10 else "")
        raise ReviewError(
            f"{target}: 工作表“{SHEET}”中有 {len(rows)} 行复核内容尚未导入（第 {numbers} 行）；先运行 "
            f"`jixiao review import {short_path(target.absolute())}`，或用 --force 覆盖。 "
            "It holds decisions that were not imported; import them first, or --force"
        )
