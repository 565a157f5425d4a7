"""The page of a document as one static HTML file that works without a server and prints on A4."""

from __future__ import annotations

from pathlib import Path

import duckdb

from jixiao.pages.document.content import FUND_COLUMNS, INDICATOR_COLUMNS, read_page
from jixiao.pages.render import templates

FOLDER = "documents"
"""The folder of these pages in a release."""

SEVERITIES = {"E": "错误", "W": "疑点", "I": "提示"}


def render_document(connection: duckdb.DuckDBPyConnection, document_id: str, made_by: str) -> str:
    """Return the page of a document; what comes from the document is escaped.

    Args:
        connection: On a database with the raw tables and those of `content.NEEDED`.
        document_id: The document.
        made_by: What the page was written by: a release or a check.

    Raises:
        KeyError: There is no such document.
    """
    template = templates(Path(__file__).parent).get_template("page.html.j2")
    return template.render(
        page=read_page(connection, document_id),
        made_by=made_by,
        severities=SEVERITIES,
        fund_columns=FUND_COLUMNS,
        indicator_columns=INDICATOR_COLUMNS,
        numeric={"initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score"},
    )
