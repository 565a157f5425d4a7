"""The review of a release: findings, checks that could not be made, and projects at risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import duckdb

from ingestion.message import Text, join
from jixiao.release.query import connect
from jixiao.settings import Settings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

TABLES = (
    "core.dim_document",
    "core.dim_project",
    "execution.fct_project_fund",
    "review.dim_rule",
    "review.fct_case",
    "review.fct_finding",
    "review.fct_rule_result",
    "review.mart_finding",
    "review.mart_project_risk",
    "review.mart_rule_summary",
    "score.mart_project_score",
    "variance.fct_indicator_variance",
)
"""The tables that the review of a document and its work paper are read from."""

_APPLIED = ("applied", "superseded")


class ReviewError(Exception):
    """The review can't be shown, written or imported; the message names the file and the remedy."""


class DocumentChoiceError(Exception):
    """No document matches, or several do; the message lists the candidates."""


@dataclass(frozen=True)
class Document:
    """A disclosure of the release.

    Attributes:
        document_id: Its key.
        organization_name: The unit that published it; empty if the document names none.
        fiscal_year: The reporting year, or None.
        source_file: Name of the file, without its folder.
        forms: Self-evaluation forms it holds.
    """

    document_id: str
    organization_name: str
    fiscal_year: int | None
    source_file: str
    forms: int


@dataclass(frozen=True)
class Build:
    """The build that made the release: its id and when it started (ISO 8601, UTC)."""

    release_id: str
    started_at: str


@dataclass(frozen=True)
class Finding:
    """A row of `review.mart_finding`.

    Attributes:
        finding_id: Stable between builds.
        case_id: The case that it belongs to.
        is_leading: Whether it leads its case.
        rule_id: The rule broken.
        rule_version: Its version.
        rule_title: Its Chinese title.
        severity: E, W or I.
        category: Category of the rule.
        document_id: The document.
        project_id: The form, or None for a finding on the whole document.
        form_no: Number of the form, or None.
        project_name: Project of the form, or None.
        indicator_id: The indicator, or None.
        item: Its subject, in the document's words, or None.
        source_line: 1-based line of the source, or None.
        source_place: Page, sheet or table of the line, or None.
        against_line: The line that the printed figure is held against, or None.
        against_last_line: The last of several such lines, or None.
        against_zh: What it is held against, and where, or None.
        against_en: The same in English, or None.
        reported: As printed, or None.
        expected: As it should be, or None.
        reported_value: `reported` as a number of `unit`, or None.
        expected_value: `expected` as a number of `unit`, or None.
        difference: Reported less expected, or None.
        unit: Of the three, or None.
        operands: The figures that the expected value was computed from, or None.
        clause: The norm.
        message_zh: The finding in one sentence.
        message_en: The same in English.
        hypothesis: Another explanation that would make the figures agree, or None.
        hypothesis_en: The same in English, or None.
        remedy_zh: How to put it right, or None.
        remedy_en: The same in English, or None.
        decision: Code of the decision of a reviewer, or None.
        decision_reason: Its reason, or None.
        decided_by_role: Role of the reviewer, or None.
        decided_on: Day of the decision, or None.
        is_open: Whether something is still to be done.
    """

    finding_id: str
    case_id: str
    is_leading: bool
    rule_id: str
    rule_version: int
    rule_title: str
    severity: str
    category: str
    document_id: str
    project_id: str | None
    form_no: int | None
    project_name: str | None
    indicator_id: str | None
    item: str | None
    source_line: int | None
    source_place: str | None
    against_line: int | None
    against_last_line: int | None
    against_zh: str | None
    against_en: str | None
    reported: str | None
    expected: str | None
    reported_value: Decimal | None
    expected_value: Decimal | None
    difference: Decimal | None
    unit: str | None
    operands: str | None
    clause: str
    message_zh: str
    message_en: str
    hypothesis: str | None
    hypothesis_en: str | None
    remedy_zh: str | None
    remedy_en: str | None
    decision: str | None
    decision_reason: str | None
    decided_by_role: str | None
    decided_on: date | None
    is_open: bool


@dataclass(frozen=True)
class Case:
    """A row of `review.fct_case` with its findings of the chosen severities, the leading one first.

    Attributes:
        case_id: Its key.
        is_habit: Whether it is a rule that the document breaks time and again.
        forms: Forms with a finding of it, of all severities.
        message_zh: The case in one sentence.
        message_en: The same in English.
        findings: Its findings.
    """

    case_id: str
    is_habit: bool
    forms: int
    message_zh: str
    message_en: str
    findings: Sequence[Finding]

    @property
    def leading(self) -> Finding:
        """The finding that speaks for the case."""
        return self.findings[0]


