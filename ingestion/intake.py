"""Take files and folders into the landing folder or quarantine; all additions pass through this module."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.batch import Failure, Limits, run_bounded
from ingestion.bounds import LARGEST_FILE
from ingestion.document import document_id_of
from ingestion.files import free_name, quarantine_document, read_manifest
from ingestion.filing import Filing, filing_of
from ingestion.landing import Landed, Landing, Settled, took_place_of
from ingestion.message import Text, each, join
from ingestion.names import safe_name, visible
from ingestion.private import mask
from ingestion.reference import WORDINGS
from ingestion.submission import (
    DOCUMENTS,
    PREPARED,
    Given,
    Refused,
    Taken,
    Task,
    is_current,
    list_left_out,
    take,
)
from ingestion.tables.headings import NAMES as TABLE_NAMES
from ingestion.tables.landing import TABLES
from ingestion.tables.landing import files_of as table_files
from ingestion.tables.parts import describe
from ingestion.tables.rows import Fault

SETTLED_SECONDS = 10.0
"""Seconds since the last change after which a file in the inbox counts as completely written."""

_PASSED_OVER = (".part", ".crdownload", ".tmp", ".partial", ".download")
_NO_DOCUMENTS = {"thumbs.db", "desktop.ini"}
_MAY_DISCLOSE = {
    *(
        "",
        ".txt",
        ".csv",
        ".tsv",
        ".html",
        ".htm",
        ".mht",
        ".mhtml",
        ".xml",
        ".pdf",
        ".ofd",
        ".rtf",
        ".odt",
        ".ods",
    ),
    *(
        ".doc",
        ".docx",
        ".docm",
        ".wps",
        ".wpt",
        ".xls",
        ".xlsx",
        ".xlsm",
        ".et",
        ".ett",
        ".ppt",
        ".pptx",
        ".dps",
    ),
    *(".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"),
}
"""Endings of files that may hold a disclosure. Files are recognised by their contents: of a folder, a file of any other
ending is read as well, and passed over where it is none."""

_RAW_MARK = "raw_document.csv"

Work = Callable[[Task], Taken | Refused]


@dataclass(frozen=True)
class RefusedPart:
    """A part of a document that was not read: its name, line, place, reason and file."""

    part: str
    line: int
    place: str
    reason: str
    file: str


@dataclass(frozen=True)
class Outcome:
    """The result of adding one file or folder.

    Attributes:
        source: The added file or folder.
        landed: The result of landing it; None if it was refused as a whole.
        document_id: The document's key, or an empty string.
        filing: Its identity and contents, if it was read.
        superseded: Ids of the documents that it replaced.
        warnings: Warnings for the user.
        refused: Parts that were not read.
        remaining: Parts that were not read of another file of the document, which was added before.
        rows: Number of rows by raw table.
        reason: Why it was refused, or an empty string.
        folder: Its landing folder or its folder in quarantine; None if it left neither.
        quarantine: The folder of its refused parts, if any.
        is_rest: Whether other documents of the file were taken.
        left_out: Number of the rows of plain tables that it refuses since they are in no document.
        is_no_document: Whether it is a file of a folder that is no disclosure by its ending and its contents.
    """

    source: Path
    landed: Landed | None
    document_id: str = ""
    filing: Filing | None = None
    superseded: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: tuple[RefusedPart, ...] = ()
    remaining: tuple[RefusedPart, ...] = ()
    rows: dict[str, int] = dataclasses.field(default_factory=dict)
    reason: str = ""
    folder: Path | None = None
    quarantine: Path | None = None
    is_rest: bool = False
    left_out: int = 0
    is_no_document: bool = False

    @property
    def is_whole(self) -> bool:
        """Return whether no part of it was refused."""
        return self.is_no_document or (self.landed is not None and not self.refused)


def expand(paths: Iterable[Path]) -> list[Path]:
    """Return the paths to add: files, folders of raw CSVs as one, and the files in any other folder."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir() and not is_raw_folder(path):
            found += _walk(path)
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def passed_over(paths: Iterable[Path]) -> list[Path]:
    """Return what `expand` leaves out of folders: hidden and temporary files, locks of open documents, and links."""
    return [
        path
        for folder in paths
        if folder.is_dir() and not is_raw_folder(folder)
        for path in _walk(folder, is_passed_over=True)
    ]


