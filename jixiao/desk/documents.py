"""The documents of the current release: their list, their pages with decisions, their work papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from jinja2.runtime import Macro
from markupsafe import Markup

from ingestion.names import safe_name
from jixiao.checking.released import open_document
from jixiao.desk.pages import MissingError, environment
from jixiao.pages.document.page import FOLDER, render_document
from jixiao.release.query import connect
from jixiao.release.releases import Release, current
from jixiao.review.decisions import Decision, latest_decisions, state_of
from jixiao.review.findings import (
    Document,
    choose_documents,
    open_review,
    read_build,
    read_documents,
    read_form_lines,
    read_review,
    read_rules,
)
from jixiao.review.terms import DecisionTerm, read_decision_terms, read_severities
from jixiao.settings import Settings

PAGE_ROWS = 100

ORDERS = {
    "risk": (
        "风险",
        "errors desc, others desc, organization_label, document_id",
    ),
    "unread": ("未读", "cells_unread desc nulls last, errors desc, organization_label, document_id"),
    "year": ("年度", "fiscal_year desc nulls last, organization_label, document_id"),
    "name": ("单位", "organization_label, fiscal_year desc nulls last, document_id"),
}

ONLY = {"": "全部", "errors": "有错误", "unread": "有未读", "undecided": "尚未处理完"}

_ONLY = {
    "": "true",
    "errors": "errors > 0",
    "unread": "coalesce(cells_unread, 0) > 0",
    "undecided": "errors > decided_errors",
}

_LIST = """
    with
    decided as (select unnest($decided) as finding_id),
    cases as (
        select
            cases.document_id,
            count(*) filter (cases.severity = 'E') as errors,
            count(*) filter (cases.severity = 'E' and decided.finding_id is not null) as decided_errors,
            count(*) filter (cases.severity = 'W') as doubts,
            count(*) filter (cases.severity = 'I') as hints,
            count(*) filter (cases.severity <> 'E') as others,
            count(decided.finding_id) as decided
        from review.fct_case as cases
        left join decided on cases.finding_id = decided.finding_id
        group by cases.document_id
    ),
    forms as (select document_id, count(*) as forms from core.dim_project group by document_id),
    listed as (
        select
            documents.*,
            coalesce(forms.forms, 0) as forms,
            coalesce(cases.errors, 0) as errors,
            coalesce(cases.decided_errors, 0) as decided_errors,
            coalesce(cases.doubts, 0) as doubts,
            coalesce(cases.hints, 0) as hints,
            coalesce(cases.others, 0) as others,
            coalesce(cases.decided, 0) as decided
        from core.dim_document as documents
        left join cases on documents.document_id = cases.document_id
        left join forms on documents.document_id = forms.document_id
    )
    select *, count(*) over () as found
    from listed
    where
        {only}
        and contains(lower(concat_ws(' ', organization_label, fiscal_year, source_file, title, document_id)), lower($wanted))
    order by {order}
    limit {limit} offset {offset}
"""

_OVERVIEW = """
    select
        count(*) as documents,
        count(distinct organization_label) as organizations,
        any_value(organization_label) as organization,
        min(fiscal_year) as first_year,
        max(fiscal_year) as last_year,
        coalesce(sum(cells_unread), 0) as cells_unread,
        (select count(*) from core.dim_project) as forms,
        (select count(*) from review.fct_case where severity = 'E') as errors,
        (select count(*) from review.fct_case where severity = 'W') as doubts,
        (select count(*) from review.fct_case where severity = 'I') as hints
    from core.dim_document
"""

_CASES = """
    select findings.finding_id, cases.findings
    from review.fct_finding as findings
    inner join review.fct_case as cases on findings.finding_id = cases.finding_id
    where findings.document_id = ? and cases.findings > 1
"""

Row = Mapping[str, Any]


class RowsGoneError(Exception):
    """The rows of a document were removed or replaced since its release."""


@dataclass(frozen=True)
class Listed:
    """A part of the list of documents: its rows, and how many there are in all."""

    rows: Sequence[Row]
    found: int


def overview(settings: Settings) -> Row:
    """Return what the release holds: documents, organizations, years, forms, cases by severity.

    Raises:
        ReleaseError: There is no release.
        ReviewError: It was made by an earlier version.
    """
    with open_review(settings) as connection:
        [row] = _rows(connection.execute(_OVERVIEW))
    return row


def list_documents(settings: Settings, wanted: str, only: str, order: str, place: int) -> Listed:
    """Return the documents that match, `PAGE_ROWS` of them from a place on.

    Raises:
        ReleaseError: There is no release.
        ReviewError: It was made by an earlier version, or the decisions can't be read.
    """
    decided = sorted(latest_decisions(settings))
    sql = _LIST.format(
        only=_ONLY.get(only, "true"),
        order=ORDERS.get(order, ORDERS["risk"])[1],
        limit=PAGE_ROWS,
        offset=max(0, place),
    )
    with open_review(settings) as connection:
        rows = _rows(connection.execute(sql, {"decided": decided, "wanted": wanted.strip()}))
    return Listed(rows, rows[0]["found"] if rows else 0)


@dataclass(frozen=True)
class DecisionForm:
    """The form of a decision on a finding.

    Attributes:
        finding_id: The finding.
        document_id: Its document.
        terms: The decisions that there are.
        others: Other findings of the case that the finding leads.
        now: The decision that the next build applies, or None.
        based_on: The state of that decision.
        was_released: Whether the release applied a decision that is withdrawn since.
        is_applied: Whether the release applied the decision that holds.
        reason: What is filled in.
        role: Likewise.
    """

    finding_id: str
    document_id: str
    terms: Mapping[str, DecisionTerm]
    others: int
    now: Decision | None
    was_released: bool
    is_applied: bool = False
    reason: str = ""
    role: str = ""

    @property
    def based_on(self) -> str:
        """The state of the decision that the person sees."""
        return state_of(self.now)


@dataclass(frozen=True)
class DeskFrame:
    """What the desk adds to the page of a document: the way back, and the decision at each finding.

    Attributes:
        document_id: The document.
        decisions: The decisions that the next build applies, by finding.
        terms: The decisions that there are.
        others: The number of other findings of a case, by the finding that leads it.
        form_key: What each form carries.
        nonce: What the page's own script carries.
        role: The role that the browser's user gave last.
        release_id: The release.
    """

    document_id: str
    decisions: Mapping[str, Decision]
    terms: Mapping[str, DecisionTerm]
    others: Mapping[str, int]
    form_key: str
    nonce: str
    role: str
    release_id: str

    @cached_property
    def _link(self) -> Macro:
        macro: Macro = environment().get_template("decision.html.j2").module.decision  # type: ignore[attr-defined]
        return macro

    def head(self) -> Markup:
        """Return elements of the page's head."""
        return Markup(
            '<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/frame.css">'
            '<script defer src="/static/decide.js"></script>'
        )

    def bar(self) -> Markup:
        """Return what stands above the page."""
        form = DecisionForm("", self.document_id, self.terms, 0, None, was_released=False, role=self.role)
        return Markup(
            environment()
            .get_template("bar.html.j2")
            .render(form=form, form_key=self.form_key, release_id=self.release_id)
        )

    def beside(self, finding: Row) -> Markup:
        """Return the decision on a finding, and the link to its form."""
        finding_id = finding["finding_id"]
        now = self.decisions.get(finding_id)
        form = DecisionForm(
            finding_id,
            self.document_id,
            self.terms,
            self.others.get(finding_id, 0),
            now,
            now is None and finding["decision"] is not None,
            now is not None and _says(finding) == (now.decision, now.reason, now.by_role),
        )
        return Markup(self._link(form))


