"""The pages of the documents in a release: of computed ones from the build, of others from the last release."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from jixiao.builds.session import BuildSession
from jixiao.pages.document.page import FOLDER, render_document

MOST_FORMS = 3000
"""Forms of the pages that a build writes, some 12 KB each; `jixiao show` writes others."""

MOST_DOCUMENTS = 300

# Where most is proven wrong, people look first.
_COMPUTED = """
    select documents.document_id, count(distinct projects.project_id) as forms
    from core.dim_document as documents
    left join core.dim_project as projects using (document_id)
    left join (
        select document_id, count(*) as errors from review.fct_case where severity = 'E' and is_open group by document_id
    ) as cases using (document_id)
    group by documents.document_id, cases.errors
    order by cases.errors desc nulls last, documents.document_id
"""


def write_pages(build: BuildSession) -> Path:
    """Write the pages into the build's folder and return it.

    Raises:
        OSError: A page can't be written.
    """
    folder = build.folder.root / FOLDER
    # The stage may be run again.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _keep(build, folder)
    # Of changes laid over a release, these are the tables that were computed.
    computed = build.folder.changes if build.folder.changes.exists() else build.folder.database
    with duckdb.connect(str(computed), read_only=True, config=build.settings.duckdb) as connection:
        if not connection.execute(
            "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'raw_self_evaluation'"
        ).fetchall():
            # On a cluster, the printed rows stay there.
            return folder
        documents = forms = 0
        for document_id, its_forms in connection.execute(_COMPUTED).fetchall():
            if documents == MOST_DOCUMENTS or (forms and forms + its_forms > MOST_FORMS):
                continue
            documents, forms = documents + 1, forms + its_forms
            page = render_document(connection, document_id, f"版本 {build.record.build_id}")
            (folder / f"{document_id}.html").write_text(page, encoding="utf-8")
    return folder


def _keep(build: BuildSession, folder: Path) -> None:
    """Take over the pages of documents that weren't computed; they never change."""
    base = build.scope.base
    if base is None:
        return
    for document_id in build.scope.inputs.keys() - build.scope.documents:
        page = base.path / FOLDER / f"{document_id}.html"
        if page.is_file():
            try:
                os.link(page, folder / page.name)
            except OSError:
                shutil.copyfile(page, folder / page.name)
