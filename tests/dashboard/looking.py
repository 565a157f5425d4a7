"""Opening a dashboard as a person does, and what its charts asked and got."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.error import URLError

from playwright.sync_api import APIResponse, Browser, BrowserContext, Error, Page, Response, expect

from dashboards.superset.serve import Server

START_SECONDS = 120
PATIENCE = 60_000
OLD, NEW = "old", "new"
CHART_DATA = "/api/v1/chart/data"
REFUSED = ("csp", "net::ERR_BLOCKED_BY_CSP")
ERRORS = "[data-test='error-alert'], .ant-alert-error, .ant-result-error"


@dataclass
class Look:
    """One dashboard in a browser.

    Attributes:
        page: The page, all its tabs opened once.
        requests: Addresses of everything that it asked for and that its own policy let out.
        answers: Answers of the charts' queries, with the status and body of each.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def settle(self) -> None:
        settle(self.page)

    def numbers(self) -> dict[str, list[Any]]:
        """What each chart got, by the chart and its query, without the page's address, which differs each time."""
        found = {}
        for answer in self.answers:
            asked = answer.request.post_data_json
            if chart := asked.get("form_data", {}).get("slice_id"):
                queries = [{**query, "url_params": None} for query in asked["queries"]]
                # A late answer to a page that was left has no body.
                with suppress(Error):
                    found[json.dumps([chart, queries])] = data_of(answer.json())
        return found

    def queries(self) -> list[dict[str, Any]]:
        """What the charts asked; filters ask too, for their options."""
        asked = [answer.request.post_data_json for answer in self.answers]
        return [query for query in asked if query.get("form_data", {}).get("slice_id")]


def settle(page: Page) -> None:
    """Wait until every chart in sight is drawn."""
    page.wait_for_load_state("networkidle")
    # A function to wait for would be evaluated from its text, which the page's policy refuses.
    expect(page.locator(".dashboard-component-chart-holder .loading")).to_have_count(0, timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def serving(server: Server) -> Iterator[None]:
    """Serve as long as the block runs, from when the first page can be asked for."""
    file = server.state / "server.log"
    with file.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(server.command, env=server.environment, stdout=log, stderr=log)
        try:
            _wait(process, f"http://{server.host}:{server.port}/health")
            yield
        except TimeoutError as error:
            raise RuntimeError(f"Superset did not start: {file.read_text('utf-8')[-2000:]}") from error
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise TimeoutError(url)


def signed_in(browser: Browser, url: str, user: str, password: str) -> BrowserContext:
    """A browser of one user, in Chinese, high enough for every chart: what is out of sight isn't loaded."""
    context = browser.new_context(base_url=url, viewport={"width": 1600, "height": 6000}, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/login/")
    page.locator("input#username").fill(user)
    page.locator("input#password").fill(password)
    page.locator("input#password").press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    page.close()
    return context


def dashboards(context: BrowserContext) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = context.request.get("/api/v1/dashboard/").json()["result"]
    return found


def charts(context: BrowserContext, dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = context.request.get(f"/api/v1/dashboard/{dashboard['id']}/charts").json()[
        "result"
    ]
    return found


def look_at(context: BrowserContext, dashboard: dict[str, Any]) -> Look:
    look = Look(context.new_page())
    look.page.on("requestfinished", lambda request: look.requests.append(request.url))
    # What the content security policy refuses never gets to the network; any other failure did.
    look.page.on(
        "requestfailed",
        lambda request: None if request.failure in REFUSED else look.requests.append(request.url),
    )
    look.page.on("response", lambda answer: look.answers.append(answer) if CHART_DATA in answer.url else None)
    look.page.goto(dashboard["url"])
    look.page.wait_for_selector(".dashboard-component-chart-holder")
    look.settle()
    for tab in look.page.locator(".dashboard-component-tabs [role=tab]").all():
        tab.click()
        look.settle()
    return look


def post(context: BrowserContext, address: str, body: dict[str, Any]) -> APIResponse:
    token = context.request.get("/api/v1/security/csrf_token/").json()["result"]
    return context.request.post(address, data=body, headers={"X-CSRFToken": token, "Referer": address})


def data_of(body: dict[str, Any]) -> list[Any]:
    """The rows of each query, in an order of their own: not every chart asks for one."""
    return [sorted(query["data"], key=json.dumps) for query in body["result"]]
