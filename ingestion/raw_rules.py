"""Rules for the rows of hand-made raw CSVs: those of gate 1 that one folder alone can break.

Gate 1 checks all raw tables at once and stops the build; these checks refuse one folder and let the rest
load. Values that a document may not print (its organization, its year) break no rule of contract one and have
a check of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingestion.contract import FORM_KINDS
from ingestion.document import squeeze
from ingestion.form_labels import label_of
from ingestion.ledger import unread_reasons
from ingestion.message import Text
from ingestion.numbers import UNITS, parts_of_amount, problem_of, too_large
from ingestion.vocabulary import half_width, is_dash, is_rate

AMOUNT_UNITS = UNITS
FIRST_YEAR, LAST_YEAR = 1990, 2100

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_LONG_RATE = re.compile(r"[-+−]?[0-9]{6}")
_LONG_FIGURE = re.compile(r"[-+−]?[0-9]{17}")
"""Begin a weight, score or rate, and a figure, that the types of the warehouse don't hold."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_BLANKS = " \u3000"

_CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("raw_final_account", "account_side"): ("revenue", "expenditure"),
    ("raw_final_account", "classification"): (
        *("source", "function", "nature", "economic", "balance"),
        *("function_item", "nature_item", "function_source_item", "function_sentence"),
        *("source_item", "economic_item", "fiscal_source", "fiscal_function", "fiscal_balance"),
        *("three_public", "unit_item", "procurement", "project"),
    ),
    ("raw_evaluation", "evaluation_type"): ("department", "project"),
    ("raw_evaluation_indicator", "evaluation_type"): ("department", "project"),
    ("raw_budget_account", "account_side"): ("revenue", "expenditure"),
    ("raw_self_evaluation", "form_kind"): ("", *FORM_KINDS),
    ("raw_self_evaluation", "reading"): ("", "complete", "partial", "doubtful"),
    ("raw_project_execution", "period"): ("total", "q1_q2", "q3", "q4"),
}
_TOTAL = "年度资金总额"
"""The label of the standard form for the total of the funds."""

_NATURES = (
    *("basic", "basic_personnel", "basic_public", "project"),
    *("remitted_upward", "operating", "affiliated_subsidy"),
)
_BY_FUNCTION = ("function_item", "nature_item", "function_sentence")
"""Classifications whose items several tables of a document may print."""
_WITH_NATURE = ("nature_item", "economic_item", "unit_item", "function_source_item", "project")
_ITEM_CODE = re.compile(r"2[0-9]{2}(?:[0-9]{2}){0,2}")
_FILLED: Mapping[str, tuple[str, ...]] = {
    "raw_document": ("source_file",),
    "raw_final_account": ("item_name",),
    "raw_budget_account": ("item_name",),
    "raw_project_execution": ("project_name",),
    "raw_project_spending": ("project_name",),
    "raw_reported_figure": ("figure_code", "value"),
    "raw_self_evaluation_fund": ("fund_source",),
    "raw_text_figure": ("part", "number"),
    "raw_unread_cell": ("cell_text", "reason_code"),
    "raw_source_place": ("source_place",),
}
_PRINTED: Mapping[str, tuple[str, ...]] = {
    "raw_document": ("organization_name", "fiscal_year", "amount_unit"),
}
"""Columns that gate 1 requires and a printed document may lack."""

_NUMBERED: Mapping[str, tuple[str, ...]] = {
    "raw_self_evaluation": ("form_no",),
    "raw_self_evaluation_indicator": ("indicator_no",),
    "raw_project_goal": ("goal_no",),
    "raw_text_figure": ("figure_no",),
}
_AMOUNTS: Mapping[str, tuple[str, ...]] = {
    "raw_final_account": ("initial_budget", "annual_budget", "final_account"),
    "raw_budget_account": ("budget", "last_year_budget"),
    "raw_project_execution": (
        *("approved", "arrived", "executed"),
        *("approved_fiscal", "executed_fiscal", "executed_this_year"),
    ),
    "raw_project_spending": ("approved", "arrived", "spent"),
    "raw_self_evaluation_fund": ("initial_budget", "annual_budget", "executed"),
}
_RATES: Mapping[str, tuple[str, ...]] = {
    "raw_evaluation": ("total_weight", "total_score"),
    "raw_evaluation_indicator": ("weight", "score"),
    "raw_project_execution": ("progress_rate",),
}
"""Weights, scores and rates that are numbers; those of forms may be anything, which is a finding."""

