"""The landing folder of a plain table's document: its parts, its raw CSVs, its manifest and its report."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingestion.contract import RAW_TABLES
from ingestion.files import (
    EXTRACTOR_VERSION,
    read_manifest,
    write_manifest,
    write_refused_list,
    write_table,
)
from ingestion.filing import read_filings
from ingestion.message import Text, in_chinese
from ingestion.names import safe_name
from ingestion.report import write_report
from ingestion.tables.compose import cells_taken, compose, sha256_of
from ingestion.tables.headings import KINDS, NAMES
from ingestion.tables.parts import Part, read_parts
from ingestion.tables.rows import Fault

TABLES = "tables"
"""The kind of such a document, in its manifest; there also the digest and the file of each of its parts."""

SOURCE, REFUSED = "source", "refused"

_NAMES_SHOWN = 5


def write_document(folder: Path, parts: Mapping[str, Part], wordings: str) -> None:
    """Write the parts, raw CSVs, manifest and report of a document whose source files are in its folder.

    Args:
        folder: The folder.
        parts: The parts by kind.
        wordings: The digest of the tables of wordings that they were read by.
    """
    for part in parts.values():
        part.write(folder)
    ledger = compose(parts)
    for table in RAW_TABLES:
        if ledger.tables[table]:
            write_table(folder, table, ledger.tables[table])
        else:
            (folder / f"{table}.csv").unlink(missing_ok=True)
    (filing,) = read_filings(folder)
    ordered = [parts[kind] for kind in KINDS if kind in parts]
    refused = _write_refused(folder, ordered)
    manifest = {
        "document_id": ledger.document_id,
        "source_file": filing.source_file,
        "source_sha256": sha256_of(parts),
        "encoding": "、".join(dict.fromkeys(part.encoding for part in ordered)),
        "extractor_version": EXTRACTOR_VERSION,
        "forms": filing.forms,
        "rows": {table: len(rows) for table, rows in ledger.tables.items()},
        "cells_taken": cells_taken(parts),
        "cells_unread": {"foreign_currency": count}
        if (count := len(ledger.tables["raw_unread_cell"]))
        else {},
        "cells_left_out": {},
        "refused": refused,
        "parts": [_describe(part) for part in ordered],
        "warnings": list(dict.fromkeys(warning for part in ordered for warning in part.warnings)),
        "kind": TABLES,
        "wordings": wordings,
        "given": {},
        # A plain table neither corrects the forms that a unit published nor is corrected by them.
        "filing": dataclasses.replace(filing, parts=frozenset({TABLES})).to_json(),
        TABLES: {
            part.kind: {
                "file": part.file,
                "sha256": part.sha256,
                "given": part.given,
                "warnings": part.warnings,
                "source": f"{SOURCE}/{part.kind}/{safe_name(part.file)}",
            }
            for part in ordered
        },
    }
    write_manifest(folder, manifest)
    write_report(folder, manifest)


def complete(folder: Path, before: Path, *, is_read_again: bool) -> bool:
    """Add the other parts of the landed document of the same organization and year to a new one.

    A new part replaces the landed part of its kind; landed parts of other kinds are copied. A part that is only
    read again doesn't replace that of another file.

    Args:
        folder: The new document.
        before: The folder of the landed one.
        is_read_again: Whether the file is that of a landed document.

    Returns:
        Whether anything of it is new.
    """
    parts, landed = read_parts(folder), read_parts(before)
    if is_read_again:
        parts = {
            kind: part
            for kind, part in parts.items()
            if kind in landed and part.sha256 == landed[kind].sha256
        }
        if not parts:
            return False
    carried = {kind: part for kind, part in landed.items() if kind not in parts}
    for part in carried.values():
        # A bad row of another table is as good as that table when it comes again.
        part.faults = [fault for fault in part.faults if is_read_again or fault.kind not in parts]
    if is_read_again:
        for kind, part in parts.items():
            part.faults += [f for f in landed[kind].faults if f.file not in ("", part.file)]
    _carry(carried, before, folder)
    if carried or is_read_again:
        write_document(folder, parts | carried, _wordings(folder))
    return True


def add_faults(folder: Path, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Add bad rows of another file to a landed document, and return all of its refused parts for its manifest.

    Args:
        folder: The document, whose list of refused parts is written anew.
        faults: The bad rows that one file has of the document; they replace those that it had before.
    """
    parts = read_parts(folder)
    (file,) = {fault.file for fault in faults}
    ordered = [parts[kind] for kind in KINDS if kind in parts]
    for part in ordered:
        if part.file != file:
            part.faults = [fault for fault in part.faults if fault.file != file]
    ordered[0].faults += faults
    for part in ordered:
        part.write(folder)
    return _write_refused(folder, ordered)


