"""Releases: publish a build, switch readers to it in one step, go back, keep the newest.

A release is a folder `var/releases/<release_id>/` that never changes once it has its name; `var/current`
is a relative link to one of them. Links, locks and renames are those of POSIX systems.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.message import Text
from jixiao.release.comparison import write_views
from jixiao.release.page import Page, PageSource
from jixiao.release.retention import kept
from jixiao.release.snapshot import STORAGE_VERSION, adopt_snapshot, write_snapshot
from jixiao.release.store import (
    DATABASE_NAME,
    MANIFEST_NAME,
    Release,
    ReleaseError,
    check_release_id,
    current,
    current_name,
    describe_files,
    exclusive,
    find,
    fsync,
    fsync_tree,
    list_releases,
    partial_of,
    refuse_damaged,
    remove_partials,
    verify,
)
from jixiao.settings import PUBLISHED_SCHEMAS, DuckDBConfig, Settings

__all__ = [
    "Page",
    "Release",
    "ReleaseError",
    "clean_partials",
    "current",
    "list_releases",
    "new_release_id",
    "pin",
    "pinned",
    "prune",
    "publish",
    "rollback",
    "switch",
    "unpin",
    "verify",
]


def new_release_id(now: datetime, taken: Collection[str] = ()) -> str:
    """Name a release by its second in UTC, so that names sort by time.

    Args:
        now: An aware point in time, in any time zone.
        taken: Names in use; a second release in the same second gets the suffix `-02`, the next `-03`.

    Returns:
        A name such as `20261123T153501Z`.

    Raises:
        ReleaseError: The time has no zone, or 99 names of this second are taken.
    """
    if now.tzinfo is None:
        raise ReleaseError(f"{now.isoformat()}: a release is named in UTC; pass a time with its zone")
    base = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for name in (base, *(f"{base}-{number:02d}" for number in range(2, 100))):
        if name not in taken:
            return name
    raise ReleaseError(f"{base}: all names of this second are taken; publish again in a second")


def publish(
    build_db: Path,
    release_id: str,
    settings: Settings,
    *,
    manifest: Mapping[str, object] | None = None,
    folders: Mapping[str, Path] | None = None,
    pages: Mapping[str, Page] | None = None,
    is_snapshot: bool = False,
) -> Release:
    """Write a release from a build, make it the current one and prune old ones.

    A publish that fails or is killed leaves the current release as it was; the next one removes the files of a killed
    one.

    Args:
        build_db: The DuckDB file of the build, opened read-only; nothing may have it open for writing.
        release_id: Name of the release, see `new_release_id`.
        settings: Where releases are.
        manifest: Further entries of `manifest.json`, as JSON values.
        folders: Folders to copy into the release, by their names in it.
        pages: Pages to write from the tables of the release, by their file names in it.
        is_snapshot: Whether the file is that of an earlier release with changes laid over it: it is moved into this
            release.

    Returns:
        The release, now current.

    Raises:
        ReleaseError: The name is taken or malformed, the build can't be published, an input is missing, a
            page can't be written, or another process is publishing or switching.
    """
    extra = _checked_entries(manifest or {})
    check_release_id(release_id)
    for source in (folders or {}).values():
        if not source.is_dir():
            raise ReleaseError(f"{source}: no such folder; write it before publishing")
    folder = settings.releases / release_id
    with exclusive(settings):
        remove_partials(settings)
        before = _readable_current(settings)
        if os.path.lexists(folder):
            raise ReleaseError(f"{folder} exists: a release never changes; publish under another name")
        partial = partial_of(folder)
        try:
            partial.mkdir()
            write = adopt_snapshot if is_snapshot else write_snapshot
            rows = write(build_db, partial, PUBLISHED_SCHEMAS, settings.duckdb)
            for name, source in (folders or {}).items():
                shutil.copytree(source, partial / name)
            with tempfile.TemporaryDirectory() as scratch:
                previous = Path(scratch, DATABASE_NAME) if before and before.manifest else None
                if before and previous:
                    write_views(before, previous)
                _write_pages(partial, release_id, extra, pages or {}, previous, settings.duckdb)
            entries = {"release_id": release_id, **extra, "source_build": _source_name(build_db, settings)}
            _write_manifest(partial, rows, entries)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        partial.rename(folder)
        fsync(settings.releases)
        if is_snapshot:
            build_db.unlink()
        _protect(folder)
        release = _switch(settings, release_id)
        _prune(settings)
    return release


def switch(settings: Settings, release_id: str) -> Release:
    """Make a release the current one, in one step that no reader can see half done.

    Raises:
        ReleaseError: There is no such release, it is visibly damaged, or another process is at work.
    """
    with exclusive(settings):
        return _switch(settings, release_id)


def rollback(settings: Settings, release_id: str | None = None) -> Release:
    """Go back to a release after checking that it is whole.

    Args:
        settings: Where releases are.
        release_id: The release to go to; by default the one created before the current one.

    Returns:
        The release, now current.

    Raises:
        ReleaseError: There is no such release, it isn't whole, or another process is at work. The current
            release stays.
    """
    with exclusive(settings):
        target = _previous(settings) if release_id is None else find(settings, release_id)
        verify(target)
        return _switch(settings, target.release_id)


def prune(settings: Settings) -> list[str]:
    """Remove the releases that the retention doesn't keep; the current one and pinned ones always stay.

    A folder without a readable manifest is neither counted nor removed.

    Returns:
        The names of the removed ones.

    Raises:
        ReleaseError: Another process is publishing or switching.
    """
    with exclusive(settings):
        remove_partials(settings)
        return _prune(settings)


def pin(settings: Settings, release_id: str) -> None:
    """Keep a release until it is unpinned.

    Raises:
        ReleaseError: There is no such release, or it is damaged.
    """
    verify(find(settings, release_id))
    settings.pinned.mkdir(parents=True, exist_ok=True)
    (settings.pinned / release_id).touch()


def unpin(settings: Settings, release_id: str) -> None:
    """Have a release kept as others are, and removed by a later build.

    Raises:
        ReleaseError: It isn't pinned.
    """
    if release_id not in pinned(settings):
        raise ReleaseError(f"{release_id}: not pinned")
    (settings.pinned / release_id).unlink()


def pinned(settings: Settings) -> set[str]:
    """Return the names of the pinned releases."""
    return {path.name for path in settings.pinned.glob("*")}


def clean_partials(settings: Settings) -> list[str]:
    """Remove what killed publishes left behind.

    Returns:
        The names of the removed files and folders.

    Raises:
        ReleaseError: Another process is publishing or switching.
    """
    with exclusive(settings):
        return remove_partials(settings)


def _checked_entries(entries: Mapping[str, object]) -> dict[str, object]:
    own = {"release_id", "created_at", "duckdb_version", "storage_version", "source_build", "rows", "files"}
    if clash := own & entries.keys():
        raise ReleaseError(f"manifest: {', '.join(sorted(clash))} is written by publish; rename the entry")
    try:
        json.dumps(dict(entries), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ReleaseError(f"manifest: not JSON ({error}); pass texts, numbers, lists and dicts") from error
    return dict(entries)


def _readable_current(settings: Settings) -> Release | None:
    name = current_name(settings)
    return next((release for release in list_releases(settings) if release.release_id == name), None)


def _write_pages(
    partial: Path,
    release_id: str,
    entries: Mapping[str, object],
    pages: Mapping[str, Page],
    previous: Path | None,
    config: DuckDBConfig,
) -> None:
    with duckdb.connect(str(partial / DATABASE_NAME), read_only=True, config=config) as connection:
        for name, page in pages.items():
            try:
                text = page(PageSource(connection, release_id, entries, previous))
            except duckdb.Error as error:
                raise ReleaseError(
                    f"{name} can't be written from the tables of the build: {error}"
                ) from error
            (partial / name).write_text(text, encoding="utf-8")


def _write_manifest(partial: Path, rows: Mapping[str, int], entries: Mapping[str, object]) -> None:
    content = {
        **entries,
        "created_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "duckdb_version": duckdb.__version__,
        "storage_version": STORAGE_VERSION,
        "rows": rows,
        "files": describe_files(partial),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    (partial / MANIFEST_NAME).write_text(text, encoding="utf-8")
    fsync_tree(partial)


def _protect(folder: Path) -> None:
    """Remove the write permission of files: a client that opens the database for writing locks out all others."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(path.stat().st_mode & ~0o222)


