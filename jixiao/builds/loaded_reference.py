"""The loaded reference tables, kept for later builds: they change only with the project or the installation."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path

import duckdb

from jixiao.builds import overlay
from jixiao.builds.folder import BuildFolder
from jixiao.builds.scope import DECISIONS, project_hash
from jixiao.settings import Settings

SCHEMA = "reference"


def restore(settings: Settings, folder: BuildFolder) -> bool:
    """Copy the kept reference tables into a new database of a build, if they are still the same.

    Returns:
        Whether they were copied: only the raw tables have to be loaded then.
    """
    kept = _file(settings)
    if folder.database.exists() or not _is_readable(kept):
        return False
    shutil.copyfile(kept, folder.database)
    return True


def keep(settings: Settings, folder: BuildFolder) -> None:
    """Keep the loaded and tested reference tables of a build, and remove those of another state."""
    kept = _file(settings)
    if kept.exists():
        return
    shutil.rmtree(kept.parent, ignore_errors=True)
    kept.parent.mkdir(parents=True)
    partial = kept.with_suffix(".partial")
    overlay.copy_schema(folder.database, partial, SCHEMA, settings.duckdb)
    partial.replace(kept)


def _file(settings: Settings) -> Path:
    digest = hashlib.sha256(project_hash(settings).encode())
    for row in settings.reference.rows(DECISIONS):
        digest.update(f"{list(row.values())}\n".encode())
    return settings.var / SCHEMA / f"{digest.hexdigest()[:32]}.duckdb"


def _is_readable(file: Path) -> bool:
    """Return whether a DuckDB file can be opened; a damaged one is removed, since it can be made again."""
    if not file.exists():
        return False
    try:
        duckdb.connect(str(file), read_only=True).close()
    except duckdb.Error:
        with suppress(OSError):
            file.unlink()
        return False
    return True
