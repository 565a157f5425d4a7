"""`jixiao releases`: what there is, and the way back."""

from __future__ import annotations

from rich.table import Table

from jixiao.cli import exits
from jixiao.cli.console import console
from jixiao.release.releases import Release, ReleaseError, list_releases, rollback
from jixiao.settings import Settings


def run_list() -> int:
    """Print the releases; returns the exit code."""
    try:
        found = list_releases(Settings.load())
    except ReleaseError as error:
        console().print(f"✗ {error}")
        return exits.FAILED
    if not found:
        console().print("尚无版本；先运行 `jixiao build`。 No release yet; run `jixiao build` first.")
        return exits.OK
    table = Table("", "版本 release", "时间 created (UTC)", box=None, pad_edge=False)
    table.add_column("表 tables", justify="right")
    table.add_column("行 rows", justify="right")
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
        f"损坏 damaged: {release.problem}" if release.problem else "",
    )


def run_rollback(release_id: str | None) -> int:
    """Switch back and say to what; returns the exit code."""
    try:
        release = rollback(Settings.load(), release_id)
    except (ReleaseError, OSError) as error:
        console().print(f"✗ 未切换 Not switched: {error}")
        return exits.FAILED
    console().print(f"✓ 当前版本 current release: {release.release_id}")
    return exits.OK
