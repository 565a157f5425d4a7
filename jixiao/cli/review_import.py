"""`jixiao review import`: the decisions of a work paper, into the table that the next build applies."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from jixiao.cli import exits
from jixiao.cli.console import console, one_line, short_path
from jixiao.release.releases import ReleaseError
from jixiao.review.decisions import Import, import_decisions
from jixiao.review.findings import ReviewError
from jixiao.review.paper_reader import SHEET, PaperRow
from jixiao.settings import Settings

ROWS_SHOWN = 10


def today() -> date:
    """The day where this machine is: reviewers mean that one."""
    return datetime.now(tz=UTC).astimezone().date()


def run_import(paper: Path) -> int:
    """Import, print what was taken and what was refused; returns the exit code."""
    try:
        result = import_decisions(Settings.load(), paper, today())
    except (ReleaseError, ReviewError) as error:
        console(sys.stderr).print(f"✗ {error}", soft_wrap=True)
        return exits.FAILED
    screen = console()
    _print_taken(result, paper, screen)
    _print_left(result, screen)
    if not result.refused:
        return exits.OK
    screen.print(f"! {len(result.refused)} 行未导入 rows refused:")
    for refusal in result.refused:
        place = f"{short_path(paper.absolute())}:{SHEET}:{refusal.row}"
        screen.print(one_line(f"  {place} {refusal.finding_id}: {refusal.reason}"), soft_wrap=True)
    return exits.QUARANTINED


def _print_taken(result: Import, paper: Path, out: Console) -> None:
    taken = len(result.added) + len(result.changed)
    out.print(
        f"{'✓' if taken or not result.refused else '!'} {short_path(paper.absolute())}：导入 imported {taken}（新增 new "
        f"{len(result.added)}，更改 changed {len(result.changed)}），未变 unchanged {result.unchanged}",
        soft_wrap=True,
    )
    if taken:
        out.print(
            f"  写入 written to {short_path(result.path)}；下次构建时生效 the next build applies it: jixiao build",
            soft_wrap=True,
        )


def _print_left(result: Import, out: Console) -> None:
    if result.cleared:
        out.print(
            f"  {len(result.cleared)} 行的处理决定被清空，原决定仍然有效（第 {_numbers(result.cleared)} 行）；要撤销请在 "
            f"{short_path(result.path)} 中删去。 A cleared cell takes nothing back; remove the row there",
            soft_wrap=True,
        )
    if result.undecided:
        out.print(
            f"  {len(result.undecided)} 行有内容但没有处理决定，未导入（第 {_numbers(result.undecided)} 行）。 "
            "Rows without a decision were left out",
            soft_wrap=True,
        )


def _numbers(rows: list[PaperRow]) -> str:
    return "、".join(str(row.row) for row in rows[:ROWS_SHOWN]) + ("…" if len(rows) > ROWS_SHOWN else "")
