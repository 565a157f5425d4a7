"""The loaded reference tables, kept for later builds: they change only with the project or the installation."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from jixiao.builds import overlay
from jixiao.builds.folder import BuildFolder
from jixiao.builds.scope import DECISIONS, project_hash
from jixiao.release.store import sha256_of
from jixiao.settings import Settings

SCHEMA = "reference"


def restore(settings: Settings, folder: BuildFolder) -> bool:
    """Copy the kept reference tables into a new database of a build, if they are still the same.

    Returns:
        Whether they were copied: only the raw tables have to be loaded then.
    """
    kept = _file(settings)
    if folder.database.exists() or not is_intact(kept):
        return False
    shutil.copyfile(kept, folder.database)
    return True


def keep(settings: Settings, folder: BuildFolder) -> None:
    """Keep the loaded and tested reference tables of a build, and remove those of another state."""
    kept = _file(settings)
    if is_intact(kept):
        return
    shutil.rmtree(kept.parent, ignore_errors=True)
    kept.parent.mkdir(parents=True)
    partial = kept.with_suffix(".partial")
    overlay.copy_schema(folder.database, partial, SCHEMA, settings.duckdb)
    checksum_of(kept).write_text(sha256_of(partial), encoding="utf-8")
    partial.replace(kept)


def _file(settings: Settings) -> Path:
    digest = hashlib.sha256(project_hash(settings).encode())
    for row in settings.reference.rows(DECISIONS):
        digest.update(f"{list(row.values())}\n".encode())
    return settings.var / SCHEMA / f"{digest.hexdigest()[:32]}.duckdb"


def is_intact(file: Path) -> bool:
    """Return whether a file of kept tables is as it was written."""
    try:
        return checksum_of(file).read_text(encoding="utf-8") == sha256_of(file)
    except (OSError, ValueError):
        return False


def checksum_of(file: Path) -> Path:
    """Return the path of the SHA-256 of a file of kept tables."""
    return file.with_suffix(".sha256")
