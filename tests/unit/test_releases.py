"""The content of a release; publishing, rolling back, listing and querying, and their errors."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from jixiao.release import snapshot
from jixiao.release.page import PageSource
from jixiao.release.query import connect, run_sql
from jixiao.release.releases import (
    ReleaseError,
    clean_partials,
    current,
    list_releases,
    new_release_id,
    pin,
    pinned,
    prune,
    publish,
    rollback,
    switch,
    unpin,
    verify,
)
from jixiao.release.store import exclusive
from jixiao.settings import Retention, Settings

BUILD_SQL = """
create schema raw; create schema staging; create schema core; create schema execution; create schema review;
create table raw.raw_document(document_id varchar, body varchar);
insert into raw.raw_document select 'd' || i, 'kept-in-the-build' from range(500) r(i);
create table staging.stg_document as select document_id from raw.raw_document;
create table core.dim_unit(
    unit_id varchar primary key,
    unit_name varchar not null,
    aliases varchar default '无',
    name_length integer generated always as (length(unit_name)),
    check (length(unit_id) > 0)
);
comment on table core.dim_unit is 'Unit; it''s 单位';
comment on column core.dim_unit.unit_name is '单位名称 "name"';
insert into core.dim_unit(unit_id, unit_name) values ('u3', '民生办'), ('u1', 'goes-into-the-release'), ('u2', '办');
create table core.dim_alias(unit_id varchar references core.dim_unit(unit_id), alias varchar);
insert into core.dim_alias values ('u2', '办事处');
create table execution."a ""fund"" fact"(
    unit_id varchar, "order" integer, "执行数" decimal(18, 2)
);
comment on column execution."a ""fund"" fact"."执行数" is 'executed; 元';
insert into execution."a ""fund"" fact" values
    ('u2', 1, 0.10), (null, 7, null), ('u1', 2, 5.00), ('u1', null, 3.00), ('u2', 1, 0.10), ('u1', 2, -5.00);
create view review.mart_risk as
    select document_id, 1::decimal(12, 6) as rate from "night's build".staging.stg_document
    order by document_id desc;
