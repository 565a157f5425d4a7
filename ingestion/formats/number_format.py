"""A stored number as its cell shows it, and at the precision that the file keeps.

A workbook stores a number and shows it through a format, which may round it, scale it or hide it. The form
shows one number and the stored one counts: the number is written in the notation and scale of its format,
with all stored digits.

Supported are General, fixed, thousands and percent formats, text around and between digits, sections by sign
and by condition, commas that divide by a thousand, a point between digits that divides by ten thousand
(`0!.0,`, `0"."0000`), and dates of year, month and day. Formats that change neither scale nor sign
(fractions, powers of ten, Chinese numerals) give the stored number. A number with any other format is marked,
because its scale is unknown.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from ingestion.document import Figure

NOT_UNDERSTOOD = "number_format"
"""The reason code of a number with an unsupported format."""

MARK = "\ufffd"
"""Appended to a number with an unsupported format."""

_SIGNIFICANT = 15
"""Significant digits that Excel keeps; further digits are noise of the binary fraction."""
_NOISE = Decimal("1e-13")
"""Relative error of sums of binary fractions."""

_GENERAL = ("General", "G/通用格式", "G/通用", "GENERAL", "general", "Standard")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]'
    r"|\[(?P<bracket>[^\]]*)\]|(?P<general>" + "|".join(_GENERAL) + r")"
    r"|(?P<power>[eE][+-][0#?]+)|(?P<digit>[0#?])|(?P<sign>[.,%/@])|(?P<letter>[A-Za-z])|(?P<other>.)",
    re.DOTALL,
)
_PART = re.compile(r'"[^"]*"|[\\!_*].|\[[^\]]*\]|(?P<end>;)|.', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_ELAPSED = re.compile(r"[hmsHMS]+")
_NEGATIVE = re.compile(r"[-−－(（△▲负]")
_DATE_TOKEN = re.compile(r'"([^"]*)"|\\(.)|(y+|m+|d+|h+|s+)|(.)', re.DOTALL)
_BRACKETED = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class _Section:
    """One section of a format.

    Attributes:
        kind: `general`, `number`, `spread` (text between the digits), `text`, `literal` (no digits),
            `as_stored` (neither scale nor sign changes) or `unknown`.
        before: The text before the number.
        after: The text after it.
        power: The power of ten by which the stored number is multiplied.
        decimals: Digits after the point, including optional ones.
        kept: Digits after the point that are always shown.
        whole: Digits before the point that are always shown.
        is_grouped: Whether thousands are separated.
        places: For `spread`, a `0` for each digit and the texts between them.
        condition: Comparison and bound under which the section applies, or None.
    """

    kind: str
    before: str = ""
    after: str = ""
    power: int = 0
    decimals: int = 0
    kept: int = 0
    whole: int = 1
    is_grouped: bool = False
    places: tuple[str, ...] = ()
    condition: tuple[str, Decimal] | None = None


def shown(value: object, number_format: str) -> str | Figure:
    """Return a cell's value as shown and, if that is another number, as stored too.

    Args:
        value: The stored value: text, number, truth value, date or nothing.
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
            return _text(str(value), number_format)


def exact(value: int | float) -> Decimal:
    """Return the decimal number that was typed, without the noise of its binary fraction."""
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{_SIGNIFICANT}g}")


def _number(value: Decimal, number_format: str) -> str | Figure:
    if not value.is_finite():
        return str(value)
    sections = _sections(number_format)
    if len(sections) > 1 and sections[-1].kind == "text":
        sections = sections[:-1]
    section, is_absolute = _section_for(value, sections)
    magnitude = abs(value) if is_absolute else value
    match section.kind:
        case "number":
            found = _in_shape(magnitude, section)
        case "general" | "text":
            text = f"{section.before}{general(magnitude)}{section.after}"
            found = Figure(text, text)
        case "literal":
            found = _without_digits(section.before, value)
        case "spread" if magnitude == magnitude.to_integral_value():
            text = _spread(magnitude, section)
            found = Figure(text, text)
        case "as_stored":
            found = Figure(general(value), general(value))
        case _:
            return Figure(general(value), general(value) + MARK, NOT_UNDERSTOOD)
    if is_absolute and section.kind != "literal" and not _NEGATIVE.search(section.before + section.after):
        # Shown in red instead of with a sign.
        found = Figure(found.shown, f"-{found.stored}")
    if section.power < 0 and value:
        found = replace(found, unscaled=general(value))
    return found.shown if found == Figure(found.shown, found.shown) else found


