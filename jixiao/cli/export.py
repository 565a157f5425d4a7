"""`jixiao export`: write tables of the current release as files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.message import Text, join
from jixiao.cli import exits
from jixiao.cli.console import at_work, console, one_line, short_path
from jixiao.export.sources import ExportError, Source, query_source, table_sources
from jixiao.export.workbook import ROWS_OF_SHEET, sheets_needed
from jixiao.export.writers import write_file
from jixiao.language import shown, text
from jixiao.release.labels import Labels
from jixiao.release.query import connect
from jixiao.release.releases import ReleaseError
from jixiao.review.findings import DocumentChoiceError, choose_documents, read_documents
from jixiao.settings import Settings


@dataclass(frozen=True)
class ExportRequest:
    """What to export, and how.

    Attributes:
        tables: Names of tables; None means all, none with a query.
        query: SQL whose result to export instead of tables.
        name: Name of the file for the result of the query.
        document: Only rows of this document: its id, or a part of its unit's or file's name.
        file_format: One of `jixiao.export.writers.FORMATS`.
        out: The folder to write to; it is made where there is none.
        has_labels: Whether to head documented columns with their Chinese names.
        is_forced: Whether to replace files that are there.
    """

    tables: Sequence[str] | None
    query: str | None
    name: str
    document: str | None
    file_format: str
    out: Path
    has_labels: bool
    is_forced: bool


def run_export(request: ExportRequest) -> int:
    """Write the files, print which, and return the exit code."""
    errors = console(sys.stderr)
    try:
        out = request.out.resolve()
        with connect(Settings.load(), writable=out) as connection:
            sources = _sources(connection, request)
            targets = [out / f"{source.name}.{request.file_format}" for source in sources]
            there = [short_path(target) for target in targets if target.exists()]
            if there and not request.is_forced:
                raise ExportError(
                    Text("已存在；加 --force 覆盖：", "These exist already; --force replaces them: ")
                    + join(Text("、", ", "), there)
                )
            labels = Labels.read(connection) if request.has_labels else None
            out.mkdir(parents=True, exist_ok=True)
            for source, target in zip(sources, targets, strict=True):
                with at_work(short_path(target)):
                    rows = write_file(connection, source, target, request.file_format, labels)
                console().print(_describe(source, target, rows, request.file_format), soft_wrap=True)
    except (ExportError, DocumentChoiceError) as error:
        errors.print(f"✗ {_safe(shown(str(error)))}", soft_wrap=True)
        return exits.USAGE
    except OSError as error:
        errors.print(
            text("✗ 无法写入：", "✗ Can't be written: ") + f"{error.filename}: {error.strerror}",
            soft_wrap=True,
        )
        return exits.FAILED
    except (ReleaseError, duckdb.Error) as error:
        errors.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.FAILED
    return exits.OK


def _sources(connection: duckdb.DuckDBPyConnection, request: ExportRequest) -> list[Source]:
    if request.query is not None:
        return [query_source(connection, request.name, request.query)]
    document_id = None
    if request.document is not None:
        document_id = choose_documents(read_documents(connection), request.document)[0].document_id
    return table_sources(connection, request.tables, document_id)


def _describe(source: Source, target: Path, rows: int, file_format: str) -> str:
    line = f"✓ {short_path(target)}" + text(f"：{rows:,} 行", f": {rows:,} rows")
    if file_format == "xlsx" and (sheets := sheets_needed(rows, ROWS_OF_SHEET)) > 1:
        line += text(
            f"，超过一张工作表的上限，分为 {sheets} 张", f", more than a sheet holds, on {sheets} sheets"
        )
    if source.is_of_all_documents:
        line += text("，不分文件，为全部内容", ", the whole table: its rows belong to no single document")
    return line


def _safe(text: str) -> str:
    return "\n".join(one_line(line) for line in text.splitlines())
