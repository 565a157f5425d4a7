"""The units of amounts in captions and labels: 单位：万元, 金额单位为人民币元, 年初预算数（万元）."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingestion.numbers import UNITS
from ingestion.vocabulary import canonical

UNKNOWN_UNIT = "?"
"""Stands for a printed unit that is not one of amounts in yuan."""

_MONEY = r"人民币|RMB"
_MANY = r"[十百千万亿]+[美欧港日澳]?元|[美欧港日澳]元|[万亿](?![一-龥])"
# A name can begin with 元: 单位：元某某乡政府 names the filer.
_CAPTION = re.compile(
    rf"单位(?:：|均?为|是)?\(?(?:(?:{_MONEY})[/：]?|\((?:{_MONEY})\))?(?P<unit>{_MANY}|元(?=人民币|填|编|制|日期|[^一-龥/]|$))"
)
_CAPTION_ALONE = re.compile(
    rf"\(?(?:金额|货币|资金|计量)*{_CAPTION.pattern}(?:[/：]?(?:{_MONEY})|\((?:{_MONEY})\))?\)*"
)
_OTHERWISE = re.compile(
    # 本表以“万元”为金额单位; or 金额：万元 as a whole text.
    rf"[以按][“\"]?(?P<unit>{_MANY}|元)[”\"]?(?:为|作为?)(?:金额|货币|计量)*单位"
    rf"|^\(?(?:金额|计量|{_MONEY})：(?P<bare>{_MANY}|元)\)?$"
)
_LABEL = re.compile(
    rf"\((?:[^()]*[，、；,;])?(?:金额|货币|计量)*(?:单位)?[：为]?(?:{_MONEY})?(?P<unit>{_MANY}|元)(?:{_MONEY})?(?:[，、；,;][^()]*)?\)"
    r"|(?:[/：]|(?<=[数额金款算]))(?P<bare>[十百千万亿]*元)$"
)
_NOTE = re.compile(r"\(?(?:备?注|说明|填表说明)[0-9]*[：、.]?|\(?[0-9]*[、.]?本表")
_LONGEST_LABEL = 30
_LONGEST_CAPTION = 200


def captioned_units(text: str) -> set[str]:
    """Return the units of amounts that a text names."""
    if len(text) > _LONGEST_CAPTION:
        return set()
    plain = _plain(text)
    found = {_known(found["unit"]) for found in _CAPTION.finditer(plain)}
    return found | {_known(found["unit"] or found["bare"]) for found in _OTHERWISE.finditer(plain)}


def is_unit_caption(text: str) -> bool:
    """Return whether a text names the unit of amounts and nothing else."""
    plain = _plain(text)
    return len(text) <= _LONGEST_LABEL and bool(
        _CAPTION_ALONE.fullmatch(plain) or _OTHERWISE.fullmatch(plain.strip("()"))
    )


def labelled_units(texts: Iterable[str]) -> set[str]:
    """Return the units in labels, in brackets or as in a caption."""
    found: set[str] = set()
    for text in texts:
        if len(text) <= _LONGEST_LABEL:
            found |= captioned_units(text)
            found |= {_known(label["unit"] or label["bare"]) for label in _LABEL.finditer(_plain(text))}
    return found


def is_note(text: str) -> bool:
    """Return whether a text below a table is a note on the table above it (注：本表金额单位为万元)."""
    return bool(_NOTE.match(canonical(text)))


def nearest(levels: Iterable[set[str]]) -> set[str]:
    """Return the first set that isn't empty, or an empty one."""
    return next(filter(None, levels), set())


def _plain(text: str) -> str:
    return "".join(canonical(text).split())


def _known(unit: str) -> str:
    unit = f"{unit}元" if unit in {"万", "亿"} else unit
    return unit if unit in UNITS else UNKNOWN_UNIT
