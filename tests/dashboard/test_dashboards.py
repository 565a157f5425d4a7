"""Every dashboard of the bundle, whatever it holds: charts, filters, releases, and who sees what."""

from __future__ import annotations

import json
import threading
from urllib.parse import urlsplit

import duckdb
import pytest
from dashboard.looking import CHART_DATA, ERRORS, NEW, OLD, charts, dashboards, data_of, look_at, post
from playwright.sync_api import BrowserContext

from jixiao.release.releases import publish, switch
from jixiao.settings import Settings

ROUNDS = 12


def test_every_chart_has_data_in_chinese_and_asks_this_machine_alone(
    reader: BrowserContext, url: str
) -> None:
    shown = dashboards(reader)
    assert shown
    for dashboard in shown:
        look = look_at(reader, dashboard)
        title = dashboard["dashboard_title"]
        assert look.page.locator(ERRORS).all_inner_texts() == [], title
        assert {answer.status for answer in look.answers} == {200}, title
        asked = {query["form_data"]["slice_id"] for query in look.queries()}
        expected = {chart["id"] for chart in charts(reader, dashboard)}
        assert asked >= expected, title
        empty = [
            answer.request.post_data_json["form_data"].get("slice_id")
            for answer in look.answers
            if not any(data_of(answer.json()))
        ]
        assert empty == [], title
        hosts = {
            urlsplit(address).netloc
            for address in look.requests
            if not address.startswith(("data:", "blob:"))
        }
        assert hosts == {urlsplit(url).netloc}, title
        assert json.loads(look.page.get_attribute("#app", "data-bootstrap"))["common"]["locale"] == "zh"
        assert title in look.page.title() or title in look.page.inner_text("body")
        # A machine without Chinese fonts draws the same box for both.
        assert look.page.evaluate(
            """() => { const [one, other] = ['绩', '效'].map(text => {
                const canvas = document.createElement('canvas'); const pen = canvas.getContext('2d');
                pen.font = getComputedStyle(document.body).font; pen.fillText(text, 10, 30);
                return canvas.toDataURL(); }); return one !== other; }"""
        )
        look.page.close()


def test_filters_reach_the_charts_queries(reader: BrowserContext) -> None:
    for dashboard in dashboards(reader):
        look = look_at(reader, dashboard)
        title = dashboard["dashboard_title"]
        boxes = look.page.locator("[data-test='filter-bar'] .ant-select")
        assert boxes.count() > 0, title
        for number in range(boxes.count()):
            box = boxes.nth(number)
            box.click()
            option = look.page.locator(".ant-select-dropdown:visible .ant-select-item-option").first
            option.wait_for()
            value = option.get_attribute("title") or option.inner_text()
            if "ant-select-item-option-selected" in (option.get_attribute("class") or ""):
                # The latest year is chosen when a dashboard opens.
                look.page.keyboard.press("Escape")
                asked = json.dumps([query["queries"] for query in look.queries()], ensure_ascii=False)
                assert value in asked, f"{title}: {value}"
                continue
            option.click()
            look.page.keyboard.press("Escape")
            look.answers.clear()
            look.page.locator("[data-test='filter-bar__apply-button']").click()
            look.settle()
            asked = json.dumps([query["queries"] for query in look.queries()], ensure_ascii=False)
            assert value in asked, f"{title}: {value}"
            assert {answer.status for answer in look.answers} == {200}, title
            assert look.page.locator(ERRORS).count() == 0, title
        look.page.close()


