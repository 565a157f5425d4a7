"""Printed amounts of cells: recognise readable numbers and name the fault of the others."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from ingestion.document import Cell
from ingestion.vocabulary import half_width, is_ambiguous_number, is_damaged, is_dash

FACTORS = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}
"""Units of amounts, and the yuan of one of each."""

UNITS = tuple(FACTORS)
"""Units of amounts."""

_SIGN = r"[-+−－]?"
_DIGITS = r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
_UNIT = r"(?:(?P<unit>元|千元|万元|百万元|亿元|[万亿])(?:人民币)?)?"
_AMOUNT = re.compile(rf"[¥￥]?(?P<number>{_SIGN}[¥￥]?{_DIGITS}|\({_SIGN}{_DIGITS}\)){_UNIT}")
_MONEY = re.compile(r"\d\s*(?:元|千元|万元|百万元|亿元|亿(?![一-龥]))(?![/／每])")
_DECIMAL_COMMA = re.compile(rf"[¥￥]?{_SIGN}\d[\d.,，]*[,，]\d+{_UNIT}")
_DAMAGED = re.compile(r"(?=.*\d)(?=.*[OoIl])[\dOoIlSBZ.,，]+")
_PERCENTAGE = re.compile(r"[^%]*\d%")
_BRACKETS = str.maketrans("（）", "()")
_PLAIN = str.maketrans("−－", "--", ",，")


MOST_YUAN = Decimal(10) ** 14
"""Yuan below which every amount of a budget stays: all public budgets of China together are below it."""


@lru_cache(maxsize=65_536)
def parts_of_amount(text: str) -> tuple[str, str] | None:
    """Return the number and the unit that a text prints as one amount, or None.

    The number is as printed, without a currency sign; brackets around it mean that it is negative. The unit
    is blank if the text prints none.
    """
    plain = half_width(text).translate(_BRACKETS)
    found = _AMOUNT.fullmatch(plain)
    if not found:
        return None
    unit = {"万": "万元", "亿": "亿元"}.get(found["unit"] or "", found["unit"] or "")
    return found["number"].translate({ord("¥"): None, ord("￥"): None}), unit


def is_amount(text: str) -> bool:
    """Return whether a text is one amount, with or without a sign of currency and a unit."""
    return parts_of_amount(text) is not None


def names_amount(text: str) -> bool:
    """Return whether a text holds an amount of money with its unit, alone or among words; no unit price."""
    return bool(_MONEY.search(half_width(text)))


def amount_problem(cell: Cell) -> str | None:
    """Return why a cell is not a readable amount, or None if it is one or is empty; see `problem_of`."""
    return problem_of(cell.text, cell.printed)


def problem_of(text: str, printed: str) -> str | None:
    """Return why a text is not a readable amount, or None if it is one or is empty.

    The reason is a code of `seeds/reference/unread_reason.csv`. A blank and a dash count as empty.

    Args:
        text: The text without the spaces that a conversion put in.
        printed: The same with them.
    """
    text = half_width(text)
    if not text or is_dash(text):
        return None
    if is_amount(text):
        return "ambiguous_number" if is_ambiguous_number(printed) else None
    if _PERCENTAGE.fullmatch(text):
        return "percentage_in_amount"
    if _DECIMAL_COMMA.fullmatch(text):
        return "decimal_comma"
    return "damaged" if _DAMAGED.fullmatch(text) or is_damaged(text) else "not_a_number"


def too_large(text: str, unit: str) -> str | None:
    """Return why an amount is larger than any can be, or None; the reason is a code as in `problem_of`.

    Args:
        text: A readable amount as printed.
        unit: The unit of its table, for an amount that prints none itself.
    """
    value = value_of(text, unit)
    if value is None:
        return None
    return "impossible_amount" if abs(value[1]) >= MOST_YUAN else None


def value_of(text: str, unit: str) -> tuple[Decimal, Decimal] | None:
    """Return the number that an amount prints and the same in yuan, or None where the text is no amount.

    Args:
        text: The amount as printed.
        unit: The unit of its table, for an amount that prints none itself.

    Raises:
        KeyError: If the unit is none of `UNITS`.
    """
    parts = parts_of_amount(text)
    if parts is None:
        return None
    digits, own = parts
    plain = digits.translate(_PLAIN)
    sign = -1 if plain.startswith(("(", "-")) else 1
    number = sign * Decimal(plain.strip("(+-)"))
    return number, number * FACTORS[own or unit]
