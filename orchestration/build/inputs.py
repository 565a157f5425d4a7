"""The raw CSVs of a build: which folders are in, which are refused, and what identifies them all."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ingestion.extract import Extraction
from ingestion.files import Problem, check_raw, write_raw
from jixiao.settings import Settings
from orchestration.build.folder import BuildFolder
from orchestration.build.record import Quarantined

PROBLEMS_SHOWN = 20


def land(extraction: Extraction, landing: Path) -> Path:
    """Write the raw CSVs of a document to its landing folder, in one step; returns the folder."""
    folder = landing / extraction.document.document_id
    partial = landing / f".{folder.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    write_raw(extraction, partial)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return folder


def landed(landing: Path) -> list[Path]:
    """The folders of landed documents, sorted by name; hidden ones are unfinished."""
    if not landing.is_dir():
        return []
    return sorted(path for path in landing.iterdir() if path.is_dir() and not path.name.startswith("."))


def accept_landed(settings: Settings, build: BuildFolder) -> list[Quarantined]:
    """Link the landed documents that keep contract one into the build; move the others to quarantine.

    Returns:
        What was moved, with the reasons.
    """
    refused = []
    for folder in landed(settings.landing):
        problems = check_raw(folder)
        if problems:
            refused.append(_move_to_quarantine(folder, problems, settings.quarantine))
        else:
            (build.landing / folder.name).symlink_to(folder, target_is_directory=True)
    return refused


def _move_to_quarantine(folder: Path, problems: list[Problem], quarantine: Path) -> Quarantined:
    target = _free_name(quarantine / folder.name)
    quarantine.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, target)
    # Where the files were is where they no longer are: name them as they lie in the folder.
    reason = list_problems([replace(problem, file=Path(problem.file.name)) for problem in problems])
    (target / "reason.txt").write_text(reason + "\n", encoding="utf-8")
    return Quarantined(folder.name, reason, str(target))


def _free_name(path: Path) -> Path:
    number = 1
    candidate = path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


def list_problems(problems: list[Problem]) -> str:
    """Return the first problems as lines, and how many there are beyond."""
    lines = [str(problem) for problem in problems[:PROBLEMS_SHOWN]]
    if len(problems) > PROBLEMS_SHOWN:
        lines.append(f"… and {len(problems) - PROBLEMS_SHOWN} more")
    return "\n".join(lines)


def raw_folders(settings: Settings, build: BuildFolder) -> list[Path]:
    """The folders of raw CSVs that the build reads: the sample's, then the accepted ones."""
    return [settings.raw_seeds, *landed(build.landing)]


def input_files(settings: Settings, build: BuildFolder) -> dict[str, Path]:
    """The CSVs that the build reads, by a name that doesn't depend on the machine, sorted."""
    files = {f"seeds/{path.parent.name}/{path.name}": path for path in settings.seeds.glob("*/*.csv")}
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


def document_ids(folders: Iterable[Path]) -> list[str]:
    """The documents that folders of raw CSVs hold, in order, each once."""
    found: dict[str, None] = {}
    for folder in folders:
        with (folder / "raw_document.csv").open(encoding="utf-8-sig", newline="") as file:
            found |= {row["document_id"]: None for row in csv.DictReader(file)}
    return list(found)
