"""`jixiao documents`, `remove`, `restore`: list the documents of the next build, remove and restore them."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ingestion.files import read_rows
from ingestion.landing import Entry, Landed, Settled, UnknownDocumentError
from ingestion.message import Text
from ingestion.report import describe_unread, read_report
from ingestion.submission import DOCUMENTS
from jixiao.cli import exits
from jixiao.cli.add import supersedes
from jixiao.cli.console import console, one_line, short_path
from jixiao.language import shown, text
from jixiao.settings import Settings

_STATUS = {
    "superseded": Text("被替代", "superseded"),
    "removed": Text("已撤出", "removed"),
    "replaced": Text("被新内容替换", "replaced"),
    "set aside": Text("构建时搁置", "set aside by a build"),
}


def run_documents(with_history: bool) -> int:
    """Print the documents of the next build and, if asked for, of history; return the exit code."""
    settings = Settings.load()
    landing = settings.landing_folder()
    out = console()
    active = landing.active()
    withdrawn = landing.withdrawn()
    past = landing.past()
    table = Table(box=None, pad_edge=False)
    for name in (
        Text("编号", "document"),
        Text("单位", "organization"),
        Text("年度", "year"),
        Text("文件", "file"),
    ):
        table.add_column(shown(name))
    for name in (
        Text("表", "forms"),
        Text("收支科目", "items"),
        Text("读入格", "cells read"),
        Text("隔离", "refused"),
    ):
        table.add_column(shown(name), justify="right")
    for name in (Text("时间 (UTC)", "at (UTC)"), Text("状态", "status")):
        table.add_column(shown(name))
    for entry in active:
        table.add_row(*_cells(entry, text("样例", "sample") if entry.is_sample else text("有效", "active")))
    if with_history:
        for entry in landing.sample_entries():
            if (row := withdrawn.get(entry.document_id)) is not None:
                table.add_row(*_cells(entry, _left(row["why"], row["superseded_by"]), row["at"]))
        for entry in past:
            why, by = str(entry.manifest.get("why", "")), str(entry.manifest.get("superseded_by", ""))
            table.add_row(*_cells(entry, _left(why, by), str(entry.manifest.get("at", ""))))
    if table.rows:
        out.print(table)
    if not active:
        out.print(
            text(
                "下次构建没有任何文件；可用 jixiao add 添加，或用 jixiao restore 恢复。",
                "The next build has no document; add one with jixiao add FILE, or restore one with jixiao restore ID.",
            )
        )
    elif not with_history and (left := len(past) + len(withdrawn)):
        out.print(
            text(f"另有 {left} 份在历史中：", f"{left} more are in history: ") + "jixiao documents --history"
        )
    return exits.OK


def _cells(entry: Entry, status: str, at: str = "") -> tuple[str, ...]:
    filing = entry.filing
    return (
        one_line(entry.document_id),
        one_line(filing.organization),
        one_line(filing.fiscal_year),
        one_line(filing.source_file),
        str(filing.forms),
        str(filing.items),
        "" if entry.cells is None else f"{entry.cells[0]:,}/{sum(entry.cells):,}",
        str(entry.refused),
        (at or str(entry.manifest.get("added_at", "")))[:19],
        status,
    )


def _left(why: str, superseded_by: str) -> str:
    by = f" → {one_line(superseded_by)}" if superseded_by else ""
    return shown(_STATUS.get(why, one_line(why))) + by


def run_report(document_id: str) -> int:
    """Print the report of a document, active or past, and return the exit code."""
    landing = Settings.load().landing_folder()
    out = console()
    past = landing.past()
    known = {entry.document_id: entry for entry in [*past, *landing.sample_entries(), *landing.active()]}
    # An active document can have a past of its own.
    known |= {entry.folder.name: entry for entry in past if entry.folder.name not in known}
    entry = known.get(document_id)
    if entry is None:
        return _unknown(UnknownDocumentError(document_id, list(known)), out)
    unread = [
        row for row in read_rows(entry.folder, "raw_unread_cell") if row["document_id"] == entry.document_id
    ]
    report = None if entry.is_sample else read_report(entry.folder)
    if report is not None:
        out.print(shown(report), soft_wrap=True)
        out.print(text("文件：", "file: ") + short_path(entry.report))
    else:
        filing = entry.filing
        out.print(
            text(
                f"{filing.organization} {filing.fiscal_year}（{filing.source_file}）：{filing.forms} 张自评表，"
                f"{filing.indicators} 项指标，{filing.items} 行收支科目\n"
                f"原始 CSV 为预先准备，没有提取报告：{short_path(entry.folder)}",
                f"{filing.organization} {filing.fiscal_year} ({filing.source_file}): {filing.forms} forms, "
                f"{filing.indicators} indicators, {filing.items} items\n"
                f"Its raw CSVs were prepared beforehand, so it has no extraction report: {short_path(entry.folder)}",
            ),
            *map(shown, describe_unread(entry.document_id, unread)),
            sep="\n",
            soft_wrap=True,
        )
    return exits.OK


def run_remove(document_ids: list[str]) -> int:
    """Remove documents from the next builds and return the exit code."""
    landing = Settings.load().landing_folder()
    out = console()
    code = exits.OK
    for document_id in document_ids:
        try:
            entry = landing.remove(document_id)
        except UnknownDocumentError as error:
            code = _unknown(error, out)
            continue
        except OSError as error:
            return _cannot(error, out)
        name, file = one_line(entry.document_id), one_line(entry.filing.source_file)
        out.print(
            text(
                f"✓ 已撤出：{name}（{file}）；恢复请运行 jixiao restore {name}",
                f"✓ Removed: {name} ({file}); to restore it: jixiao restore {name}",
            )
        )
        if others := [key for key in entry.manifest.get(DOCUMENTS, []) if landing.find(key) is not None]:
            out.print(
                text("  同一来源文件中的其他文件仍在：", "  Other documents of that file stay: ")
                + text("、", ", ").join(others)
            )
    if code == exits.OK:
        out.print(text("下次构建起生效：", "The next build applies it: ") + "jixiao build")
    return code


def run_restore(document_ids: list[str]) -> int:
    """Restore documents for the next builds and return the exit code."""
    landing = Settings.load().landing_folder()
    out = console()
    code = exits.OK
    for document_id in document_ids:
        try:
            settled = landing.restore(document_id)
        except UnknownDocumentError as error:
            code = _unknown(error, out)
            continue
        except OSError as error:
            return _cannot(error, out)
        _print_restored(document_id, settled, out)
    return code


def _print_restored(document_id: str, settled: Settled, out: Console) -> None:
    if settled.landed in {Landed.ALREADY, Landed.IN_SAMPLE}:
        out.print(text("✓ 已在下次构建中：", "✓ In the next build already: ") + one_line(document_id))
        return
    out.print(text("✓ 已恢复：", "✓ Restored: ") + one_line(document_id) + supersedes(settled.superseded))
    for warning in settled.warnings:
        out.print(text("  提醒：", "  note: ") + one_line(shown(warning)), soft_wrap=True)
    out.print(text("下次构建起生效：", "The next build applies it: ") + "jixiao build")


def _unknown(error: UnknownDocumentError, out: Console) -> int:
    candidates = text("、", ", ").join(one_line(candidate) for candidate in error.candidates)
    meant = text("；是否指 ", "; did you mean ") + candidates if candidates else ""
    out.print(
        text("✗ 没有这份文件：", "✗ No such document: ") + one_line(error.document_id) + meant, soft_wrap=True
    )
    return exits.USAGE


def _cannot(error: OSError, out: Console) -> int:
    out.print(text("✗ 无法写入：", "✗ Can't be written: ") + f"{error.filename}: {error.strerror}")
    return exits.FAILED
