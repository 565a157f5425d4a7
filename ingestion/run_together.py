"""Amounts that a conversion printed without the borders between their cells ("194.9194.9100%").

They are divided only if the arithmetic leaves one possibility. The printed characters never change: the parts
put together again are the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

LONGEST = 60
"""Maximum number of characters: rows of amounts are shorter, and each character doubles the ways to divide."""

_AMOUNT = re.compile(r"(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.\d{1,6})?")
_RATE = re.compile(r"(?:0|[1-9]\d{0,3})(?:\.\d{1,4})?%")
_POINTS = re.compile(r"(?:0|[1-9]\d{0,2})(?:\.\d{1,2})?")
_LEAST_RATE = 10
"""Percent: below it, amounts of any size can fit a printed rate by chance."""

_SHAPES = {"execution_rate": _RATE, "weight": _POINTS, "score": _POINTS}
_SHORTEST_MIX = re.compile(r"[\d.,%]+")


def looks_run_together(text: str) -> bool:
    """Return whether a text consists of characters of amounts and is not a single amount."""
    return bool(_SHORTEST_MIX.fullmatch(text)) and not (_AMOUNT.fullmatch(text) or _RATE.fullmatch(text))


def part(text: str, columns: Sequence[str], known: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return every way to divide a text that the arithmetic of the row allows.

    Args:
        text: The printed text of the cells that ran together.
        columns: Their columns of `raw_self_evaluation_fund`, in order.
        known: The row's other cells, by column.

    Returns:
        The parts, one text a column; several or none if the arithmetic doesn't decide. None without the two
            amounts and
        their rate, because there is no arithmetic then.
    """
    if len(text) > LONGEST or not {"annual_budget", "executed", "execution_rate"} <= {*columns, *known}:
        return []
    ways = [
        parts
        for parts in _ways(text, columns)
        if _agrees({**known, **dict(zip(columns, parts, strict=True))})
    ]
    return [] if len(ways) == 1 and not _is_even(ways[0], columns) else ways


def _is_even(parts: Sequence[str], columns: Sequence[str]) -> bool:
    """Return whether the amounts have the same number of decimals, like those of one row."""
    amounts = [text for text, column in zip(parts, columns, strict=True) if column not in _SHAPES]
    return len({len(text.partition(".")[2]) for text in amounts}) == 1


def _ways(text: str, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if not columns:
        if not text:
            yield ()
        return
    shape = _SHAPES.get(columns[0], _AMOUNT)
    for end in range(1, len(text) - len(columns) + 2):
        if shape.fullmatch(text, 0, end):
            for rest in _ways(text[end:], columns[1:]):
                yield (text[:end], *rest)


def _agrees(row: Mapping[str, str]) -> bool:
    """Return whether the printed rate equals executed by annual budget, as far as its digits go."""
    annual, executed = (_number(row[column]) for column in ("annual_budget", "executed"))
    rate = _number(row["execution_rate"].rstrip("%％"))
    if annual is None or executed is None or rate is None or not annual or rate < _LEAST_RATE:
        return False
    half_digit = Decimal(5).scaleb(min(int(rate.as_tuple().exponent), 0) - 1)
    return abs(executed / annual * 100 - rate) <= half_digit


def _number(text: str) -> Decimal | None:
    plain = text.replace(",", "")
    return Decimal(plain) if _AMOUNT.fullmatch(text) or plain.isdigit() else None
