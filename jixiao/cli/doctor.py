"""`jixiao doctor`: what an installation has, what of it is damaged, what it takes on disk. It changes nothing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

import duckdb
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from ingestion.intake import in_inbox
from ingestion.landing import landed
from ingestion.message import Text, join
from jixiao.builds import damage, set_aside
from jixiao.builds.folder import BuildFolder
from jixiao.builds.record import FAILED, RELEASED, RUNNING, UNCHANGED, BuildRecord
from jixiao.builds.space import AT_LEAST
from jixiao.cli import exits
from jixiao.cli.console import console, one_line
from jixiao.language import shown, text
from jixiao.release.comparison import PARQUET_FOLDER
from jixiao.release.query import connect
from jixiao.release.releases import Release, ReleaseError, list_releases, pinned
from jixiao.release.store import sound_file
from jixiao.settings import Settings

_PACKAGE = "jixiao"

_STATUS = {
    RELEASED: Text("已发布", "released"),
    UNCHANGED: Text("无变更", "unchanged"),
    FAILED: Text("失败", "failed"),
    RUNNING: Text("未结束", "not ended"),
}


def run_doctor() -> int:
    """Print the state of the installation and return the exit code: `OK` if it is sound."""
    settings = Settings.load()
    out = console()
    for line in _state(settings):
        out.print(one_line(shown(line)))
    faults = list(_faults(settings))
    for fault in faults:
        out.print("✗ " + one_line(shown(fault)))
    if faults:
        out.print(
            text(
                "损坏之处由下一次 `jixiao build` 修复；其余请按上面处理。",
                "The next `jixiao build` repairs damage; mend the rest as described above.",
            )
        )
        return exits.FAILED
    out.print(text("✓ 正常", "✓ sound"))
    return exits.OK


def _state(settings: Settings) -> Iterator[Text]:
    yield Text("程序：", "Program: ") + (
        f"jixiao {version(_PACKAGE)} · Python {sys.version.split()[0]} · DuckDB {duckdb.__version__} · "
        f"dbt {version('dbt-core')} · Dagster {version('dagster')}"
    )
    yield Text("文件夹：", "Folders: ") + f"{settings.landing} · {settings.var}"
    yield _inputs(settings)
    try:
        releases = list_releases(settings)
    except ReleaseError:
        releases = []
    yield from _releases(releases, settings)
    yield _builds(settings)
    yield _sizes(settings)


def _inputs(settings: Settings) -> Text:
    folders = len(landed(settings.landing)) if settings.landing.is_dir() else 0
    inbox = len(in_inbox(settings.landing_folder().inbox))
    refused = sum(1 for _ in settings.quarantine.glob("*"))
    aside = len(set_aside.read(settings))
    return Text(
        f"登记：{folders} 份，收件箱待读 {inbox}，隔离 {refused}，搁置 {aside}",
        f"Landed: {folders} documents, {inbox} in the inbox, {refused} in quarantine, {aside} set aside",
    )


def _releases(releases: list[Release], settings: Settings) -> Iterator[Text]:
    current = next((release for release in releases if release.is_current), None)
    if current is None or not current.manifest:
        yield Text("当前版本：无", "Current release: none")
    else:
        hours = (datetime.now(UTC) - datetime.fromisoformat(current.manifest["created_at"])).total_seconds()
        days, hours = divmod(int(hours // 3600), 24)
        yield (
            Text("当前版本：", "Current release: ")
            + current.release_id
            + Text(f"，{days} 天 {hours} 小时前，", f", {days} days {hours} hours old, ")
            + _contents(current)
        )
    fixed = len(pinned(settings))
    yield Text(
        f"保留版本：{len(releases)} 个，固定 {fixed} 个", f"Kept releases: {len(releases)}, {fixed} pinned"
    )


def _contents(release: Release) -> Text:
    try:
        file = sound_file(release, f"{PARQUET_FOLDER}/core/dim_document.parquet")
        with duckdb.connect() as connection:
            [(documents, organizations, first, last)] = connection.execute(
                "select count(*), count(distinct organization_id), min(fiscal_year), max(fiscal_year) "
                "from read_parquet(?)",
                [str(file)],
            ).fetchall()
    except (duckdb.Error, ReleaseError):
        return Text("内容不可读", "which can't be read")
    years = str(first) if first == last else f"{first}–{last}"
    return Text(
        f"{documents} 份文件、{organizations} 个单位、{years} 年度",
        f"{documents} documents of {organizations} organizations, {years}",
    )


def _builds(settings: Settings) -> Text:
    lines: list[str] = []
    for path in sorted(settings.builds.glob("*/build.json"), reverse=True):
        if path.parent.is_symlink():
            continue
        try:
            record = BuildRecord.read(BuildFolder(path.parent).record)
        except (OSError, ValueError):
            lines.append(
                Text(f"{path.parent.name} 记录不可读", f"{path.parent.name} without a readable record")
            )
            continue
        where = f" ({record.stage})" if record.status == FAILED else ""
        lines.append(f"{record.build_id} " + _STATUS.get(record.status, record.status) + where)
    return Text("最近构建：", "Last builds: ") + (join(", ", lines) if lines else Text("无", "none"))


def _sizes(settings: Settings) -> Text:
    parts = {
        path.name: size_on_disk(path) for path in sorted(settings.var.glob("*")) if not path.is_symlink()
    }
    parts["landing"] = size_on_disk(settings.landing)
    largest = sorted(parts.items(), key=lambda part: -part[1])
    listed = ", ".join(f"{name} {_mib(size)}" for name, size in largest if size >= 2**20)
    free = _free(settings)
    return Text(
        f"磁盘：共 {_mib(sum(parts.values()))}（{listed}），余 {_mib(free)}",
        f"Disk: {_mib(sum(parts.values()))} ({listed}), {_mib(free)} free",
    )


def _faults(settings: Settings) -> Iterator[Text]:
    for found in damage.find(settings):
        yield found.message
    yield from _held(settings)
    yield from _environment()
    for folder in (settings.var, settings.landing):
        if folder.exists() and not os.access(folder, os.W_OK):
            yield Text(f"{folder} 不可写", f"{folder} can't be written")
    if _free(settings) < AT_LEAST:
        yield Text(
            f"磁盘将满，构建至少需 {_mib(AT_LEAST)}；请删除旧版本",
            f"The disk is nearly full, a build takes at least {_mib(AT_LEAST)}; remove old releases",
        )


def _held(settings: Settings) -> Iterator[Text]:
    """Yield a message if readers can't open the current release although it isn't damaged."""
    if not settings.current.exists() or any(damage.find(settings)):
        return
    try:
        connect(settings).close()
    except ReleaseError as error:
        yield error.args[0]


def _environment() -> Iterator[Text]:
    """Yield the packages that are missing or of a version that the project wasn't made for."""
    wanted = metadata(_PACKAGE)["Requires-Python"]
    found = ".".join(map(str, sys.version_info[:3]))
    if wanted and not SpecifierSet(wanted).contains(found):
        yield Text(f"Python {found}，需要 {wanted}", f"Python {found}; {wanted} is needed")
    for line in requires(_PACKAGE) or []:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            has = version(requirement.name)
        except PackageNotFoundError:
            has = Text("未安装", "not installed")
        if isinstance(has, Text) or not requirement.specifier.contains(has, prereleases=True):
            yield f"{requirement.name} " + (
                Text("", "")
                + has
                + Text(f"，需要 {requirement.specifier}", f"; {requirement.specifier} is needed")
            )


def size_on_disk(path: Path) -> int:
    """Return the bytes that a file or folder takes on disk."""
    files = [path, *path.rglob("*")] if path.is_dir() else [path]
    return sum(file.lstat().st_blocks * 512 for file in files if os.path.lexists(file))


def _free(settings: Settings) -> int:
    place = next(path for path in (settings.var, *settings.var.parents) if path.exists())
    return shutil.disk_usage(place).free


def _mib(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"