def _source_name(build_db: Path, settings: Settings) -> str:
    # A release may be passed on: it has no absolute paths of its maker.
    build, var = build_db.resolve(), settings.var.resolve()
    return build.relative_to(var).as_posix() if build.is_relative_to(var) else build.name


def _switch(settings: Settings, release_id: str) -> Release:
    refuse_damaged(find(settings, release_id))
    link = partial_of(settings.current)
    link.unlink(missing_ok=True)
    link.symlink_to(Path(settings.releases.name) / release_id)
    link.replace(settings.current)
    fsync(settings.var)
    return find(settings, release_id)


def _previous(settings: Settings) -> Release:
    releases = [release for release in list_releases(settings) if release.manifest]
    position = next((place for place, release in enumerate(releases) if release.is_current), None)
    if position is None:
        raise ReleaseError(
            f"{settings.current}: "
            + Text(
                "当前版本无法读取，请写明要退回的版本",
                "the current release can't be read, so none is before it; name the release to go back to",
            )
        )
    if position + 1 == len(releases):
        raise ReleaseError(
            f"{settings.releases}: "
            + Text(
                f"{releases[position].release_id} 之前没有版本，无法退回",
                f"there is no release before {releases[position].release_id} to go back to",
            )
        )
    return releases[position + 1]


def _prune(settings: Settings) -> list[str]:
    known = [release for release in list_releases(settings) if release.manifest]
    stay = {release.release_id for release in kept(known, settings.retention)} | pinned(settings)
    old = [release.path for release in known if not release.is_current and release.release_id not in stay]
    for folder in old:
        # Removing takes many steps: under its own name a half-removed release would look damaged.
        partial = partial_of(folder)
        folder.rename(partial)
        shutil.rmtree(partial, ignore_errors=True)
    return [folder.name for folder in old]
