"""What Word and Excel files have in common: a ZIP of XML parts, none of which may declare a DTD."""

from __future__ import annotations

import zipfile
from typing import IO
from xml.parsers import expat

from ingestion.document import DocumentError, printable

_STEP = 64 * 2**10
_ODD_ENCODING = "is in an encoding that no Office file has"


class _ToldError(Exception):
    """The part's first element was reached, or its DTD."""

    def __init__(self, *, has_dtd: bool) -> None:
        self.has_dtd = has_dtd


def refuse_dtd(package: zipfile.ZipFile, name: str) -> None:
    """Refuse a file one part of which declares a DTD: no Office file has one, and entities are declared there.

    Every part is looked at, since a package may call its parts what it likes; a part that is no XML has no DTD.

    Raises:
        DocumentError: If a part declares a DTD, or is XML in an encoding that Office doesn't write.
        Exception: Whatever the library raises of a damaged package.
    """
    for part in package.infolist():
        with package.open(part) as stream:
            fault = _fault(stream)
        if fault:
            raise DocumentError(f"{name}: {printable(part.filename)} {fault}; save the document again")


def _fault(stream: IO[bytes]) -> str:
    """What is wrong with the beginning of a part, up to its first element; an empty string if nothing is."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _tell_of_dtd
    parser.StartElementHandler = _tell_of_element
    try:
        while data := stream.read(_STEP):
            parser.Parse(data)
    except _ToldError as told:
        return "declares a DTD, which no Office file has" if told.has_dtd else ""
    except expat.ExpatError as error:
        is_xml = error.code == expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]
        return _ODD_ENCODING if is_xml else ""
    except (ValueError, LookupError):
        # The parser leaves other encodings to Python, which has some for text of one byte a character.
        return _ODD_ENCODING
    return ""


def _tell_of_dtd(*_: object) -> None:
    raise _ToldError(has_dtd=True)


def _tell_of_element(*_: object) -> None:
    raise _ToldError(has_dtd=False)
