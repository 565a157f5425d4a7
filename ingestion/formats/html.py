"""HTML pages."""

from __future__ import annotations

from ingestion.document import Lines


def read(text: str, name: str) -> Lines:
    raise NotImplementedError
