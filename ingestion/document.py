"""The common form of all formats: lines of text and rows of cells, each with its place.

A document is a list of lines in reading order. A row of a table has cells, and a merged cell is its first
place filled and the others empty; everything else is running text. The number of a line is its position in
that order: in a text file the line of the file, elsewhere a count of paragraphs and rows. For other sources,
`place` locates the line in the source.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.bounds import MOST_CELLS
from ingestion.message import Text

_MARKUP = re.compile(r"</?p>")
_SPACE = re.compile(r"[\s\u3000]+")
_LOOSE = re.compile(r"[\s\u3000<]")
"""Characters at least one of which is in every text that `squeeze` changes; most cells contain none."""
_LETTER = re.compile(r"[A-Za-z]")
_SHEET_ROW = re.compile(r"(?P<sheet>工作表“.*”)第(?P<row>\d+)行", re.DOTALL)


class DocumentError(Exception):
    """A document that cannot be read at all; the message gives the reason and the remedy."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as its cell shows it and as the file stores it.

    Attributes:
        shown: The text that the cell shows.
        stored: The number that counts: the stored one in the cell's notation, at full precision.
        problem: The reason code if it can't be used, as in `Cell`.
        unscaled: The number in the file if the cell shows it in another scale, or an empty string.
    """

    shown: str
    stored: str
    problem: str = ""
    unscaled: str = ""

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell.

    Attributes:
        line: 1-based line of the source.
        column: 0-based position in the row.
        printed: The cell's text as shown in the file.
        text: The same without the spaces that the conversion added; for a number that a workbook shows
            rounded, the stored one.
        width: Number of columns that the cell spans according to the source.
        height: Number of rows that the cell spans according to the source.
        problem: The reason code (`seeds/reference/unread_reason.csv`) if the text can't be used, or an empty
            string. The text then ends in U+FFFD, so that it can't be taken for a number.
    """

    line: int
    column: int
    printed: str
    text: str
    width: int = 1
    height: int = 1
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source; `cells` is empty for running text.

    Attributes:
        number: 1-based position in reading order.
        text: The text without the spaces that the conversion added.
        cells: The cells of a row, from its first column on.
        place: Its location in a source without lines (`第3页`, `工作表“自评表”第5行`), or an empty string.
    """

    number: int
    text: str
    cells: tuple[Cell, ...]
    place: str = ""

    @property
    def is_row(self) -> bool:
        """Return whether the line is a row of a table."""
        return bool(self.cells)

    @property
    def filled(self) -> tuple[Cell, ...]:
        """The cells that are not blank, in order."""
        return tuple(cell for cell in self.cells if cell.text)

    @property
    def head(self) -> str:
        """The first filled cell's text, or an empty string."""
        return next((cell.text for cell in self.cells if cell.text), "")


def _cell(line: int, column: int, printed: str | Figure, width: int, height: int) -> Cell:
    if isinstance(printed, str):
        return Cell(line, column, printed, squeeze(printed), width, height)
    return Cell(line, column, printed.shown, squeeze(printed.stored), width, height, printed.problem)


def cell_place(line: Line, column: int) -> str:
    """Return the place of a cell by its 0-based column: in a workbook `工作表“自评表”C5`, else the line's place."""
    found = _SHEET_ROW.fullmatch(line.place)
    return f"{found['sheet']}{coordinate(int(found['row']), column + 1)}" if found else line.place


def coordinate(row: int, column: int) -> str:
    """Return the name of a workbook's cell, such as C5; row and column are 1-based."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


@dataclass
class Lines:
    """The lines of a document in the order in which a reader adds them, numbered from one.

    Attributes:
        name: The file's name, for messages.
        lines: The lines so far.
        warnings: Descriptions of the contents that the reader skipped.
    """

    name: str
    lines: list[Line] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _held: int = 0

    def add_text(self, text: str, place: str = "") -> None:
        """Add a paragraph of running text; a tab in it separates nothing.

        Raises:
            DocumentError: If the document is larger than any disclosure.
        """
        self._hold(1)
        self.lines.append(Line(len(self.lines) + 1, squeeze(text.replace("\t", "")), (), place))

    def add_row(
        self,
        cells: Sequence[str | Figure],
        place: str = "",
        spans: Mapping[int, tuple[int, int]] | None = None,
    ) -> None:
        """Add a row of a table with its cells as printed; an empty row gets one blank cell.

        Args:
            cells: The printed texts and numbers from the first column on; positions covered by a merged cell
                are blank.
            place: The row's location in a source without lines.
            spans: The columns and rows that each merged cell spans, by its first column.

        Raises:
            DocumentError: If the document is larger than any disclosure.
        """
        self._hold(1 + len(cells))
        number = len(self.lines) + 1
        row = tuple(
            Cell(number, column, printed, squeeze(printed))
            if not spans and isinstance(printed, str)
            else _cell(number, column, printed, *(spans or {}).get(column, (1, 1)))
            for column, printed in enumerate(cells or [""])
        )
        self.lines.append(Line(number, squeeze("".join(map(str, cells))), row, place))

    def _hold(self, added: int) -> None:
        self._held += added
        if self._held > MOST_CELLS:
            raise DocumentError(
                Text(
                    f"{self.name}: 第 {len(self.lines) + 1:,} 行起超过 {MOST_CELLS:,} 行和格；请拆分，或只导出表格",
                    f"{self.name}: more than {MOST_CELLS:,} lines and cells, at line {len(self.lines) + 1:,}; split it, or export the tables alone",
                )
            )

    def warn(self, warning: str) -> None:
        """Add a warning about skipped contents to the extraction report, once for each text."""
        if warning not in self.warnings:
            self.warnings.append(warning)


@dataclass(frozen=True)
class Document:
    """A decoded document: its lines and the identity of its bytes.

    Attributes:
        name: The file's name.
        sha256: The SHA-256 of its bytes, hexadecimal.
        encoding: The encoding of a text, or the format of any other file (`docx`, `xls`, `pdf`).
        lines: Its lines in reading order.
        warnings: Descriptions of the contents that the reader skipped.
        is_drawn: Whether its tables are drawn on a grid, unlike those of a text.
        part: 1-based number of the document in its file: a file can hold those of several years or units.
    """

    name: str
    sha256: str
    encoding: str
    lines: tuple[Line, ...]
    warnings: tuple[str, ...] = ()
    is_drawn: bool = False
    part: int = 1

    @property
    def document_id(self) -> str:
        """The key of the document, derived from its bytes; `_2` marks the second document of a file."""
        return document_id_of(self.sha256, self.part)


def document_id_of(sha256: str, part: int = 1) -> str:
    """Return the key of a document of a file from the file's digest and the document's number."""
    return f"d{sha256[:12]}" + (f"_{part}" if part > 1 else "")


def squeeze(text: str) -> str:
    """Remove the paragraph marks, line breaks and spaces that the conversion added to a cell.

    A space between two Latin words is kept; every other space stands for a printed line break.
    """
    if not _LOOSE.search(text):
        return text
    while (squeezed := _SPACE.sub(_between_words, _MARKUP.sub("", text).strip())) != text:
        # Once more: a mark that a line break had divided ("<p >") is complete now.
        text = squeezed
    return squeezed


def _between_words(space: re.Match[str]) -> str:
    around = space.string[space.start() - 1], space.string[space.end()]
    return " " if all(_LETTER.match(char) for char in around) else ""


def printable(path: Path | str) -> str:
    """Return a path as text that can be written; a name from a GBK archive need not be valid UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")
