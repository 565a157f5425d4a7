"""dbt as a child process that nobody listens to while it runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from jixiao.settings import Settings
from orchestration.defs.dbt import commands


class DbtError(Exception):
    """dbt failed; the message holds its words."""


def call_dbt(settings: Settings, arguments: Sequence[str], *, target: Path, logs: Path) -> str:
    """Run dbt to its end.

    Returns:
        What it said.

    Raises:
        DbtError: If it failed.
    """
    env = commands.environment(settings, target=target, logs=logs, inherited=os.environ)
    done = subprocess.run(
        [commands.executable(), *arguments],
        env={**env, "DBT_LOG_FORMAT": "text"},
        cwd=settings.project_root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise DbtError(
            f"`dbt {' '.join(arguments)}` failed in {settings.project_root}:\n{done.stdout.strip()}"
        )
    return done.stdout.strip()
