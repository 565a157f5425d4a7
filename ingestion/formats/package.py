"""Checks common to Word and Excel files: ZIP archives of XML parts, none of which may declare a DTD."""

from __future__ import annotations

import zipfile
from typing import IO
from xml.parsers import expat

from ingestion.bounds import LARGEST_MARKUP
from ingestion.document import DocumentError, printable
from ingestion.message import Text

_STEP = 64 * 2**10
_ODD_ENCODING = Text("编码不是 Office 文件所用的；请重新保存", "is in an encoding that no Office file has")


class _FaultError(Exception):
    """The fault of a part."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


class _ElementError(Exception):
    """Raised when the part's first element is reached."""


def check_parts(package: zipfile.ZipFile, name: str) -> None:
    """Refuse a file with a part that declares a DTD, or with more XML than any disclosure.

    No Office file has a DTD, and entities are declared there. Every part is checked, because a package may
    give its parts any name; a part that isn't XML has none.

    Raises:
        DocumentError: If a part declares a DTD, is XML in an encoding that Office doesn't write, or all XML
            together is too large.
        Exception: Anything that the library raises for a damaged package.
    """
    size = 0
    for part in package.infolist():
        with package.open(part) as stream:
            try:
                size += part.file_size if _is_xml(stream) else 0
            except _FaultError as fault:
                raise DocumentError(
                    Text(
                        f"{name}: 文件内的 {printable(part.filename)} {fault.text.zh}",
                        f"{name}: {printable(part.filename)} in it {fault.text.en}; save the document again",
                    )
                ) from fault
    if size > LARGEST_MARKUP:
        raise DocumentError(
            Text(
                f"{name}: 解压后的 XML 有 {size / 2**20:,.0f} MB，最多读取 {LARGEST_MARKUP / 2**20:.0f} MB；请拆分，或删去表格以外的内容",
                f"{name}: {size / 2**20:,.0f} MB of XML when unpacked; up to {LARGEST_MARKUP / 2**20:.0f} MB are read: split it, or remove what is no form",
            )
        )


def _is_xml(stream: IO[bytes]) -> bool:
    """Return whether a part is XML, from its beginning up to the first element.

    Raises:
        _FaultError: With the fault of the part.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.StartElementHandler = _stop_at_element
    try:
        while data := stream.read(_STEP):
            parser.Parse(data)
    except _ElementError:
        return True
    except expat.ExpatError as error:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]:
            raise _FaultError(_ODD_ENCODING) from error
    except (ValueError, LookupError) as error:
        # The parser leaves other encodings to Python, which supports some single-byte encodings.
        raise _FaultError(_ODD_ENCODING) from error
    return False


def _refuse_dtd(*_: object) -> None:
    raise _FaultError(Text("带有 DTD 声明；请重新保存", "declares a DTD, which no Office file has"))


def _stop_at_element(*_: object) -> None:
    raise _ElementError
