"""docs/settings.md names every environment variable of the project, and no other."""

from __future__ import annotations

import re
import subprocess

from jixiao.settings import PROJECT_ROOT

_NAME = re.compile(r"JIXIAO_[A-Z]+(?:_[A-Z]+)*\b")


def test_every_variable_that_is_read_is_on_the_page_and_no_other() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.sql", "*.yml"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    read = {
        name
        for path in listed.stdout.splitlines()
        for name in _NAME.findall((PROJECT_ROOT / path).read_text(encoding="utf-8"))
    }
    page = set(_NAME.findall((PROJECT_ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert page == read
