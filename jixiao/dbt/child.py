"""Run dbt as a child process and return its output when it ends."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from jixiao.dbt import commands
from jixiao.settings import Settings


class DbtError(Exception):
    """A run of dbt failed; the message has its output."""


def call_dbt(
    settings: Settings,
    arguments: Sequence[str],
    *,
    target: Path,
    logs: Path,
    dbt: Path | None = None,
    more: Mapping[str, str] | None = None,
) -> str:
    """Run dbt and return its output when it ends.

    Args:
        settings: The installation's.
        arguments: dbt's arguments.
        target: The folder for dbt's artifacts.
        logs: The folder for dbt's log.
        dbt: The dbt of another environment than this one.
        more: Additional environment variables.

    Returns:
        Its output.

    Raises:
        DbtError: It failed.
    """
    env = commands.environment(settings, target=target, logs=logs, inherited=os.environ)
    done = subprocess.run(
        [*([str(dbt)] if dbt else commands.dbt_command()), *arguments],
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


def failed(arguments: Sequence[str], settings: Settings, output: str) -> DbtError:
    """Return the error of a failed run of dbt, with its output."""
    return DbtError(f"`dbt {' '.join(arguments)}` failed in {settings.project_root}:\n{output}")
