"""The arguments of dbt, and when its project is parsed again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jixiao.dbt import commands, manifest
from jixiao.dbt.manifest import ManifestError, fingerprint, prepare_manifest
from jixiao.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small project on disk."""
    root = tmp_path / "project"
    for name in ("dbt_project.yml", "profiles.yml", "models/a.sql", "seeds/raw/b.csv", "tests/dbt/c.sql"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return Settings(project_root=root, var=tmp_path / "var", landing=tmp_path / "landing")


def test_the_three_calls_share_the_project_between_them():
    assert commands.seed_arguments() == [
        *("build", "--select", "resource_type:seed", "--indirect-selection", "cautious"),
    ]
    assert commands.models_arguments(documents=1) == [
        *("build", "--select", "resource_type:model", "--exclude", "tag:after_gates tag:development"),
        *("--exclude-resource-type", "unit_test"),
    ]
    assert commands.after_gates_arguments() == [
        *("build", "--select", "tag:after_gates", "--exclude-resource-type", "unit_test"),
    ]


def test_many_documents_are_computed_one_model_at_a_time():
    assert commands.models_arguments(commands.MANY_DOCUMENTS + 1)[-2:] == ["--threads", "1"]
    assert "--threads" not in commands.models_arguments(commands.MANY_DOCUMENTS)


def test_environment_is_the_same_for_every_build_but_for_artifacts(settings: Settings, tmp_path: Path):
    first, second = (
        commands.environment(settings, target=tmp_path / name, logs=tmp_path / name, inherited={})
        for name in ("1", "2")
    )
    different = {name for name in first if first[name] != second[name]}
    assert different == {"DBT_TARGET_PATH", "DBT_LOG_PATH"}
    assert first["JIXIAO_BUILD_DB"] == str(settings.var / "builds/open/build.duckdb")
    assert first["JIXIAO_BUILD_DIR"] == str(settings.var / "builds/open")
    assert first["JIXIAO_RAW"] == str(settings.var / "builds/open/raw")


def test_environment_keeps_what_is_not_dbts(settings: Settings, tmp_path: Path):
    inherited = {"HOME": "/home/me", "DBT_TARGET": "prod", "DBT_PROFILES_DIR": "/elsewhere"}
    env = commands.environment(settings, target=tmp_path, logs=tmp_path, inherited=inherited)
    assert env["HOME"] == "/home/me"
    assert "DBT_TARGET" not in env
    assert env["DBT_PROFILES_DIR"] == str(settings.project_root)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "models/a.sql").write_text("changed", encoding="utf-8"),
        lambda root: (root / "models/new.sql").write_text("new", encoding="utf-8"),
        lambda root: (root / "tests/dbt/c.sql").unlink(),
        lambda root: os.utime(root / "profiles.yml", (1, 1)),
    ],
    ids=["changed", "added", "removed", "touched"],
)
def test_fingerprint_tells_another_state_of_the_project(settings: Settings, change):
    before = fingerprint(settings)
    change(settings.project_root)
    assert fingerprint(settings) != before


def test_fingerprint_passes_over_what_is_not_the_project(settings: Settings):
    before = fingerprint(settings)
    (settings.project_root / "README.md").write_text("hello", encoding="utf-8")
    assert fingerprint(settings) == before


def test_project_is_parsed_once_a_state(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    parsed: list[Path] = []

    def parse(_: Settings, target: Path) -> None:
        parsed.append(target)
        for name in (manifest.MANIFEST, manifest.PARTIAL_PARSE):
            (target / name).write_text("{}", encoding="utf-8")

    monkeypatch.setattr(manifest, "_parse", parse)
    path = prepare_manifest(settings)
    assert prepare_manifest(settings) == path == settings.var / "dbt" / "manifest.json"
    assert len(parsed) == 1
    (settings.project_root / "models/a.sql").write_text("changed", encoding="utf-8")
    prepare_manifest(settings)
    assert len(parsed) == 2
    path.unlink()
    prepare_manifest(settings)
    assert len(parsed) == 3


def test_a_project_that_does_not_parse_is_reported_with_dbts_words_and_parsed_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fails = "echo 'Compilation Error in model a'; exit 2"
    monkeypatch.setattr(commands, "dbt_command", lambda: ["sh", "-c", fails])
    for _ in range(2):
        with pytest.raises(ManifestError, match="Compilation Error in model a"):
            prepare_manifest(settings)
