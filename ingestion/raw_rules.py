"""What the rows of hand-made raw CSVs may get wrong: the rules of gate 1 that one folder alone can break.

Gate 1 judges all raw tables at once and stops the build; told here, one folder is refused and the rest
goes on. What a document may leave unprinted (its organization, its year) breaks no rule of contract one, and
has a check of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingestion.vocabulary import TOTAL_FUND_SOURCE

AMOUNT_UNITS = ("元", "万元", "亿元")
FIRST_YEAR, LAST_YEAR = 1990, 2100

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_BLANKS = " \u3000"

_CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("raw_final_account", "account_side"): ("revenue", "expenditure"),
    ("raw_final_account", "classification"): (
        *("source", "function", "nature", "economic", "balance"),
        *("function_item", "nature_item", "function_sentence"),
    ),
    ("raw_evaluation", "evaluation_type"): ("department", "project"),
    ("raw_evaluation_indicator", "evaluation_type"): ("department", "project"),
    ("raw_project_execution", "period"): ("total", "q1_q2", "q3", "q4"),
}
_NATURES = (
    *("basic", "basic_personnel", "basic_public", "project"),
    *("remitted_upward", "operating", "affiliated_subsidy"),
)
_ITEM_CODE = re.compile(r"2[0-9]{2}(?:[0-9]{2}){0,2}")
_FILLED: Mapping[str, tuple[str, ...]] = {
    "raw_document": ("source_file",),
    "raw_project_execution": ("project_name",),
    "raw_project_spending": ("project_name",),
    "raw_reported_figure": ("figure_code", "value"),
    "raw_self_evaluation": ("project_name",),
    "raw_source_place": ("source_place",),
}
_PRINTED: Mapping[str, tuple[str, ...]] = {
    "raw_document": ("organization_name", "fiscal_year", "amount_unit"),
    "raw_self_evaluation_indicator": ("level1", "level2", "level3"),
}
"""What gate 1 asks for and a printed document may lack."""

_NUMBERED: Mapping[str, tuple[str, ...]] = {
    "raw_self_evaluation": ("form_no",),
    "raw_self_evaluation_indicator": ("indicator_no",),
}
_ONCE: Mapping[str, tuple[tuple[str, ...], str]] = {
    "raw_self_evaluation": (("form_no",), "form_no"),
    "raw_self_evaluation_indicator": (("form_no", "indicator_no"), "indicator_no"),
    "raw_reported_figure": (("figure_code", "source_line", "value"), "figure_code"),
    "raw_source_place": (("source_line",), "source_line"),
}


@dataclass(frozen=True)
class Row:
    """A row of a raw CSV.

    Attributes:
        line: 1-based line of the file on which it begins.
        values: Its cells by column; a column that the header lacks is not in it.
    """

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True)
class RowProblem:
    """A breach of a rule: table, 1-based line (0 for the table as a whole), column, reason."""

    table: str
    line: int
    column: str
    reason: str


Rows = Mapping[str, Sequence[Row]]
"""The rows of the tables whose files could be read, in their order."""


def check_rows(tables: Rows) -> Iterator[RowProblem]:
    """Check the rows of one folder; rules over two tables need the files of both."""
    yield from _check_document(tables)
    for table, rows in tables.items():
        yield from _check_table(table, rows)
    yield from _check_belonging(tables)


def check_printed(tables: Rows) -> Iterator[RowProblem]:
    """Name the cells that gate 1 wants filled and that a document may not print."""
    for table, columns in _PRINTED.items():
        for row in tables.get(table, ()):
            for column in columns:
                if _is_blank(row[column]):
                    yield RowProblem(
                        table,
                        row.line,
                        column,
                        "为空；请补填后重新添加 blank; fill it in and add the document again",
                    )


def _check_document(tables: Rows) -> Iterator[RowProblem]:
    rows = tables.get("raw_document")
    if rows is None:
        return
    if not rows:
        yield RowProblem("raw_document", 0, "", "no row; a folder holds one document, and this file names it")
    for row in rows[1:]:
        yield RowProblem("raw_document", row.line, "", "a second document; a folder holds one")
    for row in rows[:1]:
        yield from _check_document_row(row)
    known = next((row["document_id"] for row in rows if not _is_blank(row["document_id"])), None)
    for table, others in tables.items():
        for row in others:
            document_id = row["document_id"]
            if _is_blank(document_id):
                yield RowProblem(table, row.line, "document_id", "blank; every row names its document")
            elif table != "raw_document" and known is not None and document_id != known:
                reason = f"{document_id!r}, but the folder's document is {known!r}"
                yield RowProblem(table, row.line, "document_id", reason)


def _check_document_row(row: Row) -> Iterator[RowProblem]:
    year, unit, digest = row["fiscal_year"], row["amount_unit"], row["source_sha256"]
    if year and not is_year(year):
        reason = f"{year!r} is no year; write four digits from {FIRST_YEAR} to {LAST_YEAR}"
        yield RowProblem("raw_document", row.line, "fiscal_year", reason)
    if unit and unit not in AMOUNT_UNITS:
        reason = f"{unit!r}; write one of {'、'.join(AMOUNT_UNITS)}"
        yield RowProblem("raw_document", row.line, "amount_unit", reason)
    if not _SHA256.fullmatch(digest):
        reason = f"{digest!r}; the SHA-256 of the source file has 64 hexadecimal digits"
        yield RowProblem("raw_document", row.line, "source_sha256", reason)


def _check_account_item(row: Row) -> Iterator[RowProblem]:
    table, classification = "raw_final_account", row["classification"]
    code, nature, unit = (
        row[column].strip(_BLANKS) for column in ("item_code", "spending_nature", "amount_unit")
    )
    if classification in ("function_item", "nature_item") and code and not _ITEM_CODE.fullmatch(code):
        yield RowProblem(
            table, row.line, "item_code", f"{code!r}; a code has 3, 5 or 7 digits and begins with 2"
        )
    if classification == "nature_item" and nature not in _NATURES:
        yield RowProblem(
            table, row.line, "spending_nature", f"{nature!r}; write one of {', '.join(_NATURES)}"
        )
    if classification != "nature_item" and nature:
        reason = f"{nature!r}; only a row of classification nature_item names a nature"
        yield RowProblem(table, row.line, "spending_nature", reason)
    if unit and unit not in AMOUNT_UNITS:
        reason = f"{unit!r}; write one of {'、'.join(AMOUNT_UNITS)}, or nothing for that of the document"
        yield RowProblem(table, row.line, "amount_unit", reason)


def _check_table(table: str, rows: Sequence[Row]) -> Iterator[RowProblem]:
    choices = [(column, allowed) for (name, column), allowed in _CHOICES.items() if name == table]
    seen: dict[tuple[str, ...], int] = {}
    keys, key_column = _ONCE.get(table, ((), ""))
    for row in rows:
        for column in ("source_line", *_NUMBERED.get(table, ())):
            if not _NUMBER.fullmatch(row[column]):
                reason = f"{row[column]!r}; write a whole number above zero"
                yield RowProblem(table, row.line, column, reason)
        for column in _FILLED.get(table, ()):
            if _is_blank(row[column]):
                yield RowProblem(table, row.line, column, "blank; it must be filled in")
        for column, allowed in choices:
            if row[column] not in allowed:
                reason = f"{row[column]!r}; write one of {', '.join(allowed)}"
                yield RowProblem(table, row.line, column, reason)
        if table == "raw_final_account":
            yield from _check_account_item(row)
        if keys:
            key = (*(row[column] for column in keys), _item_of(row))
            first = seen.setdefault(key, row.line)
            if first != row.line:
                reason = f"{row[key_column]!r} stands on line {first} already; it is used once"
                yield RowProblem(table, row.line, key_column, reason)


def _item_of(row: Row) -> str:
    """The item that a percentage of its budget belongs to: a line can print one of several items."""
    return row["label"] if row["figure_code"].endswith("budget_completion_rate") else ""


def _check_belonging(tables: Rows) -> Iterator[RowProblem]:
    forms = tables.get("raw_self_evaluation")
    funds = tables.get("raw_self_evaluation_fund")
    indicators = tables.get("raw_self_evaluation_indicator")
    if forms is not None:
        numbers = {form["form_no"] for form in forms}
        yield from _orphans("raw_self_evaluation_fund", funds or (), numbers)
        yield from _orphans("raw_self_evaluation_indicator", indicators or (), numbers)
    if forms is not None and funds is not None:
        totals = Counter(row["form_no"] for row in funds if row["fund_source"] == TOTAL_FUND_SOURCE)
        yield from _forms_without(
            forms,
            lambda form_no: totals[form_no] == 1,
            f"has not exactly one row {TOTAL_FUND_SOURCE} in raw_self_evaluation_fund.csv",
        )
    if forms is not None and indicators is not None:
        with_indicators = {row["form_no"] for row in indicators}
        yield from _forms_without(
            forms,
            lambda form_no: form_no in with_indicators,
            "has no row in raw_self_evaluation_indicator.csv",
        )
    evaluations, leaves = tables.get("raw_evaluation"), tables.get("raw_evaluation_indicator")
    if evaluations is not None:
        known = {(row["evaluation_type"], row["subject_name"]) for row in evaluations}
        for leaf in leaves or ():
            if (leaf["evaluation_type"], leaf["subject_name"]) not in known:
                reason = f"{leaf['subject_name']!r} is no evaluation in raw_evaluation.csv"
                yield RowProblem("raw_evaluation_indicator", leaf.line, "subject_name", reason)


def _orphans(table: str, rows: Sequence[Row], numbers: set[str]) -> Iterator[RowProblem]:
    for row in rows:
        if row["form_no"] not in numbers:
            reason = f"{row['form_no']!r} is no form in raw_self_evaluation.csv"
            yield RowProblem(table, row.line, "form_no", reason)


def _forms_without(forms: Sequence[Row], holds: Callable[[str], bool], what: str) -> Iterator[RowProblem]:
    for form in forms:
        if not holds(form["form_no"]):
            reason = f"form {form['form_no']!r} {what}"
            yield RowProblem("raw_self_evaluation", form.line, "form_no", reason)


def is_year(text: str) -> bool:
    """Whether a text is a fiscal year: four plain digits within reason."""
    plain = len(text) == 4 and text.isascii() and text.isdigit()
    return plain and FIRST_YEAR <= int(text) <= LAST_YEAR


def _is_blank(text: str) -> bool:
    return not text.strip(_BLANKS)