@dataclass(frozen=True)
class FormLine:
    """A printed line of a form: a fund row, an indicator or the total.

    Attributes:
        project_id: The form.
        kind: fund, indicator or total.
        source_line: 1-based line of the source.
        label1: First level of an indicator, or None.
        label2: Its second level, or None.
        label3: Its third level, or the source of funds.
        initial_yuan: Initial budget of a fund row, or None.
        first: Target of an indicator, or annual budget of a fund row in yuan.
        second: Actual of an indicator, or executed amount of a fund row in yuan.
        weight: As printed, or None.
        score: As printed, or None.
        reason: Reason of a deviation, or None.
        rate: Printed execution rate of a fund row, as a fraction, or None.
    """

    project_id: str
    kind: str
    source_line: int
    label1: str | None
    label2: str | None
    label3: str | None
    initial_yuan: Decimal | None
    first: str | None
    second: str | None
    weight: Decimal | None
    score: Decimal | None
    reason: str | None
    rate: Decimal | None


@dataclass(frozen=True)
class Unchecked:
    """A check that could not be made; the attributes are those of `Finding`."""

    rule_id: str
    rule_version: int
    rule_title: str
    severity: str
    document_id: str
    project_id: str | None
    form_no: int | None
    project_name: str | None
    item: str | None
    source_line: int | None
    reason_code: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class RuleCount:
    """A row of `review.mart_rule_summary`: the results of a rule in a document."""

    document_id: str
    rule_id: str
    rule_version: int
    severity: str
    category: str
    title_zh: str
    title_en: str
    subjects: int
    passed: int
    failed: int
    not_applicable: int
    not_checkable: int
    open_findings: int


@dataclass(frozen=True)
class Rule:
    """A row of `review.dim_rule`, without technical columns."""

    rule_id: str
    rule_version: int
    severity: str
    category_zh: str
    title_zh: str
    question_zh: str
    why_zh: str | None
    remedy_zh: str | None
    clause: str
    formula: str
    tolerance: Decimal | None
    tolerance_unit: str | None


@dataclass(frozen=True)
class ProjectRisk:
    """A row of `review.mart_project_risk`, with the units as the form prints them; shares are fractions."""

    project_id: str
    form_no: int
    project_name: str
    competent_unit: str | None
    implementing_unit: str | None
    risk_rank: int
    risk_score: Decimal
    errors: int
    warnings: int
    informations: int
    executed_yuan: Decimal | None
    checks: int
    not_checkable: int
    not_checkable_share: Decimal | None
    severity_component: Decimal | None
    amount_component: Decimal | None
    not_checkable_component: Decimal | None
    source_line: int | None


@dataclass(frozen=True)
class LostDecision:
    """A decision that could not be applied, with the reason as a status code."""

    finding_id: str | None
    decision: str | None
    status: str


@dataclass(frozen=True)
class Decided:
    """The decision on a finding in the release; all but the id are None if there is none."""

    finding_id: str
    decision: str | None
    decision_reason: str | None
    decided_by_role: str | None
    decided_on: date | None


@dataclass(frozen=True)
class DocumentReview:
    """The review of one document.

    Attributes:
        document: The document.
        totals: Findings by severity, of all severities.
        decided: Findings with a decision, of all severities.
        not_checkable: Checks that could not be made, of all severities.
        rules: Of the chosen severities and rules, by severity and id.
        findings: Of the chosen severities and rules, by severity, form and line; those on the whole document
            come before the forms.
        cases: The findings by case, in the order of the leading ones.
        unchecked: Of the chosen severities and rules, by severity, rule, form and line.
        risks: All projects, by rank.
    """

    document: Document
    totals: dict[str, int]
    decided: int
    not_checkable: int
    rules: list[RuleCount]
    findings: list[Finding]
    cases: list[Case]
    unchecked: list[Unchecked]
    risks: list[ProjectRisk]


_DOCUMENTS = """
    select
        documents.document_id,
        coalesce(documents.organization_name, '') as organization_name,
        documents.fiscal_year,
        coalesce(documents.source_file, '') as source_file,
        count(projects.project_id) as forms
    from core.dim_document as documents
    left join core.dim_project as projects using (document_id)
    group by all
"""

_BUILD = "select release_id, coalesce(started_at, '') as started_at from quality.build_info"

_FINDINGS = """
    select
        *,
        coalesce(title_zh, rule_id) as rule_title
    from review.mart_finding
    where document_id = $1
"""

_CASES = """
    select case_id, case_kind = 'habit' as is_habit, forms, message_zh, message_en
    from review.fct_case
    where document_id = $1
"""

