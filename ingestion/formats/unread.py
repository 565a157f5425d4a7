"""Recognise unreadable kinds of files, with advice for each."""

from __future__ import annotations

import re

from ingestion.message import Text

_ARCHIVE = Text(
    "压缩包，请解压后把其中的文件逐个添加",
    "an archive; unpack it and add the files in it",
)
_PICTURE = Text(
    "图片，没有可读的文字；请用文字识别（OCR）转成 Word 或 Excel，核对后再添加",
    "a picture without text; recognise the text (OCR), check it, and add that",
)
_MHT = Text(
    "网页档案（MHT）；请用浏览器或 Word 打开，另存为 .html 或 .docx",
    "a web archive (MHT); open it in a browser or Word and save it as .html or .docx",
)
_BEGINNINGS: tuple[tuple[bytes, str, Text], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG", _PICTURE),
    (b"\xff\xd8\xff", "JPEG", _PICTURE),
    (b"GIF87a", "GIF", _PICTURE),
    (b"GIF89a", "GIF", _PICTURE),
    (b"II*\0", "TIFF", _PICTURE),
    (b"MM\0*", "TIFF", _PICTURE),
    (b"Rar!\x1a\x07", "RAR", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", "7z", _ARCHIVE),
    (b"\x1f\x8b\x08", "gzip", _ARCHIVE),
    (b"BZh", "bzip2", _ARCHIVE),
    (b"\xfd7zXZ\0", "xz", _ARCHIVE),
)
_BITMAP = re.compile(rb"BM.{4}\0{4}", re.DOTALL)
_WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_TAR = (257, b"ustar")
_MHT_HEAD = re.compile(
    rb"\s*(?:MIME-Version:|From: <Saved by|Content-Type:\s*multipart/related)", re.IGNORECASE
)


def advice(data: bytes) -> Text | None:
    """Return what a file is and how to convert it; None if it may be readable."""
    for beginning, kind, text in _BEGINNINGS:
        if data.startswith(beginning):
            return Text(f"{kind} {text.zh}", f"{kind}: {text.en}")
    if _BITMAP.match(data) or _WEBP.match(data):
        return _PICTURE
    if data[_TAR[0] :].startswith(_TAR[1]):
        return Text(f"tar {_ARCHIVE.zh}", f"tar: {_ARCHIVE.en}")
    return _MHT if _MHT_HEAD.match(data) else None


def advice_on_parts(parts: set[str]) -> Text:
    """Return what a ZIP file with these parts is and how to convert it."""
    if "OFD.xml" in parts:
        return Text(
            "版式文件（OFD），无法读取；请用 OFD 阅读器转换为 Word、Excel 或带文字的 PDF",
            "a fixed-layout file (OFD) that can't be read; convert it to Word, Excel or PDF with its text in an OFD reader",
        )
    if "ppt/presentation.xml" in parts:
        return Text(
            "演示文稿；请把表格另存为 .xlsx 或 .docx", "a presentation; save its tables as .xlsx or .docx"
        )
    if "xl/workbook.bin" in parts:
        return Text(
            "二进制工作簿（.xlsb）；请在 Excel 中另存为 .xlsx",
            "a binary workbook (.xlsb); save it as .xlsx in Excel",
        )
    return Text(
        f"ZIP {_ARCHIVE.zh}", f"a packed file that is neither .docx nor .xlsx nor .ods: {_ARCHIVE.en}"
    )