def test_a_click_on_a_project_shows_its_findings_alone(reader: BrowserContext) -> None:
    [review] = [dashboard for dashboard in dashboards(reader) if dashboard["slug"] == "review"]
    look = look_at(reader, review)
    titles = {chart["id"]: chart["slice_name"] for chart in charts(reader, review)}
    [risk] = [number for number, title in titles.items() if "风险" in title]
    [findings] = [number for number, title in titles.items() if title.startswith("发现明细")]
    cell = look.page.locator(f".dashboard-chart-id-{risk} td[aria-labelledby='header-project_id']").first
    project = cell.inner_text()
    look.answers.clear()
    cell.click()
    look.settle()
    assert look.page.locator(ERRORS).count() == 0
    rows = [
        row
        for answer in look.answers
        if answer.request.post_data_json["form_data"].get("slice_id") == findings
        for rows in data_of(answer.json())
        for row in rows
    ]
    assert rows
    assert {row["project_id"] for row in rows} == {project}
    look.page.close()


def test_a_finding_leads_to_its_place_and_filters_nothing(reader: BrowserContext, settings: Settings) -> None:
    [review] = [dashboard for dashboard in dashboards(reader) if dashboard["slug"] == "review"]
    look = look_at(reader, review)
    link = look.page.locator("td[aria-labelledby='header-place_link'] a").first
    document, finding = link.get_attribute("href").removeprefix("/documents/").split(".html#f-")
    folder = settings.current / "documents"
    folder.mkdir(exist_ok=True)
    (folder / f"{document}.html").write_text(
        f"<title>一页</title><p id='f-{finding}'>此处</p><script>document.title += '，脚本可用'</script>",
        encoding="utf-8",
    )
    look.answers.clear()
    with reader.expect_page() as opened:
        link.click()
    assert opened.value.title() == "一页，脚本可用"
    assert opened.value.locator(":target").inner_text() == "此处"
    opened.value.close()
    look.page.wait_for_timeout(1000)
    assert look.answers == []
    look.page.close()


