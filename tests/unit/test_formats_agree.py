"""The same form as text, Word, Excel, web page and PDF gives the same raw rows."""

from __future__ import annotations

import pytest
from drawn_documents import FORMATS, Part
from drawn_forms import CASES, FORM, INDICATOR, Case

from ingestion.extract import Extraction, extract_document
from ingestion.read import read_bytes

_OF_THE_FILE = {"document_id", "source_line", "total_source_line", "source_file", "source_sha256", "title"}


def read(parts: list[Part], kind: str) -> Extraction:
    return extract_document(read_bytes(FORMATS[kind](parts), f"form.{kind}"))


def raw_rows(extraction: Extraction) -> dict[str, list[dict[str, str]]]:
    """Return the raw rows without the columns of the file."""
    return {
        table: [{key: value for key, value in row.items() if key not in _OF_THE_FILE} for row in rows]
        for table, rows in extraction.ledger.tables.items()
        if table != "raw_source_place"
    }


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_form_gives_the_rows_that_it_prints(case: Case, kind: str):
    extraction = read(list(case.parts), kind)
    assert extraction.refusals == []
    tables = extraction.ledger.tables
    assert len(tables[FORM]) == case.forms
    assert len(tables[INDICATOR]) == case.indicators
    assert [(t, n, c, tables[t][n][c]) for t, n, c, _ in case.cells] == list(case.cells)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_format_gives_the_same_rows(case: Case):
    text = raw_rows(read(list(case.parts), "txt"))
    for kind in FORMATS:
        assert raw_rows(read(list(case.parts), kind)) == text, kind


@pytest.mark.parametrize("kind", sorted(set(FORMATS) - {"txt"}))
def test_every_line_that_a_row_cites_has_a_place(kind: str):
    extraction = read(list(CASES[0].parts), kind)
    places = {row["source_line"] for row in extraction.ledger.tables["raw_source_place"]}
    rows = [
        row
        for table, found in extraction.ledger.tables.items()
        for row in found
        if table != "raw_source_place"
    ]
    assert {row["source_line"] for row in rows} <= places
    assert all(row["source_place"] for row in extraction.ledger.tables["raw_source_place"])
