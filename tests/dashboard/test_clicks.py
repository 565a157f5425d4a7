"""Every chart is clicked as a person does; what the dashboard shows then is compared with SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import yaml
from dashboard.answers import CHARTS, Filter, dimensions, shown, values
from dashboard.looking import ERRORS, Look, charts, dashboards, look_at
from playwright.sync_api import BrowserContext, Locator

from dashboards.superset.bundle import ASSETS
from jixiao.settings import Settings

FREE = {
    *(
        "organization_name",
        "fiscal_year",
        "source_file",
        "project_id",
        "severity_zh",
        "title_zh",
        "status_zh",
    ),
    *("implementing_unit_name", "reason_zh", "classification_zh", "basis_zh", "release_id", "evaluation_zh"),
}
"""Columns that mean the same in every table."""
A_MOMENT = 600
SCOPE = next(uuid for uuid, chart in CHARTS.items() if chart["slice_name"].startswith("当前范围"))
KEYS = ("organization_name", "fiscal_year", "source_file")
LONGEST_RUN = """canvas => {
    // The middle of the longest horizontal run of the colour that most of the bars have.
    const {width, height} = canvas, pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    const seen = new Map();
    const colour = place => {
        const [r, g, b, a] = pixels.slice(4 * place, 4 * place + 4);
        return a < 255 || Math.max(r, g, b) - Math.min(r, g, b) < 20 ? null : r << 16 | g << 8 | b;
    };
    for (let place = 0; place < width * height; place++) {
        const one = colour(place);
        if (one !== null) seen.set(one, (seen.get(one) || 0) + 1);
    }
    const [most] = [...seen.entries()].sort((one, other) => other[1] - one[1])[0];
    let best = {run: 0};
    for (let y = 0; y < height; y++) for (let x = 0, run = 0; x < width; x++) {
        run = colour(y * width + x) === most ? run + 1 : 0;
        if (run > best.run) best = {run, x: x - run / 2, y};
    }
    const scale = canvas.getBoundingClientRect().width / width;
    // Not at the edge of the bar: some lines further down, if they have the same colour.
    let y = best.y;
    while (y - best.y < 8 && y + 1 < height && colour((y + 1) * width + Math.round(best.x)) === most) y++;
    return {x: best.x * scale, y: (best.y + y) / 2 * scale};
}"""


@pytest.fixture(scope="module")
def release(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(settings.current / "jixiao.duckdb", read_only=True) as connection:
        yield connection


def _asked_filters(look: Look) -> set[Filter]:
    """The filters of the last answers, other than comparisons of the charts' own."""
    found: set[Filter] = set()
    for query in look.queries():
        for part in query["queries"]:
            found |= {(one["col"], tuple(one["val"])) for one in part["filters"] if one["op"] == "IN"}
    return found


def _uuids(context: BrowserContext, dashboard: dict[str, Any]) -> dict[int, str]:
    """The charts of a dashboard: number in this Superset and uuid."""
    assets = yaml.safe_load((ASSETS / "dashboards" / f"{dashboard['slug']}.yaml").read_text(encoding="utf-8"))
    names = {
        part["meta"]["sliceName"]: part["meta"]["uuid"]
        for part in assets["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    }
    return {chart["id"]: names[chart["slice_name"]] for chart in charts(context, dashboard)}


def _compare(
    look: Look, uuids: dict[int, str], release: duckdb.DuckDBPyConnection, filters: set[Filter]
) -> int:
    """Compare each answered chart with SQL; return how many there were."""
    compared = 0
    for answer in look.answers:
        number = answer.request.post_data_json.get("form_data", {}).get("slice_id")
        if number is None:
            continue
        assert answer.status == 200, answer.text()
        chart = CHARTS[uuids[number]]
        assert shown(chart, answer.json()) == values(release, chart, filters), (chart["slice_name"], filters)
        compared += 1
    return compared


@pytest.mark.parametrize("slug", ["overview", "budget-execution", "performance", "review"])
def test_a_click_on_a_chart_filters_by_what_it_names(
    slug: str, reader: BrowserContext, release: duckdb.DuckDBPyConnection
) -> None:
    [dashboard] = [one for one in dashboards(reader) if one["slug"] == slug]
    uuids = _uuids(reader, dashboard)
    look = look_at(reader, dashboard)
    [latest] = (
        release.execute("select cast(max(fiscal_year) as varchar) from core.dim_document").fetchone() or ()
    )
    year = ("fiscal_year", (latest,))
    assert _compare(look, uuids, release, {year}) >= len(uuids)

    def _click(place: Locator, chart: dict[str, Any], columns: set[str], **where: Any) -> None:
        look.answers.clear()
        place.click(**where)
        # A chart waits for a second click before it takes one for a single one.
        look.page.wait_for_timeout(A_MOMENT)
        look.settle()
        sent = dict(_asked_filters(look) - {year})
        assert set(sent) == columns, chart["slice_name"]
        assert all(len(allowed) == 1 for allowed in sent.values())
        assert _compare(look, uuids, release, {year, *sent.items()}), chart["slice_name"]
        assert look.page.locator(ERRORS).count() == 0
        place.click(**where)
        look.page.wait_for_timeout(A_MOMENT)
        look.settle()
        assert look.page.get_by_text("点击筛选").count() == 0, chart["slice_name"]

    for number, uuid in uuids.items():
        chart = CHARTS[uuid]
        holder = look.page.locator(f".dashboard-chart-id-{number}")
        if chart["viz_type"] == "echarts_timeseries_bar":
            canvas = holder.locator("canvas")
            _click(canvas, chart, dimensions(chart), position=canvas.evaluate(LONGEST_RUN))
        elif chart["viz_type"] == "table":
            cells = holder.locator("tbody tr").first.locator("td")
            named = {
                cell.get_attribute("aria-labelledby").removeprefix("header-"): cell for cell in cells.all()
            }
            free = {
                column
                for column, cell in named.items()
                if cell.evaluate("cell => getComputedStyle(cell).pointerEvents") != "none"
                and "dt-is-filter" in cell.get_attribute("class")
            }
            assert free <= FREE, chart["slice_name"]
            # The keys are the same in all tables and clicked in the first.
            for column in sorted(free - set(KEYS) if uuid != SCOPE else free):
                values_of = holder.locator(f"td[aria-labelledby='header-{column}']:not(.dt-is-null)")
                # A second click on the year would be one on the year of the filter.
                if column != "fiscal_year" and values_of.count():
                    _click(values_of.first, chart, {column})
    look.page.close()
