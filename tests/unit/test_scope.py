"""The scope of a build: everything, or the organizations that changed."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from ingestion.message import in_english
from jixiao.builds import scope
from jixiao.builds.scope import Input, Scope, decide, describe, organization_key, project_hash, write
from jixiao.release.releases import publish
from jixiao.settings import PROJECT_ROOT, Settings

EIGHT = {
    f"{organization}{year}": Input(f"{organization}{year}", organization)
    for organization in "甲乙丙丁"
    for year in (1, 2)
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    root = tmp_path / "checkout"
    for name in ("models", "macros", "seeds"):
        shutil.copytree(PROJECT_ROOT / name, root / name)
    shutil.copyfile(PROJECT_ROOT / "dbt_project.yml", root / "dbt_project.yml")
    return Settings(root, tmp_path / "var", tmp_path / "landing")


@pytest.fixture
def released(settings: Settings) -> Settings:
    """A release of the eight documents, with a finding on one of them."""
    release(settings, decide(settings, EIGHT), "r1")
    return settings


def release(settings: Settings, decided: Scope, name: str) -> None:
    settings.builds.mkdir(parents=True, exist_ok=True)
    build = settings.builds / f"{name}.duckdb"
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema review")
        connection.execute(
            "create table review.fct_finding as select 'f1' as finding_id, '丙1' as document_id"
        )
    write(decided, settings, settings.builds / name)
    publish(build, name, settings, folders={scope.INPUTS: settings.builds / name})


def write_own(settings: Settings, table: str, text: str) -> None:
    path = settings.landing / "reference" / f"{table}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def with_changes(**changes: Input | None) -> dict[str, Input]:
    merged = {**EIGHT, **changes}
    return {key: value for key, value in merged.items() if value is not None}


def test_the_first_build_computes_everything(settings: Settings):
    decided = decide(settings, EIGHT)
    assert decided.base is None
    assert decided.documents == set(EIGHT)
    assert describe(decided)["why"].endswith("there is no release yet")


def test_a_corrected_document_has_its_organization_computed(released: Settings):
    decided = decide(released, with_changes(乙2=Input("other", "乙")))
    assert decided.base is not None
    assert decided.base.release_id == "r1"
    assert (decided.documents, decided.replaced) == ({"乙1", "乙2"}, {"乙1", "乙2"})
    assert decided.laid_over == 1


def test_a_withdrawn_document_is_gone_and_not_computed(released: Settings):
    decided = decide(released, with_changes(乙2=None))
    assert (decided.documents, decided.replaced) == ({"乙1"}, {"乙1", "乙2"})


def test_a_document_that_another_organization_claims_touches_both(released: Settings):
    inputs = {**EIGHT, **{f"x{number}": Input("x", "戊") for number in range(6)}}
    release(released, decide(released, inputs, full=True), "r2")
    decided = decide(released, {**inputs, "乙2": Input("乙2", "丙")})
    assert decided.documents == {"乙1", "乙2", "丙1", "丙2"}
    assert decided.replaced == {"乙1", "乙2", "丙1", "丙2"}


def test_a_new_organization_replaces_nothing(released: Settings):
    decided = decide(released, with_changes(戊1=Input("戊1", "戊")))
    assert (decided.documents, decided.replaced) == ({"戊1"}, frozenset())


def test_where_nothing_changed_nothing_is_computed(released: Settings):
    decided = decide(released, EIGHT)
    assert decided.is_unchanged
    assert decided.base is not None
    assert decided.documents == frozenset()


def test_where_nothing_changed_and_a_release_is_forced_the_smallest_organization_is_computed(
    released: Settings,
):
    release(released, decide(released, with_changes(丁2=None), full=True), "r2")
    decided = decide(released, with_changes(丁2=None), force=True)
    assert not decided.is_unchanged
    assert (decided.documents, decided.replaced) == ({"丁1"}, {"丁1"})


def test_where_an_organization_left_another_is_computed_all_the_same(released: Settings):
    release(
        released,
        decide(released, {**EIGHT, **{f"x{number}": Input("x", "戊") for number in range(9)}}, full=True),
        "r2",
    )
    left = with_changes(丁1=None, 丁2=None) | {f"x{number}": Input("x", "戊") for number in range(9)}
    decided = decide(released, left)
    assert decided.documents == {"丙1", "丙2"}
    assert decided.replaced == {"丙1", "丙2", "丁1", "丁2"}


def test_much_change_computes_everything(released: Settings):
    # Three of eight documents are more than a third.
    decided = decide(released, with_changes(乙1=Input("other", "乙"), 丙1=Input("other", "丙")))
    assert decided.base is None
    assert "many documents have changed" in decided.why


@pytest.mark.parametrize(
    "file",
    [
        "models/marts/core/dim_document.sql",
        "macros/number.sql",
        "seeds/reference/tolerance.csv",
        "dbt_project.yml",
    ],
)
def test_another_model_rule_or_table_computes_everything(released: Settings, file: str):
    path = released.project_root / file
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "have changed" in decide(released, EIGHT).why


def test_a_decision_computes_the_organization_of_its_finding(released: Settings):
    before = project_hash(released)
    write_own(
        released,
        scope.DECISIONS,
        "finding_id,decision,reason,by_role,decided_on\nf1,accepted,,岗,2026-01-01\n",
    )
    assert project_hash(released) == before
    assert decide(released, EIGHT).documents == {"丙1", "丙2"}


def test_another_table_of_the_installation_computes_everything(released: Settings):
    write_own(released, "tolerance", "tolerance_code,tolerance\nscore,0.05\n")
    assert "have changed" in decide(released, EIGHT).why


def test_after_many_builds_everything_is_computed_again(released: Settings):
    decided = dataclasses.replace(decide(released, EIGHT), laid_over=scope.LAID_OVER_AT_MOST)
    release(released, decided, "r2")
    decided = decide(released, with_changes(戊1=Input("戊1", "戊")))
    assert "30 次" in decided.why


def test_a_release_that_does_not_say_what_it_is_made_of_is_no_base(released: Settings):
    (released.current / scope.INPUTS / scope.STATE).unlink()
    assert "no record of its inputs" in decide(released, EIGHT).why


@pytest.mark.parametrize("file", [scope.STATE, scope.DOCUMENTS, f"{scope.DECISIONS}.csv"])
@pytest.mark.parametrize("content", [b"[]", b"\xff\x00 no text"], ids=["another content", "garbage"])
def test_a_release_with_damaged_inputs_is_no_base(released: Settings, file: str, content: bytes):
    path = released.current / scope.INPUTS / file
    path.unlink()
    path.write_bytes(content)
    decided = decide(released, EIGHT)
    # Another list of decisions is a change of decisions.
    assert decided.base is None or (file.endswith(".csv") and content == b"[]")


def test_a_release_whose_database_is_damaged_is_no_base(released: Settings):
    database = released.current / "jixiao.duckdb"
    size = database.stat().st_size
    database.unlink()
    database.write_bytes(b"x" * size)
    decided = decide(released, EIGHT)
    assert decided.base is None
    assert "can't be read" in decided.why


def test_all_that_was_asked_for_is_computed(released: Settings):
    assert decide(released, EIGHT, full=True).why.endswith("asked for")


def test_ways_of_writing_a_name_are_one_organization():
    assert organization_key("甲镇（本级） ") == organization_key("甲镇(本级)")
    assert organization_key(None) == organization_key("")


def test_the_state_is_written_beside_the_documents(settings: Settings, tmp_path: Path):
    write(decide(settings, EIGHT), settings, tmp_path / "inputs")
    assert json.loads((tmp_path / "inputs" / scope.STATE).read_text(encoding="utf-8")) == {
        "project": project_hash(settings), "laid_over": 0
    }  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "inputs").iterdir()) == [
        "documents.parquet", "finding_exception.csv", "state.json"
    ]  # fmt: skip


@pytest.mark.parametrize("name", [f"{scope.INPUTS}/{scope.DOCUMENTS}", scope.FINDINGS])
def test_a_changed_file_of_the_last_release_is_not_read(released: Settings, name: str):
    file = released.current / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)
    decided = decide(released, EIGHT)
    assert (decided.base, decided.documents) == (None, set(EIGHT))
    assert f"{file.resolve()} is missing or damaged" in in_english(decided.why)
    assert scope.released_documents(released) == {}