comment on view review.mart_risk is 'Risk';
comment on column review.mart_risk.rate is 'rate';
"""

PUBLISHED = ["core.dim_alias", "core.dim_unit", 'execution.a "fund" fact', "review.mart_risk"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(project_root=tmp_path, var=tmp_path / "var", landing=tmp_path / "landing")


@pytest.fixture
def build(settings: Settings) -> Path:
    return make_build(settings.builds / "b 1" / "night's build.duckdb", BUILD_SQL)


@pytest.fixture
def small(settings: Settings) -> Path:
    return make_build(
        settings.builds / "small.duckdb", "create schema core; create table core.t as select 1 as a"
    )


def make_build(path: Path, sql: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as con:
        con.execute(sql)
    return path


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(sql).fetchall()


def leftovers(settings: Settings) -> list[str]:
    return [path.name for folder in (settings.var, settings.releases) for path in folder.glob("*.partial")]


def names(settings: Settings) -> list[str]:
    return [release.release_id for release in list_releases(settings)]


def current_id(settings: Settings) -> str | None:
    release = current(settings)
    return release.release_id if release else None


def test_a_release_holds_the_published_schemas_and_nothing_else(build: Path, settings: Settings) -> None:
    release = publish(build, "r1", settings)

    tables = rows(release.database, "select schema_name || '.' || table_name from duckdb_tables() order by 1")
    assert [name for (name,) in tables] == PUBLISHED
    assert rows(release.database, "from duckdb_views() where not internal") == []
    schemas = rows(release.database, "select schema_name from duckdb_schemas() where not internal order by 1")
    assert [name for (name,) in schemas] == ["core", "execution", "review"]


def test_what_is_not_published_leaves_no_bytes_in_the_release(build: Path, settings: Settings) -> None:
    content = publish(build, "r1", settings).database.read_bytes()

    assert b"kept-in-the-build" in build.read_bytes()
    assert b"goes-into-the-release" in content
    assert b"kept-in-the-build" not in content


def test_rows_are_in_the_order_of_the_primary_key_or_of_all_columns(build: Path, settings: Settings) -> None:
    database = publish(build, "r1", settings).database

    assert rows(database, "from core.dim_unit") == [
        ("u1", "goes-into-the-release", "无", 21),
        ("u2", "办", "无", 1),
        ("u3", "民生办", "无", 3),
    ]
    assert rows(database, 'from execution."a ""fund"" fact"') == [
        ("u1", 2, Decimal("-5.00")),
        ("u1", 2, Decimal("5.00")),
        ("u1", None, Decimal("3.00")),
        ("u2", 1, Decimal("0.10")),
        ("u2", 1, Decimal("0.10")),
        (None, 7, None),
    ]
    documents = [document for document, _ in rows(database, "from review.mart_risk")]
    assert documents == sorted(f"d{number}" for number in range(500))


def test_rows_of_documents_stand_as_they_are_printed(settings: Settings) -> None:
    sql = """
        create schema review;
        create table review.fct_finding(finding_id varchar, document_id varchar, source_line integer);
        insert into review.fct_finding
        select md5(i::varchar), 'd' || i % 7, i % 11 from range(1000) r(i) order by hash(i + {seed});
    """
    stored = []
    for name, seed in (("one", 0), ("two", 1)):
        made = make_build(settings.builds / f"{name}.duckdb", sql.format(seed=seed))
        stored.append(rows(publish(made, name, settings).database, "from review.fct_finding"))
    places = [(document, line) for _, document, line in stored[0]]
    assert places == sorted(places)
    assert stored[1] == stored[0]
    assert len({finding for finding, *_ in stored[0]}) == 1000


def test_many_rows_are_sorted_document_after_document_and_none_is_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A sort takes 25 rows, a document has 10; one row has no document.
    monkeypatch.setattr(snapshot, "_SORTED_AT_ONCE", 25)
    made = make_build(
        settings.builds / "many.duckdb",
        "create schema review; create table review.fct as from ("
        "select 'd' || lpad((i % 12)::varchar, 2, '0') as document_id, (i // 12)::integer as source_line "
        "from range(120) r(i) union all select null, 1) order by hash(document_id, source_line)",
    )
    release = publish(made, "r1", settings)
    expected = [(f"d{document:02}", line) for document in range(12) for line in range(10)]
    assert rows(release.database, "from review.fct") == [*expected, (None, 1)]
    assert release.manifest["rows"] == {"review.fct": 121}


@pytest.mark.parametrize("key", ["", ", primary key (fiscal_year, unit)"])
def test_many_rows_of_no_document_are_sorted_in_stretches_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    # A sort takes 25 rows; a year, which the order begins with, has 10 and is a number that texts would sort otherwise.
    monkeypatch.setattr(snapshot, "_SORTED_AT_ONCE", 25)
    years = [8, 9, 10, 11, 100, 101, 102, 1000]
    stretches: list[str] = []
    find = snapshot._stretches
    monkeypatch.setattr(
        snapshot, "_stretches", lambda *given: stretches.extend(found := find(*given)) or found
    )
    made = make_build(
        settings.builds / "many.duckdb",
        f"create schema core; create table core.dim(fiscal_year integer, unit integer{key}); "
        f"insert into core.dim select unnest({years}), i from range(10) r(i) order by hash(i)",
    )
    release = publish(made, "r1", settings)
    assert rows(release.database, "from core.dim") == [(year, unit) for year in years for unit in range(10)]
    # 80 rows: years of 20, 20, 30 and 10 rows end before the next multiple of 25.
    assert len(stretches) == 4


def test_constraints_defaults_and_types_survive(build: Path, settings: Settings, tmp_path: Path) -> None:
    database = publish(build, "r1", settings).database
    constraints = """select table_name, constraint_type, constraint_text from duckdb_constraints()
        where schema_name in ('core', 'execution') order by all"""
    columns = """select table_name, column_name, data_type, is_nullable, column_default, generation_expression
        from duckdb_columns() where schema_name in ('core', 'execution') order by table_name, column_index"""

    kinds = {kind for _, kind, _ in rows(database, constraints)}
    assert kinds == {"PRIMARY KEY", "NOT NULL", "CHECK", "FOREIGN KEY"}
    assert rows(database, constraints) == rows(build, constraints)
    assert rows(database, columns) == rows(build, columns)

    copy = shutil.copyfile(database, tmp_path / "copy.duckdb")
    with duckdb.connect(str(copy)) as con:
        for refused in (
            "insert into core.dim_unit(unit_id, unit_name) values ('u1', 'again')",
            "insert into core.dim_unit(unit_id) values ('u9')",
            "insert into core.dim_alias values ('nobody', 'x')",
        ):
            with pytest.raises(duckdb.ConstraintException):
                con.execute(refused)


def test_comments_of_tables_views_and_columns_survive(build: Path, settings: Settings) -> None:
    database = publish(build, "r1", settings).database

    assert rows(database, "select table_name, comment from duckdb_tables() order by 1") == [
        ('a "fund" fact', None),
        ("dim_alias", None),
        ("dim_unit", "Unit; it's 单位"),
        ("mart_risk", "Risk"),
    ]
    comments = "select column_name, comment from duckdb_columns() where comment is not null order by 1"
    assert rows(database, comments) == [
        ("rate", "rate"),
        ("unit_name", '单位名称 "name"'),
        ("执行数", "executed; 元"),
    ]


def test_each_parquet_file_equals_its_table(build: Path, settings: Settings) -> None:
    release = publish(build, "r1", settings)

    files = sorted(path.relative_to(release.path).as_posix() for path in release.path.rglob("*.parquet"))
    assert files == [f"parquet/{name.replace('.', '/')}.parquet" for name in PUBLISHED]
    for name, file in zip(PUBLISHED, files, strict=True):
        schema, table = name.split(".")
        quoted = table.replace('"', '""')
        stored = rows(release.database, f'from {schema}."{quoted}"')
        assert stored
        with duckdb.connect() as con:
            exported = con.from_parquet(str(release.path / file))
            assert exported.fetchall() == stored


def test_a_release_has_the_storage_version_that_duckdb_1_reads(build: Path, settings: Settings) -> None:
    def header(database: Path) -> tuple[bytes, int]:
        return struct.unpack("<8x4sQ", database.read_bytes()[:20])

    release = publish(build, "r1", settings)

    # 64 is the format of DuckDB 1.0 and 1.1, which all of 1.x reads; the build shows that it isn't a default.
    assert header(release.database) == (b"DUCK", 64)
    assert header(build) != (b"DUCK", 64)
    told = "select tags['storage_version'] from duckdb_databases() where not internal"
    assert rows(release.database, told) == [("v1.0.0+",)]
    assert rows(build, told) == [("v2.0.0+",)]


def test_the_manifest_tells_what_was_published(build: Path, settings: Settings, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    (docs / "sub" / "index.html").write_text("<p>文档</p>", encoding="utf-8")
    before = datetime.now(UTC)

    release = publish(
        build, "r1", settings, manifest={"code_version": "1.0", "说明": [1]}, folders={"data_docs": docs}
    )

    manifest = json.loads((release.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == release.manifest
    assert manifest["release_id"] == "r1"
    assert before <= datetime.fromisoformat(manifest["created_at"]) <= datetime.now(UTC)
    assert manifest["duckdb_version"] == duckdb.__version__
    assert manifest["storage_version"] == "v1.0.0"
    assert manifest["source_build"] == "builds/b 1/night's build.duckdb"
    assert manifest["rows"] == dict(zip(PUBLISHED, (1, 3, 6, 500), strict=True))
    assert (manifest["code_version"], manifest["说明"]) == ("1.0", [1])
    found = {path.relative_to(release.path).as_posix(): path for path in release.path.rglob("*.*")}
    del found["manifest.json"]
    assert len(found) == 6
    assert "data_docs/sub/index.html" in found
    assert manifest["files"] == {
        name: {"bytes": path.stat().st_size, "sha256": sha256(path.read_bytes()).hexdigest()}
        for name, path in found.items()
    }


def test_the_build_stays_as_it_was(build: Path, settings: Settings) -> None:
    before = build.read_bytes()
    publish(build, "r1", settings)
    assert build.read_bytes() == before
    assert [path.name for path in build.parent.iterdir()] == [build.name]


def test_the_same_content_gives_the_same_rows_and_the_same_parquet(settings: Settings) -> None:
    # Several row groups, so that threads could mix them up.
    sql = """
        create schema core;
        create table core.keyed(id varchar primary key, n integer);
        create table core.keyless(g integer, t varchar);
        insert into core.keyed select 'k' || i, i from range(300000) r(i) order by {order};
        insert into core.keyless select i % 1000, md5(i::varchar) from range(300000) r(i) order by {order};
    """
    first = make_build(settings.builds / "one.duckdb", sql.format(order="hash(i)"))
    second = make_build(settings.builds / "two.duckdb", sql.format(order="hash(i + 1)"))
    assert rows(first, "select id from core.keyed") != rows(second, "select id from core.keyed")

    made = [publish(db, f"r{place}", settings) for place, db in enumerate((first, first, second))]

    for table in ("keyed", "keyless"):
        stored = [rows(release.database, f"from core.{table}") for release in made]
        assert len(stored[0]) == 300000
        assert stored[0] == sorted(stored[0])
        assert stored[1] == stored[0]
        assert stored[2] == stored[0]
        file = f"parquet/core/{table}.parquet"
        assert len({release.manifest["files"][file]["sha256"] for release in made}) == 1


def test_publishing_switches_by_a_relative_link(small: Path, settings: Settings) -> None:
    first = publish(small, "r1", settings)
    assert first.is_current
    second = publish(small, "r2", settings)

    assert settings.current.readlink() == Path("releases/r2")
    assert current(settings) == second
    assert [(release.release_id, release.is_current) for release in list_releases(settings)] == [
        ("r2", True),
        ("r1", False),
    ]
    assert leftovers(settings) == []


def test_a_page_is_told_the_release_before(small: Path, settings: Settings) -> None:
    told: list[object] = []

    def page(source: PageSource) -> str:
        if source.previous is None:
            told.append(None)
        else:
            with duckdb.connect(str(source.previous), read_only=True) as before:
                told.append(
                    before.execute("select count(*) from duckdb_views() where not internal").fetchall()
                )
        return source.release_id

    first, second = (publish(small, name, settings, pages={"page.html": page}) for name in ("r1", "r2"))
    assert told == [None, [(len(first.manifest["rows"]),)]]
    assert (second.path / "page.html").read_text(encoding="utf-8") == "r2"


def test_an_existing_release_is_never_overwritten(build: Path, small: Path, settings: Settings) -> None:
    first = publish(build, "r1", settings)
    before = first.database.read_bytes()

    with pytest.raises(ReleaseError, match="r1 exists"):
        publish(small, "r1", settings)

    assert first.database.read_bytes() == before
    assert current(settings) == first


@pytest.mark.parametrize("name", ["", ".", "..", ".r1", "a/b", "../r1", "r 1", "r\n", "版本", "x" * 65])
def test_a_name_that_could_lead_elsewhere_is_refused(name: str, small: Path, settings: Settings) -> None:
    with pytest.raises(ReleaseError, match="can't name a release"):
        publish(small, name, settings)
    publish(small, "r1", settings)
    for move in (switch, rollback):
        with pytest.raises(ReleaseError, match="can't name a release"):
            move(settings, name)
    assert current_id(settings) == "r1"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create schema raw; create table raw.t as select 1 as a", "no table in any of the schemas core, "),
        ('create schema core; create table core."a/b" as select 1 as a', "core.a/b: .*rename the model"),
        (
            "create schema core; create table core.t as select 1 as a; "
            "create view core.v as from core.t; drop table core.t",
            "core.v can't be copied",
        ),
    ],
)
def test_a_build_that_cannot_be_published_changes_nothing(
    sql: str, message: str, small: Path, settings: Settings
) -> None:
    publish(small, "r1", settings)
    broken = make_build(settings.builds / "broken.duckdb", sql)

    with pytest.raises(ReleaseError, match=message):
        publish(broken, "r2", settings)

    assert current_id(settings) == "r1"
    assert names(settings) == ["r1"]
    assert leftovers(settings) == []


def test_missing_or_unreadable_inputs_are_refused(small: Path, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no such build file"):
        publish(tmp_path / "none.duckdb", "r1", settings)
    with pytest.raises(ReleaseError, match="no such folder"):
        publish(small, "r1", settings, folders={"data_docs": tmp_path / "none"})
    text = tmp_path / "text.duckdb"
    text.write_text("not a database" * 1000)
    with pytest.raises(ReleaseError, match=r"text\.duckdb can't be read"):
        publish(text, "r1", settings)
    with duckdb.connect(str(small)), pytest.raises(ReleaseError, match="open for writing"):
        publish(small, "r1", settings)
    assert names(settings) == []


@pytest.mark.parametrize(
    "entries", [{"release_id": "x"}, {"files": {}}, {"a": object()}, {"a": float("nan")}, {"a": {1, 2}}]
)
def test_manifest_entries_that_clash_or_are_not_json_are_refused(
    entries: dict[str, object], small: Path, settings: Settings
) -> None:
    with pytest.raises(ReleaseError, match="manifest: "):
        publish(small, "r1", settings, manifest=entries)
    assert names(settings) == []


def test_only_one_process_changes_releases_at_a_time(small: Path, settings: Settings) -> None:
    publish(small, "r1", settings)
    with exclusive(settings):
        for act in (
            lambda: publish(small, "r2", settings),
            lambda: switch(settings, "r1"),
            lambda: rollback(settings, "r1"),
            lambda: prune(settings),
            lambda: clean_partials(settings),
        ):
            with pytest.raises(ReleaseError, match="another process"):
                act()
    assert publish(small, "r2", settings).is_current


def test_a_folder_in_the_place_of_the_link_is_refused_before_any_work(
    small: Path, settings: Settings
) -> None:
    settings.current.mkdir(parents=True)
    with pytest.raises(ReleaseError, match="isn't a link"):
        publish(small, "r1", settings)
    assert not (settings.releases / "r1").exists()


ONLY_TWO = Retention(last=2, weekly=0, monthly=0)


def test_only_so_many_releases_are_kept_as_the_retention_has(small: Path, settings: Settings) -> None:
    settings = replace(settings, retention=ONLY_TWO)
    made = [publish(small, name, settings).release_id for name in ("r1", "r2", "r3")]

    assert names(settings) == ["r3", "r2"]
    assert current_id(settings) == made[-1]
    assert leftovers(settings) == []


def test_pruning_spares_the_current_release_and_what_is_no_release(small: Path, settings: Settings) -> None:
    for name in ("r1", "r2", "r3", "r4"):
        publish(small, name, settings)
    shutil.copytree(settings.releases / "r2", settings.releases / "copy-of-r2")
    rollback(settings, "r1")

    assert prune(replace(settings, retention=ONLY_TWO)) == ["r2"]

    assert names(settings) == ["r4", "r3", "r1", "copy-of-r2"]
    assert run_sql(settings, "from core.t").rows == [(1,)]


def test_a_pinned_release_stays_until_it_is_unpinned(small: Path, settings: Settings) -> None:
    settings = replace(settings, retention=ONLY_TWO)
    publish(small, "r1", settings)
    pin(settings, "r1")
    for name in ("r2", "r3", "r4"):
        publish(small, name, settings)
    assert names(settings) == ["r4", "r3", "r1"]

    unpin(settings, "r1")
    assert prune(settings) == ["r1"]


def test_a_damaged_release_is_not_pinned(small: Path, settings: Settings) -> None:
    release = publish(small, "r1", settings)
    release.database.chmod(0o644)
    release.database.write_bytes(b"no database")
    with pytest.raises(ReleaseError, match="damaged"):
        pin(settings, "r1")
    assert pinned(settings) == set()


def test_a_release_that_is_not_there_is_neither_pinned_nor_unpinned(small: Path, settings: Settings) -> None:
    publish(small, "r1", settings)
    with pytest.raises(ReleaseError, match="r2"):
        pin(settings, "r2")
    with pytest.raises(ReleaseError, match="not pinned"):
        unpin(settings, "r1")


def test_rollback_goes_back_one_release_at_a_time(small: Path, settings: Settings) -> None:
    # The names are in reverse order: the order of creation counts.
    for name in ("c", "b", "a"):
        publish(small, name, settings)

    back = rollback(settings)
    assert (back.release_id, back.is_current) == ("b", True)
    assert rollback(settings).release_id == "c"
    with pytest.raises(ReleaseError, match="no release before c"):
        rollback(settings)
    assert current_id(settings) == "c"
    assert rollback(settings, "a").release_id == "a"
    assert current_id(settings) == "a"


def test_rollback_and_switch_need_a_release_that_is_there(small: Path, settings: Settings) -> None:
    with pytest.raises(ReleaseError, match="the current release can't be read"):
        rollback(settings)
    publish(small, "r1", settings)
    for move in (switch, rollback):
        with pytest.raises(ReleaseError, match="no such release; there are: r1"):
            move(settings, "r2")
    assert current_id(settings) == "r1"


def overwrite(file: Path, content: bytes) -> None:
    """Replace a file that can't be written."""
    file.unlink()
    file.write_bytes(content)


