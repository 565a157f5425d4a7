"""Raw CSVs on disk: write what was extracted, check what was submitted, and quarantine what was refused."""

from __future__ import annotations

import contextlib
import csv
import filecmp
import io
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.bounds import LARGEST_FILE
from ingestion.contract import NARRATIVE_COLUMNS, OPTIONAL_COLUMNS, RAW_TABLES, columns
from ingestion.extract import Extraction
from ingestion.message import Text, from_json, in_chinese, to_json
from ingestion.names import safe_name
from ingestion.raw_rules import RowProblem, Table, check_printed, check_rows, check_totals_once

if TYPE_CHECKING:
    from _csv import Reader

EXTRACTOR_VERSION = "10"
"""Version of the extractor; raised when the same document would give other raw rows."""

MANIFEST = "manifest.json"
_REASON = "reason.txt"
_MISSING = Text(
    "缺少该文件；每个文件夹须有 {table}.csv，写明是哪份文件",
    "the file is missing: it names the document that the folder holds",
)
_UNKNOWN = Text(
    "没有名为 {name} 的表，未读取；请改名或移走{meant}",
    "contract one has no table {name}: rename the file or take it away{maybe}",
)


@dataclass(frozen=True)
class Problem:
    """A breach of contract one in a raw CSV.

    Attributes:
        file: The file's path.
        line: 1-based line, 0 for the file as a whole.
        column: The column's name, or an empty string.
        reason: What is wrong and how to correct it.
    """

    file: Path
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}{f' [{self.column}]' if self.column else ''}: " + self.reason


