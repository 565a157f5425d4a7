"""Malicious files: refused with a message, or read within bounds; nothing is run, opened or written."""

from __future__ import annotations

import io
import os
import re
import socket
import zipfile
from pathlib import Path

import pytest
from drawn_documents import FORMATS, as_docx, as_html, as_pdf, as_xlsx
from drawn_forms import CASES, FORM, FUND, INDICATOR, INDICATORS, TITLE, form
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingestion.batch import Limits, run_bounded
from ingestion.bounds import LARGEST_FILE, LARGEST_MARKUP, LARGEST_PAGE, MOST_CELLS
from ingestion.document import DocumentError
from ingestion.extract import Extraction, extract_document
from ingestion.files import write_raw
from ingestion.read import read_bytes, read_document
from ingestion.submission import Given, Refused, Task, take

STANDARD = list(CASES[0].parts)
SECRET = "机密内容不得出现"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test whose document makes the reader open a connection."""

    def refuse(*_: object) -> None:
        raise AssertionError("a document opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def read(data: bytes, name: str) -> Extraction:
    return extract_document(read_bytes(data, name))


def what_came_of(data: bytes, name: str) -> str:
    """The raw rows of a document as text, or the message with which it was refused."""
    try:
        return str(read(data, name).ledger.tables)
    except DocumentError as error:
        return str(error)


def written(xml: str, text: str) -> str:
    """Return the text as in a part: as characters or as character references."""
    return text if text in xml else "".join(f"&#{ord(char)};" for char in text)


def repacked(data: bytes, **changes: bytes) -> bytes:
    """Return a package with parts replaced or added; `__` in a key is a slash, `_dot_` a dot."""
    parts = {key.replace("__", "/").replace("_dot_", "."): value for key, value in changes.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, value in parts.items():
            new.writestr(name, value)
    return stream.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


@pytest.mark.parametrize("kind", ["docx", "xlsx", "ods"])
def test_a_package_that_unpacks_to_far_more_than_it_is_is_refused(kind: str):
    bomb = repacked(FORMATS[kind](STANDARD), customXml__item1_dot_xml=b"\0" * (100 * 2**20))
    assert len(bomb) < 2**20
    with pytest.raises(DocumentError, match="times its size"):
        read_bytes(bomb, f"bomb.{kind}")


@pytest.mark.parametrize(
    ("kind", "name"), [("docx", "word/document.xml"), ("xlsx", "xl/worksheets/sheet1.xml")]
)
def test_a_size_that_lies_is_not_believed(kind: str, name: str):
    data = FORMATS[kind](STANDARD)
    true = len(part(data, name))
    # The size in the directory at the end of the file, four bytes, little end first.
    lying = data.replace(true.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != data
    with pytest.raises(DocumentError):
        read_bytes(lying, f"lying.{kind}")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("docx", "word__document_dot_xml"),
        ("xlsx", "xl__worksheets__sheet1_dot_xml"),
        ("ods", "content_dot_xml"),
    ],
)
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file://{path}">]>',
        '<!DOCTYPE x [<!ENTITY a "{text}"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
        '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>',
    ],
    ids=["a file of this machine", "a billion laughs"],
)
def test_entities_are_refused_or_left_unread(tmp_path: Path, kind: str, name: str, doctype: str):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    data = FORMATS[kind](STANDARD)
    xml = part(data, name.replace("__", "/").replace("_dot_", ".")).decode()
    head, mark, rest = xml.partition("?>") if xml.startswith("<?") else ("", "", xml)
    body = rest.replace(written(rest, "社区运动会"), "&e;")
    hostile = head + mark + doctype.format(path=secret, text=SECRET * 1000) + body
    assert "&e;" in hostile
    assert SECRET not in what_came_of(repacked(data, **{name: hostile.encode()}), f"hostile.{kind}")


PARTS = [
    ("docx", "word/document.xml"),
    ("docx", "word/styles.xml"),
    ("docx", "_rels/.rels"),
    ("xlsx", "xl/workbook.xml"),
    ("xlsx", "xl/worksheets/sheet1.xml"),
    ("xlsx", "[Content_Types].xml"),
    ("ods", "content.xml"),
]


def with_prolog(data: bytes, name: str, prolog: str, encoding: str = "utf-8") -> bytes:
    """Return a package with other words before the first element of a part."""
    xml = part(data, name).decode()
    body = xml[xml.index("?>") + 2 :] if xml.startswith("<?") else xml
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for other in old.namelist():
            new.writestr(other, (prolog + body).encode(encoding) if other == name else old.read(other))
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_a_dtd_in_any_part_is_refused_and_the_part_is_named(kind: str, name: str, encoding: str):
    prolog = f"<?xml version='1.0' encoding='{encoding}'?>\n<!-- {'x' * 200_000} -->"
    data = FORMATS[kind](STANDARD)
    read_bytes(with_prolog(data, name, prolog, encoding), f"form.{kind}")
    hostile = with_prolog(data, name, prolog + "<!DOCTYPE x [<!ENTITY e 'x'>]>", encoding)
    with pytest.raises(
        DocumentError,
        match=rf"(?s)form.{kind}: 文件内的 {re.escape(name)} 带有 DTD 声明.* declares a DTD.*save",
    ):
        read_bytes(hostile, f"form.{kind}")


@pytest.mark.parametrize("encoding", ["gb18030", "no-such-encoding"])
def test_a_part_whose_encoding_hides_its_dtd_is_refused(encoding: str):
    prolog = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE x>"
    with pytest.raises(DocumentError, match=r"(?s)workbook.xml 编码不是.* is in an encoding"):
        read_bytes(with_prolog(as_xlsx(STANDARD), "xl/workbook.xml", prolog), "form.xlsx")


@pytest.mark.parametrize(("kind", "folder"), [("docx", "word"), ("xlsx", "xl")])
def test_macros_are_not_run_and_said(kind: str, folder: str):
    data = repacked(FORMATS[kind](STANDARD), **{f"{folder}__vbaProject_dot_bin": b"Sub AutoOpen()"})
    document = read_bytes(data, f"form.{kind}m")
    assert any("宏" in warning for warning in document.warnings)
    assert extract_document(document).refusals == []


def test_links_to_elsewhere_are_not_followed():
    word = as_docx(STANDARD)
    relations = part(word, "word/_rels/document.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" TargetMode="External" Target="http://127.0.0.1:9/a.dotm" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>',
    )
    document = read_bytes(repacked(word, word___rels__document_dot_xml_dot_rels=relations), "a.docx")
    assert any("链接" in warning for warning in document.warnings)
    assert extract_document(document).refusals == []
    # Word doesn't open a hyperlink by itself.
    relations = relations.replace(b"/attachedTemplate", b"/hyperlink")
    document = read_bytes(repacked(word, word___rels__document_dot_xml_dot_rels=relations), "a.docx")
    assert document.warnings == ()
    page = as_html(STANDARD).replace(
        b"<body>",
        b'<body><img src="http://127.0.0.1:9/x.png"><script src="http://127.0.0.1:9/x.js"></script>'
        b'<iframe src="file:///etc/passwd"></iframe><link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
    )
    assert read(page, "a.html").refusals == []
    book = repacked(as_xlsx(STANDARD), xl__externalLinks__externalLink1_dot_xml=b"<externalLink/>")
    document = read_bytes(book, "a.xlsx")
    assert any("链接" in warning for warning in document.warnings)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_names_that_lead_out_of_a_package_write_nothing(tmp_path: Path, kind: str):
    home = tmp_path / "home"
    home.mkdir()
    data = repacked(
        FORMATS[kind](STANDARD), **{"..__..__outside_dot_txt": b"x", "__tmp__jixiao_outside_dot_txt": b"x"}
    )
    path = home / f"form.{kind}"
    path.write_bytes(data)
    extraction = extract_document(read_document(path))
    write_raw(extraction, home / "out")
    assert not (tmp_path / "outside.txt").exists()
    assert not Path("/tmp/jixiao_outside.txt").exists()
    assert {entry.name for entry in tmp_path.iterdir()} == {"home"}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("text", ["=cmd/'calc'!A0", "+1+1", "-2+3", "@SUM(1)"])
def test_a_formula_in_a_cell_is_text(kind: str, text: str):
    if kind == "xlsx" and text.startswith("="):
        # In xlsx it is a formula without a stored value: blank, with a warning.
        document = read_bytes(
            as_xlsx([*TITLE, form(indicators=(_with_reason(text), *INDICATORS[1:]))]), "a.xlsx"
        )
        assert any("公式" in warning for warning in document.warnings)
        return
    parts = [*TITLE, form(indicators=(_with_reason(text), *INDICATORS[1:]))]
    row = read(FORMATS[kind](parts), f"a.{kind}").ledger.tables[INDICATOR][0]
    assert row["deviation_reason"].replace(" ", "") == text.replace(" ", "")


def _with_reason(text: str) -> str:
    # A bar separates cells in the description of a form.
    return "^|产出指标|数量指标|参加人数|≥100人|96人|20|18|" + text.replace("|", "/")


def test_a_file_of_two_gigabytes_is_refused_without_reading_it(tmp_path: Path):
    path = tmp_path / "big.txt"
    path.touch()
    os.truncate(path, 2 * 2**30)
    with pytest.raises(DocumentError, match=r"2,048 MB; files up to 100 MB"):
        read_document(path)
    assert LARGEST_FILE == 100 * 2**20


HEADING_ROW = "项目名称\t甲" + "\t" * 6 + "\n"
"""A row of eight cells, so nine with its line."""

MOST_ROWS = 111_111


@pytest.mark.parametrize(
    "text",
    [HEADING_ROW * (MOST_ROWS + 1), HEADING_ROW + "甲\n" * MOST_CELLS, HEADING_ROW + "\t" * MOST_CELLS],
    ids=["headings", "short lines", "blank cells"],
)
def test_a_text_of_more_cells_than_any_disclosure_is_refused(text: str):
    with pytest.raises(
        DocumentError,
        match=r"(?s)a.txt: 第 .* 行起超过 1,000,000 行和格.* more than 1,000,000 lines and cells, at line .*split it",
    ):
        read_bytes(text.encode(), "a.txt")


def test_a_text_of_headings_alone_is_refused_within_little_memory(tmp_path: Path):
    path = tmp_path / "headings.txt"
    path.write_text(HEADING_ROW * 1_000_000, encoding="utf-8")
    task = Task(path, tmp_path / "out", Given("某单位", "2024", "万元"))
    # All of its lines and cells would take more than a gigabyte.
    ((_, result),) = run_bounded(take, [task], limits=Limits(memory=700 * 2**20))
    assert isinstance(result, Refused), result
    assert "lines and cells" in result.reason


def test_a_text_of_as_many_cells_as_the_bound_is_read():
    assert MOST_ROWS * 9 <= MOST_CELLS < (MOST_ROWS + 1) * 9
    # What follows the last line end is a line too.
    text = HEADING_ROW * (MOST_ROWS - 1)
    assert len(read_bytes(text.encode(), "a.txt").lines) == MOST_ROWS


def test_a_page_and_a_workbook_of_more_markup_than_any_disclosure_are_refused():
    page = "<!DOCTYPE html><table>" + "<tr><td>项目名称</td></tr>" * (LARGEST_PAGE // 26)
    with pytest.raises(
        DocumentError,
        match=r"(?s)a.html: 网页有 .*最多读取 20 MB.* a web page of .* MB; up to 20 MB are read",
    ):
        read_bytes(page.encode(), "a.html")
    data = as_xlsx(STANDARD)
    # Of many sizes, so that it doesn't unpack to a suspicious multiple of its size.
    rows = b"".join(b"<!--%d-->" % (number * 7919) for number in range(LARGEST_MARKUP // 16))
    big = b"<styleSheet>" + rows + b"</styleSheet>"
    assert len(big) > LARGEST_MARKUP
    with pytest.raises(
        DocumentError, match=r"(?s)a.xlsx: 解压后的 XML .* MB of XML when unpacked; up to 48 MB"
    ):
        read_bytes(repacked(data, xl__styles_dot_xml=big), "a.xlsx")


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path, tmp_path / "pipe.txt", tmp_path / "nothing.txt", Path("/dev/zero")):
        with pytest.raises(DocumentError):
            read_document(path)


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td colspan=1000000000>项目名称</td></tr></table>",
        "<table><tr><td rowspan=1000000000>项目名称</td><td>甲</td></tr></table>",
        "<table><tr>" + "<td>甲</td>" * 100_000 + "</tr></table>",
        "<div>" * 100_000 + "甲" + "</div>" * 100_000,
        "<table><tr><td>" * 3_000 + "甲",
    ],
    ids=["colspan", "rowspan", "columns", "nested blocks", "nested tables"],
)
def test_a_hostile_page_is_read_within_bounds(page: str):
    came = what_came_of(f"<!DOCTYPE html><html><body>{page}</body></html>".encode(), "a.html")
    assert came.startswith(("a.html: ", "{'raw_document'"))


def test_tables_in_tables_in_tables_of_a_word_file_are_read_within_bounds():
    word = as_docx(["正文"])
    xml = part(word, "word/document.xml").decode()
    deep = "<w:tbl><w:tr><w:tc>" * 5_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 5_000
    with pytest.raises(DocumentError):
        read(
            repacked(word, word__document_dot_xml=xml.replace("<w:p>", deep + "<w:p>", 1).encode()), "a.docx"
        )


def test_a_cell_at_the_far_corner_of_a_sheet_costs_nothing():
    data = as_xlsx(STANDARD)
    xml = part(data, "xl/worksheets/sheet1.xml").decode()
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    with pytest.raises(DocumentError, match="XFD1048576"):
        read_bytes(
            repacked(data, xl__worksheets__sheet1_dot_xml=xml.replace("</sheetData>", far).encode()), "a.xlsx"
        )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Office file"),
        (b"{\\rtf1\\ansi\\ansicpg936 \\'cf\\'ee\\'c4\\'bf}", "RTF"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n", "MHT"),
        (b"PK\x03\x04" + b"\0" * 50, "damaged"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "damaged PDF"),
    ],
    ids=["doc", "rtf", "mhtml", "zip", "pdf"],
)
def test_a_format_that_is_not_read_is_named_with_what_to_do(
    data: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # As on a machine without LibreOffice.
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DocumentError, match=message):
        read_bytes(data, "a.bin")


def test_a_package_of_something_else_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("a.txt", "x")
    with pytest.raises(DocumentError, match=r"neither \.docx nor \.xlsx"):
        read_bytes(stream.getvalue(), "a.zip")


def test_a_locked_pdf_is_refused():
    stream = io.BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption("geheim", canPrint=0))
    canvas.drawString(100, 100, "text")
    canvas.save()
    with pytest.raises(DocumentError, match="password"):
        read_bytes(stream.getvalue(), "a.pdf")


def test_a_scan_is_refused_since_nothing_on_it_is_text():
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()
    with pytest.raises(DocumentError, match="OCR"):
        read_bytes(stream.getvalue(), "a.pdf")


def test_a_pdf_cut_anywhere_is_refused_or_read():
    whole = as_pdf(STANDARD)
    for length in range(100, len(whole), len(whole) // 12):
        assert what_came_of(whole[:length], "a.pdf").startswith(("a.pdf: ", "{'raw_document'"))


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_workbook_cut_or_changed_anywhere_is_refused_or_read(kind: str):
    whole = FORMATS[kind](STANDARD)
    for place in range(20, len(whole), len(whole) // 40):
        changed = (
            whole[:place] + bytes(byte ^ 0xA5 for byte in whole[place : place + 24]) + whole[place + 24 :]
        )
        for data in (whole[:place], changed):
            assert what_came_of(data, f"a.{kind}").startswith((f"a.{kind}: ", "{'raw_document'"))


def test_hostile_text_loses_no_form():
    extraction = read(FORMATS["txt"]([*STANDARD, "甲" * 5_000_000, form()]), "a.txt")
    assert len(extraction.ledger.tables[FORM]) == 2
    assert len(extraction.ledger.tables[FUND]) == 8
