"""What the sentences of a form say that can be compared: repetition, and the numbers with the words beside them.

Goals are long sentences, which can be withheld; their comparison and their numbers remain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.document import squeeze

LONGEST_WORDS = 12
"""Characters that are kept on either side of a number."""

_CLASSIFIERS = "个名条场次户人家套台件组所处座栋"
_QUOTED = re.compile(
    r"《[^》]*》|[〔\[【(（][^〔\[【(（）)】\]〕]*[〕\]】)）]第?[0-9]+号?|[0-9]+号(?![楼院])"
)
_LIST_NUMBER_OF_YEAR = re.compile(r"(?<![0-9.])[0-9][.．](?=20[0-9]{2}年)")
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z.第])[0-9][0-9,]*(?:\.[0-9]+)?(?:年?[-—–~～至][0-9][0-9,]*(?:\.[0-9]+)?)*[万亿]?[余多]?"
    rf"|(?<![第二两三四五六七八九十百千])[二两三四五六七八九十]{{1,3}}余?(?=[{_CLASSIFIERS}])"
)
_IS_LIST_NUMBER = re.compile(r"[.、．](?![0-9])")
_END_OF_CLAUSE = r"，。；：、！？,;:!?“”\"'（）()《》|"
_BEFORE = re.compile(rf"[^{_END_OF_CLAUSE}0-9]*$")
_BEHIND = re.compile(rf"[^{_END_OF_CLAUSE}0-9]*")
_UNSAID = re.compile(r"[\s，。；：、！？,.;:!?“”\"'…·]+")


@dataclass(frozen=True)
class Figure:
    """A number in a sentence.

    Attributes:
        number: The number as printed: `58`, `20余`, `五`, `2023-2024`.
        before: The words of its clause before it, the last twelve characters.
        behind: Its unit and the words of its clause after it, the first twelve characters.
    """

    number: str
    before: str
    behind: str


def figures(text: str) -> Iterator[Figure]:
    """Yield the numbers in a sentence, without those of cited documents and ordinals."""
    own = _LIST_NUMBER_OF_YEAR.sub("|", _QUOTED.sub("|", squeeze(text)))
    for found in _NUMBER.finditer(own):
        if _IS_LIST_NUMBER.match(own, found.end()):
            continue
        before = _BEFORE.search(own[: found.start()])
        behind = _BEHIND.match(own[found.end() :])
        yield Figure(
            found[0],
            before[0][-LONGEST_WORDS:] if before else "",
            behind[0][:LONGEST_WORDS] if behind else "",
        )


def is_repetition(expected: str, achieved: str) -> str:
    """Return `true` if two texts are the same word for word, `false` if not, blank if one is missing."""
    texts = [_UNSAID.sub("", text) for text in (expected, achieved)]
    return str(texts[0] == texts[1]).lower() if all(texts) else ""
