"""docs/settings.md names every environment variable of the project, and no other."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from jixiao.settings import PROJECT_ROOT, Settings

_NAME = re.compile(r"JIXIAO_[A-Z]+(?:_[A-Z]+)*\b")
PAGE = (PROJECT_ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
DEPLOYMENT = ("deploy/*", "compose.yaml", "Dockerfile", "docs/operations.md")


def named_in(*patterns: str) -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=PROJECT_ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return {
        name
        for path in listed.stdout.splitlines()
        if (PROJECT_ROOT / path).is_file()
        for name in _NAME.findall((PROJECT_ROOT / path).read_text(encoding="utf-8"))
    }


def test_every_variable_that_is_read_is_on_the_page_and_no_other() -> None:
    assert set(_NAME.findall(PAGE)) == named_in("*.py", "*.sql", "*.yml")


def test_a_deployment_sets_no_other_variables() -> None:
    assert named_in(*DEPLOYMENT) <= set(_NAME.findall(PAGE))


@pytest.mark.parametrize("section", ["An installation", "Alerts"])
def test_the_example_of_the_environment_lists_the_settings_of_an_installation(section: str) -> None:
    text = PAGE.partition(f"## {section}\n")[2].partition("\n## ")[0]
    wanted = set(_NAME.findall("".join(line for line in text.splitlines() if line.startswith("| `"))))
    example = (PROJECT_ROOT / "deploy" / "jixiao.env.example").read_text(encoding="utf-8")
    assert wanted
    assert wanted <= set(_NAME.findall(example))


def test_a_tilde_is_the_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JIXIAO_HOME", "~/ours")
    monkeypatch.setenv("JIXIAO_LANDING", "~/papers")
    monkeypatch.delenv("JIXIAO_VAR", raising=False)
    settings = Settings.load()
    assert (settings.var, settings.landing) == (tmp_path / "ours" / "var", tmp_path / "papers")
