"""The scores of an evaluation report in other layouts than the sample's. All figures are made up."""

from __future__ import annotations

import pytest
from drawn_documents import FORMATS, Part
from drawn_documents import table as drawn

from ingestion.extract import Extraction, extract_document
from ingestion.read import read_bytes

TOTAL, LEAF = "raw_evaluation", "raw_evaluation_indicator"
FORMS = "raw_self_evaluation"
TITLE = "某市文化馆2023年度群众文化活动项目绩效评价报告"
CONCLUSION = "经综合评价，项目得分91分，评价等级为“优”。"
CAPTION = "附表1 项目支出绩效评价指标体系评分表"


def read(suffix: str, *parts: Part) -> Extraction:
    """Read paragraphs and tables from a document of one format."""
    return extract_document(read_bytes(FORMATS[suffix](parts), name=f"report.{suffix}"))


def rows(extraction: Extraction, table: str, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in extraction.ledger.tables[table]]


@pytest.mark.parametrize("suffix", ["html", "docx", "xlsx", "txt"])
def test_scores_without_a_fourth_level_are_read_with_their_total_and_grade(suffix: str) -> None:
    scores = drawn(
        "一级指标|二级指标|三级指标|指标解释|分值|得分|扣分原因",
        "决策|项目立项|立项依据充分性|是否合规|10|10|",
        "决策|资金投入|预算编制科学性|是否科学|10|8|测算较粗",
        "过程|资金管理|预算执行率|支出比例|20|19|",
        "产出|产出数量|活动场次|完成率|30|28|少两场",
        "效益|社会效益|群众参与人次|参与情况|30|26|",
        "合计||||100|91|",
    )
    extraction = read(suffix, TITLE, CONCLUSION, CAPTION, scores)
    assert rows(
        extraction, TOTAL, "evaluation_type", "subject_name", "part_name", "total_score", "grade"
    ) == [("project", "群众文化活动", "合计", "91", "优")]
    assert rows(extraction, LEAF, "level1", "level3", "weight", "score", "deduction_reason") == [
        ("决策", "立项依据充分性", "10", "10", ""),
        ("决策", "预算编制科学性", "10", "8", "测算较粗"),
        ("过程", "预算执行率", "20", "19", ""),
        ("产出指标", "活动场次", "30", "28", "少两场"),
        ("效益指标", "群众参与人次", "30", "26", ""),
    ]


@pytest.mark.parametrize("suffix", ["html", "docx", "xlsx", "txt"])
def test_sums_of_parts_are_totals_of_parts(suffix: str) -> None:
    scores = drawn(
        "一级指标|三级指标|分值|得分",
        "决策|目标明确性|20|18",
        "决策小计||20|18",
        "产出|完成率|80|75",
        "产出小计||80|75",
        "合计||100|93",
    )
    extraction = read(
        suffix, "某县移民局安置区扶持项目绩效评价报告（2022年度）", "附表1 绩效评价评分表", scores
    )
    assert rows(extraction, TOTAL, "subject_name", "part_name", "total_weight", "total_score") == [
        ("安置区扶持", "决策", "20", "18"),
        ("安置区扶持", "产出", "80", "75"),
        ("安置区扶持", "合计", "100", "93"),
    ]


@pytest.mark.parametrize("suffix", ["html", "docx", "xlsx", "txt"])
def test_a_total_is_read_by_its_headings_in_any_order_of_columns(suffix: str) -> None:
    scores = drawn(
        "一级指标|三级指标|得分|分值|评分说明",
        "决策|目标明确性|18|20|",
        "产出|完成率|75|80|",
        "合计||93|100|",
    )
    extraction = read(suffix, TITLE, CAPTION, scores)
    assert rows(extraction, TOTAL, "part_name", "total_weight", "total_score") == [("合计", "100", "93")]
    assert rows(extraction, LEAF, "level3", "weight", "score") == [
        ("目标明确性", "20", "18"),
        ("完成率", "80", "75"),
    ]


def test_a_table_of_scores_in_a_self_evaluation_is_a_form() -> None:
    form = drawn(
        "项目名称|群众文化活动||",
        "一级指标|三级指标|分值|得分",
        "决策|目标明确性|20|18",
        "产出|完成率|80|75",
        "总分||100|93",
    )
    extraction = read("html", "项目支出绩效自评价表（2022年度）", form)
    assert rows(extraction, FORMS, "project_name", "total_score") == [("群众文化活动", "93")]
    assert not extraction.ledger.tables[TOTAL]
