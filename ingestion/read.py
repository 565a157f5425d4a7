"""Read a file into lines: determine its format and whether it may be read at all."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ingestion.bounds import LARGEST_FILE, LARGEST_PAGE, LARGEST_RATIO, LARGEST_UNPACKED
from ingestion.document import Document, DocumentError, Lines, printable
from ingestion.formats import html, office, ole, text, unread
from ingestion.formats.package import check_parts
from ingestion.message import Text
from ingestion.withholding import withhold

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_RTF = b"{\\rtf"
_PDF = b"%PDF-"
_PDF_HEAD = 1024
_RATIO_FROM = 2**20
_MARKUP_HEAD = 4096
_HTML_MARKS = ("<!doctype html", "<html", "<table", "<head", "<body")
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OFFICE_XML = {b'progid="Excel.Sheet"': "xml-xlsx", b'progid="Word.Document"': "xml-docx"}


@dataclass(frozen=True)
class _Foreign:
    """A format that LibreOffice converts: its extension, the target's, and its name for messages."""

    ending: str
    target: str
    what: Text


_FOREIGN = {
    "doc": _Foreign(
        "doc", "docx", Text("旧版 Word 或 WPS 文件（.doc、.wps）", "an old Word or WPS file (.doc, .wps)")
    ),
    "rtf": _Foreign("rtf", "docx", Text("RTF 文件", "an RTF file")),
    "odt": _Foreign("odt", "docx", Text("OpenDocument 文字文件（.odt）", "an OpenDocument text (.odt)")),
    "xml-xlsx": _Foreign("xml", "xlsx", Text("XML 表格（Excel 2003）", "an XML spreadsheet of Excel 2003")),
    "xml-docx": _Foreign("xml", "docx", Text("XML 文档（Word 2003）", "an XML document of Word 2003")),
}


def read_document(path: Path) -> Document:
    """Read a disclosure of any known format, which is determined by its content, not its name.

    Raises:
        DocumentError: If the file is unreadable, of an unknown format, or larger than a disclosure can be.
    """
    name = printable(path.name)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # Reading a pipe or a device could block for ever.
            raise DocumentError(
                Text(
                    f"{printable(path)}: 不是普通文件，无法读取；请检查路径",
                    f"{printable(path)}: cannot be read (no regular file); check the path",
                )
            )
        size = status.st_size
        if size > LARGEST_FILE:
            raise DocumentError(
                Text(
                    f"{name}: 文件有 {size / 2**20:,.0f} MB，最多读取 {LARGEST_FILE / 2**20:.0f} MB；请拆分，或只导出表格",
                    f"{name}: {size / 2**20:,.0f} MB; files up to {LARGEST_FILE / 2**20:.0f} MB are read: split it, or export the tables alone",
                )
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            Text(
                f"{printable(path)}: 无法读取（{error.strerror}）；请检查路径",
                f"{printable(path)}: cannot be read ({error.strerror}); check the path",
            )
        ) from error
    return read_bytes(data, name)


def read_bytes(data: bytes, name: str) -> Document:
    """Read the bytes of a disclosure; see `read_document`."""
    sha256 = hashlib.sha256(data).hexdigest()
    kind = _packed_kind(data, name)
    if kind is not None:
        lines = _read_packed(data, name, kind)
        return withhold(
            Document(name, sha256, kind, tuple(lines.lines), tuple(lines.warnings), is_drawn=True)
        )
    decoded, encoding = text.decode(data, name)
    is_page = _is_html(decoded)
    if is_page and len(data) > LARGEST_PAGE:
        raise DocumentError(
            Text(
                f"{name}: 网页有 {len(data) / 2**20:,.0f} MB，最多读取 {LARGEST_PAGE / 2**20:.0f} MB；请拆分，或去掉图片后保存",
                f"{name}: a web page of {len(data) / 2**20:,.0f} MB; up to {LARGEST_PAGE / 2**20:.0f} MB are read: split it, or save it without its pictures",
            )
        )
    if is_page:
        lines = html.read(decoded, name)
    elif name.lower().endswith(".csv"):
        # A text doesn't show whether its commas separate cells.
        lines = text.read_separated(decoded, name)
    else:
        lines = text.read(decoded, name)
    return withhold(
        Document(name, sha256, encoding, tuple(lines.lines), tuple(lines.warnings), is_drawn=is_page)
    )


