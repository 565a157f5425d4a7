"""The pages of a release: what they are written from, and the templates' common ground."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader


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


def templates(folder: Path) -> Environment:
    """The templates of a folder: they escape what they are given, and share filters for figures."""
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["thousands"] = "{:,}".format
    environment.filters["wan"] = wan
    environment.filters["yuan"] = yuan
    environment.filters["percent"] = percent
    environment.filters["plain"] = plain
    return environment


def wan(yuan_amount: Decimal | None) -> str:
    """Yuan as 万元 with two decimals; a dash where there is no amount."""
    return "—" if yuan_amount is None else f"{yuan_amount / 10_000:,.2f}"


def yuan(amount: Decimal | None) -> str:
    """An amount in yuan, exact to the fen."""
    return "—" if amount is None else f"{amount:,.2f}"


def percent(rate: Decimal | None) -> str:
    """A fraction as percent with two decimals."""
    return "—" if rate is None else f"{rate * 100:.2f}%"


def plain(value: Decimal | int | str | None) -> str:
    """A value without zeros at its end; a dash where there is none."""
    if value is None or value == "":
        return "—"
    if not isinstance(value, Decimal):
        return str(value)
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