def render(settings: Settings, document_id: str, form_key: str, nonce: str, role: str) -> str:
    """Return the page of a document of the current release with the decisions of this moment.

    Raises:
        MissingError: There is no such document.
        ReleaseError: There is no release.
        RowsGoneError: Its rows are no longer there, but its page in the release is.
        ReviewError: The decisions can't be read.
    """
    release = released(settings)
    entry = settings.landing_folder().find(document_id)
    if entry is None and (release.path / FOLDER / f"{safe_name(document_id)}.html").is_file():
        raise RowsGoneError(document_id)
    if entry is None:
        raise MissingError(document_id)
    decisions, terms = latest_decisions(settings), read_decision_terms(settings)
    with open_document(release, entry.folder) as connection:
        if not connection.execute(
            "select 1 from core.dim_document where document_id = ?", [document_id]
        ).fetchall():
            raise MissingError(document_id)
        others = {
            finding: findings - 1
            for finding, findings in connection.execute(_CASES, [document_id]).fetchall()
        }
        frame = DeskFrame(document_id, decisions, terms, others, form_key, nonce, role, release.release_id)
        return render_document(connection, document_id, f"版本 {release.release_id}", frame)


def decision_form(
    settings: Settings, document_id: str, finding_id: str, reason: str, role: str
) -> tuple[DecisionForm, Row]:
    """Return the form of one finding as it stands now, and the finding.

    Raises:
        MissingError: The document has no such finding.
        ReleaseError: There is no release.
        ReviewError: The decisions can't be read.
    """
    decisions, terms = latest_decisions(settings), read_decision_terms(settings)
    with open_review(settings) as connection:
        rows = _rows(
            connection.execute(
                """
                select findings.*, cases.findings as in_case, cases.finding_id as leading
                from review.fct_finding as findings
                left join review.fct_case as cases on findings.case_id = cases.case_id
                where findings.document_id = ? and findings.finding_id = ?
                """,
                [document_id, finding_id],
            )
        )
    if not rows:
        raise MissingError(finding_id)
    [row] = rows
    others = row["in_case"] - 1 if row["leading"] == finding_id else 0
    now = decisions.get(finding_id)
    form = DecisionForm(
        finding_id,
        document_id,
        terms,
        others,
        now,
        now is None and row["decision"] is not None,
        reason=reason,
        role=role,
    )
    return form, row


def _says(finding: Row) -> tuple[str | None, str | None, str | None]:
    return finding["decision"], finding["decision_reason"], finding["decided_by_role"]


def write_paper(settings: Settings, document_id: str, target: Path) -> Document:
    """Write the work paper of a document, and return the document.

    Raises:
        MissingError: There is no such document.
        ReleaseError: There is no release.
        ReviewError: The terms can't be read.
        OSError: It can't be written.
    """
    from jixiao.review.work_paper import Paper, write_work_paper  # noqa: PLC0415 - it takes a second to import

    severities = read_severities(settings)
    with open_review(settings) as connection:
        documents = [one for one in read_documents(connection) if one.document_id == document_id]
        if not documents:
            raise MissingError(document_id)
        [document] = choose_documents(documents, document_id)
        review = read_review(
            connection, document, {code: rank for rank, code in enumerate(severities)}, list(severities)
        )
        paper = Paper(
            reviews=[review],
            lines=read_form_lines(connection, document),
            rules=read_rules(connection),
            build=read_build(connection),
            severities=severities,
            chosen=list(severities),
            decisions=read_decision_terms(settings),
        )
    write_work_paper(paper, target)
    return document


def released(settings: Settings) -> Release:
    """Return the current release.

    Raises:
        ReleaseError: There is none.
    """
    # Opening it gives the message.
    connect(settings).close()
    release = current(settings)
    assert release is not None, "a release that opens is there"
    return release


def _rows(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
