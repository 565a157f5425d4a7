"""The page of a document as one static HTML file that works without a server and prints on A4."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import duckdb
from markupsafe import Markup

from jixiao.pages.document.content import FUND_COLUMNS, INDICATOR_COLUMNS, Row, read_page
from jixiao.pages.render import templates

FOLDER = "documents"
"""The folder of these pages in a release."""

SEVERITIES = {"E": "错误", "W": "疑点", "I": "提示"}


class Frame(Protocol):
    """What a server adds to the page: decisions are taken on it."""

    @property
    def nonce(self) -> str:
        """What the page's script carries, so that no other one runs."""

    def head(self) -> Markup:
        """Return elements of the page's head."""

    def bar(self) -> Markup:
        """Return what stands above the page."""

    def beside(self, finding: Row) -> Markup:
        """Return what stands below a finding."""


def render_document(
    connection: duckdb.DuckDBPyConnection, document_id: str, made_by: str, frame: Frame | None = None
) -> str:
    """Return the page of a document; what comes from the document is escaped.

    Args:
        connection: On a database with the raw tables and those of `content.NEEDED`.
        document_id: The document.
        made_by: What the page was written by: a release or a check.
        frame: What a server adds; None for a page that needs none.

    Raises:
        KeyError: There is no such document.
    """
    template = templates(Path(__file__).parent).get_template("page.html.j2")
    return template.render(
        page=read_page(connection, document_id),
        made_by=made_by,
        frame=frame,
        severities=SEVERITIES,
        fund_columns=FUND_COLUMNS,
        indicator_columns=INDICATOR_COLUMNS,
        numeric={"initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score"},
    )