def flip_a_byte(folder: Path) -> None:
    database = folder / "jixiao.duckdb"
    content = bytearray(database.read_bytes())
    content[-1] ^= 1
    overwrite(database, content)


def drop_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def cut_the_manifest(folder: Path) -> None:
    file = folder / "manifest.json"
    overwrite(file, file.read_bytes()[:100])


def drop_the_database(folder: Path) -> None:
    (folder / "jixiao.duckdb").unlink()


def cut_the_database(folder: Path) -> None:
    file = folder / "jixiao.duckdb"
    overwrite(file, file.read_bytes()[:-4096])


def take_over_another_manifest(folder: Path) -> None:
    overwrite(folder / "manifest.json", (folder.parent / "r3" / "manifest.json").read_bytes())


VISIBLE_DAMAGE = [
    drop_the_manifest,
    cut_the_manifest,
    drop_the_database,
    cut_the_database,
    take_over_another_manifest,
]


@pytest.mark.parametrize("damage", [flip_a_byte, *VISIBLE_DAMAGE])
def test_rolling_back_to_a_damaged_release_is_refused(
    damage: Callable[[Path], None], small: Path, settings: Settings
) -> None:
    made = [publish(small, name, settings) for name in ("r1", "r2", "r3")]
    verify(made[1])
    damage(made[1].path)

    with pytest.raises(ReleaseError, match=r"r2.* is damaged"):
        rollback(settings, "r2")
    assert current_id(settings) == "r3"
    assert rollback(settings, "r1").is_current


