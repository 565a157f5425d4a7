"""The settings: docs/settings.md names every environment variable of the project, and wrong values are named."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from jixiao.settings import PROJECT_ROOT, Settings, SettingsError

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


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        *(
            (name, value, f"{name}: a whole number from {least} on is expected, not '{value}'")
            for name, value, least in (
                ("JIXIAO_KEEP_LAST", "0", 1),
                ("JIXIAO_KEEP_LAST", "abc", 1),
                ("JIXIAO_KEEP_WEEKLY", "-1", 0),
                ("JIXIAO_KEEP_MONTHLY", "many", 0),
                ("JIXIAO_THREADS", "two", 1),
                ("JIXIAO_SPARK_PORT", "x", 1),
            )
        ),
        *(
            (
                "JIXIAO_MEMORY",
                value,
                f"JIXIAO_MEMORY: a size with its unit is expected, such as 3GB or 800MB, not '{value}'",
            )
            for value in ("lots", "0GB", "3000", "3000B", "-1GB", "3 gallons")
        ),
    ],
)
def test_a_number_or_size_that_can_not_be_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, wanted: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert str(caught.value).splitlines()[-1] == wanted


@pytest.mark.parametrize("size", ["3GB", "800mb", "2.5GiB", "3 GB", "3G", "1T", "80%"])
def test_a_size_that_is_taken_is_one_of_duckdb(monkeypatch: pytest.MonkeyPatch, size: str) -> None:
    monkeypatch.setenv("JIXIAO_MEMORY", size)
    with duckdb.connect(config={"memory_limit": Settings.load().memory}) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_a_wrong_setting_ends_a_command_with_one_line() -> None:
    program = "from jixiao.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "documents"],
        env={**os.environ, "JIXIAO_KEEP_LAST": "0", "JIXIAO_LANG": "both"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "✗ JIXIAO_KEEP_LAST：须为不小于 1 的整数，不能是 '0' "
        "JIXIAO_KEEP_LAST: a whole number from 1 on is expected, not '0'\n"
    )