_WITH_UNIT = ("raw_final_account", "raw_budget_account", "raw_self_evaluation_fund")
"""Tables whose rows can have a unit of their own."""

_ONCE: Mapping[str, tuple[tuple[str, ...], str]] = {
    "raw_self_evaluation": (("form_no",), "form_no"),
    "raw_self_evaluation_indicator": (("form_no", "indicator_no"), "indicator_no"),
    "raw_reported_figure": (("figure_code", "source_line", "value"), "figure_code"),
    "raw_project_goal": (("form_no", "goal_no"), "goal_no"),
    "raw_text_figure": (("form_no", "goal_no", "part", "figure_no"), "figure_no"),
    "raw_project_execution": (("project_name", "period", "source_line"), "period"),
    "raw_source_place": (("source_line",), "source_line"),
}


@dataclass(frozen=True)
class Table:
    """A raw CSV, column by column.

    Attributes:
        lines: 1-based line of the file on which each row begins.
        columns: The cells of each column in the header, one a row.
    """

    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]]

    def __getitem__(self, column: str) -> Sequence[str]:
        """Return the cells of a column, blank if the header lacks it."""
        return self.columns.get(column) or [""] * len(self.lines)

    def where(self, column: str, is_wrong: Callable[[str], object]) -> Iterator[tuple[int, str]]:
        """Yield line and cell of each row with a wrong value in a column; equal cells are judged once."""
        cells = self[column]
        wrong = set(filter(is_wrong, set(cells)))
        if wrong:
            yield from ((line, cell) for line, cell in zip(self.lines, cells, strict=True) if cell in wrong)


@dataclass(frozen=True)
class RowProblem:
    """A breach of a rule: table, 1-based line (0 for the whole table), column, reason."""

    table: str
    line: int
    column: str
    reason: str


Tables = Mapping[str, Table]
"""The tables whose files could be read, by name."""


def check_rows(tables: Tables) -> Iterator[RowProblem]:
    """Check the rows of one folder; rules over two tables need the files of both."""
    yield from _check_document(tables)
    for name, table in tables.items():
        yield from _check_table(name, table)
    yield from _check_amounts(tables)
    yield from _check_belonging(tables)


def check_printed(tables: Tables) -> Iterator[RowProblem]:
    """Yield the blank cells that gate 1 requires and a document may not print."""
    for name, columns in _PRINTED.items():
        for column in columns if name in tables else ():
            for line, _ in tables[name].where(column, _is_blank):
                reason = Text("为空；请补填后重新添加", "blank; fill it in and add the document again")
                yield RowProblem(name, line, column, reason)


def check_totals_once(tables: Tables) -> Iterator[RowProblem]:
    """Yield the fund rows that are a second total of their form, of which a document may print several."""
    name = "raw_self_evaluation_fund"
    table = tables.get(name, Table((), {}))
    first: dict[str, tuple[int, str]] = {}
    for line, form_no, label in zip(table.lines, table["form_no"], table["fund_source"], strict=True):
        if label_of("fund_source", label, least=1) != _TOTAL:
            continue
        first_line, first_label = first.setdefault(form_no, (line, label))
        if first_line != line:
            reason = Text(
                f"{label!r} 也是资金总额，第 {first_line} 行已有（{first_label!r}）；每张表只留一行总额，请删去一行，或改写为资金来源，如 当年财政拨款",
                f"{label!r} means the total of the funds, which is on line {first_line} already ({first_label!r}); keep one total of each form: remove one, or write its source, such as 当年财政拨款",
            )
            yield RowProblem(name, line, "fund_source", reason)


