"""The sample, built once a worker in an installation of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import duckdb
import pytest
from installation import Installation


@pytest.fixture(scope="session")
def _first(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Installation, subprocess.CompletedProcess[str]]:
    """The sample, built on an installation where nothing was before."""
    root = tmp_path_factory.mktemp("first")
    first = Installation(root / "var", root / "landing")
    done = first.run("build")
    assert done.returncode == 0, done.stdout + done.stderr
    return first, done


@pytest.fixture(scope="session")
def first_build(
    _first: tuple[Installation, subprocess.CompletedProcess[str]],
) -> subprocess.CompletedProcess[str]:
    """What the first build printed."""
    return _first[1]


@pytest.fixture(scope="module")
def installation(
    _first: tuple[Installation, subprocess.CompletedProcess[str]], tmp_path_factory: pytest.TempPathFactory
) -> Installation:
    """An installation of the module's own, as the first build left it: what one module builds, no other sees."""
    root = tmp_path_factory.mktemp("installation")
    shutil.copytree(_first[0].var, root / "var", symlinks=True)
    return Installation(root / "var", root / "landing")


@pytest.fixture
def released(installation: Installation) -> Installation:
    """An installation with a release, and nothing landed."""
    shutil.rmtree(installation.landing, ignore_errors=True)
    return installation


@pytest.fixture(scope="module")
def sample(installation: Installation) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published sample, read only."""
    with duckdb.connect(str(installation.current().database), read_only=True) as connection:
        yield connection
