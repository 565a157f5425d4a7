"""`jixiao extract`: extract a document into raw CSVs and print the cells that are in none of them."""

from __future__ import annotations

import traceback
from pathlib import Path

from rich.table import Table

from ingestion.document import DocumentError
from ingestion.extract import Extraction, extract_parts
from ingestion.files import quarantine_document, quarantine_parts, write_raw
from ingestion.read import read_document
from ingestion.tables import headings
from jixiao.cli import exits
from jixiao.cli.console import console, short_path
from jixiao.language import shown, text
from jixiao.settings import Settings


def run_extract(document: Path, out: Path) -> int:
    """Extract a document, print what was read and refused, and return the exit code."""
    settings = Settings.load()
    try:
        read = read_document(document)
        if headings.find(read):
            console().print(
                text(
                    f"✗ {short_path(document)} 是预算表或指标表；请用 jixiao add。",
                    f"✗ {short_path(document)} is a budget or indicator table; use jixiao add.",
                )
            )
            return exits.USAGE
        results = extract_parts(read)
    except DocumentError as error:
        folder = quarantine_document(document, str(error), settings.quarantine)
        console().print(
            text("✗ 无法读取：", "✗ Not readable: ")
            + shown(str(error))
            + text("\n隔离于 ", "\nQuarantined in ")
            + short_path(folder)
        )
        return exits.FAILED
    except OSError as error:
        console().print(text("✗ 无法打开：", "✗ Can't be opened: ") + f"{document}: {error.strerror}")
        return exits.FAILED
    except Exception:
        # No document should get here; the reason is kept beside a copy for a report.
        folder = quarantine_document(document, traceback.format_exc(), settings.quarantine)
        console().print(
            text("✗ 提取程序出错，与文件无关：", "✗ A fault of the extractor, not of the document: ")
            + short_path(folder / "reason.txt")
        )
        return exits.FAILED
    code = exits.OK
    for result in results:
        # A file can hold several documents: then each has a folder of its own.
        folder = out if len(results) == 1 else out / result.document.document_id
        try:
            write_raw(result, folder)
        except OSError as error:
            console().print(
                text("✗ 无法写入：", "✗ Can't be written: ") + f"{error.filename}: {error.strerror}"
            )
            return exits.FAILED
        refused = quarantine_parts(result, settings.quarantine)
        _print_counts(result, document, folder)
        if refused is not None:
            _print_refused(result, document, refused)
            code = exits.QUARANTINED
    return code


def _print_counts(result: Extraction, document: Path, out: Path) -> None:
    screen = console()
    screen.print(
        f"✓ {short_path(document)} → {short_path(out)}"
        + text(
            f"（{result.document.encoding}，{result.forms} 张自评表，文件编号 {result.document.document_id}）",
            f" ({result.document.encoding}, {result.forms} forms, document {result.document.document_id})",
        )
    )
    rows = Table(text("原始表", "raw table"), box=None, pad_edge=False)
    rows.add_column(text("行", "rows"), justify="right")
    for table, count in result.counts().items():
        rows.add_row(table, f"{count:,}")
    screen.print(rows)
    left = Table(text("未收录的单元格", "cells left out"), box=None, pad_edge=False)
    left.add_column(text("个", "cells"), justify="right")
    for reason, count in result.left_out().items():
        left.add_row(reason, f"{count:,}")
    screen.print(left)


def _print_refused(result: Extraction, document: Path, folder: Path) -> None:
    screen = console()
    count = len(result.refusals)
    screen.print(
        text(
            f"! {count} 处被隔离于 {short_path(folder)}：",
            f"! {count} parts were quarantined in {short_path(folder)}:",
        )
    )
    for refusal in result.refusals:
        screen.print(
            f"  {short_path(document)}:{refusal.line} {shown(refusal.part)}: {shown(refusal.reason)}"
        )
