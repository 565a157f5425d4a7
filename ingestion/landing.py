"""The landing folder: the documents of the next build, earlier ones, and the inbox.

    landing/<document_id>/       raw CSVs, manifest.json, report.md, source/<the document>
    landing/history/<id>-<n>/    the same of documents that were corrected or removed
    landing/inbox/               files for the next build to take in
    landing/withdrawn.csv        documents of the sample that are excluded from the builds

Every change holds the lock, and so does a build while it copies its input.
"""

from __future__ import annotations

import contextlib
import csv
import fcntl
import secrets
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from ingestion import reference
from ingestion.document import document_id_of
from ingestion.files import check_files, free_name, read_manifest, write_manifest
from ingestion.filing import BUDGET, DISCLOSURE, Filing, filing_of, read_filings
from ingestion.message import Text
from ingestion.names import safe_name
from ingestion.reference import Reference
from ingestion.report import REPORT, write_report
from ingestion.submission import EXTRACTED, PREPARED, REFUSED, hash_raw
from ingestion.tables.landing import TABLES, add_faults, complete, projects_left_out, without
from ingestion.tables.rows import Fault

INBOX, HISTORY, WITHDRAWN = "inbox", "history", "withdrawn.csv"
RESERVED = frozenset({INBOX, HISTORY, reference.FOLDER, WITHDRAWN})
_WITHDRAWN_COLUMNS = ("document_id", "why", "superseded_by", "at")
_LOCK = ".lock"
_WORK = ".work-"
_OLD = ".old-"
_INPUT, _READER = ("given", TABLES), ("extractor_version", "wordings")
"""What the reading of the same bytes depends on, in a manifest."""
_IDS_SHOWN = 3


class Why(StrEnum):
    """Why a document is not part of the builds."""

    SUPERSEDED = "superseded"
    REMOVED = "removed"
    REPLACED = "replaced"
    SET_ASIDE = "set aside"


class Landed(StrEnum):
    """The result of landing a document."""

    ADDED = "added"
    UPDATED = "updated"
    RETURNED = "returned"
    ALREADY = "already there"
    IN_SAMPLE = "in the sample"


LANDED = {
    Landed.ADDED: Text("已添加", "added"),
    Landed.UPDATED: Text("已更新", "updated"),
    Landed.RETURNED: Text("已恢复", "restored"),
    Landed.ALREADY: Text("已存在", "already there"),
    Landed.IN_SAMPLE: Text("样例中已有", "in the sample"),
}
"""The results in words."""


@dataclass(frozen=True)
class Entry:
    """A document in the landing folder, in its history, or in the sample.

    Attributes:
        filing: Its identity and contents.
        folder: The folder of its raw CSVs.
        manifest: Its manifest; empty for folders that were created by hand.
        is_sample: Whether it is part of the checkout.
    """

    filing: Filing
    folder: Path
    manifest: dict[str, Any]
    is_sample: bool = False

    @property
    def document_id(self) -> str:
        """The document's key."""
        return self.filing.document_id

    @property
    def kind(self) -> str:
        """`extracted`, or `prepared` for hand-made CSVs."""
        return str(self.manifest.get("kind", PREPARED))

    @property
    def refused(self) -> int:
        """Number of its refused parts."""
        return len(self.manifest.get("refused", []))

    @property
    def cells(self) -> tuple[int, int] | None:
        """Numbers of read and unread cells; None for hand-made CSVs."""
        if "cells_taken" not in self.manifest:
            return None
        return int(self.manifest["cells_taken"]), sum(self.manifest.get("cells_unread", {}).values())

    @property
    def sources(self) -> dict[str, str]:
        """The files that it was read from, kept in its folder, by their digests; none of CSVs made by hand."""
        if self.kind == EXTRACTED:
            return {self.filing.source_sha256: str(self.manifest.get("source", ""))}
        return {part["sha256"]: part["source"] for part in self.manifest.get(TABLES, {}).values()}

    @property
    def report(self) -> Path:
        """The path of its report, which may be missing."""
        return self.folder / REPORT


