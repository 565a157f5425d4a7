"""The sample, built once in an installation that is copied for each module."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from installation import FirstBuild, Installation
from warehouse import Warehouse

from jixiao.checking import compiled


def shared(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """Return a folder that all workers share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name


@pytest.fixture(scope="session")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> FirstBuild:
    """Return the first build, made once for all workers; tests must not write to it."""
    root = shared(tmp_path_factory, "first")
    first, ended = Installation(root / "var", root / "landing"), root / "ended.json"
    with FileLock(f"{root}.lock"):
        if not ended.is_file():
            done = first.run_anew("build")
            ended.write_text(json.dumps([done.returncode, done.stdout, done.stderr]), encoding="utf-8")
    code, stdout, stderr = json.loads(ended.read_text(encoding="utf-8"))
    assert code == 0, stdout + stderr
    return FirstBuild(first, stdout, stderr)


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of what a check runs, compiled once for all workers."""
    root = shared(tmp_path_factory, "rules")
    with FileLock(f"{root}.lock"):
        return compiled.prepare(Installation(root / "var", root / "landing").settings).parent


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Return all documents that the tests make up in one warehouse, built once for all workers.

    dbt's data tests must pass on it, else none of its tests is run.
    """
    # These modules define the documents; only the tests that use this fixture import them.
    import test_final_account_forms  # noqa: PLC0415
    import test_many_documents  # noqa: PLC0415
    import test_review_bad_input  # noqa: PLC0415
    import test_review_rules  # noqa: PLC0415

    root = shared(tmp_path_factory, "made_up")
    built = Warehouse(root, root / "landing")
    with FileLock(f"{root}.lock"):
        if not (root / "ended").is_file():
            for module in (
                test_final_account_forms,
                test_many_documents,
                test_review_bad_input,
                test_review_rules,
            ):
                module.land(built.landing)
            built.build()
            (root / "ended").touch()
    return built


@pytest.fixture(scope="module")
def warehouse(made_up: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Return a copy of the warehouse of made-up documents."""
    own = Warehouse(tmp_path_factory.mktemp("warehouse"), made_up.landing)
    shutil.copyfile(made_up.database, own.database)
    return own


@pytest.fixture(scope="module")
def marts(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the marts of the warehouse of made-up documents, read only."""
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def installation(first_build: FirstBuild, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Return a copy of the installation after the first build, for one module."""
    root = tmp_path_factory.mktemp("installation")
    shutil.copytree(first_build.installation.var, root / "var", symlinks=True)
    return Installation(root / "var", root / "landing")


@pytest.fixture(scope="module")
def ready_to_check(installation: Installation, rules: Path) -> Installation:
    """Return the installation of the module with what a check runs, which takes half a minute to make."""
    shutil.copytree(rules, installation.var / rules.name)
    return installation


@pytest.fixture
def released(installation: Installation) -> Installation:
    """Return an installation with a release and no landed documents."""
    shutil.rmtree(installation.landing, ignore_errors=True)
    return installation


@pytest.fixture(scope="module")
def sample(installation: Installation) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield the published sample, read only."""
    with duckdb.connect(str(installation.current().database), read_only=True) as connection:
        yield connection
