"""Damage to the generated state, and its repair before a build.

All of it can be made again from what was landed. Damaged releases and files of Dagster are moved to `var/damaged`;
what a build only keeps for the next one is removed.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

from ingestion.files import free_name
from ingestion.message import Text
from jixiao.builds.loaded_reference import checksum_of, is_intact
from jixiao.builds.raw_store import RawStore
from jixiao.release.releases import list_releases, switch
from jixiao.release.store import Release, ReleaseError, exclusive, verify
from jixiao.settings import Settings

SET_ASIDE = "set_aside.json"


@dataclass(frozen=True)
class Damage:
    """Something damaged.

    Attributes:
        path: The file or folder.
        what: What is wrong with it.
        remedy: What `repair` does about it.
        repair: Repairs it; raises OSError or ReleaseError if it can't.
    """

    path: Path
    what: Text
    remedy: Text
    repair: Callable[[], None]

    @property
    def message(self) -> Text:
        """The damage and its repair."""
        return Text(f"{self.path}：", f"{self.path}: ") + self.what + Text("；", "; ") + self.remedy


def repair(settings: Settings) -> list[str]:
    """Repair the state of an installation; the caller holds the lock of the build.

    Returns:
        What was damaged, and what was done.

    Raises:
        OSError: Something can't be moved or removed.
        ReleaseError: Another process is publishing or switching.
    """
    done: list[str] = []
    for damage in find(settings):
        damage.repair()
        done.append(damage.message)
    return done


def find(settings: Settings) -> Iterator[Damage]:
    """Yield the damage to the state of an installation, which is only read.

    Each is to be repaired before the next one is asked for.
    """
    yield from _links(settings)
    yield from _releases(settings)
    yield from _raw_rows(settings)
    yield from _reference(settings)
    yield from _list_of_documents(settings)
    yield from of_dagster(Path(os.environ.get("DAGSTER_HOME") or settings.dagster_home), settings)


def _links(settings: Settings) -> Iterator[Damage]:
    for link in (settings.current, settings.open_build):
        if os.path.lexists(link) and not link.is_symlink():
            yield Damage(
                link,
                Text("应为链接", "isn't a link"),
                Text("移至 var/damaged", "moved to var/damaged"),
                partial(_repair_current if link == settings.current else _move_aside, settings, link),
            )
    if settings.current.is_symlink() and not settings.current.exists():
        yield Damage(
            settings.current,
            Text(
                f"所指版本 {settings.current.readlink().name} 不存在",
                f"its release {settings.current.readlink().name} is gone",
            ),
            Text("读者改用现有的最新版本，没有则重建", "readers get the newest other release, or a new one"),
            partial(_repair_current, settings),
        )


def _releases(settings: Settings) -> Iterator[Damage]:
    try:
        found = list_releases(settings)
    except ReleaseError:
        # `var/current` isn't a link, which was reported.
        return
    for release in found:
        # The others are checked when readers are switched to them: reading all takes long.
        problem = _problem(release) if release.is_current else release.problem
        if not problem:
            continue
        what = Text(f"版本已损坏（{problem}）", f"the release is damaged ({problem})")
        aside = Text("移至 var/damaged", "moved to var/damaged")
        again = aside + Text("，从已登记的文件重建", " and built again from what was landed")
        if release.is_current:
            yield Damage(release.path, what, again, partial(_repair_current, settings, release.path))
        else:
            yield Damage(release.path, what, aside, partial(_move_aside, settings, release.path))


def _problem(release: Release) -> str | None:
    if release.problem:
        return release.problem
    try:
        verify(release)
    except (ReleaseError, OSError):
        return "SHA-256"
    return None


def _raw_rows(settings: Settings) -> Iterator[Damage]:
    store = RawStore(settings.raw_store, settings.duckdb)
    damaged = store.damaged()
    if damaged:
        yield Damage(
            damaged[0],
            Text(
                f"原始行已变、不可读或缺少列（{len(damaged)} 个文件）",
                f"raw rows have changed, can't be read or lack columns ({len(damaged)} files)",
            ),
            Text("从 landing/ 重新装入", "read again from landing/"),
            partial(_remove, store.root),
        )


def _reference(settings: Settings) -> Iterator[Damage]:
    for file in sorted((settings.var / "reference").glob("*.duckdb")):
        if checksum_of(file).exists() and not is_intact(file):
            yield Damage(
                file,
                Text("基础表已损坏", "the reference tables are damaged"),
                Text("重新装入", "loaded again"),
                partial(_remove, file.parent),
            )
            return


def _list_of_documents(settings: Settings) -> Iterator[Damage]:
    file = settings.var / SET_ASIDE
    if not file.exists():
        return
    try:
        is_list = isinstance(json.loads(file.read_text(encoding="utf-8")), list)
    except (OSError, ValueError):
        is_list = False
    if not is_list:
        yield Damage(
            file,
            Text("不可读；其中的文件仍在搁置", "can't be read; its documents remain set aside"),
            Text(
                "删除；用 `jixiao documents --history` 查看",
                "removed; `jixiao documents --history` shows them",
            ),
            partial(_remove, file),
        )


def of_dagster(home: Path, settings: Settings) -> Iterator[Damage]:
    """Yield the SQLite files in Dagster's folder that aren't any, and a configuration that can't be read."""
    for file in sorted((*home.rglob("*.db"), *home.glob("dagster.yaml"))):
        if not (_is_mapping(file) if file.suffix == ".yaml" else _is_database(file)):
            yield Damage(
                file,
                Text("Dagster 的文件已损坏", "a damaged file of Dagster"),
                Text("移至 var/damaged，重新建立", "moved to var/damaged and begun anew"),
                partial(_move_database_aside, settings, file),
            )


def _is_database(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("pragma quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:
        # It is locked by another process.
        return True
    except sqlite3.DatabaseError:
        return False


def _is_mapping(file: Path) -> bool:
    try:
        return isinstance(yaml.safe_load(file.read_text(encoding="utf-8")), dict)
    except (OSError, ValueError, yaml.YAMLError):
        return False


def _repair_current(settings: Settings, damaged: Path | None = None) -> None:
    """Move a damaged release, or a link that is none, aside, and switch readers to the newest sound release."""
    if damaged is not None:
        _move_aside(settings, damaged)
    with exclusive(settings):
        settings.current.unlink(missing_ok=True)
    for release in list_releases(settings):
        if _problem(release) is None:
            switch(settings, release.release_id)
            return


def _move_aside(settings: Settings, path: Path) -> None:
    folder = settings.var / "damaged"
    folder.mkdir(parents=True, exist_ok=True)
    # A link to a folder is moved, not what it leads to.
    path.rename(free_name(folder / path.name))


def _move_database_aside(settings: Settings, file: Path) -> None:
    _move_aside(settings, file)
    for suffix in ("-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        with suppress(FileNotFoundError):
            path.unlink()
