"""The templates of the pages of a release, and what they have in common."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from jixiao.values import percent, plain, wan, yuan


def templates(folder: Path) -> Environment:
    """Return the templates of a folder; they escape their values and share filters for figures."""
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["thousands"] = "{:,}".format
    environment.filters["wan"] = wan
    environment.filters["yuan"] = yuan
    environment.filters["percent"] = percent
    environment.filters["plain"] = plain
    return environment
