"""The two locks of the main environment, and Spark's: one set of versions, and no address."""

from __future__ import annotations

import re
import tomllib

import pytest

from jixiao.settings import PROJECT_ROOT


def pins(name: str) -> set[str]:
    text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
    return set(re.findall(r"^(\S+==\S+(?: ; [^\\]*?)?) \\$", text, re.MULTILINE))


def test_what_the_tests_need_is_what_a_build_needs_and_more() -> None:
    assert pins("requirements.lock") < pins("requirements-dev.lock")


@pytest.mark.parametrize("name", ["pandas", "great-expectations", "setuptools"])
def test_a_build_has_what_it_needs(name: str) -> None:
    assert any(pin.startswith(f"{name}==") for pin in pins("requirements.lock"))


@pytest.mark.parametrize("name", ["pyarrow", "polars", "sqlfluff", "hypothesis", "pytest", "python-docx"])
def test_a_build_does_without_the_tools_of_the_tests(name: str) -> None:
    assert not any(pin.startswith(f"{name}==") for pin in pins("requirements.lock"))
    assert any(pin.startswith(f"{name}==") for pin in pins("requirements-dev.lock"))


def test_spark_s_lock_holds_its_extra_and_the_dbt_of_a_build() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = {re.split(r"[^\w-]", each)[0] for each in project["optional-dependencies"]["spark"]}
    locked = pins("spark/requirements.lock")
    assert extra <= {pin.partition("==")[0] for pin in locked}
    assert {pin for pin in locked if pin.startswith("dbt-core==")} < pins("requirements.lock")


def test_the_lock_of_postgres_holds_its_extra_with_the_dagster_of_a_build() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted, *others = project["optional-dependencies"]["postgres"]
    locked = pins("deploy/postgres.lock")
    assert wanted in locked
    assert {re.split(r"[^\w-]", each)[0] for each in [wanted, *others]} == {
        pin.partition("==")[0] for pin in locked
    }
    # Dagster's integrations of one day have one version.
    assert wanted.replace("dagster-postgres", "dagster-dbt") in pins("requirements.lock")


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "spark/requirements.lock", "deploy/postgres.lock"]
)
def test_a_lock_holds_no_address(name: str) -> None:
    assert "://" not in (PROJECT_ROOT / name).read_text(encoding="utf-8")