def _check_document(tables: Tables) -> Iterator[RowProblem]:
    documents = tables.get("raw_document")
    if documents is None:
        return
    if not documents.lines:
        yield RowProblem(
            "raw_document",
            0,
            "",
            Text(
                "没有内容行；每个文件夹是一份文件，须在此写明",
                "the file has no row; a folder holds one document, which this file names",
            ),
        )
    for line in documents.lines[1:]:
        yield RowProblem(
            "raw_document",
            line,
            "",
            Text("第二份文件；每个文件夹只放一份", "a second document; a folder holds one"),
        )
    for line in documents.lines[:1]:
        yield from _check_first_document(line, documents)
    known = next(
        (document_id for document_id in documents["document_id"] if not _is_blank(document_id)), None
    )
    for name, table in tables.items():
        is_free = name == "raw_document" or known is None

        def is_wrong(document_id: str, *, is_free: bool = is_free) -> bool:
            return _is_blank(document_id) or (not is_free and document_id != known)

        for line, document_id in table.where("document_id", is_wrong):
            if _is_blank(document_id):
                yield RowProblem(
                    name,
                    line,
                    "document_id",
                    Text("为空；每行须写明文件编号", "blank; every row needs the id of its document"),
                )
            else:
                reason = Text(
                    f"{document_id!r} 与本文件夹的文件编号 {known!r} 不符",
                    f"{document_id!r} is not the document of this folder, {known!r}",
                )
                yield RowProblem(name, line, "document_id", reason)


def _check_first_document(line: int, documents: Table) -> Iterator[RowProblem]:
    year, unit, digest = (documents[column][0] for column in ("fiscal_year", "amount_unit", "source_sha256"))
    if year and not is_year(year):
        reason = Text(
            f"{year!r} 不是年度，须为 {FIRST_YEAR} 至 {LAST_YEAR} 的四位数字",
            f"{year!r} is no year; write four digits from {FIRST_YEAR} to {LAST_YEAR}",
        )
        yield RowProblem("raw_document", line, "fiscal_year", reason)
    if unit and unit not in AMOUNT_UNITS:
        reason = _one_of(unit, AMOUNT_UNITS)
        yield RowProblem("raw_document", line, "amount_unit", reason)
    currency = documents["currency"][0]
    if currency and not is_currency(currency):
        reason = Text(
            f"{currency!r} 不是币种代码；请写 USD 等三个大写字母，人民币写 CNY 或留空",
            f"{currency!r} is no code of a currency: write three capital letters such as USD, and CNY or a blank for yuan",
        )
        yield RowProblem("raw_document", line, "currency", reason)
    if not _SHA256.fullmatch(digest):
        reason = Text(
            f"{digest!r} 不是源文件的 SHA-256（64 位十六进制）",
            f"{digest!r} is no SHA-256 of a source file, which has 64 hexadecimal digits",
        )
        yield RowProblem("raw_document", line, "source_sha256", reason)


def _check_accounts(accounts: Table) -> Iterator[RowProblem]:
    name = "raw_final_account"
    names = ("classification", "item_code", "spending_nature")
    for line, classification, *cells in zip(accounts.lines, *map(accounts.__getitem__, names), strict=True):
        code, nature = (cell.strip(_BLANKS) for cell in cells)
        if classification in ("function_item", "nature_item") and code and not _ITEM_CODE.fullmatch(code):
            reason = Text(
                f"{code!r} 不是科目编码，须为三、五或七位数字，以 2 开头",
                f"{code!r} is no code of an item; it has 3, 5 or 7 digits and begins with 2",
            )
            yield RowProblem(name, line, "item_code", reason)
        if classification == "nature_item" and nature not in _NATURES:
            reason = _one_of(nature, _NATURES)
            yield RowProblem(name, line, "spending_nature", reason)
        if classification not in _WITH_NATURE and nature:
            reason = Text(
                f"{nature!r}；只有按支出性质分列的行才填",
                f"{nature!r}: only a row of the classification nature_item has a nature; leave it blank",
            )
            yield RowProblem(name, line, "spending_nature", reason)


def _check_items_once(accounts: Table) -> Iterator[RowProblem]:
    """Check that no item of a table with row numbers and without a title is there twice: it would count twice."""
    names = (
        *("account_side", "classification", "printed_row_no", "item_name"),
        *("table_title", "fund_source", "source_line"),
    )
    seen: dict[tuple[str, ...], tuple[int, str]] = {}
    for line, *cells in zip(accounts.lines, *map(accounts.__getitem__, names), strict=True):
        side, classification, row_no, item, title, source, place = (cell.strip(_BLANKS) for cell in cells)
        if classification in _BY_FUNCTION or title or source or not row_no.isdigit():
            continue
        first_line, first = seen.setdefault((side, classification, row_no, item), (line, place))
        if first_line != line:
            reason = Text(
                f"{item!r}（行次 {row_no}）在源文件第 {first} 行和第 {place} 行各有一次，同一张表只能收录一次；请删去其中一张",
                f"{item!r} (row {row_no}) is on source lines {first} and {place}: a repeated table counts twice, remove one",
            )
            yield RowProblem("raw_final_account", line, "item_name", reason)


