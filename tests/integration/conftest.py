"""The sample, built once in an installation of its own, of which every module has a copy."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator

import duckdb
import pytest
from filelock import FileLock
from installation import FirstBuild, Installation


@pytest.fixture(scope="session")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> FirstBuild:
    """Return the first build; whichever worker needs it first builds it for all of them. Nothing writes to it."""
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "first"
    first, ended = Installation(root / "var", root / "landing"), root / "ended.json"
    with FileLock(f"{root}.lock"):
        if not ended.is_file():
            done = first.run("build")
            ended.write_text(json.dumps([done.returncode, done.stdout, done.stderr]), encoding="utf-8")
    code, stdout, stderr = json.loads(ended.read_text(encoding="utf-8"))
    assert code == 0, stdout + stderr
    return FirstBuild(first, stdout, stderr)


@pytest.fixture(scope="module")
def installation(first_build: FirstBuild, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation of the module's own, as the first build left it: what one module builds, no other sees."""
    root = tmp_path_factory.mktemp("installation")
    shutil.copytree(first_build.installation.var, root / "var", symlinks=True)
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
