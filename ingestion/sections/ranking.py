"""Ranks that sentences claim: "在全县乡镇年度绩效考核中，甲镇排名第3名".

A ranking is known by its scope and its assessment (全县乡镇年度绩效考核), or by what is measured (GDP增速全市). Ranks of
other times, aims and changes (由第5名升至第3名) are left out, and so are contests, in which many take part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_RANK = re.compile(
    r"第(?P<value>[0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:(?P<unit>[名位])|(?=[,。;!]|的?好?成绩|$))(?!次|上升|下降|提升|升|降|跃|的目标)"
)
_SENTENCE = re.compile(r"[。;!?]")
_SCOPE = re.compile("全(?:国|省|市|区|县|州|盟|旗|镇|乡|街道|系统)[^0-9第全]*$")
_ASSESSMENT = re.compile("考核|考评|评比|评价|评估|评议|测评|督查|排名|排行")
_VERB = re.compile(
    r"(?:的|并列|综合|成绩|排名|排在|排|位列|位居|位次|名列|名次|列|居|荣获|获得|获|取得|得|为|是|在|于|中|里|,)+$"
)
_CONNECTIVE = re.compile("^(?:在|于|并|且)+")
_OWN = re.compile("^(?:[我本](?:单位|部门|[校镇乡局委办院所中心站区县市街道]*))?$")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})年度?,?")
_OTHER_TIME = re.compile(
    "上年|去年|前年|往年|上一年|以前|力争|争取|争创|目标|确保|预期|计划|比|较|由|从|升|降|提高|跃|季度|半年|[0-9]月"
)
_LONGEST_NAME = 24


@dataclass(frozen=True)
class Rank:
    """A rank in a sentence.

    Attributes:
        ranking: Scope and assessment, or what is measured and the scope; behind it in brackets who is ranked, if a name
            is printed.
        value: The rank as printed: `3`, `一`.
        unit: 名 or 位, or an empty string.
    """

    ranking: str
    value: str
    unit: str


def ranks(text: str, year: str = "") -> Iterator[Rank]:
    """Yield the ranks of a year that a text without spaces claims, each once.

    Args:
        text: The text, with its marks folded to half width.
        year: The document's year, or an empty string.
    """
    seen: set[tuple[str, str]] = set()
    for sentence in _SENTENCE.split(text.replace("(", "（").replace(")", "）")):
        start = 0
        for found in _RANK.finditer(sentence):
            ranking = _ranking(sentence[start : found.start()], sentence[: found.start()], year)
            start = found.end()
            if ranking and (ranking, found["value"]) not in seen:
                seen.add((ranking, found["value"]))
                yield Rank(ranking, found["value"], found["unit"] or "")


def _ranking(own: str, before: str, year: str) -> str:
    """Return the ranking that words of a sentence name, those since its last rank and all before it, or nothing."""
    years = _YEAR.findall(before)
    words = _YEAR.sub("", own)
    if (years and year not in {"", years[-1]}) or _OTHER_TIME.search(before):
        return ""
    scope = _SCOPE.search(_VERB.sub("", words))
    if scope is None:
        return ""
    name, _, behind = scope[0].partition(",")
    name = _VERB.sub("", name)
    above = _CONNECTIVE.sub("", _VERB.sub("", words[: scope.start()].rpartition(",")[2]))
    who = _CONNECTIVE.sub("", behind) or above
    if "," in who or "（" in name + who or max(len(name), len(who)) > _LONGEST_NAME:
        return ""
    who = "" if _OWN.match(who) else who
    if _ASSESSMENT.search(name):
        return f"{name}（{who}）" if who else name
    # Without an assessment, what is measured is the ranking: GDP增速居全市第一.
    return f"{who}{name}" if who else ""
