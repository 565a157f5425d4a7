"""The language of the terminal: Chinese or English, one for a whole process.

It is that of `--lang` before the command, else of the first of these variables that is set: `JIXIAO_LANG`, `LC_ALL`,
`LC_MESSAGES`, `LANG`. A value that begins with `zh` or `en` names its language; any other, such as `C`, is Chinese.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from ingestion.message import Text, in_chinese, in_english

CHINESE, ENGLISH = "zh", "en"
LANGUAGES = (CHINESE, ENGLISH)
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
    return ENGLISH if asked.lower().startswith(ENGLISH) else CHINESE


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
    """Return whether this process prints English."""
    return current() == ENGLISH


def shown(message: str) -> str:
    """Return a message in the language of this process; a plain string stays as it is."""
    return in_english(message) if is_english() else in_chinese(message)


def text(zh: str, en: str) -> str:
    """Return the one of two texts that is in the language of this process."""
    return shown(Text(zh, en))
