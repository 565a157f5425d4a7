"""`jixiao documents`, `remove`, `restore`: what the next build has, and the way out and back."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ingestion.files import read_rows
from ingestion.landing import Entry, Landed, Settled, UnknownDocumentError
from ingestion.report import describe_unread
from ingestion.submission import DOCUMENTS
from jixiao.cli import exits
from jixiao.cli.console import console, one_line, short_path
from jixiao.settings import Settings

_STATUS = {
    "superseded": "被替代 superseded",
    "removed": "已撤出 removed",
    "replaced": "被新内容替换 replaced",
}


def run_documents(with_history: bool) -> int:
    """List the documents of the next build, and on demand those in history; returns the exit code."""
    settings = Settings.load()
    landing = settings.landing_folder()
    out = console()
    active = landing.active()
    withdrawn = landing.withdrawn()
    past = landing.past()
    table = Table("编号 document", "单位 organization", "年度 year", "文件 file", box=None, pad_edge=False)
    for name in ("表 forms", "收支科目 items", "读入格 cells read", "隔离 refused"):
        table.add_column(name, justify="right")
    for name in ("时间 at (UTC)", "状态 status"):
        table.add_column(name)
    for entry in active:
        table.add_row(*_cells(entry, "样例 sample" if entry.is_sample else "有效 active"))
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
            "下次构建没有任何文件。 The next build has no document; jixiao add FILE, or jixiao restore ID."
        )
    elif not with_history and (left := len(past) + len(withdrawn)):
        out.print(f"另有 {left} 份在历史中 in history: jixiao documents --history")
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
    return _STATUS.get(why, one_line(why)) + by


def run_report(document_id: str) -> int:
    """Print the report of a document, active or past; returns the exit code."""
    landing = Settings.load().landing_folder()
    out = console()
    past = landing.past()
    known = {entry.document_id: entry for entry in [*past, *landing.sample_entries(), *landing.active()]}
    # A document that is there again has a past of its own.
    known |= {entry.folder.name: entry for entry in past if entry.folder.name not in known}
    entry = known.get(document_id)
    if entry is None:
        return _unknown(UnknownDocumentError(document_id, list(known)), out)
    if not entry.is_sample and entry.report.is_file():
        out.print(entry.report.read_text(encoding="utf-8"), soft_wrap=True)
        out.print(f"文件 file: {short_path(entry.report)}")
    else:
        filing = entry.filing
        unread = [
            row
            for row in read_rows(entry.folder, "raw_unread_cell")
            if row["document_id"] == entry.document_id
        ]
        out.print(
            f"{filing.organization} {filing.fiscal_year}（{filing.source_file}）：{filing.forms} 张自评表 forms，"
            f"{filing.indicators} 项指标 indicators，{filing.items} 行收支科目 items\n原始 CSV 为预先准备，没有提取报告。 "
            f"Its raw CSVs were prepared beforehand: {short_path(entry.folder)}",
            *describe_unread(entry.document_id, unread),
            sep="\n",
            soft_wrap=True,
        )
    return exits.OK


def run_remove(document_ids: list[str]) -> int:
    """Take documents out of the next builds; returns the exit code."""
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
        name = f"{one_line(entry.document_id)}（{one_line(entry.filing.source_file)}）"
        out.print(f"✓ 已撤出 removed: {name}；恢复 bring it back: jixiao restore {entry.document_id}")
        if others := [key for key in entry.manifest.get(DOCUMENTS, []) if landing.find(key) is not None]:
            out.print(f"  同一文件中的其他文件仍在 other documents of that file stay: {'、'.join(others)}")
    if code == exits.OK:
        out.print("下次构建起生效。 From the next build on: jixiao build")
    return code


def run_restore(document_ids: list[str]) -> int:
    """Bring documents back into the next builds; returns the exit code."""
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
        out.print(f"✓ 已在下次构建中 in the next build already: {one_line(document_id)}")
        return
    superseded = f"，替代 supersedes {'、'.join(settled.superseded)}" if settled.superseded else ""
    out.print(f"✓ 已恢复 brought back: {one_line(document_id)}{superseded}")
    for warning in settled.warnings:
        out.print(f"  提醒 {one_line(warning)}", soft_wrap=True)
    out.print("下次构建起生效。 From the next build on: jixiao build")


def _unknown(error: UnknownDocumentError, out: Console) -> int:
    candidates = "、".join(one_line(candidate) for candidate in error.candidates)
    meant = f"；是否指 did you mean: {candidates}" if candidates else ""
    out.print(f"✗ 没有这份文件 No such document: {one_line(error.document_id)}{meant}", soft_wrap=True)
    return exits.USAGE


def _cannot(error: OSError, out: Console) -> int:
    out.print(f"✗ 无法写入 Can't be written: {error.filename}: {error.strerror}")
    return exits.FAILED
