"""The desk in Chromium: from a Word file on the desktop to a decision on a finding."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawn_documents import as_docx
from drawn_forms import INDICATORS, TITLE, form
from integration.installation import COMMAND, Installation
from playwright.sync_api import Browser, BrowserContext, Page, expect

from jixiao.settings import PROJECT_ROOT

WIDTHS = ((1440, 900), (1280, 800), (390, 844))
IMAGES = PROJECT_ROOT / "docs" / "images"
BUILD_PATIENCE = 1_200_000
PATIENCE = 120_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the desk of an installation without a release."""
    root = tmp_path_factory.mktemp("desk")
    installation = Installation(root / "var", root / "landing")
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"],
        env=installation.environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split(" ")[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


@pytest.fixture
def context(browser: Browser, desk: str) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=desk, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    made.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield made
    made.close()


def look(page: Page, name: str) -> None:
    """Look at a page at three widths: nothing is wider than the screen; the pictures of docs/images are kept if asked."""
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => document.activeElement?.closest('.f')?.scrollIntoView({ block: 'center' })")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (name, width)
        picture = IMAGES / f"desk-{name}-{width}.png"
        if os.environ.get("JIXIAO_UPDATE_SNAPSHOTS") and picture.is_file():
            page.screenshot(path=picture)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_from_a_word_file_to_a_decision(context: BrowserContext, tmp_path: Path) -> None:
    path = tmp_path / "社区运动会自评表.docx"
    # 96 of 100 people, with all points.
    unmet_in_full = "^|产出指标|数量指标|参加人数|≥100人|96人|20|20|下雨"
    drawn = form(indicators=(unmet_in_full, *INDICATORS[1:]), total="总分|<|<|<|<|<|100|99|")
    path.write_bytes(as_docx([*TITLE, drawn]))
    page, troubles = context.new_page(), list[str]()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)

    page.goto("/")
    page.set_input_files("input[type=file]", path)
    finding = page.locator(".cases li.E").first
    # The first check prepares the rules.
    expect(finding).to_contain_text("参加人数", timeout=BUILD_PATIENCE)
    look(page, "check")
    page.get_by_role("link", name="对照表格看问题").click()
    # Its own script runs, without the desk's cookies or forms.
    expect(page.locator(".filter")).to_be_visible()
    page.go_back()

    page.get_by_role("button", name="加入下次构建").click()
    expect(page.locator("#added")).to_contain_text("已添加")
    page.get_by_role("link", name="去构建").click()
    page.get_by_role("button", name="开始构建").click()
    page.get_by_role("link", name="的文件与问题").click(timeout=BUILD_PATIENCE)

    look(page, "documents")
    page.get_by_role("link", name="石桥街道办事处").click()
    unmet = page.locator(".f.E", has_text="参加人数").first
    unmet.locator("a.act").click()
    unmet.get_by_label("复核意见").fill("已按实际人数改为19.2分")
    unmet.get_by_label("岗位").fill("预算科复核岗")
    look(page, "document")
    unmet.get_by_role("button", name="已整改").click()
    expect(unmet.locator(".decided")).to_contain_text("已整改 已按实际人数改为19.2分 预算科复核岗")

    unmet.locator("a.act").click()
    unmet.get_by_role("button", name="撤销").click()
    expect(unmet.locator(".decided")).to_have_count(0)
    page.goto("/")
    look(page, "home")
    assert troubles == []
