"""The environments that the peers have apart from the project's own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jixiao.settings import PROJECT_ROOT

_VERSIONS = (
    "import json, sys; from importlib.metadata import version; "
    "print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
)


@dataclass(frozen=True)
class Environment:
    """A virtual environment that `make` fills.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    @property
    def missing(self) -> str:
        """What to do about an environment that isn't there; blank where it is."""
        ready = self.folder / ".ready"
        return "" if ready.is_file() else f"{self.folder.name} isn't there: make {self.folder.name}/.ready"

    def program(self, name: str) -> str:
        """A program of the environment."""
        return str(self.folder / "bin" / name)

    def versions(self, packages: Sequence[str]) -> dict[str, str]:
        """The versions of its packages; none of an environment that isn't there."""
        if self.missing:
            return {}
        done = subprocess.run(
            [self.program("python"), "-c", _VERSIONS, *packages],
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        found: dict[str, str] = json.loads(done.stdout)
        return found


PEERS = Environment(PROJECT_ROOT / ".venv-peers")
SQLMESH = Environment(PROJECT_ROOT / ".venv-sqlmesh")
