"""The wheel, installed without a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from installation import PATIENCE_SECONDS

from jixiao.settings import PROJECT_ROOT, Settings

PACKAGED = ("setup.py", "pyproject.toml", "README.md", "LICENSE", "dbt_project.yml", "profiles.yml")
FOLDERS = ("jixiao", "ingestion", "expectations", "orchestration", "models", "macros", "seeds", "tests/dbt")


def run(*command: str | Path, home: Path) -> str:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONPATH", "DAGSTER_HOME"} and not name.startswith("JIXIAO_")
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=home,
        env={**environment, "HOME": str(home), "JIXIAO_LANG": "en", "JIXIAO_THREADS": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a user's folder with an environment `env`: the wheel, and the dependencies of this environment."""
    source, home = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("home")
    # Setuptools writes beside the sources.
    for name in PACKAGED:
        shutil.copy2(PROJECT_ROOT / name, source)
    for name in FOLDERS:
        shutil.copytree(PROJECT_ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    run(*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", home, source, home=home)
    venv.create(home / "env", with_pip=False)
    python = home / "env/bin/python"
    run(*pip, "--python", python, "install", *offline, *home.glob("*.whl"), home=home)
    # A path in a .pth file adds its packages, not the editable install in it.
    site = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", home=home).strip()
    )
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home


def test_the_wheel_builds_the_sample_in_the_home_of_the_user(home: Path):
    jixiao = home / "env/bin/jixiao"
    where = run(home / "env/bin/python", "-c", "import jixiao, ingestion; print(jixiao.__file__)", home=home)
    assert Path(where.strip()).is_relative_to(home / "env")
    # A library is packed with its licence.
    packed = {path.name for path in (home / "env").glob("lib/*/site-packages/jixiao/pages/board/echarts/*")}
    assert packed >= {"echarts.js", "LICENSE", "NOTICE", "LICENSE-d3", "LICENSE-tslib", "LICENSE-zrender"}
    before = {path for path in (home / "env").rglob("*") if "__pycache__" not in path.parts}

    printed = run(jixiao, "build", home=home)

    assert str(Path("jixiao") / "var") in printed
    assert (home / "jixiao/var/current/jixiao.duckdb").is_file()
    # The sample has 139 forms.
    counted = run(jixiao, "sql", "--csv", "select count(*) from core.dim_project", home=home)
    assert counted.split()[-1] == "139"
    # Nothing is written beside the code.
    assert {path for path in (home / "env").rglob("*") if "__pycache__" not in path.parts} == before


def test_home_is_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("JIXIAO_VAR", raising=False)
    monkeypatch.setenv("JIXIAO_HOME", str(tmp_path))
    monkeypatch.setenv("JIXIAO_LANDING", str(tmp_path / "other"))
    settings = Settings.load()
    assert (settings.var, settings.landing) == (tmp_path / "var", tmp_path / "other")