def may_disclose(path: Path) -> bool:
    """Return whether a file that is no disclosure is refused and not passed over, by its ending."""
    return path.suffix.lower() in _MAY_DISCLOSE


def is_raw_folder(path: Path) -> bool:
    """Return whether a folder holds raw CSVs made by hand."""
    return (path / _RAW_MARK).is_file()


def _walk(root: Path, *, is_passed_over: bool = False) -> Iterator[Path]:
    """Yield the documents below a folder in order of name, or what is passed over; links are not followed."""
    with contextlib.suppress(OSError):
        for path in sorted(root.iterdir()):
            if _is_passed_over(path):
                if is_passed_over:
                    yield path
            elif path.is_dir() and not is_raw_folder(path):
                yield from _walk(path, is_passed_over=is_passed_over)
            elif not is_passed_over:
                yield path


def _is_passed_over(path: Path) -> bool:
    name = path.name.lower()
    hidden = name.startswith((".", "~$")) or name.endswith(_PASSED_OVER) or name in _NO_DOCUMENTS
    return hidden or path.is_symlink()


def waiting(inbox: Path, *, now: float | None = None) -> list[Path]:
    """Return the files and folders in the inbox that are no longer being written."""
    moment = time.time() if now is None else now
    return [path for path in in_inbox(inbox) if _is_settled(path, moment)]


def in_inbox(inbox: Path) -> list[Path]:
    """Return the files and folders in the inbox that a build will try, also those still being written."""
    return [path for path in expand([inbox]) if path != inbox]


def _is_settled(path: Path, now: float) -> bool:
    # The change time can't be set back by a copy that keeps the times of its source.
    with contextlib.suppress(OSError):
        files = list(path.iterdir()) if path.is_dir() else [path]
        return all(now - file.stat().st_ctime >= SETTLED_SECONDS for file in files)
    return False


def inbox_state(paths: Iterable[Path]) -> str:
    """Return a digest of the inbox's contents: names, sizes and times."""
    digest = hashlib.sha256()
    for path in paths:
        with contextlib.suppress(OSError):
            for file in sorted(path.iterdir()) if path.is_dir() else [path]:
                stat = file.stat()
                digest.update(os.fsencode(file))
                digest.update(f"\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ctime_ns}\0".encode())
    return digest.hexdigest()


def outdated(landing: Landing) -> list[Path]:
    """Return the kept sources of landed documents that were read by another version of the reader."""
    wordings = landing.tables.digest()
    stale = (
        entry
        for entry in landing.active()
        if not entry.is_sample and not is_current(entry.manifest, Given(), wordings)
    )
    files = {sha256: entry.folder / source for entry in stale for sha256, source in entry.sources.items()}
    return [source for source in files.values() if source.is_file()]


def add(  # noqa: PLR0913 - all additions pass through it
    landing: Landing,
    sources: Iterable[Path],
    given: Given | None = None,
    *,
    named: Collection[Path] | None = None,
    consume: bool = False,
    is_read_again: bool = False,
    limits: Limits | None = None,
    work: Work = take,
) -> Generator[Outcome, None, None]:
    """Add files and folders of raw CSVs, and yield the outcome of each, in order.

    Args:
        landing: The landing folder.
        sources: Paths as returned by `expand`.
        given: The user's settings for all of them.
        named: Sources that the user named, by default all; any other one that is no disclosure is passed over.
        consume: Remove the sources, which came through the inbox.
        is_read_again: The sources are those of landed documents: they supersede nothing.
        limits: Limits of one file.
        work: The function to run in a child process.

    Raises:
        OSError: If the landing folder can't be written.
        ReferenceTableError: If the installation's wordings can't be used, which is no fault of a file.
    """
    for table in WORDINGS:
        landing.tables.rows(table)
    with landing.workspace() as workspace:
        listed = list(sources)
        wanted = frozenset(listed if named is None else named)
        intake = _Intake(landing, workspace, given or Given(), wanted, consume, is_read_again)
        with closing(run_bounded(work, intake.tasks(listed), limits=limits)) as results:
            for task, result in results:
                yield from intake.passed_over()
                yield from intake.finish(task, result)
        yield from intake.passed_over()
        yield from intake.end()


