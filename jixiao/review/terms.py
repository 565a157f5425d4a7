"""The terms of the review: severities and decisions of the reference tables."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.message import Text
from ingestion.reference import ReferenceTableError
from jixiao.review.findings import ReviewError
from jixiao.settings import Settings


@dataclass(frozen=True)
class Severity:
    """The severity of a finding.

    Attributes:
        code: The letter in tables.
        label: Its name, in Chinese and in English.
        order: Its place in lists, the most severe first.
    """

    code: str
    label: Text
    order: int


@dataclass(frozen=True)
class DecisionTerm:
    """A decision of a reviewer on a finding.

    Attributes:
        code: The code in tables.
        label: Its name, in Chinese and in English.
        is_open: Whether something is still to be done about the finding.
    """

    code: str
    label: Text
    is_open: bool


def read_severities(settings: Settings) -> dict[str, Severity]:
    """Return the severities by code, the most severe first.

    Raises:
        ReviewError: The reference table is missing or malformed.
    """
    rows = _read(settings, "severity", ("severity", "label_zh", "label_en", "severity_order"))
    try:
        found = [Severity(code, Text(zh, en), int(order)) for code, zh, en, order in rows]
    except ValueError as error:
        path = settings.reference_seeds / "severity.csv"
        raise ReviewError(
            f"{path}: "
            + Text("severity_order 应为整数：", "severity_order must be a whole number: ")
            + str(error)
        ) from error
    return {severity.code: severity for severity in sorted(found, key=lambda severity: severity.order)}


def read_decision_terms(settings: Settings) -> dict[str, DecisionTerm]:
    """Return the decisions by code, in the order of the reference table.

    Raises:
        ReviewError: The reference table is missing or malformed.
    """
    rows = _read(settings, "finding_decision", ("decision", "label_zh", "label_en", "is_open"))
    return {code: DecisionTerm(code, Text(zh, en), is_open == "true") for code, zh, en, is_open in rows}


def _read(settings: Settings, table: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    try:
        return [tuple(row[column] for column in columns) for row in settings.reference.rows(table)]
    except ReferenceTableError as error:
        raise ReviewError(str(error)) from error
    except KeyError as error:
        path = settings.reference_seeds / f"{table}.csv"
        raise ReviewError(f"{path}: " + Text("缺少列：", "a column is missing: ") + str(error)) from error
