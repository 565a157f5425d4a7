"""The dictionary as one static page that works without a server."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from jixiao.pages.dictionary.content import Table, read_dictionary
from jixiao.pages.dictionary.diagram import entity_diagram
from jixiao.pages.render import templates
from jixiao.release.page import PageSource

PAGE_NAME = "dictionary.html"

SCHEMA_LABELS = {
    "core": "公共维度",
    "execution": "预算执行",
    "variance": "偏差",
    "score": "得分",
    "review": "复核",
    "quality": "数据质量",
}


def render_release(source: PageSource) -> str:
    """Return the dictionary of a release as HTML.

    Raises:
        ReleaseError: The release has no dictionary.
    """
    return render_page(read_dictionary(source.connection), source.release_id)


def render_page(tables: Sequence[Table], release_id: str) -> str:
    """Return the page of some tables as HTML; their texts are escaped."""
    return (
        templates(Path(__file__).parent)
        .get_template("page.html.j2")
        .render(
            release_id=release_id,
            schemas=[
                (name, SCHEMA_LABELS.get(name, name), list(group))
                for name, group in groupby(tables, key=lambda table: table.schema)
            ],
            diagram=Markup(entity_diagram(tables)),
            columns=sum(len(table.columns) for table in tables),
            tables=len(tables),
        )
    )
