"""Files of other formats: converted by LibreOffice, or refused with their format and the remedy."""

from __future__ import annotations

import io
import os
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt
from drawn_documents import as_docx, as_xlsx, table
from PIL import Image

from ingestion.document import DocumentError
from ingestion.formats import office
from ingestion.read import read_bytes

RTF = b"{\\rtf1\\ansi text}"
SHEET_2003 = b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>'


def packed(**parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, text in parts.items():
            package.writestr(name.replace("_dot_", ".").replace("__", "/"), text)
    return stream.getvalue()


def picture(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4)).save(stream, kind)
    return stream.getvalue()


def tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "chinese", "english"),
    [
        (picture("PNG"), "图片", "OCR"),
        (picture("JPEG"), "图片", "OCR"),
        (picture("TIFF"), "图片", "OCR"),
        (picture("BMP"), "图片", "OCR"),
        (picture("GIF"), "图片", "OCR"),
        (picture("WEBP"), "图片", "OCR"),
        (b"Rar!\x1a\x07\x01\x00rest", "压缩包，请解压", "RAR: an archive; unpack it"),
        (b"7z\xbc\xaf\x27\x1crest", "压缩包，请解压", "7z: an archive; unpack it"),
        (b"\x1f\x8b\x08rest", "压缩包，请解压", "gzip: an archive; unpack it"),
        (tar(), "压缩包，请解压", "tar: an archive; unpack it"),
        (packed(a_dot_txt="x"), "压缩包，请解压", "an archive; unpack it"),
        (packed(OFD_dot_xml="x"), "版式文件（OFD）", "OFD reader"),
        (packed(ppt__presentation_dot_xml="x"), "演示文稿", "presentation"),
        (packed(xl__workbook_dot_bin="x"), "二进制工作簿", "save it as .xlsx"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "网页档案（MHT）", "save it as .html"),
        (
            b"<html><frameset><frame src='a/sheet001.htm'></frameset></html>",
            "另存为 .xlsx",
            "save it as .xlsx",
        ),
    ],
)
def test_a_file_that_is_no_document_is_named_with_what_to_do(data: bytes, chinese: str, english: str):
    with pytest.raises(DocumentError) as refused:
        read_bytes(data, "自评表.pdf")
    assert str(refused.value).startswith("自评表.pdf: ")
    assert chinese in str(refused.value)
    assert english in str(refused.value)


def test_a_page_that_is_named_as_a_workbook_is_read_as_the_page():
    document = read_bytes(
        "<html><body><table><tr><td>甲<td>乙</table></body></html>".encode("gb18030"), "a.xls"
    )
    assert [[cell.text for cell in line.cells] for line in document.lines] == [["甲", "乙"]]


def old_office(stream: str) -> bytes:
    """Return an old Office file with one stream of a given name."""
    book = xlwt.Workbook()
    book.add_sheet("a")
    file = io.BytesIO()
    book.save(file)
    data = bytearray(file.getvalue())
    entry = data.index("Workbook".encode("utf-16-le"))
    name = f"{stream}\0".encode("utf-16-le")
    # An entry of the directory: 64 bytes for the name, then its length.
    data[entry : entry + 66] = name.ljust(64, b"\0") + len(name).to_bytes(2, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        ("EncryptedPackage", r"(?s)设有密码.*password"),
        ("PowerPoint Document", r"(?s)演示文稿.*presentation"),
        ("Contents", r"(?s)无法识别的旧版 Office 文件.*no known kind"),
    ],
)
def test_an_old_office_file_is_told_by_what_stands_in_it(stream: str, message: str):
    with pytest.raises(DocumentError, match=message):
        read_bytes(old_office(stream), "a.xlsx")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, bytes], Path]:
    """Return a function that replaces LibreOffice by a Python program, with its output in `given`."""

    def install(program: str, given: bytes = b"") -> Path:
        (tmp_path / "given").write_bytes(given)
        command = tmp_path / "soffice"
        command.write_text(f"#!{sys.executable}\nimport sys, pathlib, time, os\n{program}", encoding="utf-8")
        command.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return tmp_path

    return install


