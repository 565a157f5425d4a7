"""The board of a release in Chromium: what it shows, its state, every width and paper.

    JIXIAO_UPDATE_SNAPSHOTS=1 pytest tests/dashboard/test_board.py

also writes its pictures into `docs/images`.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import duckdb
import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from jixiao.release.store import DATABASE_NAME
from jixiao.settings import PROJECT_ROOT, Settings

PICTURES = PROJECT_ROOT / "docs" / "images"
WIDTHS = {"1440": (1440, 900), "1280": (1280, 800), "390": (390, 844)}
PAPER = 1047
"""Width of A4 landscape without its margins, in CSS pixels."""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def board() -> Path:
    found = Settings.load().current / "board.html"
    if not found.is_file():
        pytest.exit(f"{found}: no board to show; run `make run` first", 2)
    return found.resolve()


@pytest.fixture(scope="module")
def release(board: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(board.with_name(DATABASE_NAME)), read_only=True) as connection:
        yield connection


@pytest.fixture
def open_board(browser: Browser, board: Path) -> Iterator[Open]:
    """Opens a board as a file; nothing else may be asked for, nothing may fail."""
    asked: list[str] = []
    failed: list[str] = []
    pages: list[Page] = []

    def opened(state: str = "", width: str = "1440", file: Path = board) -> Page:
        wide, high = WIDTHS[width]
        page = browser.new_page(viewport={"width": wide, "height": high}, locale="zh-CN")
        page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.goto(f"{file.as_uri()}{state}")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert failed == []
    assert [url for url in asked if not url.endswith(".html")] == []


def one(release: duckdb.DuckDBPyConnection, sql: str) -> int:
    [(value,)] = release.execute(sql).fetchall()
    return int(value)


def keep(picture: bytes | Image.Image, name: str) -> None:
    if os.environ.get("JIXIAO_UPDATE_SNAPSHOTS"):
        image = picture if isinstance(picture, Image.Image) else Image.open(io.BytesIO(picture))
        image.convert("RGB").quantize(160).save(PICTURES / f"{name}.png", optimize=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_every_width(open_board: Open, width: str) -> None:
    page = open_board(width=width)
    for part in ("cases", "bridge", "scores", "offices", "heat", "ratios", "forms"):
        expect(page.locator(f"#{part}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTHS[width][0]
    for chart in page.locator(".chart svg").all():
        box = chart.bounding_box()
        assert box
        assert box["x"] + box["width"] <= WIDTHS[width][0]
    # The first screen ends where a person has to scroll; a phone's picture shows two.
    high = WIDTHS[width][1] * (2 if width == "390" else 1)
    keep(
        page.screenshot(clip={"x": 0, "y": 0, "width": WIDTHS[width][0], "height": high}, full_page=True),
        f"board-{width}",
    )


def test_it_prints_on_a4(open_board: Open) -> None:
    page = open_board()
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    # Its first page says who and when, as on the screen, and has no control.
    text = printed[0].get_textpage().get_text_range()
    assert "处可以确证的错误" in text
    assert "全部类别" not in text
    assert len(printed) <= 8
    keep(printed[0].render(scale=1.5).to_pil(), "board-a4")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 700})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.scrollWidth") == PAPER
    for chart in page.locator(".chart svg").all():
        box = chart.bounding_box()
        assert box
        assert box["height"] > 50
        assert box["x"] + box["width"] <= PAPER


def test_it_shows_the_numbers_of_the_release(open_board: Open, release: duckdb.DuckDBPyConnection) -> None:
    page = open_board()
    errors = one(release, "select count(*) from review.fct_case where severity = 'E' and is_open")
    forms = one(
        release, "select count(distinct project_id) from review.fct_case where severity = 'E' and is_open"
    )
    all_forms = one(release, "select count(*) from core.dim_project")
    verdict = page.locator("#verdict").inner_text()
    assert verdict.startswith(f"{errors} 处可以确证的错误：{forms} 张表（共 {all_forms} 张）")
    for severity in "EWI":
        cases = one(release, f"select count(*) from review.fct_case where severity = '{severity}'")
        assert page.locator(f"[data-count={severity}]").inner_text() == str(cases)
    [(rate, executed, annual)] = release.execute(
        "select ratio, numerator_yuan, denominator_yuan from execution.mart_department_ratio "
        "where ratio_code = 'budget_execution_rate' and basis = 'annual_budget'"
    ).fetchall()
    execution = page.locator(".figures div").first.inner_text()
    assert f"{rate * 100:.2f}%" in execution
    assert f"决算 {executed / 10000:,.2f} 万元 ÷ 全年预算 {annual / 10000:,.2f} 万元" in execution
    # The three totals stand in the chart and in its sentence.
    [totals] = release.execute(
        "select initial_budget_yuan, annual_budget_yuan, final_account_yuan from variance.mart_budget_variance "
        "where item_code = 'expenditure_total'"
    ).fetchall()
    drawn = page.locator("#bridge .chart svg text").all_text_contents()
    said = page.locator("#bridge p").first.inner_text()
    for total in totals:
        assert f"{total / 10000:,.2f}" in drawn
        assert f"{total / 10000:,.2f} 万元" in said
    differing = release.execute(
        "select reported_total, recomputed_total from score.mart_project_score where difference <> 0"
    ).fetchall()
    drawn = page.locator("#scores .chart svg text").all_text_contents()
    expected = sorted(f"{score.normalize():f} 分" for row in differing for score in row)
    assert sorted(text for text in drawn if text.endswith(" 分")) == expected


def test_what_is_chosen_is_in_the_address_and_the_back_button_undoes_it(
    open_board: Open, release: duckdb.DuckDBPyConnection
) -> None:
    page = open_board()
    said = page.locator("#shown")
    everything = said.inner_text()
    page.get_by_label("填报习惯").uncheck()
    slips = one(release, "select count(*) from review.fct_case where case_kind = 'slip'")
    expect(said).to_contain_text(re.compile(f"^{slips} 处"))
    assert "habit=0" in page.url
    page.locator("select[name=category]").select_option("funds")
    assert "category=funds" in page.url
    page.go_back()
    expect(said).to_contain_text(re.compile(f"^{slips} 处"))
    page.go_back()
    expect(said).to_have_text(everything)
    page.get_by_label("查找").fill("11月")
    searched = said.inner_text()
    found = one(
        release,
        "select count(*) from review.mart_finding as findings join review.fct_case as cases using (case_id) "
        "where contains(findings.message_zh || ' ' || findings.title_zh || ' ' || coalesce(findings.project_name, '') "
        "|| ' ' || coalesce(findings.item, findings.level3, '') || ' ' || coalesce(cases.hypothesis, ''), '11月')",
    )
    assert found > 3
    assert f"，{found} 条问题；" in searched
    again = open_board(f"#{page.url.partition('#')[2]}")
    expect(again.locator("#shown")).to_have_text(searched)


def test_the_card_of_a_form_opens_and_closes_and_leads_to_its_page(open_board: Open, board: Path) -> None:
    page = open_board()
    link = page.locator("#forms button.link").first
    link.focus()
    page.keyboard.press("Enter")
    card = page.locator("dialog#card")
    expect(card).to_be_visible()
    assert card.get_by_role("heading").first.inner_text() == link.inner_text()
    assert "form=" in page.url
    assert re.findall("false|null|undefined|NaN", page.locator("body").inner_text()) == []
    keep(page.screenshot(), "board-card")
    page.keyboard.press("Escape")
    expect(card).not_to_be_visible()
    assert link.evaluate("one => one === document.activeElement")
    page.go_back()
    expect(card).to_be_visible()
    card.get_by_role("link", name="打开这张表的页面").click()
    page.wait_for_url(re.compile(r"documents/.*#form-\d+$"))
    expect(page.locator(f"#{page.url.partition('#')[2]}")).to_be_visible()


def test_every_case_leads_to_its_finding(open_board: Open, board: Path) -> None:
    page = open_board()
    while page.locator("#more-cases").is_visible():
        page.locator("#more-cases").click()
    links = page.locator("ol.cases > li > div > a").evaluate_all(
        "all => all.map(one => one.getAttribute('href'))"
    )
    assert len(links) == page.locator("ol.cases > li").count() > 50
    anchors: dict[str, set[str]] = {}
    for link in links:
        file, _, anchor = link.partition("#")
        if file not in anchors:
            anchors[file] = set(
                re.findall(r'id="([^"]+)"', (board.parent / file).read_text(encoding="utf-8"))
            )
        assert anchor in anchors[file]


def test_a_click_on_an_office_keeps_its_cases(open_board: Open, release: duckdb.DuckDBPyConnection) -> None:
    page = open_board()
    [(office,)] = release.execute(
        "select unit_name from execution.mart_unit_execution order by annual_budget_yuan desc limit 1"
    ).fetchall()
    # The longest bar; patterns lie over it.
    bars = page.locator("#offices .chart svg path[fill='#3b5b8c']").all()
    max(bars, key=lambda bar: (bar.bounding_box() or {"width": 0})["width"]).click(force=True)
    cases = one(
        release,
        f"select count(distinct case_id) from review.mart_finding where implementing_unit_name = '{office}'",
    )
    expect(page.locator("#shown")).to_contain_text(re.compile(f"^{cases} 处"))
    assert page.locator("select[name=office]").input_value() == office


@pytest.fixture(scope="module")
def several(board: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a board of two units in the same year, and of one of them in the year before without its cases."""
    page = board.read_text(encoding="utf-8")
    begin = page.index('id="data">') + len('id="data">')
    end = page.index("</script>", begin)
    data: dict[str, Any] = json.loads(page[begin:end])
    [subject] = data["subjects"]
    other, earlier = deepcopy(subject), deepcopy(subject)
    other |= {"organization_id": "other", "organization_name": "另一街道办事处<img src=x>", "error_cases": 3}
    name = other["cards"]["columns"].index("project_name")
    for form in other["cards"]["rows"]:
        form[name] = f"<img src=x>{form[name]}"
    earlier["year"] -= 1
    for name in ("cards", "cases", "problems", "heat", "ratios", "offices"):
        del earlier[name]
    data |= {"subjects": [subject, other, earlier], "all_subjects": 7}
    target = tmp_path_factory.mktemp("several") / "board.html"
    target.write_text(
        page[:begin] + json.dumps(data, ensure_ascii=False).replace("<", "\\u003c") + page[end:],
        encoding="utf-8",
    )
    return target