def _read_packed(data: bytes, name: str, kind: str) -> Lines:
    if (foreign := _FOREIGN.get(kind)) is None:
        return _reader(kind)(data, name)
    data = office.convert(data, name, foreign.ending, foreign.target, foreign.what)
    lines = _reader(_office_kind(data, name))(data, name)
    lines.warn(Text("由 LibreOffice 转换后读取。", "It was converted by LibreOffice and then read."))
    return lines


def parse_document(printed: str, *, name: str, sha256: str, encoding: str = "utf-8") -> Document:
    """Divide decoded text into lines and cells, and mask private values."""
    return withhold(Document(name, sha256, encoding, tuple(text.read(printed, name).lines)))


def _packed_kind(data: bytes, name: str) -> str | None:
    """Return the format of a binary file, None for text."""
    if _PDF in data[:_PDF_HEAD]:
        return "pdf"
    if data.startswith(_OLE):
        return ole.kind(data, name)
    if data.startswith(_RTF):
        return "rtf"
    if data.startswith((_ZIP, _EMPTY_ZIP)):
        return _office_kind(data, name)
    if (advice := unread.advice(data)) is not None:
        raise DocumentError(f"{name}: " + advice)
    head = data[:_MARKUP_HEAD]
    return next((kind for mark, kind in _OFFICE_XML.items() if mark in head), None)


def _office_kind(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _refuse_bomb(packed.infolist(), name)
            check_parts(packed, name)
            names = set(packed.namelist())
            stated = packed.read("mimetype").decode("ascii", "replace") if "mimetype" in names else ""
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        # A damaged package can make the library raise any exception.
        raise DocumentError(
            Text(
                f"{name}: 文件已损坏（{error}），请用原软件打开后重新保存",
                f"{name}: a damaged file ({error}); open it in its own program and save it again",
            )
        ) from error
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if stated.startswith(_OPEN_DOCUMENT) and "content.xml" in names:
        for kind, ending in (("spreadsheet", "ods"), ("text", "odt")):
            if stated.removeprefix(_OPEN_DOCUMENT).startswith(kind):
                return ending
    raise DocumentError(f"{name}: " + unread.advice_on_parts(names))


def _refuse_bomb(parts: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED:
        raise DocumentError(
            Text(
                f"{name}: 解压后有 {unpacked / 2**20:,.0f} MB，超过上限 {LARGEST_UNPACKED / 2**20:.0f} MB，不是公开文件",
                f"{name}: {unpacked / 2**20:,.0f} MB when unpacked, more than the {LARGEST_UNPACKED / 2**20:.0f} MB that are read: not a disclosure",
            )
        )
    for part in parts:
        if part.file_size > _RATIO_FROM and part.file_size > LARGEST_RATIO * max(part.compress_size, 1):
            raise DocumentError(
                Text(
                    f"{name}: 文件内的 {printable(part.filename)} 压缩比异常，不是公开文件",
                    f"{name}: {printable(part.filename)} in it unpacks to {part.file_size / max(part.compress_size, 1):,.0f} times its size: not a disclosure",
                )
            )


def _is_html(decoded: str) -> bool:
    head = decoded[:4096].lower()
    return any(mark in head for mark in _HTML_MARKS)


def _reader(kind: str) -> Callable[[bytes, str], Lines]:
    """Return the reader of a format: docx, xlsx, xls, ods or pdf. Their libraries take half a second to import."""
    reader: Callable[[bytes, str], Lines] = import_module(f"ingestion.formats.{kind}").read
    return reader
