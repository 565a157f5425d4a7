"""Settings of the rules in an installation, by `jixiao review --rule`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from jixiao.cli.main import app
from jixiao.review.rule_settings import RuleSetting, RuleSettingError, read_rule_settings, set_rules
from jixiao.settings import Settings


@pytest.fixture
def installation(tmp_path: Path) -> Settings:
    return replace(Settings.load(), var=tmp_path / "var", landing=tmp_path / "landing")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JIXIAO_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIXIAO_LANG", "en")

    def review(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["review", *arguments])

    return review


def test_what_is_named_is_set_and_the_rest_kept(installation: Settings) -> None:
    set_rules(installation, ["overachievement=I", "coverage=off"], "本地口径")
    set_rules(installation, ["overachievement=habit，off"], "")
    assert read_rule_settings(installation) == [
        RuleSetting("coverage", is_on="false", why="本地口径"),
        RuleSetting("overachievement", "I", "false", "habit", "本地口径"),
    ]


def test_reset_and_on_take_settings_back(installation: Settings) -> None:
    set_rules(installation, ["overachievement=I,habit", "coverage=off"], "")
    assert set_rules(installation, ["overachievement=reset", "coverage=on"], "") == []
    assert read_rule_settings(installation) == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("overachievment=off", "no such rule"),
        ("coverage=X", "choose among E, W, I, on, off, slip, habit, reset"),
        ("coverage=", "choose among"),
    ],
)
def test_an_unknown_rule_or_value_is_refused_and_nothing_written(
    installation: Settings, wanted: str, said: str
) -> None:
    with pytest.raises(RuleSettingError, match=said):
        set_rules(installation, ["coverage=off", wanted], "")
    assert read_rule_settings(installation) == []


def test_the_command_sets_rules_and_says_when_they_hold(run) -> None:
    done = run("--rule", "coverage=off", "--rule", "overachievement=I,slip", "--why", "2026 plan")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "✓ landing/reference/rule_setting.csv: 2 rules are set, and the next build applies them",
        "  coverage=off (2026 plan)",
        "  overachievement=I,slip (2026 plan)",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--rule", "coverage=off", "--rule", "overachievement"),
        ("--rule", "coverage=off", "--json"),
        ("--why", "plan"),
        ("--rule", "nothing=off"),
    ],
)
def test_settings_and_views_are_not_mixed(run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
    assert not (tmp_path / "landing" / "reference").exists()