def test_several_units_are_listed_and_not_added(open_board: Open, several: Path) -> None:
    page = open_board(file=several)
    expect(page.locator(".lead")).to_contain_text("2023年度 有 2 个单位的披露")
    assert re.findall("false|null|undefined|NaN", page.locator("body").inner_text()) == []
    expect(page.locator("#board")).to_contain_text("最近年度的 3 个（单位、年度），共 7 个")
    listed = page.locator("#units tbody tr")
    assert [row.locator("td").first.inner_text() for row in listed.all()] == ["24", "3"]
    page.get_by_role("button", name="另一街道办事处").click()
    expect(page.locator("#verdict")).to_contain_text("3 处可以确证的错误")
    # What comes from a document is text, in lists, charts and what they show of a bar.
    expect(page.locator(".lead").first).to_contain_text("另一街道办事处<img src=x>")
    page.locator("#scores .chart svg path[fill='#3b5b8c']").last.hover(force=True)
    assert page.locator("img").count() == 0
    page.locator("select[name=year]").select_option("2022")
    # The only unit of the year before is shown at once.
    expect(page.locator(".lead").first).to_contain_text("2022年度")
    expect(page.locator("#cases, section").first).to_contain_text("不在本页")
    page.go_back()
    page.go_back()
    expect(listed).to_have_count(2)