@dataclass(frozen=True)
class Settled:
    """The result of landing a document.

    Attributes:
        landed: What was done.
        folder: Its current folder.
        superseded: Ids of the documents that it replaced.
        warnings: Warnings for the user.
    """

    landed: Landed
    folder: Path
    superseded: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


_MOST_MEANT = 3
"""Maximum number of documents named for an unknown id."""


class UnknownDocumentError(Exception):
    """No document has this id; `candidates` are similar ids."""

    def __init__(self, document_id: str, candidates: list[str]) -> None:
        super().__init__(document_id)
        self.document_id = document_id
        self.candidates = candidates


class Landing:
    """The landing folder of one installation.

    Args:
        root: The folder; nothing outside it and quarantine is ever written.
        quarantine: The folder of refused files.
        sample: The raw CSVs of the checkout.
    """

    def __init__(self, root: Path, quarantine: Path, sample: Path) -> None:
        self.root = root
        self.quarantine = quarantine
        self.sample = sample
        self._index: dict[str, Entry] | None = None
        self._state: tuple[str, int] | None = None
        self._sample_entries: list[Entry] | None = None

    @property
    def inbox(self) -> Path:
        """The folder whose contents the next build takes in."""
        return self.root / INBOX

    @property
    def tables(self) -> Reference:
        """The reference tables, including the rows of this installation."""
        return Reference(self.root / reference.FOLDER)

    @property
    def history(self) -> Path:
        """The folder of documents that are no longer part of the builds."""
        return self.root / HISTORY

    @property
    def _withdrawn_file(self) -> Path:
        return self.root / WITHDRAWN

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the landing folder exclusively; other processes wait.

        The lock file identifies the last change, so that a process can tell whether its cached index is still
        valid.
        """
        self.inbox.mkdir(parents=True, exist_ok=True)
        with (self.root / _LOCK).open("a+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._recover()
            self._refresh(file)
            try:
                yield
            except BaseException:
                self._index = None
                raise
            finally:
                self._remember(file)

    def _refresh(self, file: IO[str]) -> None:
        file.seek(0)
        state = (file.read(), self.root.stat().st_mtime_ns)
        if state != self._state:
            self._index = None

    def _remember(self, file: IO[str]) -> None:
        """Record the state after this process, whether or not it changed anything."""
        token = secrets.token_hex(8)
        file.seek(0)
        file.truncate()
        file.write(token)
        file.flush()
        self._state = (token, self.root.stat().st_mtime_ns)

    def _recover(self) -> None:
        """Complete the work of a killed process: a replaced folder is complete in one of two places."""
        for old in self.root.glob(f"{_OLD}*"):
            folder = self.root / old.name.removeprefix(_OLD)
            if folder.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(folder)

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Create a hidden folder for extraction and remove it at the end; remove those of killed processes."""
        folder = self.root / f"{_WORK}{secrets.token_hex(6)}"
        with contextlib.ExitStack() as stack:
            with self.lock():
                for path in self.root.glob(f"{_WORK}*"):
                    _remove_if_left(path)
                folder.mkdir()
                stack.callback(shutil.rmtree, folder, ignore_errors=True)
                file = stack.enter_context((folder / _LOCK).open("w"))
                fcntl.flock(file, fcntl.LOCK_EX)
            yield folder

    # Queries.

    def active(self) -> list[Entry]:
        """Return the documents of the next build: the sample's, if not withdrawn, then the landed ones."""
        withdrawn = self.withdrawn()
        return [
            *(entry for entry in self.sample_entries() if entry.document_id not in withdrawn),
            *self._landed().values(),
        ]

    def sample_entries(self) -> list[Entry]:
        """Return the documents of the checkout, withdrawn or not."""
        if self._sample_entries is None:
            manifest = read_manifest(self.sample)
            self._sample_entries = [
                Entry(
                    filing,
                    self.sample,
                    manifest if manifest.get("document_id") == filing.document_id else {},
                    is_sample=True,
                )
                for filing in read_filings(self.sample)
                if filing.document_id
            ]
        return self._sample_entries

    def withdrawn(self) -> dict[str, dict[str, str]]:
        """Return the withdrawn documents of the sample by id: reason, superseding document and time."""
        try:
            with self._withdrawn_file.open(encoding="utf-8", newline="") as file:
                return {row["document_id"]: row for row in csv.DictReader(file)}
        except FileNotFoundError:
            return {}

    def past(self) -> list[Entry]:
        """Return the documents in history, the most recent at the end."""
        entries = [entry for folder in _folders(self.history) if (entry := _read(folder)) is not None]
        return sorted(entries, key=lambda entry: (str(entry.manifest.get("at", "")), entry.folder.name))

    def find(self, document_id: str) -> Entry | None:
        """Return the active document with an id, or None."""
        return next((entry for entry in self.active() if entry.document_id == document_id), None)

    def of_file(self, document_id: str) -> list[Entry]:
        """Return the active documents of the file whose first document has this id, in order."""
        return [
            entry
            for entry in self.active()
            if entry.document_id == document_id or entry.document_id.startswith(f"{document_id}_")
        ]

    def given_of_table(self, document_id: str) -> dict[str, str] | None:
        """What the user once said of the file of a plain table, by the id of its bytes; None for any other file."""
        parts = (part for entry in self.active() for part in entry.manifest.get(TABLES, {}).values())
        return next((part["given"] for part in parts if document_id_of(part["sha256"]) == document_id), None)

    def _landed(self) -> dict[str, Entry]:
        if self._index is None:
            found = [entry for folder in landed(self.root) if (entry := _read(folder)) is not None]
            self._index = {entry.document_id: entry for entry in found}
        return dict(self._index)

    # Changes. Each of these takes the lock.

    def settle(self, folder: Path, batch: Iterable[str] = (), *, is_read_again: bool = False) -> Settled:
        """Make a folder of the workspace part of the next build.

        Args:
            folder: Raw CSVs, manifest and report of one document.
            batch: Documents added together with it, which are not corrections of each other.
            is_read_again: The document was only read again by a changed reader: it supersedes nothing.

        Raises:
            OSError: If it can't be written.
        """
        with self.lock():
            return self._settle(folder, frozenset(batch), is_read_again=is_read_again)

    def _settle(self, folder: Path, batch: frozenset[str], *, is_read_again: bool) -> Settled:
        entry = _read(folder)
        assert entry is not None, "a submission has a manifest"
        document_id = entry.document_id
        if document_id in {sample.document_id for sample in self.sample_entries()}:
            return self._return_sample(document_id)
        before = self._landed().get(document_id)
        left_out: list[str] = []
        target = self.root / safe_name(document_id, reserved=RESERVED)
        if before is not None and PREPARED in {before.kind, entry.kind}:
            if hash_raw(before.folder) == hash_raw(entry.folder):
                return Settled(Landed.ALREADY, before.folder)
        elif before is not None:
            if TABLES == before.kind == entry.kind:
                if not is_read_again:
                    left_out = projects_left_out(folder, before.folder)
                if not complete(folder, before.folder, is_read_again=is_read_again):
                    return Settled(Landed.ALREADY, before.folder)
                entry = _read(folder) or entry
            if _is_same_input(before, entry) and _equal(before, entry, _READER):
                return Settled(Landed.ALREADY, before.folder)
        if before is not None:
            target = before.folder
        superseded, warnings = self._rivals(entry.filing, batch)
        if before is not None and before.filing.owner != entry.filing.owner and not is_read_again:
            warnings.append(took_place_of([before]))
        warnings = [*left_out, *warnings]
        if is_read_again:
            superseded = []
        returns = before is None and (self.history / _history_name(document_id, 1)).exists()
        self._take_refused(entry)
        manifest = self._note(
            entry,
            status="active",
            added_at=_now(),
            supersedes=[rival.document_id for rival in superseded],
            warnings=[*entry.manifest.get("warnings", []), *warnings],
        )
        write_report(folder, manifest)
        # Another version of the reader alone makes no other state of a document.
        is_other_state = before is not None and (
            PREPARED in {before.kind, entry.kind} or not _is_same_input(before, entry)
        )
        self._put(folder, target, before if is_other_state and not is_read_again else None)
        for rival in superseded:
            self._retire(rival, Why.SUPERSEDED, document_id)
        landed_as = Landed.UPDATED if before else Landed.RETURNED if returns else Landed.ADDED
        return Settled(landed_as, target, tuple(rival.document_id for rival in superseded), tuple(warnings))

    def _put(self, folder: Path, target: Path, before: Entry | None = None) -> None:
        """Move a folder to its place among the landed ones; the given document that was there goes to history."""
        old = _swap(folder, target)
        if before is not None:
            self._retire(replace(before, folder=old), Why.REPLACED, before.document_id)
        else:
            shutil.rmtree(old, ignore_errors=True)
        entry = _read(target)
        if self._index is not None and entry is not None:
            self._index[entry.document_id] = entry

    def _rivals(self, filing: Filing, batch: frozenset[str]) -> tuple[list[Entry], list[str]]:
        """Return the active documents that this one corrects, and warnings about similar ones."""
        others = [entry for entry in self.active() if entry.document_id != filing.document_id]
        if filing.key is None:
            return [], [
                Text(
                    "单位或年度未知，不替代任何文件；请用 --organization、--year 指定",
                    "its organization or year is unknown, so it supersedes nothing; give them with --organization and --year",
                )
            ]
        same = [entry for entry in others if entry.filing.key == filing.key]
        corrected = [
            entry
            for entry in same
            if filing.corrects(entry.filing)
            # One unit can have two forms of one name; of whole disclosures the later one corrects.
            and (filing.scope in {DISCLOSURE, BUDGET} or entry.document_id not in batch)
        ]
        if filing.scope not in {DISCLOSURE, BUDGET} and len(corrected) > 1:
            names = "、".join(entry.document_id for entry in corrected[:_IDS_SHOWN])
            is_cut = len(corrected) > _IDS_SHOWN
            more = f"等 {len(corrected)} 份" if is_cut else ""
            return [], [
                Text(
                    f"有多份同名自评表 {names}{more}，未替代；若为更正请 jixiao remove 编号",
                    f"there are {len(corrected)} forms of this name ({names}{'…' if is_cut else ''}), and none was superseded; if it corrects one: jixiao remove ID",
                )
            ]
        kept: dict[Text, list[Entry]] = {}
        for entry in others:
            if entry not in corrected and (entry in same or filing.shares_forms_with(entry.filing)):
                kept.setdefault(_why_kept(filing, entry), []).append(entry)
        return corrected, [_kept_warning(why, entries) for why, entries in kept.items()]

    def _take_refused(self, entry: Entry) -> None:
        """Move the refused parts to quarantine; those of an earlier extraction are replaced."""
        refused = entry.folder / REFUSED
        target = self.quarantine / safe_name(entry.document_id)
        if (target / "refused.csv").exists():
            shutil.rmtree(target)
        if refused.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(refused, free_name(target))

    def _return_sample(self, document_id: str) -> Settled:
        if document_id not in self.withdrawn():
            return Settled(Landed.IN_SAMPLE, self.sample)
        return self._restore_sample(document_id)

    def _restore_sample(self, document_id: str) -> Settled:
        entry = next(entry for entry in self.sample_entries() if entry.document_id == document_id)
        superseded, warnings = self._rivals(entry.filing, frozenset())
        self._write_withdrawn(row for row in self.withdrawn().values() if row["document_id"] != document_id)
        for rival in superseded:
            self._retire(rival, Why.SUPERSEDED, document_id)
        ids = tuple(rival.document_id for rival in superseded)
        return Settled(Landed.RETURNED, self.sample, ids, tuple(warnings))

    def add_faults(self, document_id: str, faults: Sequence[Fault]) -> Entry | None:
        """Add bad rows of one file to the plain tables of its organization and year; return None if there are none."""
        with self.lock():
            entry = self.find(document_id)
            if entry is None or entry.kind != TABLES:
                return None
            refused = add_faults(entry.folder, faults)
            self._take_refused(entry)
            manifest = self._note(entry, refused=refused)
            write_report(entry.folder, manifest)
            self._index = None
            return self.find(document_id)

    def keep_only(self, document_ids: Sequence[str]) -> list[Entry]:
        """Retire the documents of a file that are not in its latest reading, and return them.

        Args:
            document_ids: All documents of the latest reading.
        """
        first_id = min(document_ids, key=len)
        if {entry.document_id for entry in self.of_file(first_id)} <= set(document_ids):
            return []
        with self.lock():
            retired = [
                entry
                for entry in self.of_file(first_id)
                if entry.kind == EXTRACTED and entry.document_id not in document_ids
            ]
            for entry in retired:
                self._retire(entry, Why.REPLACED, first_id)
        return retired

    def keep_only_tables(
        self, files: Collection[str], document_ids: Sequence[str], workspace: Path
    ) -> list[Entry]:
        """Retire what plain tables gave of other units or years in an earlier reading: it would count twice.

        Args:
            files: The digests of the tables.
            document_ids: All documents of the latest reading.
            workspace: A folder that doesn't exist, for a document that keeps the table of another file.

        Returns:
            The documents that lost a table.
        """
        retired = []
        with self.lock():
            for entry in self._landed().values():
                kinds = {k for k, part in entry.manifest.get(TABLES, {}).items() if part["sha256"] in files}
                if not kinds or entry.document_id in document_ids:
                    continue
                if has_rest := without(workspace, entry.folder, kinds):
                    write_manifest(
                        workspace, {**read_manifest(workspace), "status": "active", "added_at": _now()}
                    )
                self._retire(entry, Why.REPLACED, document_ids[0])
                retired.append(entry)
                if has_rest:
                    self._put(workspace, entry.folder)
        return retired

    def remove(self, document_id: str) -> Entry:
        """Exclude a document from the next builds; it stays in history.

        Raises:
            UnknownDocumentError: If no active document has this id.
        """
        with self.lock():
            entry = self.find(document_id)
            if entry is None:
                raise UnknownDocumentError(document_id, self._near(document_id, self.active()))
            self._retire(entry, Why.REMOVED, "")
            return entry

    def set_aside(self, document_id: str, released: Mapping[str, str]) -> tuple[Path, list[str]]:
        """Exclude a document that a build can't release from the next ones; it stays in history.

        Args:
            document_id: The document.
            released: The digest of the raw rows of each released document. Those that this one replaced are restored.

        Returns:
            Its folder in the history, and the restored documents.

        Raises:
            UnknownDocumentError: If no active document of the landing folder has this id.
        """
        with self.lock():
            entry = self.find(document_id)
            if entry is None or entry.is_sample:
                raise UnknownDocumentError(document_id, self._near(document_id, self.active()))
            return self._retire(entry, Why.SET_ASIDE, ""), self._restore_replaced(document_id, released)

    def _restore_replaced(self, document_id: str, released: Mapping[str, str]) -> list[str]:
        restored = []
        for entry in reversed(self.past()):
            earlier_id = entry.document_id
            if (
                entry.manifest.get("superseded_by") == document_id
                and self.find(earlier_id) is None
                and hash_raw(entry.folder) == released.get(earlier_id)
            ):
                self._bring_back(entry)
                restored.append(earlier_id)
        for row in self.withdrawn().values():
            if row["superseded_by"] == document_id and row["document_id"] in released:
                self._restore_sample(row["document_id"])
                restored.append(row["document_id"])
        return restored

    def restore(self, document_id: str) -> Settled:
        """Restore the last state of a document that was superseded or removed.

        Raises:
            UnknownDocumentError: If history has no such document.
        """
        with self.lock():
            if document_id in {sample.document_id for sample in self.sample_entries()}:
                return self._return_sample(document_id)
            found = [entry for entry in self.past() if document_id in {entry.document_id, entry.folder.name}]
            active = self.find(found[-1].document_id if found else document_id)
            if active is not None and not (found and document_id == found[-1].folder.name):
                return Settled(Landed.ALREADY, active.folder)
            if not found:
                withdrawn = [
                    entry for entry in self.sample_entries() if entry.document_id in self.withdrawn()
                ]
                raise UnknownDocumentError(document_id, self._near(document_id, [*self.past(), *withdrawn]))
            entry = found[-1]
            superseded, warnings = self._rivals(entry.filing, frozenset())
            target = self._bring_back(entry, active)
            for rival in superseded:
                self._retire(rival, Why.SUPERSEDED, entry.document_id)
            ids = tuple(rival.document_id for rival in superseded)
            return Settled(Landed.RETURNED, target, ids, tuple(warnings))

    def _bring_back(self, entry: Entry, active: Entry | None = None) -> Path:
        """Move a document from history to the landed ones, and its active state to history; return its folder."""
        target = active.folder if active else self.root / safe_name(entry.document_id, reserved=RESERVED)
        self._note(entry, status="active", why="", superseded_by="", at=_now())
        self._put(entry.folder, target, active)
        return target

    def _retire(self, entry: Entry, why: Why, superseded_by: str) -> Path:
        """Remove a document from the builds: to history, or onto the list of withdrawn samples.

        Returns:
            Where its folder is now.
        """
        if entry.is_sample:
            row = dict(
                zip(_WITHDRAWN_COLUMNS, (entry.document_id, why.value, superseded_by, _now()), strict=True)
            )
            self._write_withdrawn([*self.withdrawn().values(), row])
            return entry.folder
        self._note(entry, status=why.value, why=why.value, superseded_by=superseded_by, at=_now())
        self.history.mkdir(parents=True, exist_ok=True)
        number = 1
        while (self.history / _history_name(entry.document_id, number)).exists():
            number += 1
        target = self.history / _history_name(entry.document_id, number)
        entry.folder.rename(target)
        if self._index is not None:
            self._index.pop(entry.document_id, None)
        return target

    def _note(self, entry: Entry, **changes: Any) -> dict[str, Any]:
        manifest = read_manifest(entry.folder) or {
            "document_id": entry.document_id,
            "source_file": entry.filing.source_file,
            "source_sha256": entry.filing.source_sha256,
            "kind": PREPARED,
            "filing": entry.filing.to_json(),
            "refused": [],
        }
        manifest |= changes
        write_manifest(entry.folder, manifest)
        return manifest

    def _write_withdrawn(self, rows: Iterable[dict[str, str]]) -> None:
        rows = list(rows)
        partial = self._withdrawn_file.with_name(f".{WITHDRAWN}.partial")
        with partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, _WITHDRAWN_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        partial.replace(self._withdrawn_file)

    @staticmethod
    def _near(document_id: str, entries: list[Entry]) -> list[str]:
        ids = sorted({entry.document_id for entry in entries})
        begun = [known for known in ids if document_id and known.startswith(document_id)]
        return (begun or get_close_matches(document_id, ids, n=_MOST_MEANT))[:_MOST_MEANT]


