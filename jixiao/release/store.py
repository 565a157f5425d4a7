"""Release folders on disk: list and find them, read the current one, lock them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.message import Text
from jixiao.settings import Settings

DATABASE_NAME = "jixiao.duckdb"

MANIFEST_NAME = "manifest.json"

_RELEASE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ReleaseError(Exception):
    """A release can't be written, switched to or read; the message names the file and the remedy."""


@dataclass(frozen=True)
class Release:
    """One published release.

    Attributes:
        release_id: Name of the release and of its folder.
        path: The folder.
        manifest: The content of `manifest.json`; empty if it can't be read or is that of another release.
        is_current: Whether `var/current` points at it.
        problem: A fault of the folder that names and sizes show; None if there is none.
    """

    release_id: str
    path: Path
    manifest: dict[str, Any]
    is_current: bool
    problem: str | None = None

    @property
    def database(self) -> Path:
        """The DuckDB file."""
        return self.path / DATABASE_NAME


def list_releases(settings: Settings) -> list[Release]:
    """Return all releases, newest first; those whose manifest can't be read come last.

    A damaged release is listed with its `problem`. Unfinished ones aren't listed.
    """
    if not settings.releases.is_dir():
        return []
    name = current_name(settings)
    releases = [
        _load(folder, name)
        for folder in settings.releases.iterdir()
        if folder.is_dir() and not folder.name.startswith(".")
    ]
    return sorted(releases, key=_age_key, reverse=True)


def current(settings: Settings) -> Release | None:
    """Return the current release, or None before the first publish.

    Raises:
        ReleaseError: `var/current` is no link, or points at nothing.
    """
    name = current_name(settings)
    return None if name is None else find(settings, name)


def refuse_damaged(release: Release) -> None:
    """Check that a release has no visible problem, without reading its database.

    Raises:
        ReleaseError: It has one.
    """
    if release.problem:
        raise ReleaseError(
            Text(
                f"{release.path} 已损坏：{release.problem}；请选择其他版本",
                f"{release.path} is damaged: {release.problem}; choose another release",
            )
        )


def verify(release: Release) -> None:
    """Check that a release is whole: a readable manifest, and the database with its checksum.

    Raises:
        ReleaseError: It isn't.
    """
    refuse_damaged(release)
    if sha256_of(release.database) != release.manifest["files"][DATABASE_NAME].get("sha256"):
        raise ReleaseError(
            Text(
                f"{release.database} 已损坏，其 SHA-256 与清单不符；请选择其他版本",
                f"{release.database} is damaged: its SHA-256 isn't the manifest's; choose another release",
            )
        )


def sound_file(release: Release, name: str) -> Path:
    """Return a file of a release after checking its SHA-256: changed bytes can end the process that reads them.

    Raises:
        ReleaseError: It is missing, changed, or not in the manifest.
    """
    file = release.path / name
    entry = release.manifest.get("files", {}).get(name, {})
    try:
        is_sound = sha256_of(file) == entry.get("sha256")
    except OSError:
        is_sound = False
    if not is_sound:
        raise ReleaseError(Text(f"{file} 缺失或已损坏", f"{file} is missing or damaged"))
    return file


def check_release_id(release_id: str) -> None:
    """Check that a name can be that of a release and of its folder.

    Raises:
        ReleaseError: It can't.
    """
    if not _RELEASE_ID.fullmatch(release_id):
        raise ReleaseError(
            Text(
                f"{release_id!r} 不是版本名；版本名至多 64 个字母、数字、“.”“_”“-”，以字母或数字开头",
                f"{release_id!r} can't name a release: use up to 64 letters, digits, '.', '_' and '-', "
                "the first a letter or digit",
            )
        )


def find(settings: Settings, release_id: str) -> Release:
    """Return the release of a name.

    Raises:
        ReleaseError: There is none.
    """
    check_release_id(release_id)
    folder = settings.releases / release_id
    if not folder.is_dir():
        known = ", ".join(release.release_id for release in list_releases(settings))
        raise ReleaseError(
            f"{folder}: "
            + Text("没有这个版本，现有：", "no such release; there are: ")
            + (known or Text("无", "none"))
        )
    return _load(folder, current_name(settings))


def partial_of(path: Path) -> Path:
    """Return the path of a folder or link while it is written, and before it is removed."""
    return path.with_name(f".{path.name}.partial")


@contextmanager
def exclusive(settings: Settings) -> Iterator[None]:
    """Keep other processes from changing the releases.

    Raises:
        ReleaseError: Another one is changing them.
    """
    # The kernel frees this lock with the process that holds it, so that a killed publish blocks no other.
    settings.releases.mkdir(parents=True, exist_ok=True)
    lock = settings.releases / ".lock"
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReleaseError(
                f"{lock}: "
                + Text(
                    "另一进程正在发布或切换版本；请等它结束",
                    "another process is publishing or switching; wait for it",
                )
            ) from error
        yield


def current_name(settings: Settings) -> str | None:
    """Return the name of the release that `var/current` points at, whether it exists or not.

    Raises:
        ReleaseError: `var/current` is no link.
    """
    if not os.path.lexists(settings.current):
        return None
    if not settings.current.is_symlink():
        raise ReleaseError(
            f"{settings.current} "
            + Text(
                "不是指向版本的链接；请移走后重新切换",
                "isn't a link to a release; move it away and switch again",
            )
        )
    return settings.current.readlink().name


def remove_partials(settings: Settings) -> list[str]:
    """Remove what killed publishes left, and return its names; to be called under the lock."""
    left = list(settings.releases.glob(".*.partial"))
    link = partial_of(settings.current)
    if os.path.lexists(link):
        left.append(link)
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [path.name for path in left]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe_files(folder: Path) -> dict[str, dict[str, object]]:
    """Size in bytes and SHA-256 of every file in a folder, by path relative to it, sorted."""
    return {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def fsync(path: Path) -> None:
    """Have the disk hold a file, or the entries of a folder, before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_tree(folder: Path) -> None:
    """Have the disk hold a folder and all that is in it."""
    for path in folder.rglob("*"):
        fsync(path)
    fsync(folder)


def _load(folder: Path, current_name: str | None) -> Release:
    manifest, problem = _read_manifest(folder)
    return Release(folder.name, folder, manifest, folder.name == current_name, problem)


def _read_manifest(folder: Path) -> tuple[dict[str, Any], str | None]:
    try:
        manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
        size = manifest["files"][DATABASE_NAME]["bytes"]
        named, _ = manifest["release_id"], datetime.fromisoformat(manifest["created_at"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        return {}, f"{MANIFEST_NAME} can't be read ({error!r})"
    if named != folder.name:
        return {}, f"{MANIFEST_NAME} is that of release {named}"
    try:
        found = (folder / DATABASE_NAME).stat().st_size
    except OSError as error:
        return manifest, f"{DATABASE_NAME} can't be read ({error!r})"
    if found != size:
        return manifest, f"{DATABASE_NAME} has {found} bytes, by the manifest {size}"
    return manifest, None


def _age_key(release: Release) -> tuple[str, str]:
    return str(release.manifest.get("created_at", "")), release.release_id
