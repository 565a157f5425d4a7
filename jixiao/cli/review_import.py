"""`jixiao review import`: import the decisions of a work paper for the next build."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from jixiao.cli import exits
from jixiao.cli.console import console, one_line, short_path
from jixiao.language import shown, text
from jixiao.release.releases import ReleaseError
from jixiao.review.decisions import Import, import_decisions
from jixiao.review.findings import ReviewError
from jixiao.review.paper_reader import PaperRow
from jixiao.settings import Settings

ROWS_SHOWN = 10


def today() -> date:
    """Return the date in the time zone of this machine."""
    return datetime.now(tz=UTC).astimezone().date()


def run_import(paper: Path) -> int:
    """Import, print what was taken and refused, and return the exit code."""
    try:
        result = import_decisions(Settings.load(), paper, today())
    except (ReleaseError, ReviewError) as error:
        console(sys.stderr).print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.FAILED
    screen = console()
    _print_taken(result, paper, screen)
    _print_left(result, screen)
    if not result.refused:
        return exits.OK
    refused = len(result.refused)
    screen.print(text(f"! {refused} 行未导入：", f"! {refused} rows were refused:"))
    for refusal in result.refused:
        place = f"{short_path(paper.absolute())}:{refusal.sheet}:{refusal.row}"
        screen.print(one_line(f"  {place} {refusal.finding_id}: {shown(refusal.reason)}"), soft_wrap=True)
    return exits.QUARANTINED


def _print_taken(result: Import, paper: Path, out: Console) -> None:
    taken = len(result.added) + len(result.changed)
    added, changed = len(result.added), len(result.changed)
    out.print(
        f"{'✓' if taken or not result.refused else '!'} {short_path(paper.absolute())}"
        + text(
            f"：导入 {taken}（新增 {added}，更改 {changed}），未变 {result.unchanged}",
            f": imported {taken} (new {added}, changed {changed}), unchanged {result.unchanged}",
        ),
        soft_wrap=True,
    )
    if taken:
        path = short_path(result.path)
        out.print(
            text(
                f"  写入 {path}；下次构建时生效：jixiao build",
                f"  Written to {path}; the next build applies them: jixiao build",
            ),
            soft_wrap=True,
        )


def _print_left(result: Import, out: Console) -> None:
    if result.cleared:
        count, rows, path = len(result.cleared), _numbers(result.cleared), short_path(result.path)
        out.print(
            text(
                f"  {count} 行的处理决定被清空，原决定仍然有效（第 {rows} 行）；要撤销请在 {path} 中删去。",
                f"  {count} decisions were cleared but still hold (rows {rows}); to withdraw one, remove it in {path}.",
            ),
            soft_wrap=True,
        )
    if result.undecided:
        count, rows = len(result.undecided), _numbers(result.undecided)
        out.print(
            text(
                f"  {count} 行有内容但没有处理决定，未导入（第 {rows} 行）。",
                f"  {count} rows have content but no decision and were left out (rows {rows}).",
            ),
            soft_wrap=True,
        )


def _numbers(rows: list[PaperRow]) -> str:
    return text("、", ", ").join(row.name for row in rows[:ROWS_SHOWN]) + (
        "…" if len(rows) > ROWS_SHOWN else ""
    )