def test_the_start_page_is_the_overview_and_a_readers_log_is_taken(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/")
    page.wait_for_selector(".dashboard-component-chart-holder")
    assert urlsplit(page.url).path == "/superset/dashboard/overview/"
    page.close()
    assert post(reader, "/superset/log/?explode=events", {}).status == 200
    words = reader.request.get("/superset/language_pack/zh/").json()["locale_data"]["superset"]
    # Superset's own: "额外控件" (extra controls), "%s 异常" (%s error), "显示 %s个 总计 %s个" (showing %s of %s).
    wrong = {"Filters and controls": "筛选", "%s record": "%s 条记录", "Waiting on %s": "正在等待 %s"}
    assert {text: words[text] for text in wrong} == {text: [said] for text, said in wrong.items()}


def test_another_release_changes_the_numbers_after_a_refresh(
    reader: BrowserContext, settings: Settings
) -> None:
    for dashboard in dashboards(reader):
        switch(settings, OLD)
        look = look_at(reader, dashboard)
        before = look.numbers()
        switch(settings, NEW)
        look.page.reload(wait_until="commit")
        # Late answers to the page before have no body any more.
        look.answers.clear()
        look.page.wait_for_selector(".dashboard-component-chart-holder")
        look.settle()
        after = look.numbers()
        assert look.page.locator(ERRORS).count() == 0
        both = before.keys() & after.keys()
        assert both
        assert any(before[query] != after[query] for query in both), dashboard["dashboard_title"]
        look.page.close()
    switch(settings, OLD)


def test_an_answer_is_kept_as_long_as_its_release_is_current(
    reader: BrowserContext, settings: Settings
) -> None:
    look = look_at(reader, dashboards(reader)[0])
    query = look.queries()[0]
    look.page.close()
    # Nobody has asked for so many rows.
    query["queries"][0]["row_limit"] = 4321

    def _is_kept() -> bool:
        (part,) = post(reader, CHART_DATA, query).json()["result"]
        return bool(part["is_cached"])

    found = {}
    for release in (NEW, OLD):
        switch(settings, release)
        found[release] = [_is_kept(), _is_kept()]
    assert found == {NEW: [False, True], OLD: [False, True]}
    switch(settings, NEW)
    assert _is_kept()
    switch(settings, OLD)


def test_a_query_gets_the_old_or_the_new_numbers_while_releases_are_published(
    reader: BrowserContext, settings: Settings
) -> None:
    queries = []
    for dashboard in dashboards(reader):
        look = look_at(reader, dashboard)
        queries += look.queries()
        look.page.close()
    known: dict[str, list[str]] = {}
    for release in (OLD, NEW):
        switch(settings, release)
        known[release] = [json.dumps(data_of(post(reader, CHART_DATA, query).json())) for query in queries]
    failed: list[BaseException] = []
    stop = threading.Event()

    def _publish() -> None:
        try:
            for number in range(ROUNDS):
                source = settings.releases / (OLD if number % 2 else NEW) / "jixiao.duckdb"
                publish(source, f"round-{number:02d}", settings)
                if stop.wait(0.5):
                    return
        except BaseException as error:
            failed.append(error)

    publisher = threading.Thread(target=_publish)
    publisher.start()
    seen = set()
    try:
        while publisher.is_alive():
            for number, query in enumerate(queries):
                answer = post(reader, CHART_DATA, query)
                assert answer.status == 200, answer.text()
                data = json.dumps(data_of(answer.json()))
                assert data in {known[OLD][number], known[NEW][number]}
                if known[OLD][number] != known[NEW][number]:
                    seen.add(OLD if data == known[OLD][number] else NEW)
    finally:
        stop.set()
        publisher.join()
        switch(settings, OLD)
    assert failed == []
    assert seen == {OLD, NEW}


def test_without_an_account_nothing_is_seen(anonymous: BrowserContext, admin: BrowserContext) -> None:
    assert "/login" in anonymous.request.get("/documents/any.html").url
    for dashboard in dashboards(admin):
        page = anonymous.new_page()
        page.goto(dashboard["url"])
        assert "/login" in page.url
        page.close()
        for address in (f"/api/v1/dashboard/{dashboard['id']}", "/api/v1/chart/", "/api/v1/dataset/"):
            answer = anonymous.request.get(address)
            assert answer.status in {401, 403, 404} or answer.json().get("result") == [], address
    look = look_at(admin, dashboards(admin)[0])
    refused = anonymous.request.post(CHART_DATA, data=look.queries()[0])
    assert refused.status in {400, 401, 403}
    assert "result" not in refused.text()
    look.page.close()


def test_a_reader_writes_no_sql_and_sees_no_connection_or_account(reader: BrowserContext) -> None:
    for address in ("/api/v1/database/", "/api/v1/security/users/", "/api/v1/query/", "/api/v1/log/"):
        answer = reader.request.get(address)
        assert answer.status in {401, 403, 404} or answer.json().get("result") == [], address
    answer = post(reader, "/api/v1/sqllab/execute/", {"database_id": 1, "sql": "select 1"})
    assert answer.status in {401, 403}, answer.text()


@pytest.mark.parametrize(
    "statement",
    [
        "create table core.own as select 1",
        "delete from core.dim_project",
        "set enable_external_access = true",
        "copy core.dim_project to '{file}'",
        "attach '{file}' as other",
        "install excel",
        "select * from read_csv('{file}')",
        "select * from read_text('/etc/hostname')",
        "select * from glob('/*')",
    ],
)
def test_an_administrator_gets_out_of_the_release_neither(
    statement: str, admin: BrowserContext, settings: Settings
) -> None:
    file = settings.var / "outside.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    database = admin.request.get("/api/v1/database/").json()["result"][0]["id"]

    def _run(sql: str) -> tuple[int, str]:
        body = {"database_id": database, "sql": sql, "runAsync": False, "client_id": "", "schema": "core"}
        answer = post(admin, "/api/v1/sqllab/execute/", body)
        return answer.status, answer.text()

    assert _run("select count(*) as n from core.dim_project")[0] == 200
    status, words = _run(statement.format(file=file))
    assert status >= 400, words
    assert file.read_text(encoding="utf-8") == "a\n1\n"
    with duckdb.connect(settings.current / "jixiao.duckdb", read_only=True) as connection:
        assert connection.execute("select count(*) from core.dim_project").fetchone()[0] > 0
