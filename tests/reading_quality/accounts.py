"""Rows of account tables against the truth, which has an amount a printed heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from reading_quality.cells import Row, Sheet, Truth, is_blank, number, same_number, same_text, text

NATURES = {
    "基本支出": "basic",
    "项目支出": "project",
    "上缴上级支出": "remitted_upward",
    "经营支出": "operating",
    "对附属单位补助支出": "affiliated_subsidy",
    "人员经费": "basic_personnel",
    "公用经费": "basic_public",
}
WHOLE = {"合计", "小计", "金额", "本年收入合计", "本年支出合计", "本年收入", "本年支出"}
ACCOUNTS = {
    "raw_final_account": ("initial_budget", "annual_budget", "final_account"),
    "raw_budget_account": ("budget", "last_year_budget"),
}

_PHASE = re.compile(r"(20\d\d年)?(上年|本年|年初|全年|调整)?(收入|支出)?[预决]算数?|完成.*")
_NUMBERING = re.compile(r"其中:|[一二三四五六七八九十]+、|\(?[一二三四五六七八九十\d]+\)?[、.．]|\(\d+\)")


@dataclass(frozen=True)
class Amount:
    """An amount of a truth, and where the raw rows should hold it."""

    entry: Truth
    heading: str
    printed: str
    items: tuple[str, ...]
    column: str
    nature: str
    fund: str

    @property
    def where(self) -> str:
        """How a person finds it."""
        entry = self.entry
        return f"{entry.get('table') or '句子'} {entry.get('code') or ''}{entry.get('item') or ''} [{self.heading}]"


def _amounts(entry: Truth, kind: str, year: int | None) -> Iterator[Amount]:
    """Say of each amount of an account row what its heading means."""
    for heading, printed in entry["columns"].items():
        if is_blank(printed):
            continue
        parts = text(heading).split("/")
        if entry.get("item") or entry.get("code"):
            phase = next((part for part in parts if _PHASE.fullmatch(part)), "")
            last = parts[-1]
            is_whole = last in WHOLE or last in NATURES or _PHASE.fullmatch(last)
            items, nature, fund = [entry.get("item")], NATURES.get(last, ""), "" if is_whole else last
        else:
            # A table without a column of items (三公经费) prints them in its headings, beside the phase.
            phase = next((part for part in parts if re.search("[预决]算数?$", part)), "")
            items, nature, fund = [part for part in parts if part != phase] or [phase], "", ""
            items = items[-2:] if items[-1] == "小计" else items[-1:]
        names = tuple(item_name(item) for item in items)
        yield Amount(entry, heading, printed, names, _column(phase, kind, year), nature, fund)


def _column(phase: str, kind: str, year: int | None) -> str:
    """The raw column of a phase."""
    if phase.startswith("完成"):
        return "rate"
    if kind == "budget":
        printed = re.search(r"20\d\d", phase)
        is_last = "上年" in phase or (printed and year and int(printed[0]) == int(year) - 1)
        return "last_year_budget" if is_last else "budget"
    if "年初预算" in phase:
        return "initial_budget"
    is_budget = phase == "预算数" or "全年预算" in phase or "调整预算" in phase
    return "annual_budget" if is_budget else "final_account"


def score_accounts(sheet: Sheet, truth: Truth, rows: list[Row], table: str) -> None:
    """Judge the amounts of account tables: all that agree first, so that no row answers for two."""
    unit = truth.get("unit") or ""
    used: set[tuple[int, str]] = set()
    amounts = [
        amount for entry in truth["accounts"] for amount in _amounts(entry, truth["kind"], truth.get("year"))
    ]
    later = []
    for amount in amounts:
        places = [place for place, row in enumerate(rows) if _is_row_of(amount, row)]
        if amount.column == "rate":
            _score_rate(sheet, amount, [rows[place] for place in places])
            continue
        agreeing = [
            place
            for place in places
            if (place, amount.column) not in used
            and number(rows[place][amount.column]) == number(amount.printed)
        ]
        if not agreeing:
            later.append((amount, places))
            continue
        used.add((agreeing[0], amount.column))
        sheet.judge_amount(
            amount.where, amount.items[-1], amount.printed, unit, rows[agreeing[0]], amount.column
        )
    for amount, places in later:
        filled = [
            place
            for place in places
            if (place, amount.column) not in used and not is_blank(rows[place][amount.column])
        ]
        used.update((place, amount.column) for place in filled[:1])
        read = rows[filled[0]] if filled else {}
        label = amount.entry.get("item") or amount.heading
        sheet.judge_amount(amount.where, label, amount.printed, unit, read, amount.column)
    for place, row in enumerate(rows):
        columns = [column for column in ACCOUNTS[table] if (place, column) not in used]
        sheet.invented(f"{row['table_title']} {row['item_code']}{row['item_name']}", row, columns)


def _score_rate(sheet: Sheet, amount: Amount, rows: list[Row]) -> None:
    """Judge a printed rate of completion: no raw column holds it, the marts work it out of the two amounts."""
    places = max(0, -int(Decimal(text(amount.printed).rstrip("%")).as_tuple().exponent))
    rates = []
    for row in rows:
        budget, account = number(row["initial_budget"] or row["annual_budget"]), number(row["final_account"])
        if budget and account is not None:
            rates.append(f"{round(account / budget * 100, places)}%")
    agreeing = next((rate for rate in rates if same_number(amount.printed, rate)), "")
    sheet.judge(amount.where, amount.items[-1], amount.printed, agreeing, same_number)


def _is_row_of(amount: Amount, row: Row) -> bool:
    """Whether a raw row is the one of an amount's item, table, side and column."""
    entry = amount.entry
    is_sentence = row.get("classification") == "function_sentence"
    if is_sentence != bool(entry.get("sentence")):
        return False
    # The part of a table that goes on over a page may have no title of its own.
    is_table = (
        is_sentence or not row["table_title"] or same_text(entry.get("table") or "", row["table_title"])
    )
    is_side = not entry.get("side") or row["account_side"] in ("", entry["side"])
    code = entry.get("code")
    is_code = not code or row["item_code"] in ("", code)
    is_item = is_code and item_name(row["item_name"]) in amount.items
    is_column = row["spending_nature"] == amount.nature and text(row["fund_source"]) == amount.fund
    return is_table and is_side and is_item and is_column


@cache
def item_name(value: str | None) -> str:
    """An item of an account without its number; of a sentence the last part, （项）."""
    parts = [part for part in re.split(r"\(\d*[类款项]\)", text(value)) if part]
    name = parts[-1] if parts else ""
    while found := _NUMBERING.match(name):
        name = name[found.end() :]
    # Two spellings of the same line of 三公经费.
    return name.replace("运行维护费", "运行费")
