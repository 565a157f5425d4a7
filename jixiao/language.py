"""The language of the terminal: Chinese, English or both, one choice for a whole process.

It is that of `--lang` before the command, else of the first of these variables that is set: `JIXIAO_LANG`, `LC_ALL`,
`LC_MESSAGES`, `LANG`. A value that begins with `zh` or `en` names its language, and `both` both of them, Chinese first;
any other, such as `C`, is Chinese.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence

from ingestion.message import Text, in_chinese, in_english

CHINESE, ENGLISH, BOTH = "zh", "en", "both"
LANGUAGES = (CHINESE, ENGLISH, BOTH)
OPTION = "--lang"
_VARIABLES = ("JIXIAO_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language that a command line asks for, else that of the environment.

    Args:
        arguments: The arguments of the program; the option counts before the command alone.
        environment: The environment variables.
    """
    asked = _asked(arguments)
    if asked is None:
        asked = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return next((one for one in (ENGLISH, BOTH) if asked.lower().startswith(one)), CHINESE)


def _asked(arguments: Sequence[str]) -> str | None:
    for position, argument in enumerate(arguments):
        if argument == OPTION:
            return next(iter(arguments[position + 1 :]), None)
        if argument.startswith(f"{OPTION}="):
            return argument.partition("=")[2]
        if not argument.startswith("-"):
            break
    return None


class _Choice:
    """The language that was chosen for this process, or None."""

    language: str | None = None


def use(language: str | None) -> None:
    """Print in a language; None leaves it to the command line and the environment."""
    _Choice.language = language


def current() -> str:
    """Return the language of this process, one of `LANGUAGES`."""
    # Help is written when the commands are declared, before the arguments are parsed.
    return _Choice.language or language_of(sys.argv[1:], os.environ)


def is_english() -> bool:
    """Return whether this process prints English only."""
    return current() == ENGLISH


def shown(message: str) -> str:
    """Return a message in the language of this process; a plain string stays as it is."""
    chosen = current()
    if chosen == ENGLISH:
        return in_english(message)
    return _both(message) if chosen == BOTH else in_chinese(message)


def _both(message: str) -> str:
    chinese, english = in_chinese(message), in_english(message)
    # What differs in its punctuation alone, as the parts between two messages do, is printed once.
    if re.sub(r"\W", "", chinese) == re.sub(r"\W", "", english):
        return english
    return f"{chinese}\n{english}" if "\n" in chinese else f"{chinese.rstrip()} {english.lstrip()}"


def column_of(name: str) -> str:
    """Return the SQL of a column that a table has in both languages, as `title_zh` and `title_en`."""
    if current() == BOTH:
        return f"concat({name}_{CHINESE}, ' ', {name}_{ENGLISH})"
    return f"{name}_{current()}"


def text(zh: str, en: str) -> str:
    """Return the one of two texts that is in the language of this process."""
    return shown(Text(zh, en))
