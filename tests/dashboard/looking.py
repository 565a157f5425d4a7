"""Opening a dashboard as a person does, and what its charts asked and got."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import APIResponse, BrowserContext, Page, Response

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
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function("!document.querySelector('.dashboard-component-chart-holder .loading')")

    def queries(self) -> list[dict[str, Any]]:
        return [answer.request.post_data_json for answer in self.answers]


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
    return [query["data"] for query in body["result"]]