@pytest.mark.parametrize("damage", VISIBLE_DAMAGE)
def test_a_damaged_release_is_listed_with_its_problem(
    damage: Callable[[Path], None], small: Path, settings: Settings
) -> None:
    for name in ("r1", "r2", "r3"):
        publish(small, name, settings)
    damage(settings.releases / "r2")

    problems = {release.release_id: release.problem for release in list_releases(settings)}

    assert problems["r1"] is None
    assert problems["r3"] is None
    assert problems["r2"] is not None
    with pytest.raises(ReleaseError, match="r2 is damaged"):
        switch(settings, "r2")
    assert publish(small, "r4", settings).is_current
    assert (settings.releases / "r2").is_dir()


def test_what_a_killed_publish_left_is_not_listed_and_goes(small: Path, settings: Settings) -> None:
    publish(small, "r1", settings)
    (settings.releases / ".r2.partial" / "parquet").mkdir(parents=True)
    link = settings.var / ".current.partial"
    link.symlink_to("releases/r2")

    assert names(settings) == ["r1"]
    assert sorted(clean_partials(settings)) == [".current.partial", ".r2.partial"]
    assert leftovers(settings) == []
    assert clean_partials(settings) == []
    assert current_id(settings) == "r1"


def test_before_the_first_publish_there_is_nothing(settings: Settings) -> None:
    assert list_releases(settings) == []
    assert current(settings) is None
    with pytest.raises(ReleaseError, match="there is no release yet; run jixiao build first"):
        connect(settings)


