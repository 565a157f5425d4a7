"""Values as text: of cells, of JSON and of pages."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

NAMED_DOCUMENTS = "文件 documents: "
"""Begins the line of a failure that lists all documents of its rows."""


def to_text(value: Any) -> str:
    """Return a value as text for screens and CSV, never in scientific notation."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def to_json(value: Any) -> str:
    """Return a value as JSON; a decimal becomes a number with all its digits, not a float."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{to_json(str(name))}: {to_json(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(to_json, value)) + "]"
    if isinstance(value, date | datetime | time):
        return json.dumps(value.isoformat())
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return json.dumps(value) if math.isfinite(value) else "null"
    return json.dumps(str(value), ensure_ascii=False)


def wan(yuan_amount: Decimal | None) -> str:
    """Return yuan as 万元 with two decimals; a dash where there is no amount."""
    return "—" if yuan_amount is None else f"{yuan_amount / 10_000:,.2f}"


def yuan(amount: Decimal | None) -> str:
    """Return an amount in yuan, exact to the fen."""
    return "—" if amount is None else f"{amount:,.2f}"


def percent(rate: Decimal | None) -> str:
    """Return a fraction as percent with two decimals."""
    return "—" if rate is None else f"{rate * 100:.2f}%"


def plain(value: Decimal | int | str | None) -> str:
    """Return a value without zeros at its end; a dash where there is none."""
    if value is None or value == "":
        return "—"
    if not isinstance(value, Decimal):
        return str(value)
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
