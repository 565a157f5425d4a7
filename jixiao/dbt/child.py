"""dbt as a child process that nobody listens to while it runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from jixiao.dbt import commands
from jixiao.settings import Settings


class DbtError(Exception):
    """dbt failed; the message holds its words."""


def call_dbt(
    settings: Settings,
    arguments: Sequence[str],
    *,
    target: Path,
    logs: Path,
    dbt: Path | None = None,
    more: Mapping[str, str] | None = None,
) -> str:
    """Run dbt to its end.

    Args:
        settings: Where things are.
        arguments: Of dbt.
        target: Where dbt writes its artifacts.
        logs: Where dbt writes its log.
        dbt: The dbt of another environment than this one.
        more: Environment variables beside those of a build.

    Returns:
        What it said.

    Raises:
        DbtError: If it failed.
    """
    env = commands.environment(settings, target=target, logs=logs, inherited=os.environ)
    done = subprocess.run(
        [str(dbt or commands.executable()), *arguments],
        env={**env, **(more or {})},
        cwd=settings.project_root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise failed(arguments, settings, done.stdout.strip())
    return done.stdout.strip()


def failed(arguments: Sequence[str], settings: Settings, said: str) -> DbtError:
    """The error of a dbt that failed, with its words."""
    return DbtError(f"`dbt {' '.join(arguments)}` failed in {settings.project_root}:\n{said}")
