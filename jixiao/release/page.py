"""The data that a page of a release is written from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class PageSource:
    """The data that a page can be written from.

    Attributes:
        connection: The release, read only.
        release_id: Its name.
        manifest: The content of its `manifest.json`.
        previous: A DuckDB file of the tables of the previous release; None if there is none.
    """

    connection: duckdb.DuckDBPyConnection
    release_id: str
    manifest: Mapping[str, object] = field(default_factory=dict)
    previous: Path | None = None


Page = Callable[[PageSource], str]
"""Writes a page as HTML."""
