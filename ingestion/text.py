"""Reading a text disclosure: bytes to lines, lines to cells.

A table row of the text form is a line with tabs; its cells keep their place, so that a merged
cell is an empty one. Everything else is running text.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_MARKUP = re.compile(r"</?p>")
_SPACE = re.compile(r"[\s\u3000]+")
_LETTER = re.compile(r"[A-Za-z]")


class DocumentError(Exception):
    """A document that cannot be read at all; the message says what and what to do."""


@dataclass(frozen=True)
class Cell:
    """One printed cell.

    Attributes:
        line: 1-based line of the source.
        column: 0-based position in the row.
        printed: The cell's text as it stands in the file.
        text: The same without the spaces that the conversion put in.
    """

    line: int
    column: int
    printed: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line of the source; `cells` is empty for running text."""

    number: int
    text: str
    cells: tuple[Cell, ...]

    @property
    def is_row(self) -> bool:
        """Whether the line is a row of a table."""
        return bool(self.cells)

    @property
    def filled(self) -> tuple[Cell, ...]:
        """The cells that hold something, in order."""
        return tuple(cell for cell in self.cells if cell.text)

    @property
    def head(self) -> str:
        """The first filled cell's text, or an empty string."""
        return next((cell.text for cell in self.cells if cell.text), "")


@dataclass(frozen=True)
class Document:
    """A decoded document: its lines and the identity of its bytes."""

    name: str
    sha256: str
    encoding: str
    lines: tuple[Line, ...]

    @property
    def document_id(self) -> str:
        """The key of the document: the same bytes are the same document."""
        return f"d{self.sha256[:12]}"


def squeeze(text: str) -> str:
    """Remove what the conversion put into a cell: paragraph marks, line breaks, spaces.

    A space between two Latin words is kept; every other one stands for a printed line break.
    """
    while (squeezed := _SPACE.sub(_between_words, _MARKUP.sub("", text).strip())) != text:
        # Once more: a mark that a line break had parted ("<p >") is whole now.
        text = squeezed
    return squeezed


def _between_words(space: re.Match[str]) -> str:
    around = space.string[space.start() - 1], space.string[space.end()]
    return " " if all(_LETTER.match(char) for char in around) else ""


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Decode a document's bytes.

    Args:
        data: The file's content.
        name: The file's name, for messages.

    Returns:
        The text and the name of the encoding.

    Raises:
        DocumentError: If the file is empty, binary, or in none of UTF-8, UTF-16, GB18030.
    """
    if not data.strip():
        raise DocumentError(f"{name}: the file is empty; give the text of a disclosure")
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff"), encoding
            except UnicodeDecodeError as error:
                raise DocumentError(
                    f"{name}: marked as {encoding} but byte {error.start} is not; save it again as UTF-8"
                ) from error
    if b"\0" in data:
        raise DocumentError(
            f"{name}: this is a binary file, not text (a zero byte at offset {data.index(0)}); "
            "export the disclosure as text first"
        )
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text, encoding
    raise DocumentError(f"{name}: neither UTF-8, UTF-16 nor GB18030; save it again as UTF-8")


def _looks_like_text(text: str) -> bool:
    control = sum(1 for char in text if char < " " and char not in "\t\r\n\f")
    return control * 100 <= len(text)


def read_document(path: Path) -> Document:
    """Read a text disclosure.

    Raises:
        DocumentError: If the file cannot be read or decoded.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{printable(path)}: cannot be read ({error.strerror}); check the path"
        ) from error
    name = printable(path.name)
    text, encoding = decode(data, name)
    return parse_document(text, name=name, sha256=hashlib.sha256(data).hexdigest(), encoding=encoding)


def printable(path: Path | str) -> str:
    """Return a path as text that can be written: a name from a GBK archive need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def parse_document(text: str, *, name: str, sha256: str, encoding: str = "utf-8") -> Document:
    """Split decoded text into lines and cells."""
    lines = tuple(_parse_line(number, line) for number, line in enumerate(text.split("\n"), start=1))
    return Document(name=name, sha256=sha256, encoding=encoding, lines=lines)


def _parse_line(number: int, text: str) -> Line:
    text = text.rstrip("\r")
    if "\t" not in text:
        return Line(number, squeeze(text), ())
    cells = tuple(
        Cell(number, column, printed, squeeze(printed)) for column, printed in enumerate(text.split("\t"))
    )
    return Line(number, squeeze(text.replace("\t", "")), cells)
