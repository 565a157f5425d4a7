"""`jixiao add`: add documents to the landing folder and print the result of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ingestion.intake import Outcome, RefusedPart, add, expand, may_disclose, passed_over
from ingestion.landing import LANDED, Landed
from ingestion.message import Text
from ingestion.names import visible
from ingestion.reference import ReferenceTableError
from ingestion.report import read_report
from ingestion.submission import Given, check_given
from jixiao.cli import exits
from jixiao.cli.console import at_work, console, one_line, short_path
from jixiao.language import shown, text
from jixiao.settings import Settings

REASONS_SHOWN = 20

DOCUMENTS_SHOWN = 10
"""Documents of one file that are listed if nothing of them was refused; a table can hold hundreds."""

NAMES_SHOWN = 3
"""Names of files that are shown of each kind that is passed over."""


def run_add(paths: list[Path], given: Given, whole_report: bool) -> int:
    """Add files, print progress and the result of each, and return the exit code."""
    settings = Settings.load()
    out = console()
    given = replace(given, default_organization=settings.organization)
    try:
        wrong = check_given(given, settings.reference)
    except ReferenceTableError as error:
        out.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.FAILED
    if wrong is not None:
        out.print(f"✗ {shown(wrong)}")
        return exits.USAGE
    if not any(path.exists() for path in paths):
        names = text("、", ", ").join(visible(str(path)) for path in paths)
        out.print(text("✗ 没有这个文件：", "✗ No such file: ") + names)
        return exits.USAGE
    # What is passed over comes first: then the number of those that are added is known.
    sources = sorted(expand(paths), key=may_disclose)
    others = passed_over(paths)
    if not sources:
        print_passed_over(others, out)
        out.print(text("✗ 文件夹中没有可以添加的文件。", "✗ There is no file to add in the folder."))
        return exits.USAGE
    outcomes: list[Outcome] = []
    seen: Counter[Path] = Counter()
    count = len(sources)
    try:
        reading = text(f"读取 {len(sources)} 个文件", f"reading {len(sources)} files")
        with (
            at_work(reading, out),
            closing(add(settings.landing_folder(), sources, given, named=paths)) as results,
        ):
            for outcome in results:
                if outcome.is_no_document:
                    others.append(outcome.source)
                    count -= 1
                    continue
                outcomes.append(outcome)
                # A file can hold several documents.
                seen[outcome.source] += 1
                if not outcome.is_whole or seen[outcome.source] <= DOCUMENTS_SHOWN:
                    _print_progress(outcome, len(seen), count, out)
                if whole_report:
                    _print_report(outcome, out)
    except ReferenceTableError as error:
        out.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.FAILED
    except KeyboardInterrupt:
        out.print(text("\n已中断；已处理 ", "\nInterrupted; done: ") + f"{len(outcomes)}/{len(sources)}")
        return exits.INTERRUPTED
    except OSError as error:
        where = visible(str(error.filename or settings.landing))
        out.print(text("✗ 无法写入：", "✗ Can't be written: ") + f"{where}: {error.strerror}")
        return exits.FAILED
    if outcomes:
        _print_table(outcomes, out)
    _print_details(outcomes, out)
    print_passed_over(others, out)
    if not outcomes:
        out.print(text("✗ 文件夹中没有可以添加的文件。", "✗ There is no file to add in the folder."))
        return exits.USAGE
    return exits.OK if all(outcome.is_whole for outcome in outcomes) else exits.QUARANTINED


def _print_progress(outcome: Outcome, number: int, total: int, out: Console) -> None:
    place = f"[{number:>{len(str(total))}}/{total}]"
    name = visible(outcome.source.name)
    if outcome.is_rest:
        rest = text("其余部分未收录：", "the rest was not taken: ")
        out.print(f"{place} ! {name} {rest}{_after_name(outcome)}", soft_wrap=True)
    elif outcome.landed is None:
        refused = text("被拒：", "refused: ")
        out.print(f"{place} ✗ {name} {refused}{_after_name(outcome)}", soft_wrap=True)
    else:
        count, before = len(outcome.refused), len(outcome.remaining)
        refused = text(f"，{count} 处被隔离", f", {count} parts quarantined") if count else ""
        if before:
            refused += text(f"，另有此前的 {before} 处仍被隔离", f", {before} of before remain quarantined")
        owner = _owner(outcome)
        out.print(f"{place} ✓ {name} {owner} {_what_happened(outcome)}{refused}", soft_wrap=True)
    out.file.flush()


def _owner(outcome: Outcome) -> str:
    filing = outcome.filing
    return one_line(f"{filing.organization} {filing.fiscal_year}") if filing else ""


def _after_name(outcome: Outcome) -> str:
    return _first_line(shown(outcome.reason)).removeprefix(f"{visible(outcome.source.name)}: ")


def print_passed_over(files: Sequence[Path], out: Console) -> None:
    """Print how many files of folders are no disclosures, by kind with the first names of each."""
    if not files:
        return
    kinds: dict[str, list[str]] = {}
    for file in files:
        name = visible(file.name)
        hidden = name.startswith((".", "~$"))
        kind = text("隐藏文件、锁文件", "hidden or lock files") if hidden else file.suffix.lower()
        kinds.setdefault(text("链接", "links") if file.is_symlink() else kind or name, []).append(name)
    listed = text("；", "; ").join(
        f"{kind} {len(names)}"
        + text("（", " (")
        + text("、", ", ").join(names[:NAMES_SHOWN])
        + (" …" if len(names) > NAMES_SHOWN else "")
        + text("）", ")")
        for kind, names in sorted(kinds.items())
    )
    out.print(
        text(
            f"\n{len(files)} 个文件不是披露文件，已跳过：",
            f"\n{len(files)} files are no disclosures and were passed over: ",
        )
        + listed,
        soft_wrap=True,
    )


def _print_report(outcome: Outcome, out: Console) -> None:
    if outcome.landed is None or outcome.folder is None:
        return
    if (report := read_report(outcome.folder)) is not None:
        out.print(shown(report), soft_wrap=True)


def _print_table(outcomes: Sequence[Outcome], out: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for name in (
        Text("文件", "file"),
        Text("编号", "document"),
        Text("单位", "organization"),
        Text("年度", "year"),
    ):
        table.add_column(shown(name))
    for name in (
        Text("表", "forms"),
        Text("指标", "indicators"),
        Text("收支科目", "items"),
        Text("隔离", "refused"),
        Text("提醒", "warnings"),
    ):
        table.add_column(shown(name), justify="right")
    table.add_column(text("结果", "result"))
    so_far: Counter[Path] = Counter()
    left: Counter[Path] = Counter()
    for outcome in outcomes:
        so_far[outcome.source] += 1
        if outcome.is_whole and so_far[outcome.source] > DOCUMENTS_SHOWN:
            left[outcome.source] += 1
        else:
            table.add_row(*_cells(outcome))
    out.print()
    out.print(table)
    for source, count in left.items():
        file = visible(source.name)
        out.print(text(f"… {file}：另有 {count} 份", f"… {file}: {count} more documents"))
    _print_totals(outcomes, out)


def _print_totals(outcomes: Sequence[Outcome], out: Console) -> None:
    read = [outcome for outcome in outcomes if outcome.filing is not None]
    if len(read) < 2:
        return
    filings = [outcome.filing for outcome in read if outcome.filing is not None]
    organizations = len({filing.organization for filing in filings})
    years = len({filing.fiscal_year for filing in filings})
    forms, indicators, items = (
        sum(getattr(filing, name) for filing in filings) for name in ("forms", "indicators", "items")
    )
    # The parts that remain refused of one file are named with each other file of their document, too.
    parts = {(one.document_id, part) for one in read for part in (*one.refused, *one.remaining)}
    left_out = sum(outcome.left_out for outcome in outcomes)
    refused = len(parts) + left_out
    rest = ""
    if left_out:
        rest = text(f"（{left_out:,} 处不属于任何文件，见下）", f" ({left_out:,} of no document, see below)")
    if any(outcome.is_rest and not outcome.left_out for outcome in outcomes):
        rest += text("；另有部分未收录，见下", "; more was not taken, see below")
    out.print(
        text(
            f"共 {len(read):,} 份：{organizations:,} 个单位，{years} 个年度，{forms:,} 张表，{indicators:,} 项指标，{items:,} 行收支科目；"
            f"隔离 {refused:,} 处",
            f"{len(read):,} documents of {organizations:,} organizations and {years} years: {forms:,} forms, "
            f"{indicators:,} indicators, {items:,} items; {refused:,} parts refused",
        )
        + rest
    )


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
        str(len(outcome.refused) + len(outcome.remaining)) if filing else "",
        str(len(outcome.warnings)) if filing else "",
        _what_happened(outcome),
    )


def _what_happened(outcome: Outcome) -> str:
    if outcome.is_rest:
        return text("其余未收录", "rest not taken")
    if outcome.landed is None:
        return text("被拒", "refused")
    return shown(LANDED[outcome.landed]) + supersedes(outcome.superseded)


def supersedes(document_ids: Sequence[str]) -> str:
    """Return the end of a line that lists superseded documents; blank where there is none."""
    return text("，替代 ", ", supersedes ") + text("、", ", ").join(document_ids) if document_ids else ""


def _first_line(text: str) -> str:
    first, *rest = text.splitlines() or [""]
    return one_line(first) + (" …" if rest else "")


def _describe(part: RefusedPart) -> str:
    place = f" {one_line(part.place)}" if part.place else ""
    return f"{visible(part.file)}:{part.line}{place} {one_line(shown(part.part))}: {one_line(shown(part.reason))}"


def _print_details(outcomes: list[Outcome], out: Console) -> None:
    printed: set[tuple[Path, str]] = set()
    for outcome in outcomes:
        name = visible(outcome.source.name)
        lines = [one_line(line) for line in shown(outcome.reason).splitlines()]
        if outcome.landed is None and outcome.folder is not None:
            lines.append(text("隔离于 ", "quarantined in ") + short_path(outcome.folder))
        for label, parts in (("", outcome.refused), (text("此前：", "of before: "), outcome.remaining)):
            lines += [label + _describe(part) for part in parts[:REASONS_SHOWN]]
            if (more := len(parts) - REASONS_SHOWN) > 0:
                lines.append(text(f"… 另有 {more} 处", f"… and {more} more"))
        if outcome.quarantine is not None:
            lines.append(text("隔离于 ", "quarantined in ") + short_path(outcome.quarantine))
        # A warning about a file is printed once, not for each of its documents.
        new = [warning for warning in outcome.warnings if (outcome.source, warning) not in printed]
        printed.update((outcome.source, warning) for warning in new)
        lines += [text("提醒：", "note: ") + one_line(shown(warning)) for warning in new]
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
        one = reported[0] if len(reported) == 1 else text("编号", "ID")
        out.print(text("提取报告：", "Reports: ") + f"jixiao documents {one}")
    out.print(text("下一步：", "Next: ") + "jixiao build")
