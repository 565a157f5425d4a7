"""The documents that a build computes: all, or those of the organizations that changed since the last release.

Except in a few models, which are built again at the end, no row of a mart depends on documents of another
organization. So the result of building all documents of the changed organizations, laid over the last release,
equals that of building everything.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from ingestion.contract import RAW_TABLES
from ingestion.filing import normalised
from ingestion.message import Text, from_json, to_json
from ingestion.reference import FOLDER
from jixiao.builds.folder import BuildFolder
from jixiao.release.comparison import PARQUET_FOLDER
from jixiao.release.releases import Release, ReleaseError, current, verify
from jixiao.release.snapshot import quote_literal
from jixiao.release.store import find, sound_file
from jixiao.settings import Settings

DOCUMENTS, STATE, DECISIONS = "documents.parquet", "state.json", "finding_exception"

INPUTS = "inputs"
"""The folder of a release that lists its inputs."""

FINDINGS = f"{PARQUET_FOLDER}/review/fct_finding.parquet"

LARGEST_SHARE = 1 / 3
"""The largest share of the documents to compute alone; computing all takes no longer and leaves no gaps in the file."""

LAID_OVER_AT_MOST = 30
"""Partial builds in a row before everything is built again, which removes the gaps that replaced rows leave."""

_PROJECT = ("models", "macros", "seeds/reference", "dbt_project.yml")


@dataclass(frozen=True)
class Input:
    """A document as a build reads it.

    Attributes:
        raw_sha256: The hash of its raw rows.
        organization: Its organization, by `organization_key`.
    """

    raw_sha256: str
    organization: str


@dataclass(frozen=True)
class Scope:
    """The scope of a build.

    Attributes:
        inputs: All documents of the next release, by id.
        documents: Those whose rows are computed.
        replaced: Documents of the last release whose rows are replaced.
        base: The last release, which the rows are laid over; None if everything is computed.
        why: Why everything is computed; otherwise blank.
        laid_over: Builds since everything was computed.
        is_unchanged: Whether a release would equal the last one: nothing is computed.
    """

    inputs: Mapping[str, Input] = field(repr=False)
    documents: frozenset[str] = field(repr=False)
    replaced: frozenset[str] = frozenset()
    base: Release | None = None
    why: str = ""
    laid_over: int = 0
    is_unchanged: bool = False


def decide(
    settings: Settings, inputs: Mapping[str, Input], *, full: bool = False, force: bool = False
) -> Scope:
    """Decide the scope of a build.

    Args:
        settings: The installation's.
        inputs: The documents of the next release.
        full: Compute everything, changed or not.
        force: Make a release even if nothing has changed.
    """
    if full:
        return everything(inputs, Text("已指定全量", "asked for"))
    try:
        base = current(settings)
        if base is None:
            return everything(inputs, Text("首次构建", "there is no release yet"))
        verify(base)
        _refuse_changed(base)
    except (ReleaseError, OSError) as error:
        return everything(inputs, _unreadable(error))
    return decide_against(base, settings, inputs, force=force)


def _refuse_changed(base: Release) -> None:
    """Check the Parquet files of a release from which the scope is decided; other versions may lack one.

    Raises:
        ReleaseError: One isn't as it was written.
    """
    for name in (f"{INPUTS}/{DOCUMENTS}", FINDINGS):
        if (base.path / name).exists():
            sound_file(base, name)


def _unreadable(error: Exception) -> Text:
    return Text("上一版本不可读：", "the last release can't be read: ") + str(error)


def decide_against(
    base: Release, settings: Settings, inputs: Mapping[str, Input], *, force: bool = False
) -> Scope:
    """Decide the scope of a build that is laid over a release.

    Args:
        base: The release; only its `inputs/` and its database are read.
        settings: The installation's.
        inputs: The documents of the next release.
        force: Make a release even if nothing has changed.
    """
    before, state = _read(base.path / INPUTS)
    if before is None:
        return everything(
            inputs, Text("上一版本未记录其输入", "the last release has no record of its inputs")
        )
    if state.get("project") != project_hash(settings):
        return everything(
            inputs, Text("模型、规则或基础表已变更", "models, rules or reference tables have changed")
        )
    try:
        decided = _decided(base, settings)
    except (duckdb.Error, csv.Error, ValueError) as error:
        return everything(inputs, _unreadable(error))
    laid_over = int(state.get("laid_over", 0)) + 1
    organizations = _changed(before, inputs)
    organizations |= {value.organization for key, value in before.items() if key in decided}
    has_changed = bool(organizations)
    if not has_changed and not force:
        return Scope(inputs, frozenset(), base=base, laid_over=laid_over - 1, is_unchanged=True)
    if laid_over > LAID_OVER_AT_MOST:
        return everything(
            inputs,
            Text(f"已连续增量 {LAID_OVER_AT_MOST} 次", f"{LAID_OVER_AT_MOST} builds in a row were partial"),
        )
    documents = frozenset(key for key, value in inputs.items() if value.organization in organizations)
    if not documents:
        # Only withdrawn documents, or a forced build: the models, tests and gates need rows.
        organizations |= _fewest(inputs)
        documents = frozenset(key for key, value in inputs.items() if value.organization in organizations)
    replaced = frozenset(key for key, value in before.items() if value.organization in organizations)
    if max(len(documents), len(replaced)) > LARGEST_SHARE * len(inputs):
        many = Text("变更涉及的文件较多", "many documents have changed")
        return everything(inputs, many if has_changed else Text("已指定重建", "asked for"))
    return Scope(inputs, documents, replaced, base, laid_over=laid_over)


def save(scope: Scope, settings: Settings, folder: BuildFolder) -> None:
    """Write the scope of a build and the inputs of its release, for its later steps and the next build."""
    write(scope, settings, folder.inputs)
    is_all = scope.base is None
    content = {
        "documents": None if is_all else sorted(scope.documents),
        "replaced": sorted(scope.replaced),
        "base": None if scope.base is None else scope.base.release_id,
        "why": scope.why,
        "laid_over": scope.laid_over,
    }
    folder.scope.write_text(json.dumps(to_json(content), ensure_ascii=False) + "\n", encoding="utf-8")


def load(settings: Settings, folder: BuildFolder) -> Scope:
    """Return the scope of a build, as `save` wrote it.

    Raises:
        OSError: The file can't be read.
        ValueError: It has another content than `save` writes.
        ReleaseError: Its base no longer exists.
    """
    content = from_json(json.loads(folder.scope.read_text(encoding="utf-8")))
    inputs, _ = _read(folder.inputs)
    if inputs is None:
        raise ValueError(f"{folder.inputs}: can't be read")
    try:
        return Scope(
            inputs,
            frozenset(inputs if content["documents"] is None else content["documents"]),
            frozenset(content["replaced"]),
            None if content["base"] is None else find(settings, content["base"]),
            content["why"],
            content["laid_over"],
        )
    except KeyError as error:
        raise ValueError(f"{folder.scope}: no {error}") from error


def write(scope: Scope, settings: Settings, folder: Path) -> None:
    """Write the inputs of a release."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(key, value.raw_sha256, value.organization) for key, value in sorted(scope.inputs.items())]
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select unnest(cast($ids as varchar[])) as document_id, "
            "unnest(cast($digests as varchar[])) as raw_sha256, "
            "unnest(cast($organizations as varchar[])) as organization) to "
            f"{quote_literal(str(folder / DOCUMENTS))} (format parquet)",
            {
                "ids": [row[0] for row in rows],
                "digests": [row[1] for row in rows],
                "organizations": [row[2] for row in rows],
            },
        )
    with (folder / f"{DECISIONS}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(sorted(_decisions(settings)))
    state = {"project": project_hash(settings), "laid_over": scope.laid_over}
    (folder / STATE).write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")


def project_hash(settings: Settings) -> str:
    """Return the SHA-256 of all that determines the marts, except documents and decisions."""
    digest = hashlib.sha256(f"{version('dbt-duckdb')} {version('duckdb')} {RAW_TABLES}".encode())
    files: dict[str, Path] = {}
    for name in _PROJECT:
        path = settings.project_root / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            files[file.relative_to(settings.project_root).as_posix()] = file
    for table in settings.reference.tables():
        files[f"own/{table}"] = settings.landing / FOLDER / f"{table}.csv"
    for name, file in files.items():
        # A decision changes only the documents of its finding.
        if file.is_file() and file.stem != DECISIONS:
            digest.update(f"{name}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def released_documents(settings: Settings) -> Mapping[str, Input]:
    """Return the documents of the last release by id; none if it can't be read."""
    try:
        base = current(settings)
        if base is not None:
            _refuse_changed(base)
    except ReleaseError:
        base = None
    return (_read(base.path / INPUTS)[0] if base is not None else None) or {}


def organization_key(name: str | None) -> str:
    """Return an organization's name in the spelling by which the models identify it."""
    return normalised(name or "")


def everything(inputs: Mapping[str, Input], why: Text) -> Scope:
    """Return the scope of a build of all documents."""
    return Scope(inputs, frozenset(inputs), why=why)


def _changed(before: Mapping[str, Input], now: Mapping[str, Input]) -> set[str]:
    """Return the organizations with a new, changed or removed document."""
    return {
        value.organization
        for one, other in ((before, now), (now, before))
        for key, value in one.items()
        if other.get(key) != value
    }


def _decided(base: Release, settings: Settings) -> set[str]:
    """Return the documents of findings whose decision was added, changed or removed."""
    changed = {row[0] for row in _rows(base.path / INPUTS / f"{DECISIONS}.csv") ^ _decisions(settings) if row}
    parquet = base.path / FINDINGS
    # A client may hold the database of a release; that of a cluster consists of views.
    is_release = parquet.is_file()
    findings = f"read_parquet({quote_literal(str(parquet))})" if is_release else "review.fct_finding"
    with duckdb.connect(":memory:" if is_release else str(base.database), read_only=not is_release) as con:
        found = con.execute(
            f"select distinct document_id from {findings} "
            "semi join (select unnest(cast(? as varchar[])) as finding_id) using (finding_id)",
            [sorted(changed)],
        ).fetchall()
    return {document_id for (document_id,) in found}


def _rows(path: Path) -> set[tuple[str, ...]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {tuple(cell.strip() for cell in row) for row in csv.reader(file)}
    except FileNotFoundError:
        return set()


def _decisions(settings: Settings) -> set[tuple[str, ...]]:
    return {tuple(row.values()) for row in settings.reference.rows(DECISIONS)}


def _fewest(inputs: Mapping[str, Input]) -> set[str]:
    """Return the organization with the fewest documents."""
    counts: dict[str, int] = {}
    for value in inputs.values():
        counts[value.organization] = counts.get(value.organization, 0) + 1
    return {min(counts, key=lambda name: (counts[name], name))} if counts else set()


def _read(folder: Path) -> tuple[dict[str, Input] | None, dict[str, Any]]:
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        with duckdb.connect() as connection:
            rows = connection.execute(
                "select document_id, raw_sha256, organization from read_parquet(?)", [str(folder / DOCUMENTS)]
            ).fetchall()
    except (OSError, ValueError, duckdb.Error):
        return None, {}
    if not isinstance(state, dict) or not isinstance(state.get("laid_over", 0), int):
        return None, {}
    return {key: Input(digest, organization) for key, digest, organization in rows}, state


def describe(scope: Scope) -> dict[str, str]:
    """Return the scope of a build as metadata to show."""
    computed = {"computed": f"{len(scope.documents):,}/{len(scope.inputs):,}"}
    if scope.base is None:
        return {**computed, "why": scope.why}
    return {**computed, "base": scope.base.release_id}
