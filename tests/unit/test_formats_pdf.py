"""PDF: tables over several pages, repeated lines, and wrapped paragraphs."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from drawn_documents import as_pdf
from drawn_forms import FORM, INDICATOR, TITLE, form
from PIL import Image
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingestion.document import Document
from ingestion.extract import extract_document
from ingestion.read import read_bytes

FONT = "STSong-Light"


def drawn(*pages: list[tuple[float, float, str]], header: str = "") -> Document:
    """Return a document of pages with texts at places: points from the left and from the top."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for number, texts in enumerate(pages, start=1):
        canvas.setFont(FONT, 10)
        for left, top, text in [*texts, (280, 820, f"- {number} -"), *([(60, 30, header)] if header else [])]:
            canvas.drawString(left, A4[1] - top, text)
        canvas.showPage()
    canvas.save()
    return read_bytes(stream.getvalue(), "a.pdf")


def test_a_form_goes_on_over_pages_without_a_header():
    many = tuple(f"|||活动{number}|≥{number}场|{number}场|1|1|" for number in range(2, 60))
    first = "^|产出指标|数量指标|活动1|≥1场|1场|1|1|"
    document = read_bytes(as_pdf([*TITLE, form(indicators=(first, *many))]), "a.pdf")
    assert {line.place[:3] for line in document.lines} >= {"第1页", "第2页", "第3页"}
    tables = extract_document(document).ledger.tables
    assert len(tables[FORM]) == 1
    assert [row["level3"] for row in tables[INDICATOR]] == [f"活动{number}" for number in range(1, 60)]
    assert {row["level2"] for row in tables[INDICATOR]} == {"数量指标"}


def test_a_number_that_is_broken_in_its_cell_is_one_number():
    narrow = as_pdf(
        [
            *TITLE,
            form(
                funds=(
                    "项目资金（万元）||<|年初预算数|全年预算数|全年执行数|分值|执行率|得分",
                    "^|年度资金总额|<|123456789.825947|123456789.825947|123456789.825947|10|100%|10",
                )
            ),
        ],
        font_size=14,
    )
    document = read_bytes(narrow, "a.pdf")
    assert any(
        "\n" in cell.printed for line in document.lines for cell in line.cells if cell.text.startswith("123")
    )
    [fund] = extract_document(document).ledger.tables["raw_self_evaluation_fund"]
    assert fund["executed"] == "123456789.825947"


def test_page_numbers_are_no_text_and_headers_that_repeat_neither():
    pages = [[(60, 200, f"第{word}部分")] for word in "一二三四"]
    document = drawn(*pages, header="某某街道办事处部门决算")
    assert [line.text for line in document.lines] == ["第一部分", "第二部分", "第三部分", "第四部分"]
    assert any("页眉" in warning for warning in document.warnings)


def test_a_title_that_stands_once_in_the_margin_is_kept():
    document = drawn([(60, 40, "项目支出绩效自评表"), (60, 200, "正文")])
    assert [line.text for line in document.lines] == ["项目支出绩效自评表", "正文"]


def test_printed_lines_of_a_paragraph_are_joined_and_short_lines_are_not():
    full = "一般公共服务支出年初预算为一百万元支出决算为九十万元完成年初预算的百分"
    document = drawn([(60, 200, full), (60, 216, "之九十。"), (60, 232, "下一段。")])
    assert [line.text for line in document.lines] == [full + "之九十。", "下一段。"]


def test_the_place_of_a_row_is_its_page_and_its_row():
    document = read_bytes(as_pdf([*TITLE, form()]), "a.pdf")
    row = next(line for line in document.lines if line.head == "项目名称")
    assert row.place == "第1页表格第1行"


def test_a_line_of_two_fonts_keeps_the_order_of_its_characters():
    # Helvetica's descent is 0.207 of its size, that of the Chinese font 0.036: 4 points at size 24.
    size = 24
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=landscape(A4))
    canvas.rect(50, 150, 600, 100)
    canvas.rect(650, 150, 100, 100)
    left = 60.0
    for font, text in (
        (FONT, "截至"),
        ("Helvetica", "2022"),
        (FONT, "年"),
        ("Helvetica", "12"),
        (FONT, "月底前"),
    ):
        canvas.setFont(font, size)
        canvas.drawString(left, 180, text)
        canvas.drawString(left, 400, text)
        left += pdfmetrics.stringWidth(text, font, size)
    canvas.save()
    other_metrics = stream.getvalue().replace(b"/Descent -271", b"/Descent -036")
    document = read_bytes(other_metrics, "a.pdf")
    assert [line.text for line in document.lines] == ["截至2022年12月底前"] * 2
    assert [line.is_row for line in document.lines] == [False, True]


@pytest.mark.parametrize(
    "turn",
    [
        lambda canvas: (canvas.setPageSize(A4), canvas.translate(A4[0], 0), canvas.rotate(90)),
        lambda canvas: (canvas.setPageSize(A4), canvas.translate(0, A4[1]), canvas.rotate(-90)),
        lambda canvas: (canvas.translate(A4[1], A4[0]), canvas.rotate(180)),
        lambda canvas: canvas.setPageRotation(90),
        lambda canvas: (
            canvas.setPageSize(A4),
            canvas.setPageRotation(90),
            canvas.translate(A4[0], 0),
            canvas.rotate(90),
        ),
    ],
    ids=["to the left", "to the right", "upside down", "by the page", "by both"],
)
def test_a_page_that_is_drawn_sideways_reads_as_upright(turn: Callable[[Canvas], object]):
    upright = read_bytes(as_pdf([*TITLE, form()]), "a.pdf")
    turned = read_bytes(as_pdf([*TITLE, form()], turn=turn), "a.pdf")
    assert turned.lines == upright.lines


def test_a_page_that_is_a_picture_among_others_is_named():
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    canvas.drawString(100, 400, "text")
    canvas.showPage()
    picture = io.BytesIO()
    Image.new("1", (8, 8)).save(picture, "PNG")
    picture.seek(0)
    canvas.drawImage(ImageReader(picture), 100, 100, 200, 200)
    canvas.save()
    document = read_bytes(stream.getvalue(), "a.pdf")
    assert [line.text for line in document.lines] == ["text"]
    assert any("第2页是图片" in warning for warning in document.warnings)