def _check_amounts(tables: Tables) -> Iterator[RowProblem]:
    """Check amounts and their units as the reader of documents does: what it would leave unread is refused."""
    documents = tables.get("raw_document")
    unit = documents["amount_unit"][0] if documents is not None and documents.lines else ""
    for name in _WITH_UNIT:
        for line, cell in tables[name].where("amount_unit", _is_no_unit) if name in tables else ():
            units = ", ".join(AMOUNT_UNITS)
            reason = Text(
                f"{cell!r} 须为 {units} 之一，留空则同文件",
                f"{cell!r} is no unit; write one of {units}, or leave it blank for that of the document",
            )
            yield RowProblem(name, line, "amount_unit", reason)
    for name, columns in _AMOUNTS.items():
        table = tables.get(name, Table((), {}))
        own_units = [cell.strip(_BLANKS) or unit for cell in table["amount_unit"]]
        for column in columns:
            for line, cell, own in zip(table.lines, table[column], own_units, strict=True):
                code = _amount_problem(cell, own)
                # Words in the fund row of a form are a finding of the review.
                if code is not None and (name, code) != ("raw_self_evaluation_fund", "not_a_number"):
                    chinese, english = unread_reasons()[code]
                    yield RowProblem(name, line, column, Text(f"{cell!r}：{chinese}", f"{cell!r}: {english}"))


@lru_cache(maxsize=65_536)
def _amount_problem(cell: str, unit: str) -> str | None:
    text = squeeze(cell)
    head = text.partition("(")[0]
    if head and (parts_of_amount(head) or ("", ""))[1]:
        # A remark behind an amount with its unit: 854万(其中示范建设295万元).
        text = head
    problem = problem_of(text, cell)
    if problem is not None or not text or is_dash(text):
        return problem
    if len(cell.strip(_BLANKS).split()) > 1:
        return "not_a_number"
    return too_large(text, unit) if unit in AMOUNT_UNITS else None


def _is_no_rate(cell: str) -> bool:
    text = half_width(cell.strip(_BLANKS).removesuffix("分"))
    return (
        bool(text)
        and not is_dash(text)
        and (not is_rate(text) or bool(_LONG_RATE.match(text.replace(",", ""))))
    )


def _is_no_figure(cell: str) -> bool:
    """Return whether a printed figure holds digits and is no number; a grade is words."""
    text = half_width(cell.strip(_BLANKS))
    return any(map(str.isdigit, text)) and (
        not is_rate(text) or bool(_LONG_FIGURE.match(text.replace(",", "")))
    )


def _is_no_unit(cell: str) -> bool:
    return cell.strip(_BLANKS) not in ("", *AMOUNT_UNITS)


def _check_table(name: str, table: Table) -> Iterator[RowProblem]:
    for column in ("source_line", *_NUMBERED.get(name, ())):
        for line, cell in table.where(column, lambda cell: not _NUMBER.fullmatch(cell)):
            yield RowProblem(
                name, line, column, Text(f"{cell!r} 须为正整数", f"{cell!r} is no whole number above zero")
            )
    for column in _RATES.get(name, ()):
        for line, cell in table.where(column, _is_no_rate):
            reason = Text(f"{cell!r} 须为数字或百分数", f"{cell!r} is neither a number nor a percentage")
            yield RowProblem(name, line, column, reason)
    if name == "raw_reported_figure":
        for line, cell in table.where("value", _is_no_figure):
            reason = Text(
                f"{cell!r} 不是数字；只写数字，单位写在 unit 列",
                f"{cell!r} is no number; write the number alone and its unit in the column unit",
            )
            yield RowProblem(name, line, "value", reason)
    for column in _FILLED.get(name, ()):
        for line, _ in table.where(column, _is_blank):
            yield RowProblem(name, line, column, Text("为空，必须填写", "blank; fill it in"))
    for (of, column), allowed in _CHOICES.items():
        if of == name:
            for line, cell in table.where(column, _none_of(allowed)):
                yield RowProblem(name, line, column, _one_of(cell, allowed))
    if name == "raw_final_account":
        yield from _check_accounts(table)
        yield from _check_items_once(table)
    if name == "raw_self_evaluation":
        yield from _check_totals(table)
    if name in _ONCE:
        yield from _check_once(name, table)


