"""The first page of a release as one static HTML file that works without a server."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from jixiao.pages.document.page import FOLDER
from jixiao.pages.render import templates
from jixiao.release.page import PageSource

PAGE_NAME = "index.html"

_DOCUMENTS = """
    select
        documents.*,
        coalesce(forms.forms, 0) as forms,
        coalesce(cases.errors, 0) as errors,
        coalesce(cases.others, 0) as others,
        coalesce(cases.habits, 0) as habits
    from core.dim_document as documents
    left join (select document_id, count(*) as forms from core.dim_project group by document_id) as forms
        on documents.document_id = forms.document_id
    left join (
        select
            document_id,
            count(*) filter (severity = 'E') as errors,
            count(*) filter (severity <> 'E' and case_kind = 'slip') as others,
            count(*) filter (severity <> 'E' and case_kind = 'habit') as habits
        from review.fct_case
        where is_open
        group by document_id
    ) as cases on documents.document_id = cases.document_id
    order by documents.fiscal_year desc nulls last, errors desc, documents.organization_label, documents.document_id
"""


def render_release(source: PageSource, *, written: Collection[str]) -> str:
    """Return the first page of a release as HTML.

    Args:
        source: The release.
        written: The documents whose page is in the release.
    """
    cursor = source.connection.execute(_DOCUMENTS)
    names = [column[0] for column in cursor.description or ()]
    documents: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return (
        templates(Path(__file__).parent)
        .get_template("page.html.j2")
        .render(release_id=source.release_id, documents=documents, written=written, folder=FOLDER)
    )
