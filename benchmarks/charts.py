"""The dashboards in a reader's browser in Superset, and the SQL of each of their charts.

Requires the installations of `make test-dashboard`, and `tests` on Python's path.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.looking import (
    CHART_DATA,
    Look,
    charts,
    dashboards,
    free_port,
    look_at,
    post,
    serving,
    signed_in,
)
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from dashboards.superset.keys import READER_PASSWORD
from dashboards.superset.serve import server_of
from jixiao.settings import PROJECT_ROOT, Settings


@dataclass(frozen=True)
class Chart:
    """One query of a chart.

    Attributes:
        dashboard: The title of its dashboard.
        name: The title of the chart.
        body: The browser's request.
        sql: The SQL that Superset generates for it.
    """

    dashboard: str
    name: str
    body: dict[str, Any]
    sql: str

    @property
    def title(self) -> str:
        """The titles of the dashboard and the chart."""
        return f"{self.dashboard} · {self.name}"


@contextmanager
def superset(settings: Settings) -> Iterator[tuple[BrowserContext, str, Path]]:
    """Serve an installation's current release; yield a reader's browser, the address and the release's file."""
    server = server_of(settings, PROJECT_ROOT / ".venv-superset/bin", "127.0.0.1", free_port(), {})
    server.provision()
    url = f"http://{server.host}:{server.port}"
    with serving(server), sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield (
            signed_in(browser, url, "reader", server.secrets[READER_PASSWORD]),
            url,
            server.database.resolve(),
        )
        browser.close()


def asked_by(reader: BrowserContext, dashboard: dict[str, Any], look: Look) -> list[Chart]:
    """Return the queries that the charts of a dashboard made while it was displayed."""
    names = {chart["id"]: chart["slice_name"] for chart in charts(reader, dashboard)}
    return [
        Chart(
            dashboard["dashboard_title"],
            names[body["form_data"]["slice_id"]],
            body,
            part["query"].rstrip().rstrip(";"),
        )
        for body in look.queries()
        for part in post(reader, CHART_DATA, {**body, "result_type": "query"}).json()["result"]
    ]


def asked_of(settings: Settings) -> list[Chart]:
    """Return the queries of all charts of all dashboards, on the current release of an installation."""
    found = []
    with superset(settings) as (reader, _, _):
        for dashboard in dashboards(reader):
            look = look_at(reader, dashboard)
            found += asked_by(reader, dashboard, look)
            look.page.close()
    return found
