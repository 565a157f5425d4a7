"""The README's pictures: each dashboard as its readers see it, refused if something in it is wrong or cut off."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from dashboard.looking import ERRORS, dashboards, settle
from PIL import Image
from playwright.sync_api import Browser, BrowserContext

from jixiao.settings import PROJECT_ROOT

KEPT = PROJECT_ROOT / "docs" / "images"
LARGEST = 250_000
HIGHEST = 2400
WIDTHS = (1440, 1280)
LOWEST = """() => Math.ceil(Math.max(
    ...[...document.querySelectorAll('.dashboard-component-chart-holder')].map(one => one.getBoundingClientRect().bottom)
))"""
CUT_TITLES = """() => [...document.querySelectorAll('[data-test=slice-header] .header-title')]
    .filter(one => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
    .map(one => one.innerText)"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("slug", ["overview", "budget-execution", "performance", "review"])
def test_a_picture_shows_no_error_and_nothing_cut_off(
    slug: str, width: int, reader: BrowserContext, browser: Browser, url: str, tmp_path: Path
) -> None:
    """With `JIXIAO_UPDATE_SNAPSHOTS=1`, the upper parts of the wider pictures are kept in `docs/images`."""
    [dashboard] = [one for one in dashboards(reader) if one["slug"] == slug]
    context = browser.new_context(
        base_url=url, storage_state=reader.storage_state(), viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.goto(dashboard["url"])
    page.wait_for_selector(".dashboard-component-chart-holder")
    # What is out of sight isn't loaded.
    page.set_viewport_size({"width": width, "height": 6000})
    settle(page)
    assert page.locator(ERRORS).all_inner_texts() == []
    assert page.evaluate(CUT_TITLES) == []
    body = page.inner_text("body")
    assert "没有符合条件的数据" not in body
    assert "jixiao个" not in body
    taken = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": page.evaluate(LOWEST) + 16})
    context.close()
    picture = tmp_path / f"dashboard-{slug}.png"
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    top = image.crop((0, 0, width, min(image.height, HIGHEST)))
    common = sorted(top.getcolors(1 << 24), reverse=True)[:256]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in common for part in colour])
    top.quantize(palette=palette, dither=Image.Dither.NONE).save(picture, optimize=True)
    assert picture.stat().st_size <= LARGEST
    if os.environ.get("JIXIAO_UPDATE_SNAPSHOTS") == "1" and width == max(WIDTHS):
        (KEPT / picture.name).write_bytes(picture.read_bytes())
