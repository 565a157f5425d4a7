"""Reference tables that an earlier build loaded: reused if none of their inputs has changed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from jixiao.builds import loaded_reference
from jixiao.builds.folder import BuildFolder
from jixiao.settings import PROJECT_ROOT, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(PROJECT_ROOT, tmp_path / "var", tmp_path / "landing", memory="200MB")


def folder(settings: Settings, name: str) -> BuildFolder:
    made = BuildFolder(settings.builds / name)
    made.root.mkdir(parents=True)
    return made


@pytest.fixture
def kept(settings: Settings) -> Settings:
    """An installation whose first build loaded one reference table and one raw table."""
    first = folder(settings, "1")
    with duckdb.connect(str(first.database)) as connection:
        connection.execute("create schema reference; create table reference.unit as select '元' as unit_code")
        connection.execute("create schema raw; create table raw.raw_document as select 'd1' as document_id")
    loaded_reference.keep(settings, first)
    return settings


def test_the_next_build_begins_with_the_reference_tables_alone(kept: Settings) -> None:
    second = folder(kept, "2")
    assert loaded_reference.restore(kept, second)
    with duckdb.connect(str(second.database)) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        assert tables == [("reference", "unit")]
        assert connection.execute("select * from reference.unit").fetchall() == [("元",)]


def test_a_decision_of_the_installation_has_them_loaded_again(kept: Settings) -> None:
    seed = (PROJECT_ROOT / "seeds/reference/finding_exception.csv").read_text(encoding="utf-8-sig")
    columns = seed.splitlines()[0].split(",")
    own = kept.landing / "reference"
    own.mkdir(parents=True)
    row = ",".join("f00000000000000" if column == "finding_id" else "" for column in columns)
    (own / "finding_exception.csv").write_text(f"{','.join(columns)}\n{row}\n", encoding="utf-8")
    assert not loaded_reference.restore(kept, folder(kept, "2"))


def test_a_damaged_file_is_loaded_again_and_kept_anew(kept: Settings) -> None:
    (file,) = (kept.var / "reference").glob("*.duckdb")
    file.write_bytes(b"no database" * 1000)
    assert not loaded_reference.restore(kept, folder(kept, "2"))
    loaded_reference.keep(kept, BuildFolder(kept.builds / "1"))
    assert loaded_reference.restore(kept, BuildFolder(kept.builds / "2"))


def test_a_database_that_is_there_is_not_written_over(kept: Settings) -> None:
    first = BuildFolder(kept.builds / "1")
    assert not loaded_reference.restore(kept, first)
    with duckdb.connect(str(first.database)) as connection:
        assert connection.execute("select count(*) from raw.raw_document").fetchall() == [(1,)]


def test_those_of_another_state_are_not_kept(kept: Settings) -> None:
    (kept.var / "reference" / "other.duckdb").touch()
    (file,) = (path for path in (kept.var / "reference").glob("*.duckdb") if path.name != "other.duckdb")
    file.unlink()
    loaded_reference.keep(kept, BuildFolder(kept.builds / "1"))
    assert [path.name for path in (kept.var / "reference").glob("*.duckdb")] == [file.name]