@dataclass(frozen=True)
class Row:
    """A row of a raw CSV.

    Attributes:
        line: 1-based line of the file on which it begins.
        values: Its cells by column, without the columns that the header lacks.
    """

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def write_raw(extraction: Extraction, folder: Path, *, narrative: bool = True) -> None:
    """Write all raw CSVs of a document and its manifest; the same document gives the same bytes.

    Args:
        extraction: The result of reading the document.
        folder: The target folder; it is created if missing.
        narrative: Whether to write goals, which are sentences: those of the sample stay out of the
            repository.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for table in RAW_TABLES:
        rows = extraction.ledger.tables[table]
        write_table(folder, table, rows if narrative else _without_narrative(table, rows))
    write_manifest(folder, manifest_of(extraction))


def _without_narrative(table: str, rows: Iterable[Mapping[str, str]]) -> Iterator[Mapping[str, str]]:
    """Yield rows without their sentences; `withheld` names the columns that had one."""
    sentences = NARRATIVE_COLUMNS.get(table, ())
    for row in rows:
        withheld = [column for column in sentences if row[column]]
        yield {**row, **dict.fromkeys(withheld, ""), "withheld": ";".join(withheld)} if withheld else row


def write_table(folder: Path, table: str, rows: Iterable[Mapping[str, str]]) -> None:
    """Write the CSV of a raw table."""
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns(table), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def manifest_of(extraction: Extraction) -> dict[str, Any]:
    """Return the document's manifest: its source, its row counts and what was left out."""
    return {
        "document_id": extraction.document.document_id,
        "source_file": extraction.document.name,
        "source_sha256": extraction.document.sha256,
        "encoding": extraction.document.encoding,
        "extractor_version": EXTRACTOR_VERSION,
        "forms": extraction.forms,
        "rows": extraction.counts(),
        "cells_taken": extraction.taken(),
        "cells_unread": extraction.unread(),
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


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest atomically."""
    partial = folder / f".{MANIFEST}"
    partial.write_text(json.dumps(to_json(manifest), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    partial.replace(folder / MANIFEST)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a document; an empty one where there is none that can be read."""
    with contextlib.suppress(OSError, ValueError):
        manifest = from_json(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        if isinstance(manifest, dict):
            return manifest
    return {}


def check_files(folder: Path) -> list[Problem]:
    """Check a folder of raw CSVs against contract one: files, encoding, header, number of cells a row."""
    return _read_folder(folder)[1]


def check_raw(folder: Path) -> list[Problem]:
    """Check a folder of raw CSVs of one document: its files, then the rows of the readable ones."""
    tables, problems = _read_folder(folder)
    return _in_order(problems + _problems(folder, check_rows(tables)))


def check_submission(folder: Path, *, is_made_by_hand: bool = False) -> list[Problem]:
    """Check one folder for all that gate 1 would refuse: contract one, and cells that may be left blank.

    Args:
        folder: The raw CSVs.
        is_made_by_hand: Check also what a document may print and an export should not hold.
    """
    tables, problems = _read_folder(folder)
    found = [*check_rows(tables), *check_printed(tables)]
    if is_made_by_hand:
        found += check_totals_once(tables)
    return _in_order(problems + _problems(folder, found))


def _read_folder(folder: Path) -> tuple[dict[str, Table], list[Problem]]:
    """Read the files that follow contract one, a missing one as an empty one, and return the problems of the others."""
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for name in RAW_TABLES:
        path = folder / f"{name}.csv"
        if path.is_file():
            table, found = _read_file(path)
            problems += found
            if not found:
                tables[name] = table
        elif name == "raw_document":
            problems.append(Problem(path, 0, "", _MISSING.format(table=name)))
        else:
            tables[name] = Table((), {})
    return tables, problems


def _problems(folder: Path, found: Iterable[RowProblem]) -> list[Problem]:
    return [Problem(folder / f"{row.table}.csv", row.line, row.column, row.reason) for row in found]


def _in_order(problems: list[Problem]) -> list[Problem]:
    order = list(RAW_TABLES)
    return sorted(problems, key=lambda problem: (order.index(problem.file.stem), problem.line))


def check_names(folder: Path) -> list[Problem]:
    """Check that every CSV of a folder is one of contract one: a misspelt one would count as missing."""
    problems = []
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in RAW_TABLES:
            near = get_close_matches(path.stem, RAW_TABLES, n=1)
            meant, maybe = (f"，是否指 {near[0]}.csv", f"; perhaps {near[0]}.csv") if near else ("", "")
            problems.append(Problem(path, 0, "", _UNKNOWN.format(name=path.stem, meant=meant, maybe=maybe)))
    return problems


def read_rows(folder: Path, table: str) -> list[Row]:
    """Read the rows of a raw CSV that follows contract one; empty if the file is absent."""
    path = folder / f"{table}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        return [Row(line, dict(zip(header, cells, strict=False))) for line, cells in _numbered(reader)]


def _numbered(reader: Reader) -> Iterator[tuple[int, list[str]]]:
    """Yield the remaining rows of a reader, each with the line on which it begins."""
    line = reader.line_num + 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _read_file(path: Path) -> tuple[Table, list[Problem]]:
    """Read a file and return its problems with contract one; if there are any, the table is incomplete."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        reason = Text(
            f"不是 UTF-8 编码（第 {error.start} 字节）；请另存为 UTF-8",
            f"not UTF-8 (byte {error.start}); save it again as UTF-8",
        )
        return Table((), {}), [Problem(path, line, "", reason)]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    header: list[str] = []
    problems: list[Problem] = []
    try:
        header = next(reader, [])
        problems += _check_header(path, header, columns(path.stem))
        for line, cells in _numbered(reader):
            if len(cells) == len(header):
                lines.append(line)
                rows.append(cells)
            else:
                reason = Text(
                    f"有 {len(cells)} 格，应为 {len(header)} 列；含逗号的格请加引号",
                    f"{len(cells)} cells for {len(header)} columns; quote cells with commas",
                )
                problems.append(Problem(path, reader.line_num, "", reason))
    except csv.Error as error:
        problems.append(
            Problem(
                path,
                reader.line_num,
                "",
                Text(
                    f"不是有效的 CSV（{error}）；请检查引号", f"not a valid CSV ({error}); check the quotes"
                ),
            )
        )
    return Table(lines, dict(zip(header, zip(*rows, strict=True), strict=False))), problems


def _check_header(path: Path, header: list[str], expected: tuple[str, ...]) -> Iterator[Problem]:
    for column in expected:
        if column not in header and column not in OPTIONAL_COLUMNS.get(path.stem, frozenset()):
            yield Problem(path, 1, column, Text("标题行缺少这一列", "the column is missing from the header"))
    for column in header:
        if column not in expected:
            yield Problem(
                path,
                1,
                column,
                Text("没有这一列；请删去或改名", "contract one has no such column; remove or rename it"),
            )
    for column in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(
            path, 1, column, Text("标题行中这一列重复", "the column is in the header more than once")
        )


def quarantine_document(source: Path, reason: str, quarantine: Path, *, move: bool = False) -> Path:
    """Put a refused file into quarantine with its reason and return the folder.

    Of a file that is larger than any that is read, only the reason is kept.

    Args:
        source: The refused file.
        reason: Why it was refused and how to correct it.
        quarantine: The folder of all refused files.
        move: Move the file instead of copying it; an existing file of the same name is kept.
    """
    name = safe_name(source.name)
    folder = quarantine / name
    if move:
        folder = _folder_for(source, folder)
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / _copy_name(name)
    # The reason is written even if the file cannot be read or is in quarantine already.
    with contextlib.suppress(OSError):
        if move:
            shutil.move(source, copy)
        elif source.is_file() and source.stat().st_size <= LARGEST_FILE:
            shutil.copyfile(source, copy)
    (folder / _REASON).write_text(f"{reason}\n", encoding="utf-8", errors="replace")
    return folder


def _copy_name(name: str) -> str:
    return name if name != _REASON else f"source_{name}"


def _folder_for(source: Path, wanted: Path) -> Path:
    """Return the first folder of this name that holds no other file."""
    folder, number = wanted, 1
    while (copy := folder / _copy_name(wanted.name)).exists() and not _same_bytes(source, copy):
        number += 1
        folder = wanted.with_name(f"{wanted.name}-{number}")
    return folder


def _same_bytes(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def free_name(path: Path) -> Path:
    """Return the path itself, or the path with the first unused number appended."""
    number = 1
    candidate = path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


def quarantine_parts(extraction: Extraction, quarantine: Path) -> Path | None:
    """Put the refused parts of a document into quarantine: their lines, and a CSV of the reasons.

    Returns:
        The folder, which replaces that of an earlier run, or None if nothing was refused.
    """
    folder = quarantine / extraction.document.document_id
    if folder.exists():
        shutil.rmtree(folder)
    if not extraction.refusals:
        return None
    write_refused(extraction, folder)
    return folder


def write_refused(extraction: Extraction, folder: Path) -> None:
    """Write the refused parts of a document into a new folder: their lines, and a CSV of the reasons."""
    write_refused_list(
        folder,
        [
            (extraction.document.name, in_chinese(r.part), r.first_line, r.last_line, r.line, r.reason)
            for r in extraction.refusals
        ],
    )
    for refusal in extraction.refusals:
        lines = extraction.document.lines[refusal.first_line - 1 : refusal.last_line]
        text = "\n".join("\t".join(cell.printed for cell in line.cells) or line.text for line in lines)
        (folder / f"lines_{refusal.first_line}-{refusal.last_line}.txt").write_text(
            text + "\n", encoding="utf-8"
        )


def write_refused_list(folder: Path, rows: Iterable[tuple[str, str, int, int, int, str]]) -> None:
    """Write the CSV of refused parts into a new folder: file, part, first and last line, line at fault, reason."""
    folder.mkdir(parents=True)
    with (folder / "refused.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source_file", "part", "first_line", "last_line", "line", "reason"])
        writer.writerows(rows)
