"""The board as one static HTML file that works without a server."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from markupsafe import Markup

from jixiao.pages.board.content import read_board
from jixiao.pages.document.page import FOLDER
from jixiao.pages.render import templates
from jixiao.release.page import PageSource
from jixiao.values import to_json

PAGE_NAME = "board.html"

_HERE = Path(__file__).parent


def render_release(source: PageSource, *, written: Collection[str] = ()) -> str:
    """Return the board of a release as HTML; what comes from documents is data, which a script sets as text.

    Args:
        source: The release.
        written: The documents whose page is in the release.
    """
    board = read_board(source.connection, source.release_id, written=written)
    return (
        templates(_HERE)
        .get_template("page.html.j2")
        .render(
            release_id=source.release_id,
            folder=FOLDER,
            # No text of a document can end the element.
            data=Markup(to_json(board).replace("<", "\\u003c")),
            library=Markup((_HERE / "echarts" / "echarts.js").read_text(encoding="utf-8")),
        )
    )
