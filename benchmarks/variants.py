"""Variants of the sample's forms and accounts: other amounts and counts, the same sums, rates and slips.

A form is varied as a whole: its amounts are multiplied by one factor and its counts by another, as exact
decimals, so that the variant agrees and disagrees where the sample does. A slip of absolute size (a rounding
difference, a cost that isn't the budget) would become another slip at another scale: a form whose amounts
don't agree keeps them as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Row = Mapping[str, str]
"""A row of a raw CSV: its cells by column."""

AMOUNTS = ("initial_budget", "annual_budget", "executed")
TOTAL_FUND = "年度资金总额"
FINEST = 6
"""Decimals of an amount in 万元 down to the fen."""


@dataclass(frozen=True)
class Variant:
    """The factors of a form's variant.

    Attributes:
        amount: The factor of its amounts, if they allow one.
        count: The factor of the counts of its quantity indicators; a whole number.
    """

    amount: Decimal
    count: int


VARIANTS = tuple(
    Variant(Decimal(amount), count)
    for amount, count in [
        *[("1", 1), ("0.5", 1), ("2", 2), ("0.8", 3), ("1.2", 1), ("0.3", 1), ("1.5", 2), ("1", 4)],
        *[("0.6", 2), ("3", 3), ("0.2", 1), ("1.1", 5), ("0.7", 1), ("1.4", 2), ("0.4", 1), ("1", 3)],
    ]
)
"""The first one is the form as printed; the mean factor of the amounts is about one."""

_NUMBER = re.compile(r"[0-9][0-9,]*(?:[.][0-9]+)?")
_MONEY = re.compile(r"(?P<number>[0-9][0-9,]*(?:[.][0-9]+)?)(?P<unit>万元|万|元|)")
_COUNT = re.compile(r"(?P<sign>[≤≥<>=]?)(?P<number>[0-9]+)(?P<unit>[^0-9%％月元万/.,]*)")
_YUAN = {"万元": Decimal(10_000), "万": Decimal(10_000), "元": Decimal(1)}
_YEAR = re.compile(r"20[0-9]{2}")


def decimals(text: str) -> int:
    """Return the number of decimals of a printed number."""
    return len(text.partition(".")[2])


def times(text: str, factor: Decimal) -> str:
    """Return a printed number multiplied, exactly: all decimals and grouping commas are kept.

    Other text (a dash, a blank) is returned unchanged.
    """
    if not _NUMBER.fullmatch(text) or factor == 1:
        return text
    product = Decimal(text.replace(",", "")) * factor
    places = max(decimals(text), -int(product.normalize().as_tuple().exponent), 0)
    return f"{product:{',' if ',' in text else ''}.{places}f}"


def with_years_moved(text: str, by: int) -> str:
    """Return a text with each four-digit year moved by a number of years."""
    return _YEAR.sub(lambda year: str(int(year[0]) + by), text)


def is_cost(indicator: Row) -> bool:
    """Return whether an indicator is a cost indicator."""
    return "成本" in indicator["level2"]


def is_quantity(indicator: Row) -> bool:
    """Return whether an indicator is a quantity indicator."""
    return "数量" in indicator["level2"]


def amount_factor(funds: Sequence[Row], indicators: Iterable[Row], wanted: Decimal) -> Decimal:
    """Return the allowed factor of a form's amounts: the wanted factor, or one.

    It is one if the total amounts of the form or a cost differ from one another, or if the product would be
    finer than a fen.
    """
    total = next(row for row in funds if row["fund_source"] == TOTAL_FUND)
    amounts = {_decimal(total[column]) for column in AMOUNTS}
    if len(amounts) != 1 or (printed := amounts.pop()) is None:
        return Decimal(1)
    costs = [text for row in indicators if is_cost(row) for text in (row["target"], row["actual"])]
    if not all(_states(text, printed) for text in costs):
        return Decimal(1)
    cells = [row[column] for row in funds for column in AMOUNTS]
    finest = [decimals(times(cell, wanted)) for cell in cells if cell]
    fen = [
        decimals(times(match["number"], wanted))
        for match in map(_MONEY.fullmatch, costs)
        if match and match["unit"] == "元"
    ]
    return wanted if max(finest) <= FINEST and max(fen, default=0) <= 2 else Decimal(1)


def varied_fund(fund: Row, factor: Decimal) -> dict[str, str]:
    """Return a fund row with its amounts multiplied."""
    return {**fund, **{column: times(fund[column], factor) for column in AMOUNTS}}


def varied_indicator(indicator: Row, amount: Decimal, count: int) -> dict[str, str]:
    """Return an indicator with the amounts of its target and actual, or its counts, multiplied."""
    cells = {column: indicator[column] for column in ("target", "actual")}
    if is_cost(indicator):
        return {**indicator, **{column: _money_times(text, amount) for column, text in cells.items()}}
    if is_quantity(indicator) and all(_COUNT.fullmatch(text) for text in cells.values()):
        return {**indicator, **{column: _count_times(text, count) for column, text in cells.items()}}
    return dict(indicator)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def _states(text: str, amount: Decimal) -> bool:
    """Return whether the text of a cost is this amount in 万元, or holds no number to multiply."""
    match = _MONEY.fullmatch(text)
    if match is None:
        return not re.search("[0-9]", text)
    number = Decimal(match["number"].replace(",", ""))
    factors = [_YUAN[match["unit"]]] if match["unit"] else list(_YUAN.values())
    return any(number * factor == amount * 10_000 for factor in factors)


def _money_times(text: str, factor: Decimal) -> str:
    match = _MONEY.fullmatch(text)
    return times(match["number"], factor) + match["unit"] if match else text


def _count_times(text: str, factor: int) -> str:
    match = _COUNT.fullmatch(text)
    return f"{match['sign']}{times(match['number'], Decimal(factor))}{match['unit']}" if match else text
