"""Size and opening time of the pages of a release: the board, of one unit and of hundreds, and the page of a document.

PYTHONPATH=.:tests python benchmarks/page_speed.py [--copies 1 300]

Requires a release (`make run`), Chromium, and the requirements of `tests/dashboard`. The page of a document is the
release's largest.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
from playwright.sync_api import Browser, sync_playwright

from benchmarks.dashboard_speed import enlarge
from jixiao.pages.board.page import PAGE_NAME, render_release
from jixiao.release.page import PageSource
from jixiao.release.store import DATABASE_NAME
from jixiao.settings import Settings

RUNS = 7

# Charts are drawn while the page loads: then it is what a person sees.
LOADED = "performance.getEntriesByType('navigation')[0].domComplete"


def opened(browser: Browser, page: Path) -> list[float]:
    """Return the milliseconds until a page is loaded and drawn, each time in a browser without a cache."""
    times = []
    for _ in range(RUNS):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        shown = context.new_page()
        shown.goto(page.as_uri())
        shown.wait_for_function(f"{LOADED} > 0")
        times.append(float(shown.evaluate(LOADED)))
        context.close()
    return times


def report(what: str, page: Path, times: Sequence[float], written: float | None = None) -> None:
    size = page.stat().st_size / 1_000_000
    took = "" if written is None else f", written in {written:.1f} s"
    print(
        f"{what}: {size:.2f} MB{took}, open in {statistics.median(times):.0f} ms (fastest {min(times):.0f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 300])
    options = parser.parse_args()
    settings = Settings.load()
    release = settings.current.resolve()
    pages = sorted((release / "documents").glob("*.html"), key=lambda page: page.stat().st_size)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(dir=settings.var) as name:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for copies in options.copies:
            database, page = Path(name) / DATABASE_NAME, Path(name) / PAGE_NAME
            shutil.copyfile(release / DATABASE_NAME, database)
            database.chmod(0o600)
            if copies > 1:
                enlarge(database, copies)
            with duckdb.connect(str(database), read_only=True, config=settings.duckdb) as connection:
                begin = time.perf_counter()
                text = render_release(PageSource(connection, release.name))
                written = time.perf_counter() - begin
            page.write_text(text, encoding="utf-8")
            report(f"board, {copies} × the release", page, opened(browser, page), written)
        if pages:
            report("largest page of a document", pages[-1], opened(browser, pages[-1]))
        browser.close()


if __name__ == "__main__":
    main()