_FORM_LINES = """
    select
        project_id, 'fund' as kind, source_line, null as label1, null as label2, fund_source_text as label3,
        initial_budget_yuan as initial_yuan, cast(annual_budget_yuan as varchar) as first,
        cast(executed_yuan as varchar) as second, weight, reported_score as score, null as reason,
        reported_execution_rate as rate
    from execution.fct_project_fund
    where document_id = $1
    union all
    select
        project_id, 'indicator', source_line, level1, level2, level3, null, target_text, actual_text, weight,
        reported_score, deviation_reason, null
    from variance.fct_indicator_variance
    where document_id = $1
    union all
    select
        project_id, 'total', source_line, null, null, null, null, null, null, reported_weights_total, reported_total,
        null, null
    from score.mart_project_score
    where document_id = $1 and source_line is not null
"""

_UNCHECKED = """
    select
        results.* exclude (reason_code, reason_zh, reason_en),
        coalesce(results.reason_code, '') as reason_code,
        coalesce(results.reason_zh, '未说明') as reason_zh,
        coalesce(results.reason_en, 'not said') as reason_en,
        coalesce(rules.title_zh, results.rule_id) as rule_title
    from review.fct_rule_result as results
    left join review.dim_rule as rules using (rule_id, rule_version)
    where results.status = 'not_checkable' and results.document_id = $1
"""

_RULE_COUNTS = """
    select
        * exclude (severity, category, title_zh, title_en),
        coalesce(severity, '') as severity,
        coalesce(category, '') as category,
        coalesce(title_zh, rule_id) as title_zh,
        coalesce(title_en, rule_id) as title_en
    from review.mart_rule_summary
    where document_id = $1
"""

_RULES = "select * from review.dim_rule"

_RISKS = """
    select
        risks.*,
        projects.competent_unit_text as competent_unit,
        projects.implementing_unit_text as implementing_unit
    from review.mart_project_risk as risks
    left join core.dim_project as projects using (project_id)
    where risks.document_id = $1
"""

_LOST_DECISIONS = """
    select finding_id, decision, status
    from review.fct_finding_exception
    where status not in (select unnest($1))
"""

_DECIDED = """
    select finding_id, decision, decision_reason, decided_by_role, decided_on
    from review.fct_finding
    where finding_id in (select unnest($1))
"""

_Row = TypeVar("_Row", bound="DataclassInstance")


