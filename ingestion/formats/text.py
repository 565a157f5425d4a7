"""Plain text: bytes to characters, lines with tabs to rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingestion.document import DocumentError, Lines

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_SAMPLED = 2**16
_USUAL = re.compile("[\t\r\n\f -~\u2000-\u206f\u2460-\u24ff\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""Characters of a Chinese page; bytes read as UTF-16 that aren't are of all scripts."""


def read(text: str, name: str) -> Lines:
    """Read decoded text: a line with tabs is a row of a table, any other is running text.

    Raises:
        DocumentError: If the document holds more than any disclosure.
    """
    lines = Lines(name)
    for line in _lines_of(text):
        printed = line.rstrip("\r")
        if "\t" in printed:
            lines.add_row(printed.split("\t"))
        else:
            lines.add_text(printed)
    return lines


def _lines_of(text: str) -> Iterator[str]:
    """The lines one by one: a list of them is many times the text where they are short."""
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
        if _is_unmarked_utf_16(data):
            raise DocumentError(
                f"{name}: UTF-16 without a byte order mark; save it again as UTF-8, or as UTF-16 with the mark "
                "(in 记事本: 另存为, 编码 UTF-8)"
            )
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


def _is_unmarked_utf_16(data: bytes) -> bool:
    # Not read as such: which of the two byte orders it is would be a guess.
    texts = (data[:_SAMPLED].decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be"))
    return any(len(_USUAL.findall(text)) * 10 > len(text) * 9 for text in texts)


def _looks_like_text(text: str) -> bool:
    control = sum(1 for char in text if char < " " and char not in "\t\r\n\f")
    return control * 100 <= len(text)
