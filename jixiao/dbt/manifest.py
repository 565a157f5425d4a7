"""The dbt manifest, parsed before the code location loads if the project has changed."""

from __future__ import annotations

import fcntl
import hashlib
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from jixiao.dbt import commands
from jixiao.dbt.child import DbtError, call_dbt
from jixiao.settings import Settings

MANIFEST = "manifest.json"
PARTIAL_PARSE = "partial_parse.msgpack"

_PROJECT_FILES = ("dbt_project.yml", "profiles.yml")
_PROJECT_FOLDERS = ("models", "macros", "seeds", "tests/dbt")
_STAMP = "project.sha256"


class ManifestError(Exception):
    """The project can't be parsed; the message is dbt's."""


def prepare_manifest(settings: Settings) -> Path:
    """Return the path of the project's manifest, after parsing the project if it has changed.

    Raises:
        ManifestError: The project can't be parsed.
    """
    target = settings.dbt_target
    target.mkdir(parents=True, exist_ok=True)
    # Dagster loads the code location in several processes at once.
    with (target / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = fingerprint(settings)
        if not _is_fresh(target, stamp):
            (target / _STAMP).unlink(missing_ok=True)
            _parse(settings, target)
            (target / _STAMP).write_text(stamp + _digest(target), encoding="utf-8")
    return target / MANIFEST


def fingerprint(settings: Settings) -> str:
    """Return a hash of the state of the project, and of the paths in the manifest."""
    return hashlib.sha256(
        f"{project_state(settings.project_root)} {settings.open_build}".encode()
    ).hexdigest()


def project_state(root: Path) -> str:
    """Return a hash of the state of the project's files and the versions of dbt."""
    digest = hashlib.sha256()
    digest.update(f"{version('dbt-core')} {version('dbt-duckdb')}\n".encode())
    for path in sorted(_project_files(root)):
        state = path.stat()
        digest.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _project_files(root: Path) -> Iterator[Path]:
    for name in _PROJECT_FILES:
        yield root / name
    for name in _PROJECT_FOLDERS:
        yield from (path for path in (root / name).rglob("*") if path.is_file())


def _is_fresh(target: Path, stamp: str) -> bool:
    try:
        return (target / _STAMP).read_text(encoding="utf-8") == stamp + _digest(target)
    except (OSError, ValueError):
        return False


def _digest(target: Path) -> str:
    """Return the hash of the files that dbt wrote, by which damaged ones are recognised."""
    digest = hashlib.sha256()
    for name in (MANIFEST, PARTIAL_PARSE):
        digest.update((target / name).read_bytes())
    return digest.hexdigest()


def _parse(settings: Settings, target: Path) -> None:
    try:
        output = call_dbt(settings, commands.parse_arguments(), target=target, logs=target)
    except DbtError as error:
        raise ManifestError(str(error)) from error
    if output:
        # Output of a successful parse is a deprecation or the like.
        print(output, file=sys.stderr)