@contextmanager
def open_review(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the current release to read its review.

    Raises:
        ReleaseError: There is no release.
        ReviewError: The release was built before there was a review.
    """
    with connect(settings) as connection:
        try:
            yield connection
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise ReviewError(
                Text(
                    f"当前版本没有复核结果（或由旧程序构建），请重新运行 `jixiao build`：{error}",
                    f"the current release has no review of this version, run `jixiao build` again: {error}",
                )
            ) from error


def read_documents(connection: duckdb.DuckDBPyConnection) -> list[Document]:
    """Return all documents of the release, by year and organization."""
    return _rows(connection, Document, _DOCUMENTS, order="fiscal_year, organization_name, document_id")


def choose_documents(documents: Sequence[Document], wanted: str | None) -> list[Document]:
    """Find the document that a text names.

    Args:
        documents: All documents of the release.
        wanted: A document_id, or a part of the organization's name or of the source file's name; None means all.

    Returns:
        The matching one, or all.

    Raises:
        DocumentChoiceError: None matches, or several do.
    """
    if wanted is None:
        return list(documents)
    exact = [document for document in documents if document.document_id == wanted.strip()]
    if exact:
        return exact
    part = wanted.strip().casefold()
    found = [
        document
        for document in documents
        if part and (part in document.organization_name.casefold() or part in document.source_file.casefold())
    ]
    if len(found) == 1:
        return found
    if found:
        raise DocumentChoiceError(
            Text(
                f"“{wanted}”对应 {len(found)} 份文件，请用文件编号指定：\n",
                f"{len(found)} documents match “{wanted}”; name one by its id:\n",
            )
            + list_documents(found)
        )
    raise DocumentChoiceError(
        Text(f"没有文件与“{wanted}”相符，现有：\n", f"no document matches “{wanted}”; there are:\n")
        + list_documents(documents)
    )


def list_documents(documents: Sequence[Document]) -> Text:
    """Return a line for each document with its id, organization, year and file."""
    return join("\n", map(_listed, documents))


def _listed(document: Document) -> Text:
    name = f"  {document.document_id}  {document.organization_name} {document.fiscal_year or ''}"
    return Text(f"{name}（{document.source_file}）", f"{name} ({document.source_file})")


def read_review(
    connection: duckdb.DuckDBPyConnection,
    document: Document,
    ranks: Mapping[str, int],
    severities: Collection[str],
    only_rules: Collection[str] = (),
) -> DocumentReview:
    """Read the review of a document.

    Args:
        connection: On a release, see `open_review`.
        document: The document.
        ranks: The place of each severity in lists; one that isn't there comes last.
        severities: Severities to list.
        only_rules: Rules to list; none means all.
    """
    key = [document.document_id]

    def order(severity: str) -> int:
        return ranks.get(severity, len(ranks) + 1)

    def is_listed(row: RuleCount | Finding | Unchecked) -> bool:
        return row.severity in severities and (not only_rules or row.rule_id in only_rules)

    counts = _rows(connection, RuleCount, _RULE_COUNTS, key)
    findings = _rows(connection, Finding, _FINDINGS, key)
    unchecked = _rows(connection, Unchecked, _UNCHECKED, key)
    listed = sorted(
        (finding for finding in findings if is_listed(finding)),
        key=lambda row: (
            *(order(row.severity), row.form_no or 0, row.source_line or 0),
            *(row.rule_id, row.finding_id),
        ),
    )
    return DocumentReview(
        document=document,
        totals=dict(Counter(finding.severity for finding in findings)),
        decided=sum(finding.decision is not None for finding in findings),
        not_checkable=len(unchecked),
        rules=sorted(
            (rule for rule in counts if is_listed(rule)),
            key=lambda rule: (order(rule.severity), rule.rule_id, rule.rule_version),
        ),
        findings=listed,
        cases=_cases(connection, listed, key),
        unchecked=sorted(
            (row for row in unchecked if is_listed(row)),
            key=lambda row: (
                *(order(row.severity), row.rule_id, row.reason_code, row.form_no or 0),
                *(row.source_line or 0, row.item or ""),
            ),
        ),
        risks=_rows(connection, ProjectRisk, _RISKS, key, order="risk_rank, form_no"),
    )


def _cases(
    connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding], key: Sequence[object]
) -> list[Case]:
    members: dict[str, list[Finding]] = {}
    for finding in findings:
        members.setdefault(finding.case_id, []).append(finding)
    rows = {
        row[0]: row
        for row in connection.execute(
            f"select case_id, is_habit, forms, message_zh, message_en from ({_CASES})", key
        ).fetchall()
    }
    cases = []
    for case_id, found in members.items():
        _, is_habit, forms, message_zh, message_en = rows[case_id]
        # Of the chosen severities alone, the leading one may be missing.
        first = next((finding for finding in found if finding.is_leading), found[0])
        if not (is_habit or first.is_leading):
            message_zh, message_en = first.message_zh, first.message_en
        ordered = [first, *(finding for finding in found if finding is not first)]
        cases.append(Case(case_id, is_habit, forms, message_zh, message_en, ordered))
    places = {finding.finding_id: place for place, finding in enumerate(findings)}
    return sorted(cases, key=lambda case: places[case.leading.finding_id])


def read_form_lines(connection: duckdb.DuckDBPyConnection, document: Document) -> dict[str, list[FormLine]]:
    """Return the printed lines of the forms of a document, by form and line."""
    lines: dict[str, list[FormLine]] = {}
    for line in _rows(
        connection, FormLine, _FORM_LINES, [document.document_id], order="source_line, kind, label3"
    ):
        lines.setdefault(line.project_id, []).append(line)
    return lines


def read_rules(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, int], Rule]:
    """Return all rules by id and version."""
    return {(rule.rule_id, rule.rule_version): rule for rule in _rows(connection, Rule, _RULES)}


def read_build(connection: duckdb.DuckDBPyConnection) -> Build:
    """Return the build that made the release."""
    [build] = _rows(connection, Build, _BUILD)
    return build


def read_lost_decisions(connection: duckdb.DuckDBPyConnection) -> list[LostDecision]:
    """Return the decisions that the last build could not apply."""
    return _rows(
        connection, LostDecision, _LOST_DECISIONS, [list(_APPLIED)], order="status, finding_id, decision"
    )


def read_decided(connection: duckdb.DuckDBPyConnection, finding_ids: Collection[str]) -> dict[str, Decided]:
    """Return the decisions on some findings by id; ids that the release doesn't have are missing."""
    found = _rows(connection, Decided, _DECIDED, [sorted(finding_ids)])
    return {row.finding_id: row for row in found}


def count_unchecked(unchecked: Sequence[Unchecked]) -> list[tuple[Unchecked, list[Unchecked]]]:
    """Group the checks that could not be made by rule and reason.

    Returns:
        The first row of each group and all its rows, in the order given.
    """
    groups: dict[tuple[str, int, str, str], list[Unchecked]] = {}
    for row in unchecked:
        groups.setdefault((row.rule_id, row.rule_version, row.reason_code, row.reason_zh), []).append(row)
    return [(rows[0], rows) for rows in groups.values()]


def _rows(
    connection: duckdb.DuckDBPyConnection,
    kind: type[_Row],
    sql: str,
    parameters: Sequence[object] | None = None,
    order: str = "",
) -> list[_Row]:
    wanted = ", ".join(field.name for field in fields(kind))
    ending = f" order by {order}" if order else ""
    return [
        kind(*row)
        for row in connection.execute(f"select {wanted} from ({sql}){ending}", parameters).fetchall()
    ]