@pytest.fixture
def missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


CONVERT = """
here = pathlib.Path(__file__).parent
(here / "said").write_text("\\n".join(sys.argv[1:]))
(here / "home").write_text(os.environ["HOME"])
profile = next(a for a in sys.argv if a.startswith("-env:UserInstallation=file://")).partition("file://")[2]
(here / "settings").write_text((pathlib.Path(profile) / "user" / "registrymodifications.xcu").read_text())
out = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
out.mkdir()
target = sys.argv[sys.argv.index("--convert-to") + 1].partition(":")[0]
(out / f"source.{target}").write_bytes((here / "given").read_bytes())
"""
posix = pytest.mark.skipif(os.name != "posix", reason="the program in its place is a script")


@posix
def test_a_document_is_read_as_libreoffice_converts_it(installed: Callable[[str, bytes], Path]):
    place = installed(CONVERT, as_docx([table("项目名称|<|社区运动会")]))
    document = read_bytes(RTF, "a.rtf")
    assert document.encoding == "rtf"
    assert document.is_drawn
    assert [(cell.text, cell.width) for cell in document.lines[-1].filled] == [
        ("项目名称", 2),
        ("社区运动会", 1),
    ]
    assert any("LibreOffice" in warning for warning in document.warnings)
    said = (place / "said").read_text(encoding="utf-8").splitlines()
    assert "--headless" in said
    settings = (place / "settings").read_text(encoding="utf-8")
    assert 'oor:name="DisableMacrosExecution" oor:op="fuse"><value>true' in settings
    # Its home folder is removed.
    assert not Path((place / "home").read_text(encoding="utf-8")).exists()


@posix
def test_a_sheet_of_excel_2003_in_xml_is_converted_to_a_workbook(installed: Callable[[str, bytes], Path]):
    installed(CONVERT, as_xlsx([table("项目名称|社区运动会")]))
    document = read_bytes(SHEET_2003, "a.xls")
    assert [line.text for line in document.lines] == ["项目名称社区运动会"]


@posix
def test_what_comes_out_of_libreoffice_is_checked_as_any_file(installed: Callable[[str, bytes], Path]):
    installed(CONVERT, packed(a_dot_txt="x"))
    with pytest.raises(DocumentError, match="压缩包"):
        read_bytes(RTF, "a.rtf")


@posix
def test_a_document_that_libreoffice_cannot_open_is_refused(installed: Callable[[str, bytes], Path]):
    installed("sys.exit(1)")
    with pytest.raises(
        DocumentError, match=r"(?s)a.rtf: .*LibreOffice 无法打开.*另存为 .docx.*could not open it"
    ):
        read_bytes(RTF, "a.rtf")


@posix
def test_libreoffice_is_ended_with_all_that_it_started_when_time_is_up(
    installed: Callable[[str, bytes], Path], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(office, "LONGEST_CONVERSION", 1.0)
    place = installed(
        'import subprocess\npathlib.Path(__file__).with_name("pid").write_text(str(os.getpid()))\n'
        'subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"])'
    )
    began = time.monotonic()
    with pytest.raises(DocumentError, match=r"(?s)转换超时.*took too long"):
        read_bytes(RTF, "a.rtf")
    assert time.monotonic() - began < 20
    group = int((place / "pid").read_text(encoding="utf-8"))
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("a process of the group is left")


@pytest.mark.usefixtures("missing")
@pytest.mark.parametrize(
    ("data", "what", "target"),
    [
        (RTF, "RTF", "docx"),
        (SHEET_2003, "XML", "xlsx"),
        (old_office("WordDocument"), "旧版 Word 或 WPS 文件", "docx"),
    ],
)
def test_without_libreoffice_a_message_says_how_to_save(data: bytes, what: str, target: str):
    with pytest.raises(DocumentError) as refused:
        read_bytes(data, "a.doc")
    said = str(refused.value)
    assert what in said
    assert f"请用 WPS 或 Office 打开，另存为 .{target}" in said
    assert f"save it as .{target}" in said