def _check_totals(forms: Table) -> Iterator[RowProblem]:
    """Check that a form with a total cites the line of it: a comparison with it is shown there."""
    names = ("total_source_line", "total_weight", "total_score")
    for line, place, *totals in zip(forms.lines, *map(forms.__getitem__, names), strict=True):
        is_needed = not all(map(_is_blank, totals))
        if not _NUMBER.fullmatch(place) and (is_needed or not _is_blank(place)):
            reason = Text(
                f"{place!r} 须为正整数，即印有总分的行",
                f"{place!r} is no whole number above zero; write the line that prints the total",
            )
            yield RowProblem("raw_self_evaluation", line, "total_source_line", reason)


def _one_of(cell: str, allowed: Collection[str]) -> Text:
    choices = ", ".join(allowed)
    return Text(
        f"{cell!r} 须为下列之一：{choices}", f"{cell!r} is none of the allowed values; write one of {choices}"
    )


def _none_of(allowed: Collection[str]) -> Callable[[str], bool]:
    return lambda cell: cell not in allowed


def _check_once(name: str, table: Table) -> Iterator[RowProblem]:
    columns, reported = _ONCE[name]
    keys = zip(*map(table.__getitem__, columns), _items_of(table), strict=True)
    seen: dict[tuple[str, ...], int] = {}
    for line, key, cell in zip(table.lines, keys, table[reported], strict=True):
        first = seen.setdefault(key, line)
        if first != line:
            yield RowProblem(
                name,
                line,
                reported,
                Text(
                    f"{cell!r} 已在第 {first} 行出现，只能用一次",
                    f"{cell!r} is on line {first} already and can be used once",
                ),
            )


def _items_of(table: Table) -> Sequence[str]:
    """Return the item of each percentage of a budget and each rank: a line can print those of several items."""
    codes_and_labels = zip(table["figure_code"], table["label"], strict=True)
    return [
        label if code.endswith(("budget_completion_rate", "rank")) else "" for code, label in codes_and_labels
    ]


def _check_belonging(tables: Tables) -> Iterator[RowProblem]:
    forms = tables.get("raw_self_evaluation")
    funds = tables.get("raw_self_evaluation_fund")
    indicators = tables.get("raw_self_evaluation_indicator")
    if forms is not None:
        numbers = set(forms["form_no"])
        yield from _orphans("raw_self_evaluation_fund", funds, numbers)
        yield from _orphans("raw_self_evaluation_indicator", indicators, numbers)
        yield from _orphans("raw_project_goal", tables.get("raw_project_goal"), numbers)
        yield from _orphans("raw_text_figure", tables.get("raw_text_figure"), numbers)
    evaluations, leaves = tables.get("raw_evaluation"), tables.get("raw_evaluation_indicator")
    if evaluations is not None and leaves is not None:
        known = set(_subjects(evaluations))
        for line, subject in zip(leaves.lines, _subjects(leaves), strict=True):
            if subject not in known:
                reason = Text(
                    f"{subject[1]!r} 不在 raw_evaluation.csv 的评价中",
                    f"{subject[1]!r} is no evaluation in raw_evaluation.csv",
                )
                yield RowProblem("raw_evaluation_indicator", line, "subject_name", reason)


def _subjects(table: Table) -> Iterator[tuple[str, str]]:
    return zip(table["evaluation_type"], table["subject_name"], strict=True)


def _orphans(name: str, table: Table | None, numbers: set[str]) -> Iterator[RowProblem]:
    if table is not None:
        for line, form_no in table.where("form_no", _none_of(numbers)):
            reason = Text(
                f"{form_no!r} 不在 raw_self_evaluation.csv 的表号中",
                f"{form_no!r} is no form_no in raw_self_evaluation.csv",
            )
            yield RowProblem(name, line, "form_no", reason)


def is_year(text: str) -> bool:
    """Return whether a text is a plausible fiscal year of four plain digits."""
    plain = len(text) == 4 and text.isascii() and text.isdigit()
    return plain and FIRST_YEAR <= int(text) <= LAST_YEAR


def is_currency(text: str) -> bool:
    """Return whether a text looks like a code of ISO 4217: three capital letters."""
    return bool(_CURRENCY.fullmatch(text))


def _is_blank(text: str) -> bool:
    return not text.strip(_BLANKS)