def _without_digits(text: str, value: Decimal) -> Figure:
    """Return a number shown without digits: a dash for nothing counts as zero, other text as itself."""
    is_nought = value == 0 and text.strip() and not text.strip(" -—–－")
    return Figure(text, "0" if is_nought else text)


def _section_for(value: Decimal, sections: tuple[_Section, ...]) -> tuple[_Section, bool]:
    """Return the section that a number is shown by, and whether it is shown without its sign."""
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or _COMPARE[section.condition[0]](value, section.condition[1]):
                # Whether a negative number's sign is shown depends on the conditions of the other sections.
                return (section if value >= 0 else _Section("unknown")), False
        return _Section("unknown"), False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], False


def _in_shape(value: Decimal, section: _Section) -> Figure:
    scaled = value.scaleb(section.power)
    rounded = scaled.quantize(Decimal(1).scaleb(-section.decimals), ROUND_HALF_UP)
    stored = rounded if abs(scaled - rounded) <= abs(scaled) * _NOISE else scaled
    if value == 0 and not (section.whole or section.kept):
        return _without_digits(section.before + section.after, value)
    return Figure(_written(rounded, section), _written(stored, section))


def _written(value: Decimal, section: _Section) -> str:
    sign = "-" if value < 0 else ""
    whole, _, decimals = f"{abs(value):f}".partition(".")
    kept = decimals.rstrip("0").ljust(section.kept, "0")
    whole = f"{int(whole):,}" if section.is_grouped else whole.zfill(section.whole)
    return f"{sign}{section.before}{whole}{'.' if kept else ''}{kept}{section.after}"


def _spread(value: Decimal, section: _Section) -> str:
    """Write the digits of a whole number into the places of a format, from the right."""
    digits = f"{abs(value.to_integral_value()):f}"
    places = list(section.places)
    count = places.count("0")
    digits = digits.rjust(count, "0")
    first, rest = digits[: len(digits) - count + 1], iter(digits[len(digits) - count + 1 :])
    filled = iter([first, *rest])
    text = "".join(next(filled) if place == "0" else place[1:] for place in places)
    return f"{'-' if value < 0 else ''}{section.before}{text}{section.after}"


def general(value: Decimal) -> str:
    """Return a number without a format, without trailing zeros."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def _text(value: str, number_format: str) -> str:
    """Format a text by the section for texts; only the text around it and its visibility matter."""
    if ";" not in number_format and number_format.strip() in {"", "@", *_GENERAL}:
        return value
    sections = _sections(number_format)
    section = sections[3] if len(sections) > 3 else next((s for s in sections if s.kind == "text"), None)
    if section is None:
        return value
    return f"{section.before}{value}{section.after}" if section.kind == "text" else section.before


@lru_cache(maxsize=4096)
def _sections(number_format: str) -> tuple[_Section, ...]:
    sections = [_section(code) for code in _codes(number_format)]
    if len(sections) > 4:
        return (_Section("unknown"),)
    if not number_format.strip():
        return (_Section("general"),)
    if len(sections) == 2 and sections[1] == _Section("literal"):
        # Nothing follows the only semicolon: the sign alone marks a negative number.
        del sections[1]
    return tuple(sections)


def _codes(number_format: str) -> list[str]:
    """Return the codes of a format's sections."""
    codes = [""]
    for part in _PART.finditer(number_format):
        if part["end"]:
            codes.append("")
        else:
            codes[-1] += part[0]
    return codes


def _section(code: str) -> _Section:
    tokens = list(_TOKEN.finditer(code))
    condition = None
    as_stored = False
    for token in tokens:
        if (bracket := token["bracket"]) is None:
            continue
        if found := _CONDITION.fullmatch(bracket):
            condition = (found[1], Decimal(found[2]))
        elif bracket.lower().startswith("dbnum"):
            as_stored = True
        elif _ELAPSED.fullmatch(bracket):
            return _Section("unknown")
    return replace(_shape(tokens, as_stored=as_stored), condition=condition)