def test_a_link_to_a_lost_release_is_reported_and_can_be_left(small: Path, settings: Settings) -> None:
    publish(small, "r1", settings)
    publish(small, "r2", settings)
    shutil.rmtree(settings.releases / "r2")

    with pytest.raises(ReleaseError, match="r2: 没有这个版本，现有：r1"):
        connect(settings)
    with pytest.raises(ReleaseError, match="name the release to go back to"):
        rollback(settings)
    assert rollback(settings, "r1").is_current
    assert run_sql(settings, "from core.t").rows == [(1,)]


def test_release_names_sort_by_time_and_are_never_taken() -> None:
    now = datetime(2026, 11, 23, 15, 35, 1, 999999, tzinfo=UTC)
    taken: list[str] = []
    for _ in range(12):
        taken.append(new_release_id(now, taken))
    taken.append(new_release_id(now + timedelta(seconds=1), taken))

    assert taken[:3] == ["20261123T153501Z", "20261123T153501Z-02", "20261123T153501Z-03"]
    assert taken == sorted(set(taken))
    beijing = now.astimezone(timezone(timedelta(hours=8)))
    assert new_release_id(beijing) == "20261123T153501Z"
    with pytest.raises(ReleaseError, match="with its zone"):
        new_release_id(now.replace(tzinfo=None))
    with pytest.raises(ReleaseError, match="all names of this second are taken"):
        new_release_id(now, [taken[0], *(f"{taken[0]}-{number:02d}" for number in range(2, 100))])


