"""The raw rows of a build: which documents are in, which folders are refused, and what identifies them all."""

from __future__ import annotations

import csv
import hashlib
import multiprocessing
import shutil
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from ingestion.files import Problem, check_submission, free_name, read_rows
from ingestion.landing import landed
from ingestion.message import Text
from ingestion.reference import FOLDER
from ingestion.submission import list_problems
from jixiao.builds.folder import BuildFolder
from jixiao.builds.raw_store import DOCUMENTS, RawStore, signature_of
from jixiao.builds.record import Quarantined
from jixiao.builds.scope import Input, organization_key
from jixiao.review.decisions import move_decisions
from jixiao.settings import Settings

LEFT_OUT, REFERENCE = "left_out.csv", "reference"
"""Names in the folder of raw rows that dbt reads: `macros/load_raw.sql`, `macros/load_reference.sql`."""

MANY_FOLDERS = 64
"""So many folders take longer to check than processes take to start."""


def accept_landed(settings: Settings) -> list[Quarantined]:
    """Take the landed documents that keep contract one into the raw store; move the others to quarantine.

    A folder that is as it was at the last build is neither read nor checked again. Rows are left to gate 1; of
    what came through `jixiao add` or the inbox they are checked already.

    Returns:
        What was moved, with the reasons.
    """
    landing, store = settings.landing_folder(), RawStore(settings.raw_store, settings.duckdb)
    if not landing.root.is_dir():
        if store.documents.is_file():
            store.update([], {})
        return []
    with landing.lock():
        return _bring_up_to_date(store, landed(landing.root), settings.quarantine)


def _bring_up_to_date(store: RawStore, folders: list[Path], quarantine: Path) -> list[Quarantined]:
    refused = []
    known = store.folders()
    as_before = {
        folder.name
        for folder in folders
        if folder.name in known and known[folder.name].signature == signature_of(folder)
    }
    new = [folder for folder in folders if folder.name not in as_before]
    found = dict(zip(new, _check(new), strict=True))
    changed: dict[str, Path] = {}
    taken: dict[str, str] = {}
    for folder in folders:
        problems = found.get(folder, [])
        if not problems:
            is_known = folder.name in as_before
            ids = known[folder.name].document_ids if is_known else document_ids(folder)
            problems = _repeated(folder, ids, taken)
        if problems:
            refused.append(_move_to_quarantine(folder, problems, quarantine))
            as_before.discard(folder.name)
            continue
        taken |= dict.fromkeys(ids, folder.name)
        if folder.name not in as_before:
            changed[folder.name] = folder
    store.update(sorted(as_before), changed)
    return refused


def _check(folders: list[Path]) -> Iterable[list[Problem]]:
    """Check folders against contract one, many of them in several processes."""
    if len(folders) < MANY_FOLDERS:
        return map(check_submission, folders)
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(check_submission, folders, chunksize=16))


def _repeated(folder: Path, ids: Collection[str], taken: dict[str, str]) -> list[Problem]:
    """A document that stands in two folders would be counted twice, and gate 1 would stop the build."""
    return [
        Problem(
            folder / "raw_document.csv",
            0,
            "document_id",
            Text(
                f"{document_id} 已在文件夹 {taken[document_id]} 中",
                f"{document_id} is in the folder {taken[document_id]} already",
            ),
        )
        for document_id in ids
        if document_id in taken
    ]


def documents(settings: Settings) -> dict[str, Input]:
    """The documents of the next release by id: the sample's that are not withdrawn, then those of the raw store."""
    withdrawn = settings.landing_folder().withdrawn()
    digest = hash_files({path.name: path for path in sorted(settings.raw_seeds.glob("*.csv"))})
    found = {
        row["document_id"]: Input(digest, organization_key(row["organization_name"]))
        for row in read_rows(settings.raw_seeds, "raw_document")
        if row["document_id"] not in withdrawn
    }
    for document_id, raw_sha256, organization in RawStore(settings.raw_store, settings.duckdb).inputs():
        # A document of the sample that was landed by hand as well is read once.
        found.setdefault(document_id, Input(raw_sha256, organization_key(organization)))
    return found


def write_selection(settings: Settings, build: BuildFolder, selected: Collection[str]) -> None:
    """Show dbt what it reads: the documents of the raw store, and which of the sample it does without.

    The list is the build's own, and the rows that it names stay while the build is at work: what is added or
    removed meanwhile is for the next one.
    """
    store = RawStore(settings.raw_store, settings.duckdb)
    for table in sorted(path for path in store.root.glob("raw_*") if path.is_dir()):
        (build.raw / table.name).symlink_to(table)
    sample = document_ids(settings.raw_seeds)
    store.select(sorted(set(selected).difference(sample)), build.raw / DOCUMENTS)
    left_out = [document_id for document_id in sample if document_id not in selected]
    if left_out:
        with (build.raw / LEFT_OUT).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["document_id"])
            writer.writerows([document_id] for document_id in left_out)


def write_reference(settings: Settings, build: BuildFolder) -> None:
    """Show dbt the reference tables that the installation adds to or changes.

    Raises:
        ReferenceTableError: One of them can't be used.
        ReviewError: Decisions in the project's own table can't be moved to that of the installation.
    """
    move_decisions(settings)
    settings.reference.write(build.raw / REFERENCE)


def _move_to_quarantine(folder: Path, problems: list[Problem], quarantine: Path) -> Quarantined:
    target = free_name(quarantine / folder.name)
    quarantine.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, target)
    # Where the files were is where they no longer are: name them as they lie in the folder.
    reason = list_problems([replace(problem, file=Path(problem.file.name)) for problem in problems])
    (target / "reason.txt").write_text(f"{reason}\n", encoding="utf-8")
    return Quarantined(folder.name, reason, str(target))


def hash_inputs(settings: Settings, found: Mapping[str, Input]) -> str:
    """The SHA-256 over all that a build reads: the reference tables and the documents."""
    tables = {path.name: path for path in sorted(settings.reference_seeds.glob("*.csv"))}
    own = {
        f"{FOLDER}/{table}": settings.landing / FOLDER / f"{table}.csv"
        for table in settings.reference.tables()
    }
    digest = hashlib.sha256(hash_files(tables | own).encode())
    for document_id, value in sorted(found.items()):
        digest.update(f"{document_id}\0{value.raw_sha256}\0".encode())
    return digest.hexdigest()


def hash_files(files: dict[str, Path]) -> str:
    """The SHA-256 over the names and contents of files, in the order given."""
    digest = hashlib.sha256()
    for name, path in files.items():
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def document_ids(folder: Path) -> list[str]:
    """The documents that a folder of raw CSVs holds, in order."""
    return [row["document_id"] for row in read_rows(folder, "raw_document")]
