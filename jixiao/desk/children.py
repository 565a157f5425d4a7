"""Commands of Jixiao as child processes: a hanging or failing one doesn't harm the desk."""

from __future__ import annotations

import os
import sys

from jixiao.settings import Settings


def command(*arguments: str) -> list[str]:
    """Return a command of the command line of this environment."""
    return [sys.executable, "-c", "from jixiao.cli.main import main; main()", *arguments]


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a command of an installation, in Chinese."""
    return {
        **os.environ,
        "JIXIAO_VAR": str(settings.var),
        "JIXIAO_LANDING": str(settings.landing),
        "JIXIAO_ORGANIZATION": settings.organization,
        "JIXIAO_MEMORY": settings.memory,
        "JIXIAO_LANG": "zh",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
