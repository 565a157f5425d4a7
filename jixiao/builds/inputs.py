"""The raw rows of a build: its documents, the refused folders, and the hash of all inputs."""

from __future__ import annotations

import csv
import hashlib
import multiprocessing
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
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
"""Names in dbt's folder of raw rows: see `macros/load_raw.sql` and `macros/load_reference.sql`."""

MANY_FOLDERS = 64
"""The number of folders from which on it is faster to check them in several processes."""


def accept_landed(
    settings: Settings, note: Callable[[Quarantined], object] = lambda _: None
) -> list[Quarantined]:
    """Copy landed documents that keep contract one into the raw store; move the others to quarantine.

    A folder that is unchanged since the last build is neither read nor checked again. Gate 1 checks the rows;
    `jixiao add` and the inbox have checked those that they added.

    Args:
        settings: The settings of the installation.
        note: Receives each folder as soon as it is moved.

    Returns:
        The moved folders, with the reasons.
    """
    landing, store = settings.landing_folder(), RawStore(settings.raw_store, settings.duckdb)
    if not landing.root.is_dir():
        if store.documents.is_file():
            store.update([], {})
        return []
    with landing.lock():
        return _bring_up_to_date(store, landed(landing.root), settings.quarantine, note)


def _bring_up_to_date(
    store: RawStore, folders: list[Path], quarantine: Path, note: Callable[[Quarantined], object]
) -> list[Quarantined]:
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
            note(refused[-1])
            as_before.discard(folder.name)
            continue
        taken |= dict.fromkeys(ids, folder.name)
        if folder.name not in as_before:
            changed[folder.name] = folder
    store.update(sorted(as_before), changed)
    return refused


def _check(folders: list[Path]) -> Iterable[list[Problem]]:
    """Check folders against contract one, in several processes if they are many."""
    if len(folders) < MANY_FOLDERS:
        return map(check_submission, folders)
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(check_submission, folders, chunksize=16))


def _repeated(folder: Path, ids: Collection[str], taken: dict[str, str]) -> list[Problem]:
    """Return a problem for each document that another folder has already: gate 1 would stop the build."""
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
    """Return the documents of the next release by id: those of the sample, unless withdrawn, then of the raw store."""
    withdrawn = settings.landing_folder().withdrawn()
    digest = hash_files({path.name: path for path in sorted(settings.raw_seeds.glob("*.csv"))})
    found = {
        row["document_id"]: Input(digest, organization_key(row["organization_name"]))
        for row in read_rows(settings.raw_seeds, "raw_document")
        if row["document_id"] not in withdrawn
    }
    for document_id, raw_sha256, organization in RawStore(settings.raw_store, settings.duckdb).inputs():
        # A document of the sample that was also landed by hand is read once.
        found.setdefault(document_id, Input(raw_sha256, organization_key(organization)))
    return found


def write_selection(settings: Settings, build: BuildFolder, selected: Collection[str]) -> None:
    """Write dbt's selection: the documents of the raw store, and those of the sample to leave out.

    The list belongs to the build, and its rows stay in place while the build runs: documents added or removed
    meanwhile are for the next one.
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
    """Write the reference tables that the installation extends or changes, for dbt.

    Raises:
        ReferenceTableError: One of them can't be used.
        ReviewError: Decisions can't be moved from the project's table to the installation's.
    """
    move_decisions(settings)
    settings.reference.write(build.raw / REFERENCE)


def _move_to_quarantine(folder: Path, problems: list[Problem], quarantine: Path) -> Quarantined:
    target = free_name(quarantine / folder.name)
    quarantine.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, target)
    # The files have moved: name them without their folder.
    reason = list_problems([replace(problem, file=Path(problem.file.name)) for problem in problems])
    (target / "reason.txt").write_text(f"{reason}\n", encoding="utf-8")
    return Quarantined(folder.name, reason, str(target))


def hash_inputs(settings: Settings, found: Mapping[str, Input]) -> str:
    """Return the SHA-256 of all inputs of a build: the reference tables and the documents."""
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
    """Return the SHA-256 of the names and contents of files, in the given order."""
    digest = hashlib.sha256()
    for name, path in files.items():
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def document_ids(folder: Path) -> list[str]:
    """Return the ids of the documents in a folder of raw CSVs, in order."""
    return [row["document_id"] for row in read_rows(folder, "raw_document")]
