"""Workbooks of every format: the shown and the stored value of a cell, and the warning if they differ."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import xlwt
from drawn_documents import ods_of
from openpyxl import Workbook

from ingestion.document import Cell, Document, DocumentError
from ingestion.ledger import Ledger, Unread
from ingestion.read import read_bytes

Given = tuple[float, str, str]
"""The stored value of a cell, the code of its format, and the shown value (for OpenDocument alone)."""


def as_xlsx(cells: list[Given]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "表1"
    sheet.append(["项目", *(value for value, _, _ in cells)])
    for column, (_, code, _) in enumerate(cells, start=2):
        sheet.cell(1, column).number_format = code
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_xls(cells: list[Given]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表1")
    sheet.write(0, 0, "项目")
    for column, (value, code, _) in enumerate(cells, start=1):
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_ods(cells: list[Given]) -> bytes:
    row = "<table:table-cell office:value-type='string'><text:p>项目</text:p></table:table-cell>"
    for value, code, shown in cells:
        kind = "percentage" if "%" in code else "float"
        paragraph = f"<text:p>{shown}</text:p>"
        row += f"<table:table-cell office:value-type='{kind}' office:value='{value!r}'>{paragraph}</table:table-cell>"
    return ods_of(f"<table:table table:name='表1'><table:table-row>{row}</table:table-row></table:table>")


KINDS: dict[str, Callable[[list[Given]], bytes]] = {"xlsx": as_xlsx, "xls": as_xls, "ods": as_ods}


def read(kind: str, *cells: Given) -> Document:
    return read_bytes(KINDS[kind](list(cells)), f"a.{kind}")


def cell(kind: str, given: Given) -> Cell:
    [line] = read(kind, given).lines
    return line.cells[1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("given", "text"),
    [
        ((95, "¥#,##0.00", "¥95.00"), "¥95.00"),
        ((1234.5, "#,##0.00", "1,234.50"), "1,234.50"),
        ((0.9, "0%", "90%"), "90%"),
        ((0.8619, "0%", "86%"), "86.19%"),
        ((123.4567, "0.00", "123.46"), "123.4567"),
        ((33.691490000000002, "General", "33.69149"), "33.69149"),
        ((1253456, '0"."0,', "125.3"), "125.3456"),
        ((1253456, "#,##0.00,", "1,253.46"), "1,253.456"),
        ((-1234.5, "#,##0.00;[Red]#,##0.00", "1,234.50"), "-1,234.50"),
        ((-2.5, "0.0;(0.0)", "(2.5)"), "(2.5)"),
        ((0, '0.00;-0.00;"-"', "-"), "0"),
        ((7, "000", "007"), "007"),
        ((202311, '0"年"00"月"', "2023年11月"), "2023年11月"),
        ((100, '0"人"', "100人"), "100人"),
        ((0.5, "# ?/?", "1/2"), "0.5"),
        ((1250000, "0.00E+00", "1.25E+06"), "1250000"),
    ],
)
def test_a_number_is_read_in_the_scale_that_it_shows_and_the_digits_that_it_stores(
    kind: str, given: Given, text: str
):
    assert cell(kind, given).text == text


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_cell_shows_is_kept_beside_what_it_stores(kind: str):
    found = cell(kind, (123.4567, "0.00", "123.46"))
    assert (found.printed, found.text, found.problem) == ("123.46", "123.4567", "")
    assert any(
        "B1显示123.46，存储123.4567" in said for said in read(kind, (123.4567, "0.00", "123.46")).warnings
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_format_that_scales_is_reported_with_both_numbers(kind: str):
    document = read(kind, (1250000, '0"."0,', "125.0"))
    assert document.lines[0].cells[1].text == "125.0"
    assert any("B1存储1250000，显示125.0" in said for said in document.warnings)


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_whose_format_is_not_understood_stays_unread_for_that_reason(kind: str):
    # Text between the digits and a comma behind them: the scale that the form means is unknown.
    document = read(kind, (1250000, '0"-"0.0,', "12-5.0"))
    found = document.lines[0].cells[1]
    assert (found.text, found.problem) == ("1250000\ufffd", "number_format")
    assert any("无法识别" in said and "B1" in said for said in document.warnings)
    ledger = Ledger("d1")
    ledger.unread(found, "damaged", row="项目", column="金额")
    assert ledger.cells == {(1, 1): Unread("number_format", "", "", "项目", "金额", "1250000\ufffd")}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_format_hides_is_blank_and_is_reported(kind: str):
    document = read(kind, (5, ";;;", ""), (1, "0", "1"))
    assert [found.text for found in document.lines[0].cells] == ["项目", "", "1"]
    assert any("B1" in said and "不显示" in said for said in document.warnings)


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_that_are_shown_as_they_are_stored_are_nothing_to_report(kind: str):
    assert read(kind, (95, "0.00", "95.00"), (0.9, "0%", "90%"), (0, "0.00", "0.00")).warnings == ()


def old_book(draw: Callable[[xlwt.Workbook], None]) -> Document:
    book = xlwt.Workbook()
    draw(book)
    stream = io.BytesIO()
    book.save(stream)
    return read_bytes(stream.getvalue(), "a.et")


def test_a_table_of_wps_is_an_old_workbook_under_another_name():
    def draw(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("自评表")
        sheet.write(2, 0, "项目名称")
        sheet.write(2, 1, "社区运动会")

    document = old_book(draw)
    assert document.encoding == "xls"
    assert [(line.text, line.place) for line in document.lines] == [
        ("项目名称社区运动会", "工作表“自评表”第3行")
    ]


def test_a_hidden_sheet_and_hidden_rows_of_an_old_workbook_are_said():
    def draw(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("自评表")
        sheet.write(0, 0, "项目名称")
        sheet.row(0).hidden = True
        other = book.add_sheet("底稿")
        other.write(0, 0, "不公开")
        other.visibility = 1

    document = old_book(draw)
    assert [line.text for line in document.lines] == ["项目名称"]
    assert any("隐藏的工作表“底稿”" in said for said in document.warnings)
    assert any("“自评表”有隐藏的行" in said for said in document.warnings)


def test_dates_errors_and_truth_values_of_an_old_workbook_are_written_as_of_a_new_one():
    def draw(book: xlwt.Workbook) -> None:
        sheet = book.add_sheet("自评表")
        sheet.write(0, 0, 45260, xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"'))
        sheet.write(0, 1, 45260, xlwt.easyxf(num_format_str="yyyy/m/d"))
        sheet.row(0).set_cell_error(2, 7)
        sheet.write(0, 3, True)

    document = old_book(draw)
    # The day 45260 of Excel is 30 November 2023; error 7 is a division by zero.
    assert [found.text for found in document.lines[0].cells] == [
        "2023年11月30日",
        "2023-11-30",
        "#DIV/0!",
        "TRUE",
    ]
    assert any("C1是错误值#DIV/0!" in said for said in document.warnings)


def test_a_damaged_old_workbook_is_refused_and_named():
    book = xlwt.Workbook()
    book.add_sheet("自评表").write(0, 0, "项目名称")
    stream = io.BytesIO()
    book.save(stream)
    data = bytearray(stream.getvalue())
    data[512:560] = bytes(48)
    with pytest.raises(
        DocumentError, match=r"(?s)a.xls: 工作簿已损坏.* a damaged workbook .*save it as .xlsx"
    ):
        read_bytes(bytes(data), "a.xls")


ROW = "<table:table-row><table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell></table:table-row>"


def open_document(tables: str, styles: str = "") -> Document:
    return read_bytes(ods_of(tables, styles), "a.ods")


def test_repeated_cells_and_rows_of_an_open_document_are_as_many():
    row = (
        "<table:table-row table:number-rows-repeated='2'>"
        "<table:table-cell table:number-columns-repeated='2' office:value-type='float' office:value='0'>"
        "<text:p>0</text:p></table:table-cell>"
        "<table:table-cell table:number-columns-repeated='1000'/></table:table-row>"
    )
    blank = "<table:table-row table:number-rows-repeated='1048000'><table:table-cell/></table:table-row>"
    document = open_document(f"<table:table table:name='表'>{row}{blank}</table:table>")
    assert [[found.text for found in line.cells] for line in document.lines] == [["0", "0"]] * 2


def test_more_repeated_cells_than_any_form_has_are_refused():
    row = ROW.format("甲").replace(
        "<table:table-row>", "<table:table-row table:number-rows-repeated='1048576'>"
    )
    with pytest.raises(DocumentError, match="up to 200 columns and 100,000 rows"):
        open_document(f"<table:table table:name='表'>{row}</table:table>")


def test_a_comment_and_a_hidden_sheet_of_an_open_document_are_not_read():
    note = "甲<office:annotation><text:p>批注</text:p></office:annotation>"
    style = "<style:style style:name='h'><style:table-properties table:display='false'/></style:style>"
    document = open_document(
        f"<table:table table:name='表'>{ROW.format(note)}</table:table>"
        f"<table:table table:name='底稿' table:style-name='h'>{ROW.format('不公开')}</table:table>",
        style,
    )
    assert [line.text for line in document.lines] == ["甲"]
    assert any("隐藏的工作表“底稿”" in said for said in document.warnings)


def test_a_number_of_an_open_document_that_shows_no_text_is_its_value():
    cells = (
        "<table:table-cell office:value-type='float' office:value='1234.5'/>"
        "<table:table-cell office:value-type='percentage' office:value='0.9'/>"
        "<table:table-cell office:value-type='date' office:date-value='2023-11-30T08:00:00'><text:p>30.11.</text:p>"
        "</table:table-cell>"
    )
    document = open_document(
        f"<table:table table:name='表'><table:table-row>{cells}</table:table-row></table:table>"
    )
    assert [found.text for found in document.lines[0].cells] == ["1234.5", "90%", "2023-11-30"]
