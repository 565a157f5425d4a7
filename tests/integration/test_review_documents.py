"""The generated pages on the review are current, and so is the quality that they state."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from review_quality.report import AIM, PAGE, Quality, assess, page

from jixiao.pages.rule_pages import rule_pages

ROOT = Path(__file__).resolve().parents[2]


def test_the_pages_of_the_rules_are_current(sample: duckdb.DuckDBPyConnection) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "rules").glob("*.md")}
    assert written == rule_pages(sample), "run `make docs`"


@pytest.fixture(scope="module")
def quality(tmp_path_factory: pytest.TempPathFactory) -> Quality:
    return assess(tmp_path_factory.mktemp("quality"))


def test_the_page_of_the_quality_is_current(quality: Quality) -> None:
    # The part on other places follows; test_check holds it.
    assert PAGE.read_text(encoding="utf-8").startswith(page(quality)), "run `make review-quality`"


def test_the_review_reaches_its_aim_on_labels_and_on_slips(quality: Quality) -> None:
    for measure in quality.labels:
        assert measure.recall is None or measure.recall >= AIM, (measure.rule_id, measure.missed)
        assert measure.precision is None or measure.precision >= AIM, (measure.rule_id, measure.false)
    assert len(quality.mutations) >= 500
    assert len(quality.caught) >= AIM * len(quality.mutations), set(quality.mutations) - set(quality.caught)
    assert len(quality.alarms) <= (1 - AIM) * quality.untouched, quality.alarms
