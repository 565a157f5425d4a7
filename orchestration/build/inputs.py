"""The raw CSVs of a build: which folders are in, which are refused, and what identifies them all."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from ingestion.contract import RAW_TABLES
from ingestion.files import Problem, check_submission, free_name, read_rows
from ingestion.landing import WITHDRAWN, landed
from ingestion.submission import list_problems
from jixiao.settings import Settings
from orchestration.build.folder import BuildFolder
from orchestration.build.record import Quarantined


def accept_landed(settings: Settings, build: BuildFolder) -> list[Quarantined]:
    """Copy the landed documents that keep contract one into the build; move the others to quarantine.

    The copies are the build's own: what is added or removed while it is at work is for the next one. Rows are
    left to gate 1; of what came through `jixiao add` or the inbox they are checked already.

    Returns:
        What was moved, with the reasons.
    """
    landing = settings.landing_folder()
    if not landing.root.is_dir():
        return []
    refused = []
    taken: dict[str, str] = {}
    with landing.lock():
        for folder in landed(landing.root):
            problems = check_submission(folder) or _repeated(folder, taken)
            if problems:
                refused.append(_move_to_quarantine(folder, problems, settings.quarantine))
                continue
            taken |= dict.fromkeys(document_ids(folder), folder.name)
            _copy(folder, build.landing / folder.name)
        _write_withdrawn(build, landing.withdrawn())
    return refused


def _repeated(folder: Path, taken: dict[str, str]) -> list[Problem]:
    """A document that stands in two folders would be counted twice, and gate 1 would stop the build."""
    return [
        Problem(
            folder / "raw_document.csv",
            0,
            "document_id",
            f"{document_id} is in the folder {taken[document_id]} already",
        )
        for document_id in document_ids(folder)
        if document_id in taken
    ]


def _copy(folder: Path, target: Path) -> None:
    target.mkdir()
    for table in RAW_TABLES:
        if (folder / f"{table}.csv").is_file():
            shutil.copyfile(folder / f"{table}.csv", target / f"{table}.csv")


def _write_withdrawn(build: BuildFolder, document_ids: Collection[str]) -> None:
    """Name the documents of the sample that the seeds load and the build leaves out."""
    if not document_ids:
        return
    with (build.landing / WITHDRAWN).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["document_id"])
        writer.writerows([document_id] for document_id in sorted(document_ids))


def _withdrawn(build: BuildFolder) -> set[str]:
    try:
        with (build.landing / WITHDRAWN).open(encoding="utf-8", newline="") as file:
            return {row["document_id"] for row in csv.DictReader(file)}
    except FileNotFoundError:
        return set()


def _move_to_quarantine(folder: Path, problems: list[Problem], quarantine: Path) -> Quarantined:
    target = free_name(quarantine / folder.name)
    quarantine.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, target)
    # Where the files were is where they no longer are: name them as they lie in the folder.
    reason = list_problems([replace(problem, file=Path(problem.file.name)) for problem in problems])
    (target / "reason.txt").write_text(reason + "\n", encoding="utf-8")
    return Quarantined(folder.name, reason, str(target))


def documents(settings: Settings, build: BuildFolder) -> list[str]:
    """The documents that the build reads, each once: the sample's that are not withdrawn, then the landed ones."""
    withdrawn = _withdrawn(build)
    sample = [document_id for document_id in document_ids(settings.raw_seeds) if document_id not in withdrawn]
    accepted = [document_id for folder in landed(build.landing) for document_id in document_ids(folder)]
    return list(dict.fromkeys([*sample, *accepted]))


def input_files(settings: Settings, build: BuildFolder) -> dict[str, Path]:
    """The CSVs that the build reads, by a name that doesn't depend on the machine, sorted."""
    files = {f"seeds/{path.parent.name}/{path.name}": path for path in settings.seeds.glob("*/*.csv")}
    if (build.landing / WITHDRAWN).is_file():
        files[f"landing/{WITHDRAWN}"] = build.landing / WITHDRAWN
    for folder in landed(build.landing):
        files |= {f"landing/{folder.name}/{path.name}": path for path in folder.glob("*.csv")}
    return dict(sorted(files.items()))


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
