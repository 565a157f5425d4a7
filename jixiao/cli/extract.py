"""`jixiao extract`: a document in, raw CSVs out, and word of every cell that is in neither."""

from __future__ import annotations

import traceback
from pathlib import Path

from rich.table import Table

from ingestion.document import DocumentError
from ingestion.extract import Extraction, extract_parts
from ingestion.files import quarantine_document, quarantine_parts, write_raw
from ingestion.read import read_document
from jixiao.cli import exits
from jixiao.cli.console import console, short_path
from jixiao.settings import Settings


def run_extract(document: Path, out: Path) -> int:
    """Extract, print what was read and what was refused; returns the exit code."""
    settings = Settings.load()
    try:
        results = extract_parts(read_document(document))
    except DocumentError as error:
        folder = quarantine_document(document, str(error), settings.quarantine)
        console().print(f"✗ 无法读取 Not readable: {error}\n隔离于 quarantined in {short_path(folder)}")
        return exits.FAILED
    except OSError as error:
        console().print(f"✗ 无法打开 Can't be opened: {document}: {error.strerror}")
        return exits.FAILED
    except Exception:
        # No document should get here; whose does can send it with the reason that lies beside it.
        folder = quarantine_document(document, traceback.format_exc(), settings.quarantine)
        console().print(
            f"✗ 程序错误 A fault of the extractor, not of the document: {short_path(folder / 'reason.txt')}"
        )
        return exits.FAILED
    code = exits.OK
    for result in results:
        # A file can hold several documents: then each has a folder of its own.
        folder = out if len(results) == 1 else out / result.document.document_id
        try:
            write_raw(result, folder)
        except OSError as error:
            console().print(f"✗ 无法写入 Can't be written: {error.filename}: {error.strerror}")
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
        f"✓ {short_path(document)} → {short_path(out)}（{result.document.encoding}，"
        f"{result.forms} 张自评表 forms，文件编号 document {result.document.document_id}）"
    )
    rows = Table("原始表 table", box=None, pad_edge=False)
    rows.add_column("行 rows", justify="right")
    for table, count in result.counts().items():
        rows.add_row(table, f"{count:,}")
    screen.print(rows)
    left = Table("未收录的单元格 cells left out", box=None, pad_edge=False)
    left.add_column("个 cells", justify="right")
    for reason, count in result.left_out().items():
        left.add_row(reason, f"{count:,}")
    screen.print(left)


def _print_refused(result: Extraction, document: Path, folder: Path) -> None:
    screen = console()
    count = len(result.refusals)
    screen.print(f"! {count} 处被隔离 parts quarantined in {short_path(folder)}:")
    for refusal in result.refusals:
        screen.print(f"  {short_path(document)}:{refusal.line} {refusal.part}: {refusal.reason}")