def _why_kept(filing: Filing, other: Entry) -> Text:
    """Return why a document and one of the same unit and year are both kept."""
    if filing.shares_forms_with(other.filing):
        return Text("有同名项目", "they share a project")
    if other.filing.parts <= filing.parts:
        return Text("项目大多不同", "most of their projects differ")
    return Text("它有本文件没有的部分", "it has parts that this one lacks")


def _kept_warning(why: Text, others: Sequence[Entry]) -> Text:
    """Return the warning that a new document doesn't supersede others, naming the first of them."""
    first = others[0]
    count = len(others)
    more = Text(f"等 {count} 份", f" and {count - 1} more") if count > 1 else Text("", "")
    return Text(
        f"与 {first.document_id}（{first.filing.source_file}）{more.zh}为同一单位、同一年度，{why.zh}，均保留；若重复请 jixiao remove {first.document_id}",
        f"of the same unit and year as {first.document_id} ({first.filing.source_file}){more.en}; {why.en}, so all are kept; if they are the same: jixiao remove {first.document_id}",
    )


def took_place_of(entries: Sequence[Entry]) -> Text:
    """Return the warning that another reading of a file replaces documents of it of another unit or year."""
    names = "、".join(
        f"{entry.filing.organization} {entry.filing.fiscal_year} ({entry.document_id})"
        for entry in entries[:_IDS_SHOWN]
    )
    count = len(entries)
    more = Text(f"等 {count} 份", f" and {count - _IDS_SHOWN} more") if count > _IDS_SHOWN else Text("", "")
    return Text(
        f"替代了同一文件此前的 {names}{more.zh}；如不是这个意思，去掉 --organization、--year 再添加一次",
        f"it takes the place of {names}{more.en}, which the same file was before; if this is not meant, add it "
        "again without --organization and --year",
    )


