"""Recognise old Office files by the streams in their root, not by their names."""

from __future__ import annotations

import os
from pathlib import Path

from xlrd.compdoc import CompDoc

from ingestion.document import DocumentError
from ingestion.message import Text

_KINDS = {"Workbook": "xls", "Book": "xls", "WordDocument": "doc"}
_LOCKED = "EncryptedPackage"
_SLIDES = "PowerPoint Document"


def kind(data: bytes, name: str) -> str:
    """Return `xls` or `doc`, the format of an old Office file; WPS uses the same formats for .et and .wps.

    Raises:
        DocumentError: If it is damaged, protected by a password, or of another format.
    """
    streams = _streams(data, name)
    if _LOCKED in streams:
        raise DocumentError(
            Text(
                f"{name}: 文件设有密码；请去掉密码后另存",
                f"{name}: locked by a password; save it without one",
            )
        )
    for stream, found in _KINDS.items():
        if stream in streams:
            return found
    if _SLIDES in streams:
        raise DocumentError(
            Text(
                f"{name}: 演示文稿；请把表格另存为 .xlsx 或 .docx",
                f"{name}: a presentation; save its tables as .xlsx or .docx",
            )
        )
    raise DocumentError(
        Text(
            f"{name}: 无法识别的旧版 Office 文件；请打开后另存为 .docx 或 .xlsx",
            f"{name}: an old Office file of no known kind; open it and save it as .docx or .xlsx",
        )
    )


def _streams(data: bytes, name: str) -> set[str]:
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            directory = CompDoc(data, logfile=nowhere).dirlist
    except MemoryError:
        raise
    except Exception as error:
        # Damaged bytes can make the library raise any exception.
        raise DocumentError(
            Text(
                f"{name}: 旧版 Office 文件已损坏（{type(error).__name__}）；请打开后另存为 .docx 或 .xlsx",
                f"{name}: an old Office file that is damaged ({type(error).__name__}); open it and save it as .docx or .xlsx",
            )
        ) from error
    return {directory[child].name for child in directory[0].children}
