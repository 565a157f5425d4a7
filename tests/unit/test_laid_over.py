"""The tables of some organizations laid over those of a release, on made-up tables."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from jixiao.builds import overlay
from jixiao.release.releases import current, publish
from jixiao.release.snapshot import STORAGE_VERSION
from jixiao.release.store import ReleaseError
from jixiao.settings import PROJECT_ROOT, Settings

CONFIG = {"memory_limit": "200MB"}
WHOLE = """
    create schema core;
    create schema review;
    create table core.dim_document as
    from (values ('a1', 'a', 1), ('a2', 'a', 1), ('b1', 'b', 1)) as v (document_id, organization_id, amount);
    create table core.dim_unit as from (values ('u', 'a'), ('v', 'b')) as v (unit_id, organization_id);
    create table review.fct_finding as from (values ('f1', 'a1'), ('f2', 'b1')) as v (finding_id, document_id);
    create table review.dim_rule as from (values ('r1'), ('r2')) as v (rule_id);
"""
# Organization a has corrected a1, withdrawn a2 and filed a3; its unit has another name.
CHANGES = """
    create schema core;
    create schema review;
    create schema intermediate;
    create schema reference;
    create table core.dim_document as
    from (values ('a1', 'a', 2), ('a3', 'a', 2)) as v (document_id, organization_id, amount);
    create table core.dim_unit as from (values ('w', 'a')) as v (unit_id, organization_id);
    create table intermediate.int_finding as from (values ('f3', 'a3')) as v (finding_id, document_id);
    create view review.fct_finding as from build.intermediate.int_finding;
    create table review.dim_rule as from (values ('r2'), ('r3')) as v (rule_id);
    create table reference.unit as from (values ('元')) as v (unit);
"""

Make = Callable[[str, str], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a database under the name `build`, as builds do, and move it."""

    def written(name: str, sql: str) -> Path:
        build, target = tmp_path / "build.duckdb", tmp_path / f"{name}.duckdb"
        with duckdb.connect() as connection:
            connection.execute(f"attach '{build}' as build (storage_version '{STORAGE_VERSION}')")
            connection.execute("use build")
            connection.execute(sql)
        return build.rename(target)

    return written


@pytest.fixture
def whole(make: Make, tmp_path: Path) -> Path:
    base, changes, target = make("base", WHOLE), make("changes", CHANGES), tmp_path / "build.duckdb"
    before = base.read_bytes()
    overlay.lay_over(base, changes, target, ["core", "review"], ["a1", "a2"], CONFIG)
    assert base.read_bytes() == before
    return target


def rows(database: Path, table: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(f"from {table} order by all").fetchall()


def test_a_database_is_copied_where_the_kernel_cannot(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    base, changes, target = make("base", WHOLE), make("changes", CHANGES), tmp_path / "build.duckdb"

    def refuse(*_: object) -> int:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "copy_file_range", refuse)
    overlay.lay_over(base, changes, target, ["core", "review"], ["a1", "a2"], CONFIG)
    assert rows(target, "core.dim_document") == [("a1", "a", 2), ("a3", "a", 2), ("b1", "b", 1)]


def test_rows_of_the_organization_are_replaced_and_those_of_others_stay(whole: Path):
    assert rows(whole, "core.dim_document") == [("a1", "a", 2), ("a3", "a", 2), ("b1", "b", 1)]
    assert rows(whole, "core.dim_unit") == [("v", "b"), ("w", "a")]
    assert rows(whole, "review.fct_finding") == [("f2", "b1"), ("f3", "a3")]


def test_a_table_of_no_organization_is_the_one_that_was_computed(whole: Path):
    assert rows(whole, "review.dim_rule") == [("r2",), ("r3",)]


def test_what_went_and_came_is_told(make: Make, tmp_path: Path):
    told = overlay.lay_over(
        make("base", WHOLE), make("changes", CHANGES), tmp_path / "build.duckdb", ["core", "review"], ["a1", "a2"], CONFIG
    )  # fmt: skip
    assert told == {"core.dim_document": 4, "core.dim_unit": 2, "review.dim_rule": 4, "review.fct_finding": 2}


def test_a_table_with_other_columns_is_refused(make: Make, tmp_path: Path):
    base = make("base", WHOLE.replace("(unit_id,", "(unit,"))
    with pytest.raises(ReleaseError, match=r"other columns in core\.dim_unit; .*--full"):
        overlay.lay_over(base, make("changes", CHANGES), tmp_path / "build.duckdb", ["core"], ["a1"], CONFIG)


def test_documents_that_do_not_make_up_the_whole_are_refused(whole: Path):
    overlay.refuse_other_documents(whole, ["a1", "a3", "b1"])
    for wrong in (["a1", "a3"], ["a1", "a3", "b1", "c1"]):
        with pytest.raises(ReleaseError, match=r"--full"):
            overlay.refuse_other_documents(whole, wrong)


def test_a_lent_schema_is_there_for_models_and_not_in_the_release(whole: Path, tmp_path: Path):
    overlay.copy_schema(tmp_path / "changes.duckdb", whole, "reference", CONFIG)
    assert rows(whole, "reference.unit") == [("元",)]
    settings = Settings(PROJECT_ROOT, tmp_path, tmp_path / "landing", memory="200MB")
    release = publish(whole, "r2", settings, is_snapshot=True)
    assert not whole.exists()
    assert release.manifest["rows"] == {
        "core.dim_document": 3, "core.dim_unit": 2, "review.dim_rule": 2, "review.fct_finding": 2
    }  # fmt: skip
    with duckdb.connect(str(release.database), read_only=True) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
        [version] = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = 'jixiao'"
        ).fetchone() or [None]
    assert sorted(schemas) == [("core",), ("review",)]
    assert str(version).startswith(STORAGE_VERSION)
    assert (
        rows(release.database, "core.dim_unit")
        == duckdb.sql(f"from '{release.path}/parquet/core/dim_unit.parquet' order by all").fetchall()
    )


def test_a_publish_that_fails_leaves_the_file_to_be_published_again(whole: Path, tmp_path: Path):
    settings = Settings(PROJECT_ROOT, tmp_path, tmp_path / "landing", memory="200MB")

    def broken(source: object) -> str:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        publish(whole, "r2", settings, pages={"page.html": broken}, is_snapshot=True)
    assert current(settings) is None
    assert publish(whole, "r2", settings, is_snapshot=True).is_current
