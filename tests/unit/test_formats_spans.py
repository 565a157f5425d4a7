"""A merged cell keeps its span, in every format that has spans."""

from __future__ import annotations

import io

import pytest
from docx import Document as WordDocument
from drawn_documents import FORMATS, table
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from ingestion.document import Cell, Document, cell_place
from ingestion.read import read_bytes

FORM = table(
    "项目资金（万元）|年初预算数|全年预算数",
    "^|甲|乙",
    "^|丙|<",
    "总分|<|100",
)
DRAWN = ["docx", "html", "xlsx", "xls", "ods", "pdf"]


def spans(document: Document) -> list[list[tuple[int, str, int, int]]]:
    """Return column, text, width and height of each filled cell, row by row."""
    return [
        [(cell.column, cell.text, cell.width, cell.height) for cell in line.filled]
        for line in document.lines
        if line.is_row
    ]


def cells(document: Document) -> list[Cell]:
    return [cell for line in document.lines for cell in line.cells]


@pytest.mark.parametrize("kind", DRAWN)
def test_a_merged_cell_spans_its_columns_and_rows(kind: str):
    document = read_bytes(FORMATS[kind]([FORM]), f"a.{kind}")
    assert spans(document) == [
        [(0, "项目资金（万元）", 1, 3), (1, "年初预算数", 1, 1), (2, "全年预算数", 1, 1)],
        [(1, "甲", 1, 1), (2, "乙", 1, 1)],
        [(1, "丙", 2, 1)],
        [(0, "总分", 2, 1), (2, "100", 1, 1)],
    ]
    covered = [(cell.line, cell.column) for cell in cells(document) if not cell.text]
    assert covered == [(2, 0), (3, 0), (3, 2), (4, 1)]


@pytest.mark.parametrize("kind", ["txt", "csv"])
def test_a_text_knows_no_merged_cells(kind: str):
    assert {(cell.width, cell.height) for cell in cells(read_bytes(FORMATS[kind]([FORM]), f"a.{kind}"))} == {
        (1, 1)
    }


def page(*rows: str) -> Document:
    return read_bytes(f"<!DOCTYPE html><table>{''.join(rows)}</table>".encode(), "a.html")


def test_a_span_of_a_page_ends_with_its_part_of_the_table():
    found = spans(
        page(
            "<thead><tr><td rowspan=9>甲</td><td>乙</td></tr><tr><td>丙</td></tr></thead>",
            "<tbody><tr><td>丁</td><td>戊</td></tr></tbody>",
        )
    )
    assert found == [
        [(0, "甲", 1, 2), (1, "乙", 1, 1)],
        [(1, "丙", 1, 1)],
        [(0, "丁", 1, 1), (1, "戊", 1, 1)],
    ]


def test_a_row_span_of_nought_is_all_rows_that_follow():
    found = spans(page("<tr><td rowspan=0>甲</td><td>乙</td></tr>", "<tr><td>丙</td></tr>"))
    assert found == [[(0, "甲", 1, 2), (1, "乙", 1, 1)], [(1, "丙", 1, 1)]]


def test_a_cell_of_a_word_table_that_goes_on_from_nothing_is_its_own():
    word = WordDocument()
    drawn = word.add_table(2, 2)
    drawn.cell(0, 0).merge(drawn.cell(1, 0)).text = "甲"
    drawn.cell(0, 1).text = "乙"
    drawn.cell(1, 1).text = "丙"
    first = drawn.rows[0]._tr
    # As a table that was cut in two: its first row begins with the lower part of a merged cell.
    first.tc_lst[0].tcPr.find(".//{*}vMerge").attrib.clear()
    stream = io.BytesIO()
    word.save(stream)
    assert spans(read_bytes(stream.getvalue(), "a.docx")) == [
        [(0, "甲", 1, 2), (1, "乙", 1, 1)],
        [(1, "丙", 1, 1)],
    ]


def test_rows_of_a_sheet_that_hold_nothing_are_no_part_of_a_span():
    book = Workbook()
    sheet = book.active
    sheet.append(["甲", "乙"])
    sheet["B4"] = "丙"
    sheet.merge_cells("A1:A4")
    stream = io.BytesIO()
    book.save(stream)
    assert spans(read_bytes(stream.getvalue(), "a.xlsx")) == [
        [(0, "甲", 1, 2), (1, "乙", 1, 1)],
        [(1, "丙", 1, 1)],
    ]


def test_a_range_that_is_merged_far_beyond_what_is_filled_ends_there():
    book = Workbook()
    sheet = book.active
    sheet.append(["自评表"])
    sheet.append(["甲", "乙"])
    sheet.merge_cells("A1:Z1")
    stream = io.BytesIO()
    book.save(stream)
    assert spans(read_bytes(stream.getvalue(), "a.xlsx"))[0] == [(0, "自评表", 2, 1)]


def test_a_merged_cell_that_a_page_break_cuts_begins_anew_on_the_next_page():
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(300, 300))
    for texts in (("Output", "a", "b"), ("Benefit", "c", "d")):
        # A cell of two rows to the left of two cells.
        canvas.rect(20, 200, 100, 60)
        canvas.rect(120, 200, 100, 30)
        canvas.rect(120, 230, 100, 30)
        for (left, bottom), text in zip(((30, 240), (130, 240), (130, 210)), texts, strict=True):
            canvas.drawString(left, bottom, text)
        canvas.showPage()
    canvas.save()
    assert spans(read_bytes(stream.getvalue(), "a.pdf")) == [
        [(0, "Output", 1, 2), (1, "a", 1, 1)],
        [(1, "b", 1, 1)],
        [(0, "Benefit", 1, 2), (1, "c", 1, 1)],
        [(1, "d", 1, 1)],
    ]


def test_a_cell_of_a_workbook_is_found_by_its_name_and_any_other_by_its_row():
    for kind, place in (("xlsx", "工作表“表1”C2"), ("ods", "工作表“表1”C2"), ("html", "表1第2行")):
        row = read_bytes(FORMATS[kind]([FORM]), f"a.{kind}").lines[1]
        assert cell_place(row, row.cells[2].column) == place
