"""A stored number as its cell prints it.

Read are General, fixed and thousands formats, percentages, literal text around them, and dates of year,
month and day. Of a format in several sections the one for the number's sign counts. Anything else prints
as General does.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

_CONDITION = re.compile(r"\[[^\]]*\]")
_PADDING = re.compile(r"_.|\*.")
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|([#0?,]*[#0?](?:\.[#0?]*)?,*)|(.)', re.DOTALL)
_DATE_TOKEN = re.compile(r'"([^"]*)"|\\(.)|(y+|m+|d+|h+|s+)|(.)', re.DOTALL)
_SIGNIFICANT = 15
"""Digits that Excel keeps of a number; beyond them is noise of the binary fraction."""


def printed(value: object, number_format: str) -> str:
    """Return a cell's value as text.

    Args:
        value: What the workbook stores: text, number, truth value, date or nothing.
        number_format: The cell's number format code.
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float():
            return _number(exact(value), number_format)
        case datetime() | date():
            return _date(value, number_format)
        case time() | timedelta():
            return str(value)
        case _:
            return str(value)


def exact(value: int | float) -> Decimal:
    """Return the decimal number that was typed, without the noise of its binary fraction."""
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{_SIGNIFICANT}g}")


def _number(value: Decimal, number_format: str) -> str:
    if not value.is_finite():
        return str(value)
    sections = _PADDING.sub("", _CONDITION.sub("", number_format)).split(";")
    signed = value < 0 and len(sections) > 1 and bool(sections[1].strip())
    section = sections[1] if signed else sections[0]
    if section.strip() in {"", "General", "@", "G/通用格式"}:
        return _general(value)
    tokens = list(_TOKEN.finditer(section))
    places = [token for token in tokens if token[3]]
    if len(places) != 1 or any((token[4] or "") in "eEyYmMdDhHsS/" and token[4] for token in tokens):
        return _general(value)
    percent = any(token[4] == "%" for token in tokens)
    figure = _fixed(abs(value) if signed else value, places[0][3], percent=percent)
    return "".join(figure if token[3] else token[1] or token[2] or token[4] or "" for token in tokens)


def _fixed(value: Decimal, place: str, *, percent: bool) -> str:
    shape = place.rstrip(",")
    whole, _, fraction = shape.partition(".")
    # Each comma behind the digits divides by a thousand.
    scaled = (value * 100 if percent else value).scaleb(-3 * (len(place) - len(shape)))
    rounded = scaled.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    if "." in text:
        digits, _, decimals = text.partition(".")
        optional = len(fraction) - len(fraction.rstrip("#?"))
        kept = decimals.rstrip("0").ljust(len(fraction) - optional, "0")
        text = f"{digits}.{kept}" if kept else digits
    return text


def _general(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _date(value: date, number_format: str) -> str:
    section = _CONDITION.sub("", number_format).split(";")[0].lower()
    if not any(mark in section for mark in "年月日") or "h" in section:
        return value.isoformat()[:10]
    shown = {"y": f"{value.year:04d}", "m": str(value.month), "d": str(value.day)}
    padded = {"mm": f"{value.month:02d}", "dd": f"{value.day:02d}"}
    return "".join(
        padded.get(token[3], shown.get(token[3][0], ""))
        if token[3]
        else token[1] or token[2] or token[4] or ""
        for token in _DATE_TOKEN.finditer(section)
    ).strip("@")
