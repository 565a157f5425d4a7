"""What a page of a release is written from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class PageSource:
    """What a page can be written from.

    Attributes:
        connection: The release, read only.
        release_id: Its name.
        manifest: What its `manifest.json` says of the build.
        previous: The database of the release that readers had before; None where there is none.
    """

    connection: duckdb.DuckDBPyConnection
    release_id: str
    manifest: Mapping[str, object] = field(default_factory=dict)
    previous: Path | None = None


Page = Callable[[PageSource], str]
"""Writes a page as HTML."""
