"""Forms whose arithmetic fits another binding of their columns."""

from pathlib import Path

import pytest
from ingestion_documents import disclosure, form

from ingestion.extract import Extraction, extract

HEADING = "绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施"


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str) -> Extraction:
        path = tmp_path / "form.txt"
        path.write_text(text, "utf-8")
        return extract(path)

    return read


def test_a_form_that_adds_up_is_not_doubtful(read):
    extraction = read(disclosure(form()))
    assert extraction.ledger.tables["raw_self_evaluation"][0]["reading"] == "complete"
    assert extraction.ledger.doubts == []


def test_headings_of_weight_and_score_the_wrong_way_round_are_doubted_and_nothing_is_exchanged(read):
    # As printed the weights are 40, 40, 10 and 10 of the funds, the scores 38, 40, 10 and 9: 100 and 97.
    text = disclosure(form())
    assert HEADING in text
    extraction = read(text.replace(HEADING, HEADING.replace("分值\t得分", "得分\t分值")))
    (row,) = extraction.ledger.tables["raw_self_evaluation"]
    assert row["reading"] == "doubtful"
    assert [r["weight"] for r in extraction.ledger.tables["raw_self_evaluation_indicator"]] == [
        "38",
        "40",
        "10",
    ]
    assert any("分值与得分两列互换则相符" in doubt for doubt in extraction.ledger.doubts)


def test_a_rate_that_fits_only_with_budget_and_executed_exchanged_is_doubted(read):
    # 4.50 of 5.00 is 90 %.
    text = disclosure(form()).replace("全年预算数\t全年执行数", "全年执行数\t全年预算数")
    extraction = read(text)
    assert extraction.ledger.tables["raw_self_evaluation_fund"][0]["executed"] == "5.00"
    assert extraction.ledger.tables["raw_self_evaluation"][0]["reading"] == "doubtful"
    (doubt,) = extraction.ledger.doubts
    assert "两数互换则相符" in doubt


def test_a_slip_in_one_number_is_no_doubt(read):
    extraction = read(disclosure(form()).replace("90.00%", "80.00%"))
    assert extraction.ledger.doubts == []