def test_a_query_gives_columns_and_rows(build: Path, settings: Settings) -> None:
    publish(build, "r1", settings)

    result = run_sql(settings, "use core; select unit_id, unit_name as 名称 from dim_unit limit 1")
    assert (result.columns, result.rows) == (("unit_id", "名称"), [("u1", "goes-into-the-release")])
    assert run_sql(settings, "from core.dim_unit where false").rows == []
    with pytest.raises(duckdb.CatalogException, match="nothing"):
        run_sql(settings, "from core.nothing")
    for nothing in ("", "-- only a comment"):
        with pytest.raises(ReleaseError, match="holds no statement"):
            run_sql(settings, nothing)


READ_ONLY = "read-only mode"
NO_FILES = "file system operations are disabled|disabled through configuration"
LOCKED = "configuration has been locked"


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("create table core.x(a integer)", READ_ONLY),
        ("insert into core.t values (2)", READ_ONLY),
        ("update core.t set a = 2", READ_ONLY),
        ("drop table core.t", READ_ONLY),
        ("comment on table core.t is 'x'", READ_ONLY),
        ("attach '{folder}/new.duckdb' as x", NO_FILES),
        ("attach '{build}' as x (read_only)", NO_FILES),
        ("copy core.t to '{folder}/new.csv'", NO_FILES),
        ("export database '{folder}/new'", NO_FILES),
        ("select * from read_text('{folder}/secret.csv')", NO_FILES),
        ("select * from read_csv('{folder}/secret.csv')", NO_FILES),
        ("select * from glob('{folder}/*')", NO_FILES),
        ("select * from '{folder}/secret.csv'", NO_FILES),
        ("load '{folder}/x.duckdb_extension'", NO_FILES),
        ("set enable_external_access = true", LOCKED),
        ("set temp_directory = '{folder}/new'", LOCKED),
        ("set profiling_output = '{folder}/new.json'", LOCKED),
        ("call enable_logging(storage='file', storage_config={{'path': '{folder}/new'}})", LOCKED),
    ],
)
def test_a_reader_can_neither_write_nor_attach_nor_reach_files(
    sql: str, reason: str, small: Path, settings: Settings, tmp_path: Path
) -> None:
    release = publish(small, "r1", settings)
    folder = tmp_path / "server"
    folder.mkdir()
    (folder / "secret.csv").write_text("a\n1\n")

    with connect(settings) as con:
        with pytest.raises(duckdb.Error, match=reason):
            con.execute(sql.format(folder=folder, build=small))
        assert con.execute("from core.t").fetchall() == [(1,)]

    assert [path.name for path in folder.iterdir()] == ["secret.csv"]
    verify(release)


def test_a_reader_spills_outside_the_release(small: Path, settings: Settings) -> None:
    publish(small, "r1", settings)
    spill = Path(run_sql(settings, "select current_setting('temp_directory')").rows[0][0])
    assert spill.is_relative_to(settings.var)
    assert not spill.is_relative_to(settings.releases)


def test_a_reader_stays_on_its_release_until_it_connects_again(settings: Settings) -> None:
    sql = "create schema core; create table core.t as select {number} as a"
    builds = [
        make_build(settings.builds / f"{number}.duckdb", sql.format(number=number)) for number in (1, 2)
    ]
    publish(builds[0], "r1", settings)
    with connect(settings) as con:
        publish(builds[1], "r2", settings)
        assert con.execute("from core.t").fetchall() == [(1,)]
        # Also within one process, where DuckDB shares a file that is open under the same path.
        assert run_sql(settings, "from core.t").rows == [(2,)]
    rollback(settings)
    assert run_sql(settings, "from core.t").rows == [(1,)]
