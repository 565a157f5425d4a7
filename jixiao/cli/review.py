"""`jixiao review`: print the findings of each document, as text or JSON, or write an Excel work paper."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from ingestion.message import Text, join
from ingestion.reference import FOLDER
from jixiao.cli import exits
from jixiao.cli.console import console, one_line, short_path
from jixiao.cli.paper import (
    PaperFile,
    WrongUsageError,
    check_documents,
    page_addresses,
    write_paper,
)
from jixiao.language import shown, text
from jixiao.pages.document.page import FOLDER as PAGES
from jixiao.release.releases import ReleaseError
from jixiao.review.decisions import decisions_path
from jixiao.review.findings import (
    Case,
    Document,
    DocumentChoiceError,
    DocumentReview,
    Finding,
    LostDecision,
    ReviewError,
    choose_documents,
    count_unchecked,
    open_review,
    read_build,
    read_documents,
    read_lost_decisions,
    read_review,
    read_rules,
)
from jixiao.review.rule_settings import TABLE as RULE_SETTINGS
from jixiao.review.rule_settings import RuleSettingError, set_rules, unknown_rule
from jixiao.review.terms import DecisionTerm, Severity, read_decision_terms, read_severities
from jixiao.settings import Settings
from jixiao.values import to_json

FINDINGS_SHOWN = 30

RISKS_SHOWN = 10

LOST_SHOWN = 10

_WHY_LOST = {
    "unknown_finding": Text(
        "本版本中没有这个问题（已更正或编号有误）；核对编号，或删去这一行",
        "the release has no such finding (corrected, or a wrong id); check the id, or remove the row",
    ),
    "unknown_decision": Text(
        "处理决定不在 finding_decision.csv 中；改成其中之一",
        "no decision of finding_decision.csv; write one of them",
    ),
    "date_unreadable": Text(
        "日期无法识别；写成 2026-01-31", "the date can't be read; write it as 2026-01-31"
    ),
}


def run_review(
    document: Sequence[str],
    severity: str | None,
    limit: int,
    paper: PaperFile | None,
    as_json: bool,
    rules: Sequence[str] = (),
) -> int:
    """Print the review of the current release and return the exit code.

    Args:
        document: Each a document_id, or a part of the organization's or the file's name; none means all.
        severity: Letters of severities, with commas between them; None means all.
        limit: Cases shown for each document, 0 for all; JSON and work papers have all.
        paper: A work paper to write instead, or None.
        as_json: Whether to print JSON instead: one object with the lists `documents`, `rules`, `findings` and
            `not_checkable` (a count a document, rule and reason). Decimals are JSON numbers with all their
            digits, dates are ISO 8601, missing values are null. The totals in `documents` are of all
            severities, the other lists of the chosen ones.
        rules: Ids of the rules whose findings are listed; none means all.
    """
    settings = Settings.load()
    errors = console(sys.stderr)
    try:
        severities = read_severities(settings)
        chosen = _chosen(severity, severities)
        with open_review(settings) as connection:
            documents = _documents(read_documents(connection), document)
            _check_rules(connection, rules)
            reviews = (read_review(connection, one, _ranks(severities), chosen, rules) for one in documents)
            if paper is not None:
                check_documents(documents)
                pages = page_addresses(paper.target, {path.stem: path for path in _pages(settings)})
                write_paper(settings, connection, list(reviews), read_build(connection), chosen, paper, pages)
                _print_lost(read_lost_decisions(connection), settings, console())
                return exits.OK
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
        errors.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.FAILED
    except (DocumentChoiceError, WrongUsageError) as error:
        errors.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.USAGE
    return exits.OK


def run_rule_settings(wanted: Sequence[str], why: str) -> int:
    """Write settings of rules into the installation's table, print all that it holds, and return the exit code.

    Args:
        wanted: `rule_id=value,value`, see `jixiao.review.rule_settings`.
        why: The reason, kept beside them.
    """
    settings, screen, errors = Settings.load(), console(), console(sys.stderr)
    try:
        kept = set_rules(settings, wanted, why)
    except RuleSettingError as error:
        errors.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.USAGE
    except ReviewError as error:
        errors.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.FAILED
    path = short_path(settings.landing / FOLDER / f"{RULE_SETTINGS}.csv")
    screen.print(
        text(f"✓ {path}：{len(kept)} 条规则有本地设置，", f"✓ {path}: {len(kept)} rules are set, ")
        + text("下次构建生效", "and the next build applies them"),
        soft_wrap=True,
    )
    for row in kept:
        values = [row.severity, "off" if row.is_on else "", row.case_kind]
        why_kept = text(f"（{row.why}）", f" ({row.why})") if row.why else ""
        screen.print(one_line(f"  {row.rule_id}={','.join(filter(None, values))}{why_kept}"), soft_wrap=True)
    return exits.OK


def _pages(settings: Settings) -> Iterable[Path]:
    # By the link: the pages of later releases have the same places.
    return (settings.current / PAGES).glob("*.html")


def _check_rules(connection: duckdb.DuckDBPyConnection, rules: Sequence[str]) -> None:
    known = {rule_id for rule_id, _ in read_rules(connection)}
    for rule_id in rules:
        if rule_id not in known:
            raise WrongUsageError(unknown_rule(rule_id))


def _documents(known: Sequence[Document], wanted: Sequence[str]) -> list[Document]:
    """Return all documents that are named, each once, or all."""
    if not wanted:
        return choose_documents(known, None)
    return list(dict.fromkeys(document for name in wanted for document in choose_documents(known, name)))


def _chosen(wanted: str | None, severities: dict[str, Severity]) -> list[str]:
    if wanted is None:
        return list(severities)
    asked = {part.strip().upper() for part in wanted.replace("，", ",").split(",")}
    if not asked <= severities.keys():
        names = [
            Text(f"{one.code}（{one.label.zh}）", f"{one.code} ({one.label.en})")
            for one in severities.values()
        ]
        listed = join(Text("、", ", "), names)
        raise WrongUsageError(
            Text(
                f"--severity {wanted}: 只能是 {listed.zh}，用逗号分隔",
                f"--severity {wanted}: choose among {listed.en}, separated by commas",
            )
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
            f"{document.organization_name} {document.fiscal_year or ''}"
            + text(
                f"（{document.source_file}，文件编号 {document.document_id}）：{document.forms} 张自评表",
                f" ({document.source_file}, document {document.document_id}): {document.forms} forms",
            )
        ),
        soft_wrap=True,
    )
    counts = " · ".join(
        f"{shown(severity.label)} {severity.code} {review.totals.get(severity.code, 0):,}"
        for severity in severities.values()
    )
    out.print(
        f"  {counts}"
        + text(
            f"；已处理 {review.decided:,}；无法核对 {review.not_checkable:,}",
            f"; decided {review.decided:,}; could not be checked {review.not_checkable:,}",
        )
    )
    _print_rules(review, severities, out)
    _print_risks(review, severities, out)
    _print_cases(review, severities, terms, limit, out)
    out.print()


def _table(title: str) -> Table:
    return Table(
        title=title, box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left", title_style=""
    )


def _print_rules(review: DocumentReview, severities: dict[str, Severity], out: Console) -> None:
    table = _table(text("各规则", "By rule"))
    table.add_column(text("  严重程度", "  severity"))
    table.add_column(text("规则", "rule"), overflow="fold")
    table.add_column(text("问题", "findings"), justify="right")
    table.add_column(text("无法核对", "not checkable"), justify="right")
    shown = [rule for rule in review.rules if rule.failed or rule.not_checkable]
    for rule in shown:
        table.add_row(
            f"  {_label(rule.severity, severities)}",
            one_line(text(rule.title_zh, rule.title_en)),
            f"{rule.failed:,}",
            f"{rule.not_checkable:,}",
        )
    out.print(table)
    if silent := len(review.rules) - len(shown):
        out.print(text(f"  另有 {silent} 条规则没有发现问题", f"  {silent} other rules found nothing"))


def _print_risks(review: DocumentReview, severities: dict[str, Severity], out: Console) -> None:
    if not review.risks:
        return
    table = _table(text("风险最高的项目", "Projects at risk"))
    table.add_column(text("  名次", "  rank"))
    table.add_column(text("表", "form"), justify="right")
    table.add_column(text("项目", "project"), overflow="fold")
    table.add_column(_label("E", severities), justify="right")
    table.add_column(_label("W", severities), justify="right")
    table.add_column(text("执行数（万元）", "executed (yuan)"), justify="right")
    table.add_column(text("无法核对", "not checkable"), justify="right")
    for risk in review.risks[:RISKS_SHOWN]:
        amount, share = risk.executed_yuan, risk.not_checkable_share
        table.add_row(
            f"  {risk.risk_rank}",
            str(risk.form_no),
            one_line(risk.project_name),
            str(risk.errors),
            str(risk.warnings),
            "—" if amount is None else text(f"{amount / 10_000:,.2f}", f"{amount:,.2f}"),
            "—" if share is None else f"{share * 100:.1f} %",
        )
    out.print(table)


def _print_cases(
    review: DocumentReview,
    severities: dict[str, Severity],
    terms: dict[str, DecisionTerm],
    limit: int,
    out: Console,
) -> None:
    listed = review.cases[:limit] if limit else review.cases
    count, of, findings = len(listed), len(review.cases), len(review.findings)
    out.print(
        text(
            f"案件（{count:,} / {of:,}，共 {findings:,} 个问题）",
            f"Cases ({count:,} / {of:,}, {findings:,} findings)",
        )
    )
    for case in listed:
        _print_case(case, severities, terms, out)
    if more := of - count:
        out.print(
            text(
                f"  … 另有 {more:,} 案：--limit 0 显示全部，--xlsx 写成底稿",
                f"  … and {more:,} more: --limit 0 shows all, --xlsx writes a work paper",
            )
        )


def _print_case(
    case: Case, severities: dict[str, Severity], terms: dict[str, DecisionTerm], out: Console
) -> None:
    leading = case.leading
    message = text(case.message_zh, case.message_en)
    out.print(f"  {_label(leading.severity, severities)} {one_line(message)}", soft_wrap=True)
    # The findings of a habit are of many lines.
    if not case.is_habit and (against := text(leading.against_zh or "", leading.against_en or "")):
        out.print(text("      对照：", "      against: ") + one_line(against), soft_wrap=True)
    if not case.is_habit and (
        hypothesis := text(leading.hypothesis or "", leading.hypothesis_en or leading.hypothesis or "")
    ):
        out.print(f"      ? {one_line(hypothesis)}", soft_wrap=True)
    if leading.decision:
        out.print(f"      → {one_line(_decision(leading, terms))}", soft_wrap=True)
    if case.is_habit:
        return
    for finding in case.findings[1:]:
        message = text(finding.message_zh, finding.message_en)
        out.print(f"      + {_label(finding.severity, severities)} {one_line(message)}", soft_wrap=True)
        if finding.decision and finding.decision != leading.decision:
            out.print(f"        → {one_line(_decision(finding, terms))}", soft_wrap=True)


def _decision(finding: Finding, terms: dict[str, DecisionTerm]) -> str:
    code = finding.decision or ""
    day = finding.decided_on.isoformat() if finding.decided_on else ""
    by = text("，", ", ").join(part for part in (finding.decided_by_role, day) if part)
    label = shown(terms[code].label) if code in terms else code
    return label + text(f"（{by}）", f" ({by}) ") + (finding.decision_reason or "")


def _label(code: str, severities: dict[str, Severity]) -> str:
    return shown(severities[code].label) if code in severities else code


def _print_lost(lost: Sequence[LostDecision], settings: Settings, out: Console) -> None:
    if not lost:
        return
    out.print(
        text(
            f"! {len(lost)} 条处理决定没有生效（{short_path(decisions_path(settings))}）：",
            f"! {len(lost)} decisions could not be applied ({short_path(decisions_path(settings))}):",
        ),
        soft_wrap=True,
    )
    for row in lost[:LOST_SHOWN]:
        decision = text(f"（{row.decision}）", f" ({row.decision})") if row.decision else ""
        finding = row.finding_id or text("（空）", "(blank)")
        line = f"  {finding}{decision}: {shown(_WHY_LOST.get(row.status, row.status))}"
        out.print(one_line(line), soft_wrap=True)
    if len(lost) > LOST_SHOWN:
        more = len(lost) - LOST_SHOWN
        out.print(text(f"  … 另有 {more} 条：", f"  … and {more} more: ") + "review.fct_finding_exception")


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
