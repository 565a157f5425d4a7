"""`jixiao dev`: run Dagster's web page and scheduler with the folder of this installation."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

from jixiao.builds import damage
from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.language import shown, text
from jixiao.settings import Settings
from orchestration.home import prepare_home

LOOPBACK = "127.0.0.1"


def run_dev(port: int, location: str | None = None, *, host: str = LOOPBACK, part: str = "all") -> int:
    """Become a program of Dagster; return the exit code only if it can't be started.

    Args:
        port: The port of its page.
        location: The module of another code location than that of `pyproject.toml`.
        host: The address that the page listens on.
        part: `web` for the page, `daemon` for schedule and sensors, `all` for both.
    """
    settings = Settings.load()
    # Page and daemon may start at the same moment.
    for found in () if part == "web" else damage.of_dagster(settings.dagster_home, settings):
        found.repair()
        console().print("! " + shown(found.message))
    home = prepare_home(settings)
    page = ["--host", host, "--port", str(port)]
    name, *arguments = {
        "all": ["dagster", "dev", *page],
        "web": ["dagster-webserver", *page],
        "daemon": ["dagster-daemon", "run"],
    }[part]
    program = str(Path(sysconfig.get_path("scripts")) / name)
    address = [] if part == "daemon" else [f"http://{host}:{port}"]
    console().print(" · ".join([*address, f"DAGSTER_HOME={home}", text("Ctrl-C 结束", "Ctrl-C ends it")]))
    # It recommends another command line of Dagster's, which is a package of its own.
    os.environ["PYTHONWARNINGS"] = "ignore:Function `dev_command` is superseded"
    os.chdir(settings.project_root)
    other = ["--module-name", location] if location else []
    try:
        os.execv(program, [program, *arguments, *other])
    except OSError as error:
        console().print(f"✗ {program}: {error.strerror}")
    return exits.FAILED
