"""`jixiao releases`: list the releases, or go back to an earlier one."""

from __future__ import annotations

from rich.table import Table

from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.language import shown, text
from jixiao.release.releases import Release, ReleaseError, list_releases, pin, pinned, rollback, unpin
from jixiao.settings import Settings


def run_list() -> int:
    """Print the releases and return the exit code."""
    settings = Settings.load()
    try:
        found = list_releases(settings)
    except ReleaseError as error:
        console().print(f"✗ {shown(str(error))}")
        return exits.FAILED
    if not found:
        console().print(
            text("尚无版本；先运行 `jixiao build`。", "There is no release yet; run `jixiao build` first.")
        )
        return exits.OK
    table = Table("", text("版本", "release"), text("时间 (UTC)", "created (UTC)"), box=None, pad_edge=False)
    table.add_column(text("表", "tables"), justify="right")
    table.add_column(text("行", "rows"), justify="right")
    table.add_column("")
    fixed = pinned(settings)
    for release in found:
        table.add_row(*_cells(release, is_pinned=release.release_id in fixed))
    console().print(table)
    return exits.OK


def _cells(release: Release, *, is_pinned: bool) -> tuple[str, ...]:
    rows = release.manifest.get("rows", {})
    notes = [text("已固定", "pinned")] if is_pinned else []
    if release.problem:
        notes.append(text("损坏：", "damaged: ") + shown(release.problem))
    return (
        "→" if release.is_current else "",
        release.release_id,
        str(release.manifest.get("created_at", ""))[:19],
        str(len(rows)),
        f"{sum(rows.values()):,}",
        text("；", "; ").join(notes),
    )


def run_rollback(release_id: str | None) -> int:
    """Switch to an earlier release, print it, and return the exit code."""
    try:
        release = rollback(Settings.load(), release_id)
    except (ReleaseError, OSError) as error:
        console().print(text("✗ 未切换：", "✗ Not switched: ") + shown(str(error)))
        return exits.FAILED
    console().print(text("✓ 当前版本：", "✓ Current release: ") + release.release_id)
    return exits.OK


def run_pin(release_id: str, *, is_kept: bool) -> int:
    """Keep a release until it is unpinned, or have it kept as others are; return the exit code."""
    try:
        (pin if is_kept else unpin)(Settings.load(), release_id)
    except (ReleaseError, OSError) as error:
        console().print(f"✗ {shown(str(error))}")
        return exits.FAILED
    done = (
        text("已固定，不会被清理：", "Pinned, no build removes it: ")
        if is_kept
        else text("已取消固定：", "Unpinned: ")
    )
    console().print(f"✓ {done}{release_id}")
    return exits.OK
