"""Run the command line in forks of a process that has imported the frameworks, which takes a sixth of a small build.

A fork imports the project's own modules by itself, under the environment of its installation.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn

FRAMEWORKS = ("typer", "rich.console", "duckdb", "dagster", "dagster_dbt", "great_expectations", "openpyxl")


def run(
    arguments: Sequence[str], environment: Mapping[str, str], output: Path, patience: int
) -> subprocess.CompletedProcess[str]:
    """Run `jixiao` with arguments and return its exit code and output, as `subprocess.run` does.

    Args:
        arguments: The arguments after `jixiao`.
        environment: The environment of the process.
        output: A folder for its output.
        patience: The seconds after which it is killed.
    """
    stdout, stderr = output / "stdout", output / "stderr"
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    request = [list(arguments), dict(environment), str(stdout), str(stderr), patience]
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    code = int(server.stdout.readline())
    return subprocess.CompletedProcess(
        ["jixiao", *arguments], code, stdout.read_text(encoding="utf-8"), stderr.read_text(encoding="utf-8")
    )


@cache
def _server() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    atexit.register(process.kill)
    return process


def _serve() -> None:
    for name in FRAMEWORKS:
        importlib.import_module(name)
    for line in sys.stdin:
        arguments, environment, stdout, stderr, patience = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(arguments, environment, stdout, stderr)
        signal.signal(signal.SIGALRM, lambda *_, child=child: os.kill(child, signal.SIGKILL))
        signal.alarm(patience)
        _, status = os.waitpid(child, 0)
        signal.alarm(0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(arguments: list[str], environment: dict[str, str], stdout: str, stderr: str) -> NoReturn:
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for descriptor, name, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        (2, stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
    ):
        os.dup2(os.open(name, flags), descriptor)
    sys.stdin, sys.stdout, sys.stderr = (
        open(descriptor, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
        for descriptor, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    sys.argv = ["jixiao", *arguments]
    from jixiao.cli.main import main  # noqa: PLC0415

    main()
    sys.exit()


if __name__ == "__main__":
    _serve()
