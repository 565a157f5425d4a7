"""The report as one static page that works without a server and prints on A4."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from pathlib import Path

from markupsafe import Markup

from jixiao.pages.document.page import FOLDER
from jixiao.pages.render import templates
from jixiao.pages.report import charts
from jixiao.pages.report.content import DocumentDetail, Report, read_report
from jixiao.pages.report.rows import Row
from jixiao.release.page import PageSource
from jixiao.values import wan

PAGE_NAME = "report.html"

STATUSES = {"match": "相符", "mismatch": "不符", "not_checkable": "无法核对", "not_reported": "未公开"}

ATTAINMENTS = (("met", "完成"), ("exceeded", "超额完成"), ("unmet", "未完成"), ("not_checkable", "无法核对"))


def render_release(source: PageSource, *, written: Collection[str] = ()) -> str:
    """Return the report of a release as HTML.

    Args:
        source: The release.
        written: The documents whose page is in the release.
    """
    return render_page(read_report(source), source.release_id, written)


def render_page(report: Report, release_id: str, written: Collection[str] = ()) -> str:
    """Return the page of a report as HTML; what comes from documents is escaped."""
    template = templates(Path(__file__).parent).get_template("page.html.j2")
    return template.render(
        report=report,
        release_id=release_id,
        written=written,
        folder=FOLDER,
        statuses=STATUSES,
        attainments=ATTAINMENTS,
        unit_chart=_units_chart(report.units.rows),
        band_chart=Markup(
            charts.columns("项目总分分布", [(row["band"], row["projects"]) for row in report.bands])
        ),
        bridge_of=_bridge,
        accounts_of=_accounts_chart,
    )


def _units_chart(units: Sequence[Row]) -> Markup:
    rows = [
        (
            row["unit_name"] or "（未载明实施单位）",
            row["executed_yuan"],
            f"{wan(row['executed_yuan'])}（{row['projects']} 个）",
        )
        for row in units[:10]
    ]
    return Markup(charts.bars("各实施单位执行数，万元", rows))


def _bridge(detail: DocumentDetail) -> Markup:
    figures: list[Decimal | None] = [detail.bridge[f"{name}_yuan"] for name in ("initial", "annual", "final")]
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures):
        return Markup()
    return Markup(charts.bridge("年初预算、全年预算、决算，万元", *known))


def _accounts_chart(rows: list[Row]) -> Markup:
    return Markup(
        charts.bars(
            "决算数，万元",
            [(row["item_name"], row["final_account_yuan"], wan(row["final_account_yuan"])) for row in rows],
        )
    )