def _write_refused(folder: Path, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Write the list of the rows that were set aside, if there are any, and return them for the manifest."""
    refused = [entry for part in parts for entry in _refused(part)]
    shutil.rmtree(folder / REFUSED, ignore_errors=True)
    if refused:
        write_refused_list(
            folder / REFUSED,
            [
                (row["file"], in_chinese(row["part"]), row["line"], row["line"], row["line"], row["reason"])
                for row in refused
            ],
        )
    return refused


def projects_left_out(folder: Path, before: Path) -> list[str]:
    """Return a warning for each table of a landed document whose projects a new one of its kind doesn't all have.

    Args:
        folder: The new document.
        before: The folder of the landed one, whose tables of the same kinds it replaces.
    """
    parts = read_parts(folder)
    warnings: list[str] = []
    for kind, landed in read_parts(before).items():
        if kind not in parts:
            continue
        names = {record["project"] for record in parts[kind].records}
        gone = list(dict.fromkeys(r["project"] for r in landed.records if r["project"] not in names))
        if gone:
            shown = "、".join(gone[:_NAMES_SHOWN])
            more = f" … ({len(gone)})" if len(gone) > _NAMES_SHOWN else ""
            warnings.append(
                Text(
                    f"{NAMES[kind].zh}整表替换了“{landed.file}”，其中有、这次没有的项目不再计入：{shown}{more}；如只是补充，请把两次的行放在一个文件里",
                    f"the {NAMES[kind].en} replaces all of “{landed.file}”; projects that are not in it any more no longer count: {shown}{more}; to add rows, put those of both into one file",
                )
            )
    return warnings


def without(folder: Path, before: Path, kinds: Collection[str]) -> bool:
    """Write a landed document without its parts of some kinds, and return whether any is left.

    Args:
        folder: The folder to write, if any is left.
        before: The folder of the landed document.
        kinds: The kinds to leave out.
    """
    parts = {kind: part for kind, part in read_parts(before).items() if kind not in kinds}
    if parts:
        _carry(parts, before, folder)
        write_document(folder, parts, _wordings(before))
    return bool(parts)


def _carry(parts: Mapping[str, Part], before: Path, folder: Path) -> None:
    for kind in parts:
        shutil.copytree(before / SOURCE / kind, folder / SOURCE / kind, copy_function=_link)


def files_of(folder: Path) -> dict[str, tuple[str, str]]:
    """Return the file and its digest of each part of a document, by kind; none of a document of another kind."""
    manifest = read_manifest(folder)
    return {kind: (part["file"], part["sha256"]) for kind, part in manifest.get(TABLES, {}).items()}


def keep_source(source: Path, folder: Path, part: Part, first: Path | None) -> Path:
    """Keep the file of a part in its document's folder, once on disk for all documents; return where it is."""
    kept = folder / SOURCE / part.kind / safe_name(part.file)
    kept.parent.mkdir(parents=True)
    if first is not None:
        _link(str(first), str(kept))
    else:
        shutil.copyfile(source, kept)
    return kept


def _link(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _wordings(folder: Path) -> str:
    return str(read_manifest(folder)["wordings"])


def _part_name(kind: str, column: str) -> Text:
    name = NAMES[kind]
    return Text(f"{name.zh}“{column}”", f"{name.en} “{column}”") if column else name


def _refused(part: Part) -> list[dict[str, Any]]:
    return [
        {
            "file": fault.file or part.file,
            "part": _part_name(fault.kind or part.kind, fault.column),
            "first_line": fault.line,
            "last_line": fault.line,
            "line": fault.line,
            "place": fault.place,
            "reason": fault.reason,
        }
        for fault in part.faults
    ]


def _describe(part: Part) -> dict[str, Any]:
    lines = [record.line for record in part.records]
    return {
        "kind": part.kind,
        "title": part.file,
        "place": part.records[0].place,
        "first_line": min(lines),
        "last_line": max(lines),
        "rows": len(lines),
        "is_refused": False,
    }
