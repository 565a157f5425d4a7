"""The labels of the printed forms, by which tables are recognised; never by position or name."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from opencc import OpenCC

LEVEL1_LABELS = ("产出指标", "效益指标", "满意度指标", "成本指标")

LEVEL2_PARENT = {
    "数量指标": "产出指标",
    "质量指标": "产出指标",
    "时效指标": "产出指标",
    "成本指标": "产出指标",
    "经济效益指标": "效益指标",
    "社会效益指标": "效益指标",
    "生态效益指标": "效益指标",
    "环境效益指标": "效益指标",
    "可持续影响指标": "效益指标",
    "服务对象满意度指标": "满意度指标",
    "经济成本指标": "成本指标",
    "社会成本指标": "成本指标",
    "生态环境成本指标": "成本指标",
}
"""Second-level labels and the first level of each."""

FORM_HEADER_LABELS = ("项目名称", "主管部门", "实施单位", "项目负责人", "联系电话")

OMISSION_REASONS = {
    "label": "a printed label or column heading: its meaning is the raw column it names",
    "repeated_label": "a label that the conversion printed again after a page break",
    "column_number": "the printed number of a column or of a row without an item",
    "dash": "a dash in a cell that the form does not ask for",
    "indicator_kind": "定性 or 定量 in the column of operators: the kind of the indicator, not part of its target",
    "narrative": "a goal, problem, explanation or other long sentence: not committed",
    "person": "the name of a contact person: not extracted by default",
    "telephone": "a telephone number: not extracted by default",
    "bank_account": "a bank and the number of an account with it: not extracted by default",
    "identity_card": "the number of an identity card: not extracted by default",
    "contact": "an e-mail address, or a WeChat or QQ account: not extracted by default",
    "rule": "a row of hyphens that the conversion left behind",
    "blank_row": "the labels of a row in which nothing was filled in",
    "unit_code": "the code of the unit that files the table, printed in each of its rows",
    "no_data": "the printed note that a table has no data",
}
"""Reasons for leaving cells out of the raw rows. No other cells may be missing."""

SHORT_LABEL = 20
"""Characters: a longer target of a department is a goal in full sentences."""

SHORT_PHRASE = 60
"""Characters: a longer indicator of an evaluation continues into an explanation."""

_DASHES = "—–-－﹣―/／一"
_PAREN = str.maketrans("（）", "()")
_WIDE = str.maketrans(
    {
        chr(code): chr(code - 0xFEE0)
        for code in (0xFF05, *range(0xFF0E, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
    }
)
_LONGEST_LABEL = 60
_NUMBER = re.compile(r"[-+−]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?")
_RULE = re.compile(r":?-{2,}:?")
_INNER_BREAK = re.compile(r"(?<=\d)\s+(?=\d)")


def is_number(text: str) -> bool:
    """Return whether a text is one plain number, with or without thousands separators."""
    return bool(_NUMBER.fullmatch(half_width(text)))


def is_rate(text: str) -> bool:
    """Return whether a cell's text is a number or a percentage."""
    return is_number(text.removesuffix("%").removesuffix("％"))


def is_dash(text: str) -> bool:
    """Return whether a cell holds only a dash, which marks an intentional blank."""
    return bool(text) and all(char in _DASHES for char in text)


def is_ambiguous_number(printed: str) -> bool:
    """Return whether a break inside a printed number leaves two readings.

    A break after the decimal point or inside a group of thousands can only be the end of a printed line.
    Between two whole numbers it could also separate two cells.
    """
    parts = _INNER_BREAK.split(printed.strip())
    return len(parts) > 1 and "." not in "".join(parts[:-1]) and all(is_number(p.strip()) for p in parts)


def is_rule(text: str) -> bool:
    """Return whether a cell is part of a line that the conversion drew between the rows of a table."""
    return bool(_RULE.fullmatch(text))


def is_plain_number(printed: str, text: str) -> bool:
    """Return whether a cell holds one number without a break that leaves another reading."""
    return is_number(text) and not is_ambiguous_number(printed)


@lru_cache(maxsize=65_536)
def canonical(label: str) -> str:
    """Fold the variants of a label: brackets, colons, width, traditional characters."""
    folded = label.translate(_PAREN).translate(_WIDE).replace(":", "：")
    return folded if len(folded) > _LONGEST_LABEL or folded.isascii() else _simplifier().convert(folded)


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def half_width(text: str) -> str:
    """Return the text with full-width letters, digits, points and percent signs as ASCII."""
    return text.translate(_WIDE)


_DAMAGED_NUMBER = re.compile(
    # S, B and Z are taken for digits only between digits: 4S, 5G and B2B are names.
    r"[≥≤≧≦＞＜>＝=<]*((?:[0-9OoIl.,，]|(?<=[0-9])[SBZ](?=[0-9]))*"
    r"(?:[OoIl]|(?<=[0-9])[SBZ](?=[0-9]))(?:[0-9OoIl.,，]|(?<=[0-9])[SBZ](?=[0-9]))*)"
    # A percent sign or a measure: O2O平台 is a name.
    r"(%|[个人次元月日天年件户场万亿千百台套份家条块名处项间吨小公][一-龥]{0,3})?"
)
_UNREADABLE = re.compile(r"\ufffd|\(cid:\d+\)")


def is_damaged(text: str) -> bool:
    """Return whether a cell lost characters, or has letters in place of a number's digits.

    A name such as O2O or PM2.5 is not a number; IO, 9O% and l2月 are misread numbers.
    """
    if _UNREADABLE.search(text):
        return True
    found = _DAMAGED_NUMBER.fullmatch(half_width(text))
    if not found:
        return False
    core, measure = found.groups()
    return len(core) > 1 and (measure is not None or sum(map(str.isdigit, core)) * 2 >= len(core) - 1)


def mend(text: str, labels: tuple[str, ...] | dict[str, str], *, least: float = 0.5) -> str | None:
    """Return the label for a printed text that may have lost characters, or None.

    The conversion loses characters of a label ("服务对象满意度标", "实施单"). A text matches a label if it begins like
    it, its characters are in the label's order, and at least the share `least` of them remains. The shortest
    such label wins, so that a complete label matches itself; between two equally near labels the result is
    None.
    """
    text = canonical(text)
    if not text:
        return None
    fits = [label for label in labels if _is_rest_of(text, label, least)]
    nearest = [label for label in fits if len(label) == min(map(len, fits))]
    return nearest[0] if len(nearest) == 1 else None


def _is_rest_of(text: str, label: str, least: float) -> bool:
    if text[0] != label[0] or len(text) > len(label) or len(text) < least * len(label):
        return False
    rest = iter(label)
    return all(char in rest for char in text)