def _shape(tokens: list[re.Match[str]], *, as_stored: bool) -> _Section:
    """Return the section without its condition."""
    if any(token["letter"] for token in tokens):
        return _Section("unknown")
    signs = [token["sign"] for token in tokens if token["sign"]]
    digits = [index for index, token in enumerate(tokens) if token["digit"]]
    if as_stored or any(token["power"] for token in tokens) or ("/" in signs and len(digits) > 1):
        return _Section("as_stored")
    texts = [_literal(token) for token in tokens]
    if "@" in signs or any(token["general"] for token in tokens):
        marks = [index for index, token in enumerate(tokens) if token["general"] or token["sign"] == "@"]
        if len(marks) > 1 or digits or "%" in signs:
            return _Section("unknown")
        kind = "text" if "@" in signs else "general"
        return _Section(kind, "".join(texts[: marks[0]]), "".join(texts[marks[0] + 1 :]))
    if not digits:
        return _Section("unknown" if signs else "literal", "".join(texts))
    return _placed(tokens, texts, digits[0], digits[-1])


def _placed(tokens: list[re.Match[str]], texts: list[str], first: int, last: int) -> _Section:
    """Return a section with digits, from the first to the last of them."""
    # The point may precede the first digit; points and scaling commas may follow the last.
    while first and tokens[first - 1]["sign"] == ".":
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1]["sign"] in {",", "."}:
        last += 1
    inside = tokens[first : last + 1]
    before, after = "".join(texts[:first]), "".join(texts[last + 1 :])
    around = [token["sign"] for token in (*tokens[:first], *tokens[last + 1 :]) if token["sign"]]
    if {",", "."} & set(around) or any(token["sign"] in {"%", "/"} for token in inside):
        return _Section("unknown")
    percents = around.count("%")
    points = [index for index, token in enumerate(inside) if token["sign"] == "."]
    between = [(index, texts[first + index]) for index, token in enumerate(inside) if texts[first + index]]
    digits = [index for index, token in enumerate(inside) if token["digit"]]
    commas = [index for index, token in enumerate(inside) if token["sign"] == ","]
    if len(points) > 1:
        return _Section("unknown")
    point = points[0] if points else len(inside)
    # A comma between digits of the whole part separates thousands; any other divides by a thousand.
    whole = [index for index in digits if index < point]
    grouping = [index for index in commas if whole and whole[0] < index < whole[-1]]
    power = 2 * percents - 3 * (len(commas) - len(grouping))
    if between:
        if len(between) == 1 and between[0][1] == "." and not points:
            # A point as text shifts the digits: 1250000 as 0!.0, is 1250 thousands, written 125.0.
            point = between[0][0]
            power -= sum(1 for index in digits if index > point)
        elif points or commas or percents or any(re.search(r"[\d.,]", text) for _, text in between):
            return _Section("unknown")
        else:
            places = tuple(
                "0" if token["digit"] else f"t{texts[first + index]}" for index, token in enumerate(inside)
            )
            return _Section("spread", before, after, places=places)
    ahead = "".join(inside[index]["digit"] for index in digits if index < point)
    behind = "".join(inside[index]["digit"] for index in digits if index > point)
    return _Section(
        "number",
        before,
        after,
        power=power,
        decimals=len(behind),
        kept=len(behind.rstrip("#?")),
        whole=ahead.count("0"),
        is_grouped=bool(grouping),
    )


def _literal(token: re.Match[str]) -> str:
    """Return the text that a token adds to the cell; empty for padding."""
    sign = token["sign"] if token["sign"] in {"%", "/"} else ""
    return token["quoted"] or token["escaped"] or token["currency"] or sign or token["other"] or ""


def _date(value: date, number_format: str) -> str:
    section = _BRACKETED.sub("", number_format).split(";")[0].lower()
    if not any(mark in section for mark in "年月日") or "h" in section:
        return value.isoformat()[:10]
    texts = {"y": f"{value.year:04d}", "m": str(value.month), "d": str(value.day)}
    padded = {"mm": f"{value.month:02d}", "dd": f"{value.day:02d}"}
    return "".join(
        padded.get(token[3], texts.get(token[3][0], ""))
        if token[3]
        else token[1] or token[2] or token[4] or ""
        for token in _DATE_TOKEN.finditer(section)
    ).strip("@")
