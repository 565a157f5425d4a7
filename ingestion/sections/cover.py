"""What a document says of itself: who files it, for which year, in which unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from ingestion.document import Document, Line
from ingestion.ledger import Ledger
from ingestion.vocabulary import canonical

TABLE = "raw_document"
_FORMS = "raw_self_evaluation"
_AMOUNTS = ("raw_final_account", "raw_self_evaluation_fund", "raw_project_execution", "raw_project_spending")
_ORGANIZATION = re.compile(r"(?:编制单位|部门名称|单位名称|填报单位|填报部门|申报单位)(?:\([^()]*\))?：(\S+)")
_DISTRICT = re.compile(r"(?:省|市|自治区)([^省市]{1,12}?[区县市旗])")
_YEAR = re.compile(r"(\d{4})年度")
_BARE_YEAR = re.compile(r"\(?\d{4}年度?\)?")
_AMOUNT_UNIT = re.compile(r"(?:金额)?单位：?\(?(亿元|万元|元)\)?|\((亿元|万元|元)\)")
_LONGEST_CAPTION = 200


def read(document: Document, ledger: Ledger, first_line: int) -> str:
    """Emit the document's row and return its organization, blank where none is printed."""
    texts = [line for line in document.lines if line.text and not line.is_row]
    organization_line = _first(texts, _ORGANIZATION)
    organization = organization_line[1] if organization_line else ""
    year_line = _first(texts, _YEAR)
    anchor = organization_line or year_line
    ledger.emit(
        TABLE,
        anchor[0].number if anchor else first_line,
        {
            "organization_name": organization,
            "district_name": _district(organization),
            "fiscal_year": year_line[1] if year_line else "",
            "title": _title(texts, year_line[0]) if year_line else "",
            "source_file": document.name,
            "source_sha256": document.sha256,
            "amount_unit": _amount_unit(document),
        },
    )
    return organization


def complete(ledger: Ledger) -> list[str]:
    """Take from the parts what the document doesn't say of itself; returns a warning for what is inferred.

    A unit files its forms one by one: then the competent unit (主管部门), in whose budget the project stands,
    is the organization, and the forms' year is the document's. Where every amount says its own unit, theirs is
    the document's.
    """
    row = ledger.tables[TABLE][0]
    forms = ledger.tables[_FORMS]
    warnings = []
    if not row["organization_name"] and (found := _most_common(form["competent_unit"] for form in forms)):
        row["organization_name"] = found
        row["district_name"] = _district(found)
        warnings.append(f"未印编制单位，取自评表的主管部门 the organization is the forms' 主管部门: {found}")
    if not row["fiscal_year"] and (found := _most_common(form["form_year"] for form in forms)):
        row["fiscal_year"] = found
        warnings.append(f"未印年度，取自评表的年度 the year is that of the forms: {found}")
    units = [row.get("amount_unit", "") for table in _AMOUNTS for row in ledger.tables[table]]
    if not row["amount_unit"] and units and all(units):
        row["amount_unit"] = _most_common(units)
    return warnings


def _most_common(values: Iterable[str]) -> str:
    found = Counter(value for value in values if value)
    return found.most_common(1)[0][0] if found else ""


def _district(organization: str) -> str:
    found = _DISTRICT.search(organization)
    return found[1] if found else ""


def _title(texts: list[Line], line: Line) -> str:
    """The line that names the year; where it names nothing else, the caption before it."""
    if not _BARE_YEAR.fullmatch(canonical(line.text)):
        return line.text
    before = [text for text in texts if text.number < line.number and text.text.endswith("表")]
    return before[-1].text + line.text if before else line.text


def _first(lines: list[Line], pattern: re.Pattern[str]) -> tuple[Line, str] | None:
    for line in lines:
        match = pattern.search(canonical(line.text))
        if match:
            return line, match[1]
    return None


def _amount_unit(document: Document) -> str:
    units = Counter(
        match[1] or match[2]
        for line in document.lines
        if len(line.text) < _LONGEST_CAPTION and (match := _AMOUNT_UNIT.search(canonical(line.text)))
    )
    return units.most_common(1)[0][0] if units else ""
