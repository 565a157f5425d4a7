"""Excel workbooks."""

from __future__ import annotations

from ingestion.document import Lines


def read(data: bytes, name: str) -> Lines:
    raise NotImplementedError
