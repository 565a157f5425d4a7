"""The files of a deployment: what they copy, start and listen on exists, and systemd accepts the units."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import typer
import yaml

from jixiao.cli.dev import run_dev
from jixiao.cli.main import app
from jixiao.settings import PROJECT_ROOT

DOCKERFILE = (PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "compose.yaml").read_text(encoding="utf-8"))
UNITS = sorted((PROJECT_ROOT / "deploy").glob("jixiao*.[st][ei][rm]*"))


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


COPIED = [source for line in instructions("COPY") for source in line.split()[:-1]]


@pytest.mark.parametrize("source", COPIED)
def test_what_the_image_copies_exists_and_reaches_the_builder(source: str) -> None:
    assert (PROJECT_ROOT / source).exists()
    kept = [
        line[1:]
        for line in (PROJECT_ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    ]
    assert any(f"{source}/".startswith(f"{name}/") for name in kept)


def test_the_image_has_all_that_the_package_is_built_of() -> None:
    with mock.patch("setuptools.setup"):
        project = runpy.run_path(str(PROJECT_ROOT / "setup.py"))["PROJECT"]
    packages = re.search(
        r"^include = \[(.*)\]$", (PROJECT_ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    assert packages is not None
    wanted = {*project, *re.findall(r'"(\w+)\*"', packages[1]), "setup.py", "README.md", "LICENSE"}
    assert wanted <= set(COPIED)


def test_the_images_run_without_root_and_name_no_registry() -> None:
    assert instructions("FROM") == ["python:3.11-slim AS jixiao", "jixiao AS board"]
    assert [stage.split("\nUSER ")[-1].split()[0] for stage in DOCKERFILE.split("\nFROM ")[1:]] == [
        "10001",
        "10001",
    ]
    assert len(instructions("HEALTHCHECK")) == 2
    texts = DOCKERFILE + (PROJECT_ROOT / "compose.yaml").read_text("utf-8")
    assert set(re.findall(r"\w+://[\w.]+", texts)) == {"http://127.0.0.1"}


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_runs_without_root_and_listens_on_loopback(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["user"] in {"10001", "postgres"}
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
    targets = {line.rpartition(" AS ")[2] for line in instructions("FROM")}
    assert "image" in service
    assert service.get("build", {}).get("target", "jixiao") in targets


def commands() -> list[list[str]]:
    services = COMPOSE["services"].values()
    started = [service["command"] for service in services if "command" in service]
    lines = [line for path in UNITS for line in path.read_text("utf-8").splitlines()]
    return started + [shlex.split(line)[1:] for line in lines if line.startswith("ExecStart=")]


@pytest.mark.parametrize("command", commands())
def test_what_is_started_is_a_command_with_these_options(command: list[str]) -> None:
    group = typer.main.get_command(app)
    with group.make_context("jixiao", [command[0]], resilient_parsing=True) as context:
        found = group.get_command(context, command[0])  # type: ignore[attr-defined]
        assert found is not None
        # Raises an error of usage for an unknown option.
        found.make_context(command[0], list(command[1:]), parent=context)


@pytest.mark.parametrize(
    ("part", "started"),
    [
        ("all", "dagster dev --host 0.0.0.0 --port 3000"),
        ("web", "dagster-webserver --host 0.0.0.0 --port 3000"),
        ("daemon", "dagster-daemon run"),
    ],
)
def test_page_and_daemon_are_started_together_or_alone(
    part: str, started: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONWARNINGS", "")
    monkeypatch.chdir(tmp_path)
    with mock.patch("os.execv") as execute:
        run_dev(3000, host="0.0.0.0", part=part)
    program, arguments = execute.call_args.args
    assert arguments[0] == program
    assert " ".join([Path(program).name, *arguments[1:]]) == started


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    assert [path.name for path in UNITS] == ["jixiao-dagster.service", "jixiao.service", "jixiao.timer"]
    for path in UNITS:
        # The program is not installed there.
        text = re.sub(r"^ExecStart=.*", "ExecStart=/bin/true", path.read_text("utf-8"), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
