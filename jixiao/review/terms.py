"""The words of the review: severities and decisions, as the reference tables name them."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.reference import ReferenceTableError
from jixiao.review.findings import ReviewError
from jixiao.settings import Settings


@dataclass(frozen=True)
class Severity:
    """How much a finding weighs.

    Attributes:
        code: The letter that tables hold.
        label: Its Chinese name.
        order: Its place in lists, the gravest first.
    """

    code: str
    label: str
    order: int


@dataclass(frozen=True)
class DecisionTerm:
    """What a reviewer may decide.

    Attributes:
        code: What tables hold.
        label: Its Chinese name.
        is_open: Whether something is still to be done about the finding.
    """

    code: str
    label: str
    is_open: bool


def read_severities(settings: Settings) -> dict[str, Severity]:
    """The severities by code, the gravest first.

    Raises:
        ReviewError: The reference table is missing or isn't what it should be.
    """
    rows = _read(settings, "severity", ("severity", "label_zh", "severity_order"))
    try:
        found = [Severity(code, label, int(order)) for code, label, order in rows]
    except ValueError as error:
        raise ReviewError(
            f"{settings.reference_seeds / 'severity.csv'}: severity_order 应为整数 must be a whole number: {error}"
        ) from error
    return {severity.code: severity for severity in sorted(found, key=lambda severity: severity.order)}


def read_decision_terms(settings: Settings) -> dict[str, DecisionTerm]:
    """The decisions by code, in the order of the reference table.

    Raises:
        ReviewError: The reference table is missing or isn't what it should be.
    """
    rows = _read(settings, "finding_decision", ("decision", "label_zh", "is_open"))
    return {code: DecisionTerm(code, label, is_open == "true") for code, label, is_open in rows}


def _read(settings: Settings, table: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    try:
        return [tuple(row[column] for column in columns) for row in settings.reference.rows(table)]
    except ReferenceTableError as error:
        raise ReviewError(str(error)) from error
    except KeyError as error:
        path = settings.reference_seeds / f"{table}.csv"
        raise ReviewError(f"{path}: 缺少列 a column is missing: {error}") from error
