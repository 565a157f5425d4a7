"""`jixiao releases`: list the releases, or go back to an earlier one."""

from __future__ import annotations

from rich.table import Table

from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.language import shown, text
from jixiao.release.releases import Release, ReleaseError, list_releases, rollback
from jixiao.settings import Settings


def run_list() -> int:
    """Print the releases and return the exit code."""
    try:
        found = list_releases(Settings.load())
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
    for release in found:
        table.add_row(*_cells(release))
    console().print(table)
    return exits.OK


def _cells(release: Release) -> tuple[str, ...]:
    rows = release.manifest.get("rows", {})
    return (
        "→" if release.is_current else "",
        release.release_id,
        str(release.manifest.get("created_at", ""))[:19],
        str(len(rows)),
        f"{sum(rows.values()):,}",
        text("损坏：", "damaged: ") + shown(release.problem) if release.problem else "",
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
