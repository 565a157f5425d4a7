"""SQL is linted again only after its text or the inputs of its rendering have changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from style.lint_sql import surroundings, unchecked


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("models/a.sql", "models/marts/b.sql", "tests/dbt/c.sql", "macros/m.sql", "models/a.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


def todo(root: Path, passed: dict[str, str]) -> list[str]:
    return sorted(unchecked(root, passed, surroundings(root)))


ALL = ["models/a.sql", "models/marts/b.sql", "tests/dbt/c.sql"]


def test_without_a_memory_everything_is_linted(root: Path) -> None:
    assert todo(root, {}) == ALL


def test_what_passed_is_not_linted_again(root: Path) -> None:
    assert todo(root, unchecked(root, {}, surroundings(root))) == []


def test_a_changed_file_is_linted_alone(root: Path) -> None:
    passed = unchecked(root, {}, surroundings(root))
    (root / "models/marts/b.sql").write_text("select 1", encoding="utf-8")
    assert todo(root, passed) == ["models/marts/b.sql"]


@pytest.mark.parametrize("name", ["macros/m.sql", "models/a.yml", "dbt_project.yml", "pyproject.toml"])
def test_with_a_changed_macro_property_or_setting_everything_is_linted(root: Path, name: str) -> None:
    passed = unchecked(root, {}, surroundings(root))
    (root / name).write_text("changed", encoding="utf-8")
    assert todo(root, passed) == ALL
