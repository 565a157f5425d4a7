"""dbt in a process of its own that is forked from one which has imported it and parsed the project.

dbt takes some six seconds to start: imports, and a parse of the project that has not changed. A build calls it
four times; forked, it starts in a fraction of a second. Its own process it has nevertheless: the lock on the build
file and the memory go with it.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import shutil
import sys
from collections.abc import Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from typing import IO

from jixiao.settings import Settings
from orchestration.defs.dbt import commands
from orchestration.defs.dbt.child import failed
from orchestration.defs.dbt.manifest import PARTIAL_PARSE, fingerprint, prepare_manifest

_CONTEXT = multiprocessing.get_context("forkserver")
_PARSED = "orchestration.defs.dbt.parsed"
_CONTEXT.set_forkserver_preload([_PARSED])


class DbtProcess:
    """A dbt at work: what of `subprocess.Popen` is asked of it.

    Args:
        settings: Where things are.
        arguments: Of dbt.
        target: Where dbt writes its artifacts.
        logs: Where dbt writes its log.
        in_events: Whether it tells a program of each event as a line of JSON, instead of speaking to people.

    Attributes:
        args: The command, as it would be typed.
        stdout: What it says, errors included, as bytes.
    """

    def __init__(
        self,
        settings: Settings,
        arguments: Sequence[str],
        *,
        target: Path,
        logs: Path,
        in_events: bool = True,
    ) -> None:
        self.args = ["dbt", *arguments]
        for path in (target, logs):
            path.mkdir(parents=True, exist_ok=True)
        # Where the project has changed since it was parsed, dbt parses what has changed.
        shutil.copyfile(settings.dbt_target / PARTIAL_PARSE, target / PARTIAL_PARSE)
        environment = commands.environment(settings, target=target, logs=logs, inherited=os.environ)
        ear, mouth = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(
            target=_run,
            args=(self.args, environment, settings.project_root, fingerprint(settings), mouth, in_events),
            daemon=True,
        )
        self._process.start()
        mouth.close()
        # The connection closes its descriptor when it goes; the file has one of its own.
        self.stdout: IO[bytes] = os.fdopen(os.dup(ear.fileno()), "rb")
        ear.close()

    @property
    def returncode(self) -> int | None:
        """The exit code, once it has ended; of a signal, its negative number."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end, at most so many seconds; returns the exit code, None if it goes on."""
        self._process.join(timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, number)


def run_to_end(settings: Settings, arguments: Sequence[str], *, target: Path, logs: Path) -> str:
    """Run dbt to its end, and return what it said.

    Args:
        settings: Where things are.
        arguments: Of dbt.
        target: Where dbt writes its artifacts.
        logs: Where dbt writes its log.

    Raises:
        DbtError: If it failed.
    """
    process = DbtProcess(settings, arguments, target=target, logs=logs, in_events=False)
    with process.stdout as stdout:
        said = stdout.read().decode("utf-8", errors="replace").strip()
    if process.wait() != 0:
        raise failed(arguments, settings, said)
    return said


def get_ready(settings: Settings) -> None:
    """Begin to import dbt and to load the parsed project, in the process that every later dbt is forked from.

    Otherwise the first of them waits for that. It takes the settings of the environment as it is now. A project that
    has changed is parsed before this returns.

    Raises:
        ManifestError: If the project doesn't parse.
    """
    prepare_manifest(settings)
    ensure_running()


def _run(
    command: list[str],
    environment: dict[str, str],
    folder: Path,
    project: str,
    mouth: Connection,
    in_events: bool,
) -> None:
    """What the forked process does: dbt's command line, with the project as it was parsed if that is still it."""
    for descriptor in (1, 2):
        os.dup2(mouth.fileno(), descriptor)
    mouth.close()
    # Whoever listens hears line by line.
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = command
    # Both were imported by the process that this one was forked from.
    parsed, dbt = import_module(_PARSED), import_module("dbt.cli.main")
    context = parsed.context(project)
    if in_events:
        # dbt makes JSON of everything it might log and then throws nine of ten lines away.
        os.environ["DBT_LOG_LEVEL"] = "none"
        context["callbacks"] = [parsed.tell]
    try:
        dbt.cli.main(command[1:], prog_name="dbt", obj=context)
    finally:
        # A forked process ends without: DuckDB would leave a log beside the file, not written into it.
        atexit._run_exitfuncs()
