"""What a release has of documents that the one before it had not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from jixiao.builds.scope import DOCUMENTS, INPUTS
from jixiao.release.comparison import PARQUET_FOLDER
from jixiao.release.releases import list_releases
from jixiao.release.snapshot import quote_literal
from jixiao.release.store import Release, ReleaseError, sound_file
from jixiao.settings import Settings

# The documents of a release with the digest of their rows.
_OF_RELEASE = """
    select documents.document_id, documents.organization_id, documents.fiscal_year, inputs.raw_sha256
    from read_parquet({documents}) as documents
    inner join read_parquet({inputs}) as inputs using (document_id)
"""

# A correction has an id of its own, unless it is a plain table or raw CSVs.
_CHANGES = """
    with now as ({now}),
    before as ({before}),
    gone as (from before anti join now using (document_id))

    select
        now.document_id,
        before.document_id is not null
        or exists (
            select 1 from gone
            where gone.organization_id = now.organization_id and gone.fiscal_year = now.fiscal_year
        ) as is_changed
    from now
    left join before using (document_id)
    where now.raw_sha256 is distinct from before.raw_sha256
"""

_WITHDRAWN = """
    with now as ({now}), before as ({before})
    select count(*) from before
    anti join now on before.document_id = now.document_id
        or (before.organization_id = now.organization_id and before.fiscal_year = now.fiscal_year)
"""


@dataclass(frozen=True)
class News:
    """The documents in which a release differs from the one before.

    Attributes:
        new: Those of an organization and year that it had not.
        changed: Those with other rows, corrections under another id included.
        withdrawn: The number of those that it had and that no other of the organization and year took the place of.
    """

    new: Collection[str]
    changed: Collection[str]
    withdrawn: int


def read_news(settings: Settings, release: Release) -> News | None:
    """Return the news of a release; None if none is before it, or its files can't be read."""
    found = list_releases(settings)
    older = [one for one in found[found.index(release) + 1 :] if one.manifest] if release in found else []
    if not older:
        return None
    try:
        now, before = (_query(one) for one in (release, older[0]))
        with duckdb.connect(config=settings.duckdb) as connection:
            rows = connection.execute(_CHANGES.format(now=now, before=before)).fetchall()
            [(withdrawn,)] = connection.execute(_WITHDRAWN.format(now=now, before=before)).fetchall()
    except (ReleaseError, duckdb.Error):
        return None
    return News(
        new=frozenset(document_id for document_id, is_changed in rows if not is_changed),
        changed=frozenset(document_id for document_id, is_changed in rows if is_changed),
        withdrawn=withdrawn,
    )


def _query(release: Release) -> str:
    documents, inputs = (
        quote_literal(str(sound_file(release, name)))
        for name in (f"{PARQUET_FOLDER}/core/dim_document.parquet", f"{INPUTS}/{DOCUMENTS}")
    )
    return _OF_RELEASE.format(documents=documents, inputs=inputs)
