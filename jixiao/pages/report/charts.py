"""Charts as SVG elements inside a page, which load no other files."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from jixiao.values import wan

_WIDTH = 680
_LABEL = 190
_VALUE = 110
_ROW = 22
_BLUE, _GREEN, _RED, _PALE, _INK = "#3b5b8c", "#2f7d6b", "#a3413a", "#d5dae0", "#1b232b"
_OPEN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-size="11" '
    'font-family="Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"><title>{title}</title>'
)


def bars(title: str, rows: Sequence[tuple[str, Decimal | int | None, str]]) -> str:
    """Draw a bar for each row: its label, its length and the text at its end; negative ones are red."""
    longest = max(
        (abs(Decimal(value)) for _, value, _ in rows if value is not None), default=Decimal(0)
    ) or Decimal(1)
    room = _WIDTH - _LABEL - _VALUE
    parts = [_OPEN.format(width=_WIDTH, height=len(rows) * _ROW + 4, title=escape(title))]
    for number, (label, value, text) in enumerate(rows):
        top = number * _ROW + 2
        length = round(float(abs(Decimal(value or 0)) / longest) * room, 1)
        colour = _RED if value is not None and value < 0 else _BLUE
        parts += [
            _text(_LABEL - 8, top + 14, _cut(label, 16), "end"),
            f'<rect x="{_LABEL}" y="{top + 3}" width="{length}" height="14" rx="2" fill="{colour}"/>',
            _text(_LABEL + length + 6, top + 14, text),
        ]
    return "".join([*parts, "</svg>"])


def bridge(title: str, initial: Decimal, annual: Decimal, final: Decimal) -> str:
    """Draw how the initial budget became the annual budget and the final account, in yuan."""
    highest = max(initial, annual, final, Decimal(1))
    steps = (
        ("年初预算", Decimal(0), initial, _BLUE),
        ("预算调整", initial, annual, _GREEN if annual >= initial else _RED),
        ("全年预算", Decimal(0), annual, _BLUE),
        ("决算差异", annual, final, _GREEN if final >= annual else _RED),
        ("决算", Decimal(0), final, _BLUE),
    )
    height, floor, step = 200, 170, _WIDTH / len(steps)
    parts = [
        _OPEN.format(width=_WIDTH, height=height, title=escape(title)),
        f'<line x1="0" y1="{floor}" x2="{_WIDTH}" y2="{floor}" stroke="{_PALE}"/>',
    ]
    for number, (label, start, end, colour) in enumerate(steps):
        low, high = (max(value, Decimal(0)) for value in sorted((start, end)))
        top = floor - float(high / highest) * 140
        tall = max(float((high - low) / highest) * 140, 1)
        middle = round(step * (number + 0.5), 1)
        value = end - start
        sign = "+" if start and value > 0 else ""
        parts += [
            f'<rect x="{middle - 36}" y="{top:.1f}" width="72" height="{tall:.1f}" rx="2" fill="{colour}"/>',
            _text(middle, top - 5, f"{sign}{wan(value)}", "middle"),
            _text(middle, floor + 18, label, "middle"),
        ]
    return "".join([*parts, "</svg>"])


def columns(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """Draw counts side by side, each with its label below."""
    highest = max((count for _, count in rows), default=0) or 1
    height, floor, step = 170, 145, _WIDTH / max(len(rows), 1)
    parts = [
        _OPEN.format(width=_WIDTH, height=height, title=escape(title)),
        f'<line x1="0" y1="{floor}" x2="{_WIDTH}" y2="{floor}" stroke="{_PALE}"/>',
    ]
    for number, (label, count) in enumerate(rows):
        tall = count / highest * 120
        middle = round(step * (number + 0.5), 1)
        wide = min(step * 0.7, 60)
        parts += [
            f'<rect x="{middle - wide / 2:.1f}" y="{floor - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" '
            f'rx="2" fill="{_BLUE}"/>',
            _text(middle, floor - tall - 4, f"{count:,}", "middle"),
            _text(middle, floor + 16, label, "middle"),
        ]
    return "".join([*parts, "</svg>"])


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{escape(text)}</text>'


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
