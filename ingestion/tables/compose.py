"""The raw rows of an organization's fiscal year, from its budget part, its indicator part, or both."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingestion.contract import PROJECT_TABLE
from ingestion.filing import normalised
from ingestion.ledger import Ledger
from ingestion.numbers import FACTORS
from ingestion.raw_rules import is_currency
from ingestion.tables.headings import AMOUNTS, BUDGET, KINDS, NAMES
from ingestion.tables.parts import Part
from ingestion.tables.rows import Record

TOTAL = "年度资金总额"
"""The fund source of a budget row: the total of a project."""

SECOND_FILE = 1_000_000
"""Added to the lines of the second file of a document, so that no two lines of it have one number."""

_FUND_COLUMNS = (*AMOUNTS, "weight", "execution_rate", "score", "amount_unit")
_INDICATOR_COLUMNS = (
    *("level1", "level2", "level3", "target", "actual"),
    *("weight", "score", "deviation_reason", "measure_unit"),
)


def document_id_of(organization: str, year: str) -> str:
    """Return the key of the document of an organization and fiscal year: it stays the same when rows change."""
    return "t" + hashlib.sha256(f"{normalised(organization)}\0{year}".encode()).hexdigest()[:12]


@dataclass
class Form:
    """A project of the document, as a self-evaluation form.

    Attributes:
        number: Its number in the document, from one on.
        line: The number of the line that it cites.
        names: Its project, competent unit and implementing unit, as they are printed first.
    """

    number: int
    line: int
    names: dict[str, str]


def compose(parts: Mapping[str, Part]) -> Ledger:
    """Return the raw rows of a document.

    Args:
        parts: Its parts by kind; at least one, all of the same organization and fiscal year.
    """
    ordered = [parts[kind] for kind in KINDS if kind in parts]
    first = ordered[0]
    ledger = Ledger(document_id_of(first.organization, first.year))
    forms: list[Form] = []
    currency = _currency_of(ordered)
    for part in ordered:
        offset = SECOND_FILE if part.sha256 != first.sha256 else 0
        counts: Counter[int] = Counter()
        for record in part.records:
            line = record.line + offset
            form = _form_of(record, line, forms)
            place = f"{part.file} {record.place or f'第{record.line}行'}"
            ledger.emit("raw_source_place", line, {"source_place": place})
            if part.kind == BUDGET:
                _emit_fund(ledger, line, place, form, record, currency)
            else:
                counts[form.number] += 1
                values = {name: record[name] for name in _INDICATOR_COLUMNS}
                numbers = {"form_no": str(form.number), "indicator_no": str(counts[form.number])}
                ledger.emit("raw_self_evaluation_indicator", line, numbers | values)
    profile = next((part.given["rule_profile"] for part in ordered if part.given.get("rule_profile")), "")
    for form in forms:
        ledger.emit(
            "raw_self_evaluation",
            form.line,
            {
                "form_no": str(form.number),
                "form_year": first.year,
                "project_name": form.names["project"],
                "competent_unit": form.names["competent_unit"],
                "implementing_unit": form.names["implementing_unit"] or first.organization,
                "rule_profile": profile,
                "form_kind": PROJECT_TABLE,
                "reading": "complete",
            },
        )
    files = list(dict.fromkeys(part.file for part in ordered))
    ledger.emit(
        "raw_document",
        ordered[0].records[0].line,
        {
            "organization_name": first.organization,
            "fiscal_year": first.year,
            "title": "、".join(f"{first.year}年{NAMES[part.kind].zh}" for part in ordered),
            "source_file": "、".join(files),
            "source_sha256": sha256_of(parts),
            "amount_unit": _unit_of(ordered, currency),
            "cells_read": str(cells_taken(parts)),
            "currency": currency,
        },
    )
    return ledger


def sha256_of(parts: Mapping[str, Part]) -> str:
    """Return the digest of the source: that of its file, or of the digests of its two files in order of their parts."""
    digests = list(dict.fromkeys(parts[kind].sha256 for kind in KINDS if kind in parts))
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def cells_taken(parts: Mapping[str, Part]) -> int:
    """Return how many cells the raw rows hold."""
    currency = _currency_of(parts.values())
    records = itertools.chain.from_iterable(part.records for part in parts.values())
    return sum(
        bool(text)
        for record in records
        for name, text in record.values.items()
        if name != "currency" and not (name in AMOUNTS and record["currency"] != currency)
    )


def _form_of(record: Record, line: int, forms: list[Form]) -> Form:
    """Return the form of a record's project and unit; without a unit, the only form of that project."""
    project, unit = normalised(record["project"]), normalised(record["implementing_unit"])
    named = [form for form in forms if normalised(form.names["project"]) == project]
    same = [form for form in named if normalised(form.names["implementing_unit"]) == unit]
    if not same and len(named) == 1 and not (unit and named[0].names["implementing_unit"]):
        same = named
    if not same:
        forms.append(Form(len(forms) + 1, line, {"project": record["project"]}))
        same = [forms[-1]]
    for name in ("competent_unit", "implementing_unit"):
        same[0].names[name] = same[0].names.get(name) or record[name]
    return same[0]


def _emit_fund(ledger: Ledger, line: int, place: str, form: Form, record: Record, currency: str) -> None:
    """Emit a budget row; amounts in another currency than the document's are kept unread."""
    number = str(form.number)
    is_other = record["currency"] != currency
    values = {name: "" if is_other and name in AMOUNTS else record[name] for name in _FUND_COLUMNS}
    if is_other:
        values["amount_unit"] = ""
    if any(values[name] for name in _FUND_COLUMNS if name != "amount_unit"):
        ledger.emit("raw_self_evaluation_fund", line, {"form_no": number, "fund_source": TOTAL, **values})
    for label, text in record.foreign.values() if is_other else ():
        ledger.emit(
            "raw_unread_cell",
            line,
            {
                "source_place": place,
                "table_kind": BUDGET,
                "form_no": number,
                "row_label": record["project"],
                "column_label": label,
                "cell_text": text,
                "reason_code": "foreign_currency",
            },
        )


def _currency_of(parts: Iterable[Part]) -> str:
    """Return the code of the currency of all rows with amounts; a blank for yuan, an unknown one, and where they differ."""
    records = [record for part in parts if part.kind == BUDGET for record in part.records]
    currencies = {record["currency"] for record in records if any(record[name] for name in AMOUNTS)}
    code = currencies.pop() if len(currencies) == 1 else ""
    return code if is_currency(code) else ""


def _unit_of(parts: list[Part], currency: str) -> str:
    """Return the document's unit of amounts: the smallest of several, so that conversion loses no digit."""
    budgets = [record for part in parts if part.kind == BUDGET for record in part.records]
    records = [record for record in budgets if record["currency"] == currency]
    units = {record["amount_unit"] for record in records} - {""}
    given = (part.given["amount_unit"] for part in parts if part.given.get("amount_unit"))
    return min(units, key=FACTORS.__getitem__, default="") or next(given, "元")
