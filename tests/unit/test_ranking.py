"""Ranks in sentences."""

from __future__ import annotations

import pytest

from ingestion.document import Line
from ingestion.ledger import Ledger
from ingestion.sections import figure
from ingestion.sections.figure import TABLE


def read(*lines: str) -> list[tuple[str, str, str]]:
    ledger = Ledger("d")
    figure.read([Line(number, text, ()) for number, text in enumerate(lines, start=1)], ledger, {}, "2022")
    return [(row["source_line"], row["label"], row["value"]) for row in ledger.tables[TABLE]]


@pytest.mark.parametrize(
    ("text", "ranking", "value"),
    [
        ("2022年，在全区部门绩效考核中排名第3名。", "全区部门绩效考核", "3"),
        ("管道改造按期完工；在全区部门绩效考核中排名第5名。", "全区部门绩效考核", "5"),
        ("我校在全县教育系统考核中获第2名。", "全县教育系统考核", "2"),
        ("在全县乡镇年度绩效考核中，甲镇排名第三位。", "全县乡镇年度绩效考核（甲镇）", "三"),
        ("全县乡镇年度绩效考核第5名的成绩与目标仍有差距。", "全县乡镇年度绩效考核", "5"),
        ("甲镇防汛工作在全县防汛考核中位列第2名。", "全县防汛考核（甲镇防汛工作）", "2"),
        ("财政收入增速位居全市第一。", "财政收入增速全市", "一"),
    ],
)
def test_a_rank_is_read_with_its_ranking(text: str, ranking: str, value: str) -> None:
    assert read("绩效自评报告", text) == [("2", ranking, value)]


@pytest.mark.parametrize(
    "text",
    [
        "2021年，在全区部门绩效考核中排名第3名。",
        "在全区部门绩效考核中由第5名升至第3名。",
        "力争在全区部门绩效考核中排名第1名。",
        "一季度全区部门绩效考核排名第3名。",
        "位居全市第一。",
        "甲校为全市第一中学，列入全市第一批试点。",
        "第3名志愿者到岗。",
    ],
)
def test_what_is_no_rank_of_the_year_is_left_out(text: str) -> None:
    assert read(text) == []


def test_ranks_of_several_rankings_stand_in_one_sentence() -> None:
    assert read("财政收入增速全市第一，财政支出增速全市第三。") == [
        ("1", "财政收入增速全市", "一"),
        ("1", "财政支出增速全市", "三"),
    ]


def test_a_goal_says_a_rank_by_what_was_achieved() -> None:
    ledger = Ledger("d")
    ledger.emit(
        "raw_project_goal", 9, {"expected": "全区绩效考核排名第1名", "achieved": "全区绩效考核 排名第4名"}
    )
    figure.read([], ledger, {}, "2022")
    assert [(row["source_line"], row["value"]) for row in ledger.tables[TABLE]] == [("9", "4")]
