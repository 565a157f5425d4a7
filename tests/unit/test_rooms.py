"""The imports between packages: each imports only those below it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from jixiao.settings import PROJECT_ROOT

FLOORS = (
    "ingestion",
    "jixiao",  # the ground: settings, atomic files, values
    "jixiao.dbt",
    "expectations",
    "jixiao.release",
    "jixiao.pages",
    "jixiao.export",
    "jixiao.review",
    "jixiao.checking",
    "jixiao.builds",
    "jixiao.desk",
    "orchestration",
    "jixiao.cli",
    "spark",
)
"""The rooms, from the lowest up."""


def room(module: str) -> str | None:
    """Return the room that a module is in, or None for those of libraries."""
    return max((name for name in FLOORS if f"{module}.".startswith(f"{name}.")), key=len, default=None)


def modules() -> Iterator[tuple[str, Path]]:
    for folder in {name.partition(".")[0] for name in FLOORS}:
        for path in (PROJECT_ROOT / folder).rglob("*.py"):
            parts = path.relative_to(PROJECT_ROOT).with_suffix("").parts
            yield ".".join(parts), path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from jixiao import releases` imports a module of another room than `from jixiao.settings import …`.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_module_imports_a_room_above_its_own() -> None:
    upwards = sorted(
        (module, other)
        for module, path in modules()
        for other in imported(path)
        if (own := room(module)) and (its := room(other)) and FLOORS.index(its) > FLOORS.index(own)
    )
    assert upwards == []


@pytest.mark.parametrize(
    ("module", "expected"),
    [("jixiao.settings", "jixiao"), ("jixiao.cli.main", "jixiao.cli"), ("jixiaoless", None)],
)
def test_a_module_is_in_the_room_of_its_longest_name(module: str, expected: str | None) -> None:
    assert room(module) == expected
