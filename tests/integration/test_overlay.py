"""A build of the changes, laid over the last release, equals a full build row for row."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from installation import Installation
from many_documents import DOCUMENTS, accounts, form, write
from review_documents import Document

from jixiao.release.releases import Release

OF_THE_BUILD = {"quality.build_info", "quality.release_history", "quality.fct_expectation_result"}
"""Tables that differ between any two builds."""

D_CORRECTED = dataclasses.replace(
    DOCUMENTS["d2023"],
    tables=accounts(
        # Half of the budget was executed, and is now nine tenths: it passes others of its kind.
        ("400.00", "600.00", "540.00"), ("200.00", "300.00", "270.00"), ("200.00", "300.00", "270.00")
    ),
)  # fmt: skip
NEW = Document(
    "f2023",
    (form("应急演练", "30.00", executed="10.00"), form("应急演练", "20.00")),
    accounts(("100.00", "100.00", "80.00"), ("50.00", "50.00", "40.00"), ("50.00", "50.00", "40.00")),
    organization="示范市测试区戊镇人民政府",
)


@dataclasses.dataclass(frozen=True)
class Built:
    """The releases before and after some documents changed, and a full build of the later state."""

    before: Release
    overlaid: Release
    full: Release


@pytest.fixture(scope="module")
def built(installation: Installation) -> Built:
    write(installation.landing)
    releases = [_build(installation)]
    shutil.rmtree(installation.landing / "c2023")
    shutil.rmtree(installation.landing / "d2023")
    D_CORRECTED.write(installation.landing)
    NEW.write(installation.landing)
    releases += [_build(installation), _build(installation, "--full")]
    return Built(*releases)


def _build(installation: Installation, *arguments: str) -> Release:
    done = installation.run("build", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return installation.current()


@pytest.fixture
def both(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name in ("before", "overlaid", "full"):
            connection.execute(f"attach '{getattr(built, name).database}' as {name}_release (read_only)")
        yield connection


def tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[str]:
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = ? order by all",
        [catalog],
    ).fetchall()
    return [name for (name,) in rows]


def test_two_documents_were_computed_and_the_rest_was_taken_over(built: Built) -> None:
    info = built.overlaid.manifest["build"]
    assert (info["documents"], info["documents_computed"], info["base_release_id"]) == (
        "9", "2", built.before.release_id
    )  # fmt: skip
    assert built.full.manifest["build"]["documents_computed"] == "9"
    assert built.full.manifest["build"]["base_release_id"] == ""


def test_every_table_is_that_of_a_full_build_row_for_row(both: duckdb.DuckDBPyConnection) -> None:
    names = tables(both, "full_release")
    assert tables(both, "overlaid_release") == names
    differing = {}
    for name in names:
        if name in OF_THE_BUILD:
            continue
        # The dictionary shows examples of the other tables.
        rest = f"where table_name not in ({', '.join(repr(other.split('.')[1]) for other in OF_THE_BUILD)})"
        rest = rest if name == "core.data_dictionary" else ""
        for one, other in (("overlaid", "full"), ("full", "overlaid")):
            rows = both.execute(
                f"from {one}_release.{name} {rest} except all from {other}_release.{name} {rest}"
            ).fetchall()
            if rows:
                differing[f"{name}, only {one}"] = rows[:3]
    assert differing == {}


def test_the_tables_did_change(both: duckdb.DuckDBPyConnection) -> None:
    def places(release: str) -> list[tuple[str, int]]:
        return both.execute(
            f'select organization_name[7:8], "rank" from {release}_release.execution.mart_organization_ranking '
            "where measure_code = 'budget_execution_rate' and peer_group like '%-2023' and organization_name like '%镇%' "
            "order by all"
        ).fetchall()

    # Executed of the annual budget, 2023: 甲 80 %, 乙 90 %, 丙 80 %, 丁 50 %.
    assert places("before") == [("丁镇", 4), ("丙镇", 2), ("乙镇", 1), ("甲镇", 2)]
    # 丙 was removed, 丁 has 90 % now, 戊 was added with 80 %.
    assert places("overlaid") == [("丁镇", 1), ("乙镇", 1), ("戊镇", 3), ("甲镇", 3)]


def test_the_release_says_what_it_is_made_of(built: Built) -> None:
    for release, laid_over in ((built.before, 0), (built.overlaid, 1), (built.full, 0)):
        state = json.loads((release.path / "inputs" / "state.json").read_text(encoding="utf-8"))
        assert state["laid_over"] == laid_over
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select document_id from read_parquet(?) order by all",
            [str(built.overlaid.path / "inputs" / "documents.parquet")],
        ).fetchall()
    ids = {document_id for (document_id,) in rows}
    assert {"d2023", "f2023"} <= ids
    assert len(rows) == 9


def test_a_withdrawn_document_takes_its_rows_out_of_the_release(both: duckdb.DuckDBPyConnection) -> None:
    # The gates pass: rows that only c2023 had may disappear.
    def documents(release: str) -> set[str]:
        rows = both.execute(f"select document_id from {release}_release.core.dim_document").fetchall()
        return {document_id for (document_id,) in rows}

    assert "c2023" in documents("before")
    assert "c2023" not in documents("overlaid")


def test_parquet_holds_what_the_database_holds(built: Built, both: duckdb.DuckDBPyConnection) -> None:
    for name in tables(both, "overlaid_release"):
        file = built.overlaid.path / "parquet" / f"{name.replace('.', '/')}.parquet"
        assert (
            both.execute(f"select count(*) from '{file}'").fetchone()
            == both.execute(f"select count(*) from overlaid_release.{name}").fetchone()
        )


def test_nothing_but_the_published_schemas_is_in_the_release(built: Built) -> None:
    def schemas(release: Release) -> set[str]:
        with duckdb.connect(str(release.database), read_only=True) as connection:
            rows = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
        return {name for (name,) in rows}

    assert schemas(built.overlaid) == schemas(built.full)
    assert not list(Path(built.overlaid.path).glob("*.wal"))
