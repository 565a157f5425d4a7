"""The stages of a build as functions, for Dagster's assets and for the build on a cluster.

Each one runs, times and records its stage of the open build. dbt's stages are not among them: their callers choose
the database that dbt runs on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from expectations.runner import run_gate
from expectations.suites import Gate
from expectations.verdicts import GateResult, write_verdicts
from ingestion.files import check_files
from ingestion.intake import add
from ingestion.message import Text
from ingestion.reference import ReferenceTableError
from ingestion.submission import Given, list_problems
from jixiao.builds import inputs, overlay, publication, scope, set_aside
from jixiao.builds.dbt_docs import documentation
from jixiao.builds.inbox import empty_inbox, note_refused, read_again
from jixiao.builds.record import Quarantined
from jixiao.builds.scope import Input, Scope
from jixiao.builds.session import BuildSession
from jixiao.builds.stages import CHECK, EXTRACTION, GATE_1, GATE_2, OVERLAY, RELEASE, Stage, StageError
from jixiao.dbt import commands
from jixiao.dbt.child import DbtError
from jixiao.dbt.process import run_to_end
from jixiao.release.comparison import write_views
from jixiao.release.store import Release, ReleaseError, current
from jixiao.review.findings import ReviewError
from jixiao.settings import PUBLISHED_SCHEMAS

ERRORS = (StageError, DbtError, ReferenceTableError, ReleaseError, ReviewError)
"""The errors of the stages; the message names the cause and the remedy."""

REFERENCE = "reference"

_GATES: dict[Gate, Stage] = {"gate_1": GATE_1, "gate_2": GATE_2}


def read(session: BuildSession, document: Path | None = None) -> dict[str, Any]:
    """Read the given document, the inbox, and landed documents of an earlier reader version.

    Returns:
        The metadata for Dagster's page.

    Raises:
        StageError: The document doesn't exist.
        ReferenceTableError: A table of wordings can't be used.
    """
    with session.stage(EXTRACTION):
        for entry in set_aside.read(session.settings):
            session.quarantine(entry, is_found_again=True)
        done: dict[str, Any] = {"document": "no document given"}
        if document is not None:
            done = _extract(session, document)
        # The inbox first: documents that it corrects need not be read again.
        done["inbox"] = empty_inbox(session)
        done["read again"] = read_again(session)
        return done


def _extract(session: BuildSession, document: Path) -> dict[str, Any]:
    settings = session.settings
    if not document.is_file():
        raise StageError(f"{document}: no such file; correct `document` in the run's config")
    given = Given(default_organization=settings.organization)
    outcomes = list(add(settings.landing_folder(), [document], given))
    for outcome in outcomes:
        note_refused(outcome, str(document), session)
    landed = [outcome for outcome in outcomes if outcome.landed is not None]
    if not landed:
        return {
            "document": str(document),
            "refused": outcomes[0].reason,
            "quarantine": str(outcomes[0].folder),
        }
    rows: Counter[str] = Counter()
    for outcome in landed:
        rows.update(outcome.rows)
    forms = sum(outcome.filing.forms for outcome in landed if outcome.filing)
    session.record.extracted = {
        "file": document.name,
        "document_id": ", ".join(outcome.document_id for outcome in landed),
        "forms": forms,
        "rows": dict(rows),
    }
    return {
        "document": str(document),
        "landing": ", ".join(str(outcome.folder) for outcome in landed),
        "outcome": ", ".join(sorted({outcome.landed.value for outcome in landed if outcome.landed})),
        "forms": forms,
        **{f"rows/{table}": count for table, count in rows.items()},
        "refused parts": sum(len(outcome.refused) for outcome in outcomes),
    }


def check(session: BuildSession, decide: Callable[[Mapping[str, Input]], Scope]) -> list[Quarantined]:
    """Check the raw CSVs, decide the scope of the build, and write dbt's inputs.

    If nothing has changed since the last release, the build ends here.

    Args:
        session: An open build.
        decide: Returns the scope of a build of the given documents.

    Returns:
        The landed folders that were refused and moved to quarantine.

    Raises:
        StageError: The sample's CSVs are malformed, or there is no document.
        ReferenceTableError: A reference table of the installation can't be used.
        ReviewError: Decisions can't be moved to the installation's folder.
    """
    settings = session.settings
    with session.stage(CHECK) as folder:
        problems = check_files(settings.raw_seeds)
        if problems:
            raise StageError(
                Text("样例的原始 CSV 不符合规定：\n", "the raw CSVs of the sample break contract one:\n")
                + list_problems(problems)
            )
        inputs.write_reference(settings, folder)
        refused = inputs.accept_landed(settings, session.quarantine)
        found = inputs.documents(settings)
        if not found:
            raise StageError(
                Text(
                    "没有可以构建的文件：所有文件都已撤出；用 `jixiao add` 添加，或用 `jixiao restore` 恢复。",
                    "There is no document to build, all were removed; add one with `jixiao add FILE`, or restore one "
                    "with `jixiao restore ID`.",
                )
            )
        session.record.documents = list(found)
        session.scope = decide(found)
        session.record.scope = scope.describe(session.scope)
        if not session.scope.is_unchanged:
            inputs.write_selection(settings, folder, session.scope.documents)
    if session.scope.is_unchanged:
        set_aside.clear(settings)
        session.finish_unchanged()
    return refused


def judge(
    session: BuildSession, gate: Gate, *, database: Path | None = None, previous: Path | None = None
) -> GateResult:
    """Judge the tables of a build by a gate and keep the verdicts.

    Args:
        session: An open build.
        gate: The gate.
        database: The DuckDB file to judge instead of the build's.
        previous: The DuckDB file of the last release to compare that one with.

    Returns:
        The verdicts; the caller handles failed ones.
    """
    with session.stage(_GATES[gate]) as folder:
        if gate == "gate_2" and database is None:
            previous = _last_release(session, folder.last_release)
        result = run_gate(
            gate,
            database or folder.database,
            previous_release=previous,
            docs_dir=folder.data_docs,
            config=session.settings.duckdb,
        )
        write_verdicts(result, folder.verdicts / f"{gate}.csv")
        session.record.gates[gate] = result.counts
        return result


def _last_release(session: BuildSession, target: Path) -> Path | None:
    """Write a DuckDB file of the tables of the last release, and note why there are none of them to compare with."""
    try:
        release = current(session.settings)
    except ReleaseError as error:
        session.note(Text("未与上一版本比较：", "Nothing is compared with the last release: ") + str(error))
        return None
    if release is None:
        return None
    for message in write_views(release, target):
        session.note(message)
    return target if target.exists() else None


def lay_over(session: BuildSession) -> dict[str, int]:
    """Lay the tables of the build over the last release's, unless the build computed everything.

    Returns:
        Rows removed and added, by `schema.table`.

    Raises:
        ReleaseError: The tables don't match, or the file can't be written.
        DbtError: A model of all organizations can't be built.
    """
    with session.stage(OVERLAY) as folder:
        computed = session.scope
        if computed.base is None:
            return {}
        config = session.settings.duckdb
        folder.database.rename(folder.changes)
        rows = overlay.lay_over(
            computed.base.database,
            folder.changes,
            folder.database,
            PUBLISHED_SCHEMAS,
            computed.replaced,
            config,
        )
        overlay.refuse_other_documents(folder.database, computed.inputs.keys())
        overlay.copy_schema(folder.changes, folder.database, REFERENCE, config)
        target, logs = folder.dbt_target(OVERLAY.name), folder.dbt_log(OVERLAY.name)
        run_to_end(session.settings, commands.across_arguments(), target=target, logs=logs)
        return rows


def publish(session: BuildSession) -> Release:
    """Publish the build as a release and end it.

    Raises:
        DbtError: dbt can't write its documentation.
        ReleaseError: The release can't be written; the last one stays.
        OSError: A folder can't be read or written.
    """
    with session.stage(RELEASE) as folder:
        base = session.scope.base
        docs = documentation(session.settings, folder, base)
        published = publication.publish(session, docs, is_snapshot=base is not None)
    set_aside.clear(session.settings)
    session.finish()
    return published
