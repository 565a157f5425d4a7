"""The report of an extraction: the names of its parts, and the count of read cells."""

from drawn_documents import FORMATS, Part
from drawn_documents import table as drawn

from ingestion.extract import Extraction, extract_document
from ingestion.read import read_bytes
from ingestion.report import describe


def _read(*parts: Part) -> Extraction:
    return extract_document(read_bytes(FORMATS["docx"](parts), name="d.docx"))


def test_a_form_of_a_department_is_called_one() -> None:
    form = drawn(
        "部门名称|某县水利局|<|<|<|<",
        "一级指标|二级指标|三级指标|年度指标值|实际完成值|得分",
        "产出指标|数量指标|修渠长度|20公里|20公里|10",
    )
    (part,) = describe(_read("部门整体支出绩效自评表（2023年度）", form))["parts"]
    assert part["kind"] == "department_self_evaluation"


def test_a_sentence_that_is_read_counts_as_one_cell() -> None:
    extraction = _read(
        "1.教育支出（类）普通教育（款）学前教育（项）。年初预算为2.00万元，支出决算为3.00万元。"
    )
    assert extraction.taken() == 1
    assert extraction.ledger.tables["raw_document"][0]["cells_read"] == "1"
