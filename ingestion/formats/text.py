"""Plain text: bytes to characters, lines with tabs and records with commas to rows."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import deque
from collections.abc import Iterator

from ingestion.document import DocumentError, Lines
from ingestion.message import Text

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_SAMPLED = 2**16
_LONGEST_CELL = 50
"""Maximum number of lines of one cell."""
_SEPARATORS = ("\t", ";", ",", "|")
_QUOTED = re.compile(r'"[^"]*"')
_EXCEL_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_USUAL = re.compile("[\t\r\n\f -~\u2000-\u206f\u2460-\u24ff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""Characters of a Chinese page; bytes wrongly read as UTF-16 give characters of all scripts."""


def read(text: str, name: str) -> Lines:
    """Read decoded text: a line with tabs, or with bars as in Markdown, is a row; any other is running text.

    Raises:
        DocumentError: If the document is larger than any disclosure.
    """
    lines = Lines(name)
    for number, printed in _joined(_lines_of(text)):
        # After a cell of several lines, the count of lines differs from the file's.
        place = "" if number == len(lines.lines) + 1 else f"第{number}行"
        if "\t" in printed:
            cells = printed.split("\t")
            lines.add_row([_unquoted(cell) for cell in cells] if '"' in printed else cells, place)
        elif (barred := _barred(printed)) is not None:
            lines.add_row(barred, place)
        else:
            lines.add_text(printed, place)
    return lines


def _barred(line: str) -> list[str] | None:
    """Return the cells of a line that begins or ends with a bar and has another one, or None."""
    plain = line.strip()
    if plain.count("|") < 2 or not (plain.startswith("|") or plain.endswith("|")):
        return None
    return plain.removeprefix("|").removesuffix("|").split("|")


def _joined(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; a row with a quoted cell of several lines is one line."""
    waiting: deque[str] = deque()
    number = 1
    while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
        row = line.rstrip("\r")
        taken = 1
        if ('\t"' in row or row.startswith('"')) and _is_open(row[row.rfind("\t") + 1 :]):
            waiting.extend(itertools.islice(lines, max(0, _LONGEST_CELL - len(waiting))))
            row, added = _complete(row, [line.rstrip("\r") for line in waiting])
            for _ in range(added):
                waiting.popleft()
            taken += added
        yield number, row
        number += taken


def _complete(row: str, following: list[str]) -> tuple[str, int]:
    """Return a row with the rest of its last cell, and the number of further lines of that cell."""
    whole, end, begin = row, 0, row.rfind("\t") + 1
    for count, line in enumerate(following, start=1):
        inner, quote, _ = line.partition('"')
        if "\t" in inner:
            # The next row: the quote is part of the text.
            break
        whole = f"{whole}\n{line}"
        if quote and not _is_open(whole[begin:]):
            if "\t" not in whole:
                # Running text in quotes.
                break
            begin = whole.rfind("\t") + 1
            row, end = whole, count
            if not _is_open(whole[begin:]):
                break
    return row, end


def _is_open(cell: str) -> bool:
    """Return whether a cell, and the cells after it, begin with a quote that isn't closed."""
    return cell.startswith('"') and cell.count('"') % 2 == 1


def read_separated(text: str, name: str) -> Lines:
    """Read cells separated by commas, semicolons or tabs, whichever is most frequent outside quotes.

    A record is a row even if one of its cells continues over lines of the file, numbered as in Excel; a
    record of one cell is running text.

    Raises:
        DocumentError: If the document is larger than any disclosure, or a cell than that of any form.
    """
    lines = Lines(name)
    unquoted = _QUOTED.sub("", text)
    separator = max(_SEPARATORS, key=unquoted.count)
    try:
        for number, record in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1
        ):
            if len(record) > 1:
                lines.add_row(record, f"第{number}行")
            else:
                lines.add_text("".join(record), f"第{number}行")
    except csv.Error as error:
        raise DocumentError(
            Text(
                f"{name}: 不是逐格分开的表格（{error}）；请另存为 .xlsx",
                f"{name}: not a table of cells ({error}); save it again as .xlsx",
            )
        ) from error
    return lines


def _unquoted(cell: str) -> str:
    """Return the text of a cell that Excel quoted because it holds a comma or a quote."""
    return cell[1:-1].replace('""', '"') if _EXCEL_QUOTED.fullmatch(cell) else cell


def _lines_of(text: str) -> Iterator[str]:
    """Yield the lines one by one: a list of short lines takes many times the memory of the text."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


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
        raise DocumentError(
            Text(f"{name}: 文件是空的，请重新导出", f"{name}: the file is empty; export it again")
        )
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff"), encoding
            except UnicodeDecodeError as error:
                raise DocumentError(
                    Text(
                        f"{name}: 编码标记为 {encoding}，但第 {error.start} 字节不是；请另存为 UTF-8",
                        f"{name}: marked as {encoding}, but byte {error.start} is not; save it again as UTF-8",
                    )
                ) from error
    if b"\0" in data:
        if _is_unmarked_utf_16(data):
            raise DocumentError(
                Text(
                    f"{name}: UTF-16 编码而没有字节顺序标记；请在记事本中另存为 UTF-8",
                    f"{name}: UTF-16 without a byte order mark; save it again as UTF-8, or as UTF-16 with the mark",
                )
            )
        raise DocumentError(
            Text(
                f"{name}: 二进制文件，不是文本（第 {data.index(0)} 字节为零）；请先导出为文本",
                f"{name}: a binary file, not text (a zero byte at offset {data.index(0)}); export it as text first",
            )
        )
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text, encoding
    raise DocumentError(
        Text(
            f"{name}: 编码不是 UTF-8、UTF-16 或 GB18030；请另存为 UTF-8",
            f"{name}: neither UTF-8, UTF-16 nor GB18030; save it again as UTF-8",
        )
    )


def _is_unmarked_utf_16(data: bytes) -> bool:
    # Such text is refused: choosing one of the two byte orders would be a guess.
    texts = (data[:_SAMPLED].decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be"))
    return any(len(_USUAL.findall(text)) * 10 > len(text) * 9 for text in texts)


def _looks_like_text(text: str) -> bool:
    control = sum(1 for char in text if char < " " and char not in "\t\r\n\f")
    return control * 100 <= len(text)
