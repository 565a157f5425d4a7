"""`jixiao dev`: run Dagster's web page and scheduler with the folder of this installation."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.language import text
from jixiao.settings import Settings
from orchestration.home import prepare_home


def run_dev(port: int, location: str | None = None) -> int:
    """Become `dagster dev`; return the exit code only if it can't be started.

    Args:
        port: The port of its page on 127.0.0.1.
        location: The module of another code location than that of `pyproject.toml`.
    """
    settings = Settings.load()
    home = prepare_home(settings)
    dagster = str(Path(sysconfig.get_path("scripts")) / "dagster")
    console().print(
        f"http://127.0.0.1:{port} · DAGSTER_HOME={home} · {text('Ctrl-C 结束', 'Ctrl-C ends it')}"
    )
    # It recommends another command line of Dagster's, which is a package of its own.
    os.environ["PYTHONWARNINGS"] = "ignore:Function `dev_command` is superseded"
    os.chdir(settings.project_root)
    other = ["--module-name", location] if location else []
    try:
        os.execv(dagster, [dagster, "dev", "--host", "127.0.0.1", "--port", str(port), *other])
    except OSError as error:
        console().print(f"✗ {dagster}: {error.strerror}")
    return exits.FAILED
