"""An installation for tests: folders, environment, and its command line as a child process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from integration import warm

from jixiao.release.releases import Release, current, verify
from jixiao.settings import PROJECT_ROOT, Settings

# Under a shell that runs in the background SIGINT is ignored, and children would ignore it too.
_HEAR_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
COMMAND = [sys.executable, "-c", f"{_HEAR_CTRL_C}; from jixiao.cli.main import main; main()"]

PATIENCE_SECONDS = 300
"""The limit after which a build counts as hanging; its duration is not tested."""


@dataclass(frozen=True)
class Installation:
    """Folders of one installation, and its command line."""

    var: Path
    landing: Path

    @property
    def settings(self) -> Settings:
        return Settings(project_root=PROJECT_ROOT, var=self.var, landing=self.landing)

    @property
    def environment(self) -> dict[str, str]:
        mine = {
            "JIXIAO_VAR": str(self.var),
            "JIXIAO_LANDING": str(self.landing),
            "JIXIAO_LANG": "zh",
            # The other processor is the other worker's.
            "JIXIAO_THREADS": "1",
        }
        others = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
        return {**others, **mine}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory() as output:
            return warm.run(arguments, self.environment, Path(output), PATIENCE_SECONDS)

    def run_anew(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run in a new process, as a user does."""
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    @contextmanager
    def building(self) -> Iterator[subprocess.Popen[str]]:
        """Run a forced build in a new process group, and kill the group if it is still running at the end."""
        with subprocess.Popen(
            [*COMMAND, "build", "--force"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def current(self) -> Release:
        release = current(self.settings)
        assert release is not None
        verify(release)
        return release


@dataclass(frozen=True)
class FirstBuild:
    """The sample, built in a new installation, and the output of the build."""

    installation: Installation
    stdout: str
    stderr: str


def read_until(lines: Iterator[str], text: str) -> str:
    """Read lines up to one that contains a text; fail if none does."""
    seen = []
    for line in lines:
        seen.append(line)
        if text in line:
            return line
    raise AssertionError(f"no line with {text!r} in:\n{''.join(seen)}")