@dataclass(frozen=True)
class _Rest:
    """What is left of a file when its documents are landed; the fields are as in `Taken`."""

    source: Path
    reasons: list[str]
    left_out: list[str]
    faults: tuple[tuple[str, tuple[Fault, ...]], ...]
    has_others: bool


class _Intake:
    """One run of `add`."""

    def __init__(
        self,
        landing: Landing,
        workspace: Path,
        given: Given,
        named: Collection[Path],
        consume: bool,
        is_read_again: bool,
    ) -> None:
        self._landing = landing
        self._workspace = workspace
        self._given = given
        self._named = named
        self._consume = consume
        self._is_read_again = is_read_again
        self._wordings = landing.tables.digest()
        self._batch: list[str] = []
        self._tables: dict[tuple[str, str], tuple[str, str]] = {}
        self._answered = 0
        self._rests: list[_Rest] = []
        self._early: dict[int, Callable[[], list[Outcome]]] = {}
        self._stats: dict[Path, os.stat_result] = {}

    def tasks(self, sources: list[Path]) -> Iterator[Task]:
        """Yield the files that have to be read; outcomes known without reading are kept for `passed_over`."""
        for number, source in enumerate(sources):
            task = Task(source, self._workspace / str(number), self._given, self._landing.tables)
            with contextlib.suppress(OSError):
                self._stats[source] = source.stat()
            early = self._refuse_odd(source)
            if early is None and source.is_file():
                early, task = self._known(task)
            if early is None:
                yield task
            else:
                self._early[number] = early

    def passed_over(self) -> Iterator[Outcome]:
        """Yield the next outcomes that needed no reading."""
        while self._answered in self._early:
            yield from self._early.pop(self._answered)()
            self._answered += 1

    def finish(self, task: Task, result: Taken | Refused | Failure) -> list[Outcome]:
        """Land what was read or quarantine it; a file with several documents has one outcome each."""
        self._answered += 1
        try:
            if isinstance(result, Failure):
                name = visible(task.source.name)
                return [
                    self._refuse(
                        task.source,
                        Text(f"{name}: 无法读取，", f"{name}: can't be read, ") + result.message,
                        result.details,
                    )
                ]
            if isinstance(result, Refused):
                if task.source not in self._named and not may_disclose(task.source):
                    return [Outcome(task.source, None, reason=result.reason, is_no_document=True)]
                return [self._refuse(task.source, result.reason)]
            documents, clashes = self._part_clashes(result)
            tables = {sha256 for _, folder in documents for _, sha256 in table_files(folder).values()}
            outcomes = [
                self._outcome(task.source, self._settle(folder), document_id)
                for document_id, folder in documents
                if not self._has_left(document_id)
            ]
            self._batch += [document_id for document_id, _ in documents]
            if outcomes:
                keys = [key for key, _ in (*result.documents, *result.refused, *result.faults)]
                retired = self._landing.keep_only(keys)
                if tables:
                    retired += self._landing.keep_only_tables(
                        tables, keys, task.folder.with_name(f"{task.folder.name}_rest")
                    )
                if retired and not self._is_read_again:
                    warnings = (*outcomes[0].warnings, took_place_of(retired))
                    outcomes[0] = dataclasses.replace(outcomes[0], warnings=warnings)
            reasons = [*(reason for _, reason in result.refused), *clashes]
            rest = _Rest(task.source, reasons, list(result.left_out), result.faults, bool(outcomes))
            if rest.faults:
                # Their document may come with another file of this run.
                self._rests.append(rest)
            else:
                outcomes += self._end_file(rest)
            return outcomes
        finally:
            for folder in (task.folder, *task.folder.parent.glob(f"{task.folder.name}_*")):
                shutil.rmtree(folder, ignore_errors=True)

    def end(self) -> Iterator[Outcome]:
        """Yield the outcomes of bad rows that name a document of which their file has no row that was read."""
        for rest in self._rests:
            for document_id, faults in rest.faults:
                entry = self._landing.add_faults(document_id, faults)
                if entry is None:
                    rest.left_out.extend(map(describe, faults))
                else:
                    yield self._outcome(rest.source, Settled(Landed.UPDATED, entry.folder), document_id)
            yield from self._end_file(rest)

    def _end_file(self, rest: _Rest) -> list[Outcome]:
        """Refuse what is left of a file, if anything is, and take the file away."""
        reasons = list(rest.reasons)
        if rest.left_out:
            reasons.append(list_left_out(visible(rest.source.name), rest.left_out))
        refused = [self._refuse(rest.source, join("\n", reasons))] if reasons else []
        self._take_away(rest.source)
        return [
            dataclasses.replace(one, is_rest=rest.has_others, left_out=len(rest.left_out)) for one in refused
        ]

    def _part_clashes(self, result: Taken) -> tuple[list[tuple[str, Path]], list[str]]:
        """Return the documents of a file, and why others can't be taken: another file of this run gave the same.

        Two budget tables of one organization and year that come together are neither a correction of one another
        nor to be added up; one that comes later is a correction.
        """
        documents = []
        clashes = []
        for document_id, folder in result.documents:
            clash = self._other_document(document_id, folder)
            for kind, (file, sha256) in table_files(folder).items():
                first, digest = self._tables.setdefault((document_id, kind), (file, sha256))
                if digest != sha256:
                    clash = Text(
                        f"{file}: 同一单位、同一年度的{TABLE_NAMES[kind].zh}在本次添加的 {first} 中已有，未收录；请合并为一个文件"
                        f"（编号 {document_id}）",
                        f"{file}: {first}, added along with it, holds the {TABLE_NAMES[kind].en} of the same organization "
                        f"and year ({document_id}): join them in one file",
                    )
            if clash:
                clashes.append(clash)
            else:
                documents.append((document_id, folder))
        return documents, clashes

    def _other_document(self, document_id: str, folder: Path) -> str:
        """Return why raw CSVs made by hand can't be taken: another document of another unit or year has their id."""
        before, manifest = self._landing.find(document_id), read_manifest(folder)
        if before is None or PREPARED not in {before.kind, manifest.get("kind")}:
            return ""
        one, other = before.filing, filing_of(manifest)
        if one.source_sha256 == other.source_sha256 or one.owner == other.owner:
            return ""
        return Text(
            f"编号 {document_id} 已用于另一份文件：{one.organization} {one.fiscal_year}（{one.source_file}）；"
            f"请换一个编号，如要取代那一份，先运行 jixiao remove {document_id}",
            f"the id {document_id} is that of another document: {one.organization} {one.fiscal_year} ({one.source_file}); "
            f"give another id or, to replace that document, first run: jixiao remove {document_id}",
        )

    def _settle(self, folder: Path) -> Settled:
        return self._landing.settle(folder, self._batch, is_read_again=self._is_read_again)

    def _has_left(self, document_id: str) -> bool:
        """Return whether a document that is only read again is no longer part of the builds."""
        landing = self._landing
        return (
            self._is_read_again
            and landing.find(document_id) is None
            and any(entry.document_id == document_id for entry in landing.past())
        )

    def _refuse_odd(self, source: Path) -> Callable[[], list[Outcome]] | None:
        if source.is_file() or is_raw_folder(source):
            return None
        reason = (
            Text("不是文件", "not a file")
            if source.exists()
            else Text("没有这个文件；请检查路径", "no such file; check the path")
        )
        return lambda: [Outcome(source, None, reason=f"{visible(source.name)}: " + reason)]

    def _known(self, task: Task) -> tuple[Callable[[], list[Outcome]] | None, Task]:
        """Return how to answer for known bytes, or None; and the task with the user's earlier settings."""
        document_id = _document_id(task.source)
        entries = self._landing.of_file(document_id) if document_id else []
        if not entries:
            is_known = document_id in {sample.document_id for sample in self._landing.sample_entries()}
            if is_known:
                return (lambda: self._answer(task.source, [document_id])), task
            said = self._landing.given_of_table(document_id) if document_id else None
            return None, dataclasses.replace(task, given=self._carry_on(said or {}))
        wanted = list(entries[0].manifest.get(DOCUMENTS, [entries[0].document_id]))
        earlier = dict(entries[0].manifest.get("given", {}))
        carried = self._carry_on(earlier)
        is_current_reading = all(
            entry.is_sample or is_current(entry.manifest, self._given, self._wordings) for entry in entries
        ) and all(getattr(carried, name) == earlier.get(name, "") for name in ("organization", "fiscal_year"))
        if is_current_reading and {entry.document_id for entry in entries} >= set(wanted):
            return (lambda: self._answer(task.source, wanted)), task
        return None, dataclasses.replace(task, given=carried)

    def _carry_on(self, earlier: Mapping[str, str]) -> Given:
        """Return the user's settings for a file that is there, with those of before that are not given again.

        What a file prints holds again if the user adds it without the organization or year that once overruled it.
        """
        before = {key: value for key, value in earlier.items() if value}
        now = {key: value for key, value in dataclasses.asdict(self._given).items() if value}
        if not self._is_read_again:
            for name, default in (("organization", "default_organization"), ("fiscal_year", "default_year")):
                if name not in now and name in before:
                    before[default] = before.pop(name)
                if default in before:
                    now.pop(default, None)
        return Given(**{**before, **now})

    def _answer(self, source: Path, document_ids: list[str]) -> list[Outcome]:
        # A document added earlier in the same run may have superseded it; then it supersedes that one.
        outcomes = []
        for document_id in document_ids:
            settled = self._landing.restore(document_id)
            self._batch.append(document_id)
            outcomes.append(self._outcome(source, settled, document_id))
        self._take_away(source)
        return outcomes

    def _outcome(self, source: Path, settled: Settled, document_id: str) -> Outcome:
        entry = self._landing.find(document_id)
        manifest = entry.manifest if entry is not None else {}
        quarantine = self._landing.quarantine / safe_name(document_id)
        parts = tuple(
            RefusedPart(
                *(part["part"], part["line"], part.get("place", ""), part["reason"]),
                part.get("file", source.name),
            )
            for part in manifest.get("refused", [])
        )
        refused = tuple(part for part in parts if part.file == source.name)
        remaining = tuple(part for part in parts if part.file != source.name)
        return Outcome(
            source,
            settled.landed,
            document_id,
            entry.filing if entry is not None else None,
            settled.superseded,
            tuple(_warnings_of(manifest, source)) or settled.warnings,
            refused,
            remaining,
            dict(manifest.get("rows", {})),
            folder=settled.folder,
            quarantine=quarantine if parts else None,
        )

    def _refuse(self, source: Path, reason: str, details: str = "") -> Outcome:
        reason = each(mask, reason)
        full = f"{reason}\n\n{mask(details)}" if details else reason
        if source.is_dir():
            folder = _quarantine_folder(source, full, self._landing.quarantine, self._consume)
        else:
            move = self._consume and self._is_unchanged(source)
            folder = quarantine_document(source, full, self._landing.quarantine, move=move)
        return Outcome(source, None, reason=reason, folder=folder)

    def _take_away(self, source: Path) -> None:
        """Remove a taken file from the inbox, unless it was changed in the meantime."""
        if not self._consume or not self._is_unchanged(source):
            return
        if source.is_dir():
            shutil.rmtree(source, ignore_errors=True)
        else:
            source.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            # A folder of the inbox is removed with its last file.
            if source.parent != self._landing.inbox:
                source.parent.rmdir()

    def _is_unchanged(self, source: Path) -> bool:
        before = self._stats.get(source)
        with contextlib.suppress(OSError):
            after = source.stat()
            return before is not None and _signature(before) == _signature(after)
        return False


def _signature(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _warnings_of(manifest: dict[str, Any], source: Path) -> list[str]:
    """Return the warnings of a document, without those of tables that another file gave."""
    tables = [part for part in manifest.get(TABLES, {}).values() if part["file"] != source.name]
    others = {warning for part in tables for warning in part["warnings"]}
    return [warning for warning in manifest.get("warnings", []) if warning not in others]


def _document_id(path: Path) -> str:
    """Return the key of a file's bytes; empty if the file is unreadable or too large."""
    with contextlib.suppress(OSError):
        if path.stat().st_size <= LARGEST_FILE:
            with path.open("rb") as file:
                return document_id_of(hashlib.file_digest(file, "sha256").hexdigest())
    return ""


def _quarantine_folder(source: Path, reason: str, quarantine: Path, move: bool) -> Path:
    quarantine.mkdir(parents=True, exist_ok=True)
    folder = quarantine / safe_name(source.name)
    if move:
        folder = free_name(folder)
        shutil.move(source, folder)
    folder.mkdir(exist_ok=True)
    (folder / "reason.txt").write_text(f"{reason}\n", encoding="utf-8", errors="replace")
    return folder