def landed(root: Path) -> list[Path]:
    """Return the folders of landed documents, sorted by name, without inbox, history and hidden ones."""
    return [folder for folder in _folders(root) if folder.name not in RESERVED]


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _read(folder: Path) -> Entry | None:
    """Read a document's folder; return None if neither its manifest nor its raw CSVs identify the document."""
    manifest = read_manifest(folder)
    with contextlib.suppress(KeyError, TypeError, ValueError):
        filing = filing_of(manifest)
        # Thousands of documents can be in memory at once, and the parts are only needed for the report.
        return Entry(filing, folder, {name: value for name, value in manifest.items() if name != "parts"})
    if check_files(folder):
        return None
    filings = read_filings(folder)
    return Entry(filings[0], folder, {}) if filings else None


def _equal(one: Entry, other: Entry, names: Iterable[str]) -> bool:
    """Return whether two manifests have the same values."""
    return all(one.manifest.get(name) == other.manifest.get(name) for name in names)


def _is_same_input(one: Entry, other: Entry) -> bool:
    """Return whether two readings are of the same files with the same settings.

    What the user gives first and leaves out later holds where the file prints nothing: then both are the same.
    """
    if _equal(one, other, _INPUT):
        return True
    first, second = (
        (_in_force(entry.manifest.get("given", {})), replace(entry.filing, source_file=""))
        for entry in (one, other)
    )
    return _equal(one, other, (TABLES,)) and first == second


def _in_force(given: dict[str, str]) -> tuple[str, ...]:
    return (
        given.get("organization") or given.get("default_organization", ""),
        given.get("fiscal_year") or given.get("default_year", ""),
        *(given.get(name, "") for name in ("amount_unit", "rule_profile")),
    )


def _history_name(document_id: str, number: int) -> str:
    return f"{safe_name(document_id)}-{number}"


def _swap(folder: Path, target: Path) -> Path:
    """Replace a folder and return where the old one is; if the process is killed in between, `_recover` completes it."""
    old = target.with_name(f"{_OLD}{target.name}")
    if target.exists():
        target.rename(old)
    folder.rename(target)
    return old


def _remove_if_left(workspace: Path) -> None:
    try:
        with (workspace / _LOCK).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(workspace, ignore_errors=True)
    except BlockingIOError:
        return
    except OSError:
        shutil.rmtree(workspace, ignore_errors=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
