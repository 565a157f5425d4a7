"""The pages of the desk, as HTML from templates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ingestion.message import in_chinese
from jixiao.pages.document.page import SEVERITIES
from jixiao.pages.render import templates

ROLE_COOKIE = "jixiao_role"


class MissingError(Exception):
    """There is no such check, document or finding."""


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates of the desk."""
    made = templates(Path(__file__).parent / "templates")
    made.filters["zh"] = in_chinese
    made.filters["moment"] = _moment
    made.globals["severities"] = SEVERITIES
    return made


def page(request: Request, template: str, status: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    """Return a page.

    Args:
        request: What is answered.
        template: The name of its template.
        status: The status of the answer.
        values: What the template shows.
    """
    html = (
        environment()
        .get_template(template)
        .render(form_key=request.state.form_key, path=request.url.path, **values)
    )
    return HTMLResponse(html, status)


def message_page(
    request: Request, title: str, text: str, status: int, *, asks_token: bool = False
) -> HTMLResponse:
    """Return a page with one message."""
    return page(request, "message.html.j2", status, title=title, text=text, asks_token=asks_token)


def _moment(value: str) -> str:
    """Return a point in time, ISO 8601, on the clock of this machine."""
    try:
        return datetime.fromisoformat(value).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return value


def now() -> str:
    """Return the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def today() -> date:
    """Return the date in the time zone of this machine."""
    return datetime.now(tz=UTC).astimezone().date()
