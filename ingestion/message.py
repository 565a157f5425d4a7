"""Messages for users, each in Chinese and in English.

A message is created far from where it is shown: by a reader of documents, often in a child process. It keeps
both languages until it is shown: a terminal prints one of them, a file contains both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

_KEYS = {"zh", "en"}


class Text(str):
    """A text in Chinese and in English; as a string it contains both, Chinese first, each as a paragraph.

    `str()` of it, also as the argument of an exception, keeps the pair; formatting it into another string
    doesn't.

    Attributes:
        zh: The text in Chinese.
        en: The text in English.
    """

    zh: str
    en: str

    def __new__(cls, zh: str, en: str) -> Text:
        """Create a pair; a `Text` as an argument contributes only the respective language."""
        chinese, english = in_chinese(zh), in_english(en)
        between = "\n\n" if "\n" in chinese + english else "\n"
        text = super().__new__(cls, chinese if chinese == english else f"{chinese}{between}{english}")
        text.zh, text.en = chinese, english
        return text

    def __str__(self) -> str:
        """Return the pair."""
        return self

    def __reduce__(self) -> tuple[type[Text], tuple[str, str]]:
        """Pickle the pair."""
        return Text, (self.zh, self.en)

    def __add__(self, other: str) -> Text:
        """Append to both languages."""
        return Text(self.zh + in_chinese(other), self.en + in_english(other))

    def __radd__(self, other: str) -> Text:
        """Put before both languages."""
        return Text(in_chinese(other) + self.zh, in_english(other) + self.en)

    def format(self, *args: object, **kwargs: object) -> Text:
        """Fill in the placeholders of both languages."""
        return Text(self.zh.format(*args, **kwargs), self.en.format(*args, **kwargs))


def in_chinese(text: str) -> str:
    """Return a text in Chinese; a plain string serves both languages."""
    return text.zh if isinstance(text, Text) else text


def in_english(text: str) -> str:
    """Return a text in English; a plain string serves both languages."""
    return text.en if isinstance(text, Text) else text


def beside(text: str) -> str:
    """Return a text with both languages on one line, for a cell of a table."""
    return f"{text.zh} {text.en}" if isinstance(text, Text) and text.zh != text.en else str(text)


def join(separator: str, texts: Iterable[str]) -> Text:
    """Join texts in each language."""
    parts = list(texts)
    return Text(
        in_chinese(separator).join(map(in_chinese, parts)),
        in_english(separator).join(map(in_english, parts)),
    )


def each(function: Callable[[str], str], text: str) -> str:
    """Apply a function to a plain string, or to each language of a pair."""
    return Text(function(text.zh), function(text.en)) if isinstance(text, Text) else function(text)


def to_json(value: Any) -> Any:
    """Return a value of lists, dicts and texts with each pair as an object of `zh` and `en`."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, list | tuple) else value


def from_json(value: Any) -> Any:
    """Return a value of `to_json` with its pairs restored; other strings stay plain."""
    if isinstance(value, dict):
        return (
            Text(**value) if value.keys() == _KEYS else {key: from_json(item) for key, item in value.items()}
        )
    return [from_json(item) for item in value] if isinstance(value, list) else value
