"""The end of a build: its description and its release."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import duckdb

from jixiao.builds.build_info import read_build_info, write_build_info
from jixiao.builds.document_pages import write_pages
from jixiao.builds.history import History, read_history, write_history
from jixiao.builds.scope import INPUTS
from jixiao.builds.session import BuildSession
from jixiao.pages import index
from jixiao.pages.board import page as board
from jixiao.pages.dictionary import page as dictionary
from jixiao.pages.document.page import FOLDER as DOCUMENTS
from jixiao.pages.report import page as report
from jixiao.release import releases
from jixiao.release.store import Release

DBT_DOCS = "dbt_docs"
"""The name of dbt's own documentation in a release."""


def describe(build: BuildSession) -> History:
    """Write the inputs of the quality schema beside the verdicts: this build and the releases before it.

    Returns:
        The releases before it.
    """
    write_build_info(build)
    history = read_history(build.settings)
    write_history(history, build.folder.release_history)
    return history


def publish(build: BuildSession, docs: Path, *, is_snapshot: bool) -> Release:
    """Make a release of the open build's database and switch readers to it.

    Args:
        build: The build, after `describe`.
        docs: The folder of dbt's documentation.
        is_snapshot: Whether the database is a copy of a release's, with changes laid over it.

    Raises:
        ReleaseError: It can't be published; the last release stays.
    """
    folder, documents = build.folder, write_pages(build)
    written = frozenset(page.stem for page in documents.glob("*.html"))
    return releases.publish(
        folder.database,
        build.record.build_id,
        build.settings,
        manifest={
            "build": read_build_info(build),
            "documents": build.record.documents,
            "quarantined": _refused(build),
            "cells": _cells(folder.database),
            "tests": build.record.tests,
            "gates": build.record.gates,
        },
        folders={
            "data_docs": folder.data_docs,
            DBT_DOCS: docs,
            INPUTS: folder.inputs,
            DOCUMENTS: documents,
        },
        pages={
            dictionary.PAGE_NAME: dictionary.render_release,
            report.PAGE_NAME: partial(report.render_release, written=written),
            board.PAGE_NAME: partial(board.render_release, written=written),
            index.PAGE_NAME: partial(index.render_release, written=written),
        },
        is_snapshot=is_snapshot,
    )


def _refused(build: BuildSession) -> list[str]:
    """Return what the release lacks, with the reasons: refused by this build, or when its documents were added."""
    now = build.record.quarantined
    documents, known = set(build.record.documents), {(entry.source, str(entry.reason)) for entry in now}
    before = [
        (
            f"{part.get('file') or entry.filing.source_file}:{part['line']}",
            part["part"] + ": " + part["reason"],
        )
        for entry in build.settings.landing_folder().active()
        if entry.document_id in documents
        for part in entry.manifest.get("refused", [])
    ]
    earlier = [place + " " + reason for place, reason in before if (place, str(reason)) not in known]
    return [*(str(entry.reason) for entry in now), *earlier]


def _cells(database: Path) -> dict[str, int]:
    """Return the numbers of read and unread cells of all documents."""
    with duckdb.connect(str(database), read_only=True) as connection:
        (row,) = connection.execute(
            "select coalesce(sum(cells_read), 0), coalesce(sum(cells_unread), 0) from core.dim_document"
        ).fetchall()
    return {"read": int(row[0]), "unread": int(row[1])}
