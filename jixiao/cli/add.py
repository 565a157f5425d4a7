"""`jixiao add`: files into the landing folder, with word of each."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ingestion.intake import Outcome, add, expand
from ingestion.landing import Landed
from ingestion.names import visible
from ingestion.reference import ReferenceTableError
from ingestion.submission import Given, check_given
from jixiao.cli import exits
from jixiao.cli.console import console, one_line, short_path
from jixiao.settings import Settings

LANDED = {
    Landed.ADDED: "已添加 added",
    Landed.UPDATED: "已更新 updated",
    Landed.RETURNED: "已恢复 brought back",
    Landed.ALREADY: "已存在 already there",
    Landed.IN_SAMPLE: "样例中已有 in the sample",
}

REASONS_SHOWN = 20


def run_add(paths: list[Path], given: Given, whole_report: bool) -> int:
    """Add files, print how it goes and what came of each; returns the exit code."""
    settings = Settings.load()
    out = console()
    given = replace(given, default_organization=settings.organization)
    try:
        wrong = check_given(given, settings.reference)
    except ReferenceTableError as error:
        out.print(f"✗ {error}", soft_wrap=True)
        return exits.FAILED
    if wrong is not None:
        out.print(f"✗ {wrong}")
        return exits.USAGE
    if not any(path.exists() for path in paths):
        out.print(f"✗ 没有这个文件 No such file: {'、'.join(visible(str(path)) for path in paths)}")
        return exits.USAGE
    sources = expand(paths)
    if not sources:
        out.print("✗ 文件夹中没有可以添加的文件。 There is no file to add in the folder.")
        return exits.USAGE
    outcomes: list[Outcome] = []
    seen: set[Path] = set()
    try:
        with closing(add(settings.landing_folder(), sources, given)) as results:
            for outcome in results:
                outcomes.append(outcome)
                # A file can hold several documents.
                seen.add(outcome.source)
                _print_progress(outcome, len(seen), len(sources), out)
                if whole_report:
                    _print_report(outcome, out)
    except ReferenceTableError as error:
        out.print(f"✗ {error}", soft_wrap=True)
        return exits.FAILED
    except KeyboardInterrupt:
        out.print(f"\n已中断 Interrupted; 已处理 done: {len(outcomes)}/{len(sources)}")
        return exits.INTERRUPTED
    except OSError as error:
        where = visible(str(error.filename or settings.landing))
        out.print(f"✗ 无法写入 Can't be written: {where}: {error.strerror}")
        return exits.FAILED
    _print_table(outcomes, out)
    _print_details(outcomes, out)
    return exits.OK if all(outcome.is_whole for outcome in outcomes) else exits.QUARANTINED


def _print_progress(outcome: Outcome, number: int, total: int, out: Console) -> None:
    place = f"[{number:>{len(str(total))}}/{total}]"
    name = visible(outcome.source.name)
    if outcome.landed is None:
        reason = _first_line(outcome.reason).removeprefix(f"{name}: ")
        out.print(f"{place} ✗ {name} 被拒 refused: {reason}", soft_wrap=True)
    else:
        refused = f"，{len(outcome.refused)} 处被隔离 parts refused" if outcome.refused else ""
        out.print(f"{place} ✓ {name} {_what_happened(outcome)}{refused}", soft_wrap=True)
    out.file.flush()


def _print_report(outcome: Outcome, out: Console) -> None:
    report = outcome.folder / "report.md" if outcome.folder is not None else None
    if outcome.landed is not None and report is not None and report.is_file():
        out.print(report.read_text(encoding="utf-8"), soft_wrap=True)


def _print_table(outcomes: Iterable[Outcome], out: Console) -> None:
    table = Table("文件 file", "编号 document", "单位 organization", "年度 year", box=None, pad_edge=False)
    for name in ("表 forms", "指标 indicators", "收支科目 items", "隔离 refused", "提醒 warnings"):
        table.add_column(name, justify="right")
    table.add_column("结果 result")
    for outcome in outcomes:
        table.add_row(*_cells(outcome))
    out.print()
    out.print(table)


def _cells(outcome: Outcome) -> tuple[str, ...]:
    filing = outcome.filing
    return (
        visible(outcome.source.name),
        outcome.document_id,
        one_line(filing.organization) if filing else "",
        filing.fiscal_year if filing else "",
        str(filing.forms) if filing else "",
        str(filing.indicators) if filing else "",
        str(filing.items) if filing else "",
        str(len(outcome.refused)) if filing else "",
        str(len(outcome.warnings)) if filing else "",
        _what_happened(outcome),
    )


def _what_happened(outcome: Outcome) -> str:
    if outcome.landed is None:
        return "被拒 refused"
    superseded = "、".join(outcome.superseded)
    return LANDED[outcome.landed] + (f"，替代 supersedes {superseded}" if superseded else "")


def _first_line(text: str) -> str:
    first, *rest = text.splitlines() or [""]
    return one_line(first) + (" …" if rest else "")


def _print_details(outcomes: list[Outcome], out: Console) -> None:
    for outcome in outcomes:
        name = visible(outcome.source.name)
        lines = [one_line(line) for line in outcome.reason.splitlines()]
        if outcome.landed is None and outcome.folder is not None:
            lines.append(f"隔离于 quarantined in {short_path(outcome.folder)}")
        for part in outcome.refused[:REASONS_SHOWN]:
            place = f"（{one_line(part.place)}）" if part.place else ""
            lines.append(f"{name}:{part.line}{place} {one_line(part.part)}: {one_line(part.reason)}")
        if outcome.quarantine is not None:
            more = len(outcome.refused) - REASONS_SHOWN
            lines.append(
                (f"… 另有 and {more} 处 more；" if more > 0 else "")
                + f"隔离于 quarantined in {short_path(outcome.quarantine)}"
            )
        lines += [f"提醒 {one_line(warning)}" for warning in outcome.warnings]
        if lines:
            out.print(f"\n{'✗' if outcome.landed is None else '!'} {name}")
            for line in lines:
                out.print(f"  {line}", soft_wrap=True)
    read = [outcome for outcome in outcomes if outcome.landed is not None and outcome.filing is not None]
    if not read:
        return
    out.print()
    reported = [outcome.document_id for outcome in read if outcome.landed != Landed.IN_SAMPLE]
    if reported:
        out.print(f"提取报告 Reports: jixiao documents {reported[0] if len(reported) == 1 else 'ID'}")
    out.print("下一步 Next: jixiao build")
