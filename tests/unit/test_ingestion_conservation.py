"""No cell is lost or invented, in the made-up disclosure and each available real one."""

from pathlib import Path

import pytest
from ingestion_documents import (
    DISCLOSURE,
    SOURCES,
    bare,
    is_figure,
    table_rows,
    unaccounted,
    unprinted,
)

from ingestion.contract import RAW_TABLES
from ingestion.extract import Extraction, extract
from ingestion.ledger import Omission
from ingestion.vocabulary import OMISSION_REASONS

pytestmark = pytest.mark.parametrize(
    "path", [DISCLOSURE, *SOURCES], ids=lambda path: path.name, scope="module"
)


@pytest.fixture(scope="module")
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def extraction(path: Path) -> Extraction:
    return extract(path)


def test_every_cell_is_in_the_row_that_claims_it_or_rightly_left_out(
    extraction: Extraction, text: str
) -> None:
    assert unaccounted(extraction, text) == []


def test_every_value_of_every_row_is_printed_on_its_line(extraction: Extraction, text: str) -> None:
    assert unprinted(extraction, text) == []


def test_no_reason_is_used_that_is_not_declared(extraction: Extraction) -> None:
    assert set(extraction.left_out()) <= set(OMISSION_REASONS)
    assert "quarantined" not in extraction.left_out()


def test_no_bare_figure_is_left_out_but_column_numbers_and_telephones(
    extraction: Extraction, text: str
) -> None:
    left_out = [
        (line, printed, entry.reason)
        for line, cells in table_rows(text)
        for place, printed in enumerate(cells)
        if is_figure(printed) and isinstance(entry := extraction.ledger.cells[(line, place)], Omission)
    ]
    assert {reason for _, _, reason in left_out} <= {"column_number", "telephone"}
    assert all(len(printed) <= 2 for _, printed, reason in left_out if reason == "column_number")


def test_no_person_and_no_telephone_number_is_in_any_raw_row(extraction: Extraction, text: str) -> None:
    private = set()
    for _, cells in table_rows(text):
        for label, value in zip(filled := [cell for cell in cells if cell], filled[1:], strict=False):
            if label.startswith(("项目负责", "部门(单位)负责", "联系电")):
                private.add(value)
    assert private
    for rows in extraction.ledger.tables.values():
        for row in rows:
            values = " ".join(value for column, value in row.items() if not column.startswith("source_"))
            assert not [value for value in private if value in values]


def test_every_figure_of_running_text_is_printed_on_its_line(extraction: Extraction, text: str) -> None:
    lines = [bare(line) for line in text.split("\n")]
    for row in extraction.ledger.tables["raw_reported_figure"]:
        printed = lines[int(row["source_line"]) - 1].replace("−", "-")
        assert row["value"].lstrip("-") + row["unit"] in printed
        if row["value"].startswith("-") and row["value"] + row["unit"] not in printed:
            assert "减少" in printed or "下降" in printed


def test_rows_are_in_document_order_with_ascending_lines(extraction: Extraction) -> None:
    for table in RAW_TABLES:
        lines = [int(row["source_line"]) for row in extraction.ledger.tables[table]]
        assert lines == sorted(lines)


def test_every_fund_and_indicator_row_belongs_to_a_loaded_form(extraction: Extraction) -> None:
    tables = extraction.ledger.tables
    forms = {row["form_no"] for row in tables["raw_self_evaluation"]}
    assert {row["form_no"] for row in tables["raw_self_evaluation_fund"]} == forms
    assert {row["form_no"] for row in tables["raw_self_evaluation_indicator"]} == forms


def test_nothing_is_unread_and_the_forms_are_those_that_are_printed(
    extraction: Extraction, text: str
) -> None:
    heads = [next((cell for cell in cells if cell), "") for _, cells in table_rows(text)]
    assert extraction.refusals == []
    assert extraction.ledger.tables["raw_unread_cell"] == []
    assert extraction.forms == heads.count("项目名称") == heads.count("总分")
