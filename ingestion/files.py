"""Raw CSVs on disk: writing what was extracted, checking what was handed in, quarantine."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import OPTIONAL_COLUMNS, RAW_TABLES, columns
from ingestion.extract import Extraction

EXTRACTOR_VERSION = "1"
"""Changes when the same document would give other raw rows."""

MANIFEST = "manifest.json"
_REASON = "reason.txt"


@dataclass(frozen=True)
class Problem:
    """A breach of contract one in a raw CSV.

    Attributes:
        file: The file's path.
        line: 1-based line, 0 for the file as a whole.
        column: The column's name, or an empty string.
        reason: What is wrong and what to do.
    """

    file: Path
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}{f' [{self.column}]' if self.column else ''}: {self.reason}"


def write_raw(extraction: Extraction, folder: Path) -> None:
    """Write all raw CSVs of a document and its manifest; the same document gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in RAW_TABLES:
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns(table), lineterminator="\n")
            writer.writeheader()
            writer.writerows(extraction.ledger.tables[table])
    manifest = {
        "document_id": extraction.document.document_id,
        "source_file": extraction.document.name,
        "source_sha256": extraction.document.sha256,
        "encoding": extraction.document.encoding,
        "extractor_version": EXTRACTOR_VERSION,
        "forms": extraction.forms,
        "rows": extraction.counts(),
        "cells_left_out": extraction.left_out(),
        "refused": [
            {
                "part": r.part,
                "first_line": r.first_line,
                "last_line": r.last_line,
                "line": r.line,
                "reason": r.reason,
            }
            for r in extraction.refusals
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def check_raw(folder: Path) -> list[Problem]:
    """Check a folder of raw CSVs against contract one: files, encoding, header, width of each row."""
    return [problem for table in RAW_TABLES for problem in _check_file(folder / f"{table}.csv", table)]


def _check_file(path: Path, table: str) -> Iterator[Problem]:
    if not path.is_file():
        yield Problem(path, 0, "", f"the file is missing; contract one asks for {table}.csv in every folder")
        return
    data = path.read_bytes()
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        yield Problem(path, line, "", f"not UTF-8 (byte {error.start}); save it again as UTF-8")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        yield from _check_header(path, header, columns(table))
        for row in reader:
            if len(row) != len(header):
                yield Problem(
                    path,
                    reader.line_num,
                    "",
                    f"{len(row)} cells for {len(header)} columns; quote cells with commas",
                )
    except csv.Error as error:
        yield Problem(path, reader.line_num, "", f"not a CSV ({error}); check the quotes")


def _check_header(path: Path, header: list[str], expected: tuple[str, ...]) -> Iterator[Problem]:
    for column in expected:
        if column not in header and column not in OPTIONAL_COLUMNS:
            yield Problem(path, 1, column, "the column is missing from the header")
    for column in header:
        if column not in expected:
            yield Problem(path, 1, column, "contract one knows no such column")
    for column in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(path, 1, column, "the column is in the header more than once")


def quarantine_document(source: Path, reason: str, quarantine: Path) -> Path:
    """Put a refused file into quarantine beside its reason; returns the folder."""
    name = source.name if source.name not in {"", ".", ".."} else "unnamed"
    folder = quarantine / name
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / (name if name != _REASON else f"source_{name}")
    # A file that cannot be read, or is in quarantine already, leaves its reason all the same.
    with contextlib.suppress(OSError):
        if source.is_file():
            shutil.copyfile(source, copy)
    (folder / _REASON).write_text(reason + "\n", encoding="utf-8")
    return folder


def quarantine_parts(extraction: Extraction, quarantine: Path) -> Path | None:
    """Put refused parts of a document into quarantine: their lines, and a CSV of the reasons.

    Returns:
        The folder, or None if nothing was refused. Findings of an earlier run are replaced.
    """
    folder = quarantine / extraction.document.document_id
    if folder.exists():
        shutil.rmtree(folder)
    if not extraction.refusals:
        return None
    folder.mkdir(parents=True)
    with (folder / "refused.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source_file", "part", "first_line", "last_line", "line", "reason"])
        for refusal in extraction.refusals:
            writer.writerow(
                [
                    extraction.document.name,
                    refusal.part,
                    refusal.first_line,
                    refusal.last_line,
                    refusal.line,
                    refusal.reason,
                ]
            )
    for refusal in extraction.refusals:
        lines = extraction.document.lines[refusal.first_line - 1 : refusal.last_line]
        text = "\n".join("\t".join(cell.printed for cell in line.cells) or line.text for line in lines)
        (folder / f"lines_{refusal.first_line}-{refusal.last_line}.txt").write_text(
            text + "\n", encoding="utf-8"
        )
    return folder
