"""What a browser sends: bounded, and from a form of the desk."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from ingestion.bounds import LARGEST_FILE

MEGABYTE = 2**20

MOST_FILES = 20
"""Files that are checked at once."""

LARGEST_UPLOAD = 2 * LARGEST_FILE
"""Bytes of all files of an upload."""

LARGEST_FORM = 64 * 1024
"""Bytes of a form without files."""

KEY_FIELD = "form_key"

BOUNDS = f"一次最多 {MOST_FILES} 个文件，每个不超过 {LARGEST_FILE // MEGABYTE} MB，共不超过 {LARGEST_UPLOAD // MEGABYTE} MB"


class FormError(Exception):
    """What was sent isn't taken; the message names the reason and the remedy.

    Attributes:
        status: The status of the answer.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class _Bounded:
    """Reads a request up to a bound; what comes after it is thrown away, so that the browser hears the answer."""

    request: Request
    most: int
    read: int = 0

    async def receive(self) -> Message:
        message = await self.request.receive()
        self.read += len(message.get("body", b""))
        if self.read > self.most:
            while message.get("more_body") and self.read < 8 * self.most:
                message = await self.request.receive()
                self.read += len(message.get("body", b""))
            raise FormError(f"文件过大：{BOUNDS}。" if self.most > LARGEST_FORM else "填写的内容过长。", 413)
        return message


@asynccontextmanager
async def read_form(request: Request, *, has_files: bool = False) -> AsyncIterator[FormData]:
    """Yield what a form holds.

    Args:
        request: A request of a page of the desk.
        has_files: Whether it may hold files.

    Raises:
        FormError: It is too large, malformed, or not from a form of this process.
    """
    bounded = _Bounded(request, LARGEST_UPLOAD + LARGEST_FORM if has_files else LARGEST_FORM)
    inner = Request(request.scope, bounded.receive)
    try:
        # One more than allowed, so that the message is ours.
        form = await inner.form(max_files=4 * MOST_FILES, max_fields=40, max_part_size=LARGEST_FORM)
    except HTTPException as error:
        raise FormError(f"文件过多或请求有误：{BOUNDS}。", 400) from error
    try:
        key = form.get(KEY_FIELD)
        if not isinstance(key, str) or not hmac.compare_digest(key.encode(), request.state.form_key.encode()):
            raise FormError("页面已过期（服务重新启动过，或浏览器禁用了 Cookie）。请返回并刷新后再试。", 403)
        yield form
    finally:
        await inner.close()


def text_of(form: FormData, name: str) -> str:
    """Return a field; a missing one is empty."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def files_of(form: FormData) -> list[UploadFile]:
    """Return the files of a form.

    Raises:
        FormError: There is none, there are too many, or one is too large.
    """
    files = [file for file in form.getlist("files") if isinstance(file, UploadFile) and file.filename]
    if not files:
        raise FormError("没有选择文件。", 400)
    if len(files) > MOST_FILES:
        raise FormError(f"选了 {len(files)} 个文件：{BOUNDS}。", 413)
    for file in files:
        if (file.size or 0) > LARGEST_FILE:
            raise FormError(f"{file.filename} 过大：{BOUNDS}。", 413)
        if not file.size:
            raise FormError(f"{file.filename} 是空文件。", 400)
    return files
