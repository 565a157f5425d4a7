"""The sample, built once a worker in an installation of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import duckdb
import pytest
from installation import Installation


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    root = tmp_path_factory.mktemp("installation")
    return Installation(root / "var", root / "landing")


@pytest.fixture(scope="session")
def first_build(installation: Installation) -> subprocess.CompletedProcess[str]:
    """The sample, built on an installation where nothing was before."""
    done = installation.run("build")
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture
def released(installation: Installation, first_build: subprocess.CompletedProcess[str]) -> Installation:
    """An installation with a release, and nothing landed."""
    shutil.rmtree(installation.landing, ignore_errors=True)
    return installation


@pytest.fixture(scope="module")
def sample(
    installation: Installation, first_build: subprocess.CompletedProcess[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published sample, read only."""
    with duckdb.connect(str(installation.current().database), read_only=True) as connection:
        yield connection
