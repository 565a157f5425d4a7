"""The comparison of the goals of a form, and the numbers in its sentences."""

import pytest
from ingestion_documents import disclosure, extract_text, form

from ingestion.sections.form_text import figures, is_repetition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("保洁58条背街小巷，共 1,200 人次。", [("58", "保洁", "条背街小巷"), ("1,200", "共", "人次")]),
        ("开展20余场活动", [("20余", "开展", "场活动")]),
        ("印制1万余份、购置85.5万元", [("1万余", "印制", "份"), ("85.5万", "购置", "元")]),
        ("23五个温馨家园租赁费", [("23", "", "五个温馨家园租赁费"), ("五", "", "个温馨家园租赁费")]),
        ("2023-2024年供暖季", [("2023-2024", "", "年供暖季")]),
        # The number of a list before a year.
        ("1.2020年清扫86公里", [("2020", "", "年清扫"), ("86", "年清扫", "公里")]),
        ("完成1.2020万元", [("1.2020万", "完成", "元")]),
        # Twelve characters on either side.
        (
            "按照相关工作方案的要求为辖区内全部符合条件的困难群众发放3户困难群众基本生活救助金补贴资金",
            [("3", "合条件的困难群众发放", "户困难群众基本生活救助")],
        ),
        # The numbers of a cited document, ordinals, a single 一 and words are none of the form's.
        ("1.按《2022年方案》（京财〔2022〕47号）开展第五次普查，第3批一次性发放，统一两节慰问", []),
    ],
)
def test_numbers_have_the_words_of_their_clause(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = [(figure.number, figure.before, figure.behind) for figure in figures(text)]
    assert [(number, before[-10:], behind[:11]) for number, before, behind in found] == expected
    assert all(len(before) <= 12 and len(behind) <= 12 for _, before, behind in found)


@pytest.mark.parametrize(
    ("expected", "achieved", "is_repeated"),
    [
        ("慰问老干部，送去关怀。", "慰问老干部,送去关怀", "true"),
        ("计划解决排水问题。", "解决排水问题。", "false"),
        ("慰问老干部", "", ""),
    ],
)
def test_a_repetition_is_word_for_word(expected: str, achieved: str, is_repeated: str) -> None:
    assert is_repetition(expected, achieved) == is_repeated


def test_a_piece_of_the_title_beside_the_headings_is_no_goal() -> None:
    tables = extract_text(disclosure(form(goal_heading="年度|预期目标|||实际完成情况|||"))).ledger.tables
    assert [row["goal_no"] for row in tables["raw_project_goal"]] == ["1"]
    assert [row["is_repeated"] for row in tables["raw_project_goal"]] == ["false"]
