"""A release of a cluster's published tables equals DuckDB's release of the same documents.

The cluster is simulated with the tables of DuckDB's release; `tests/spark` tests a real one. The seeds, the gates,
the models of the quality schema and the release are real.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from installation import Installation

from jixiao.builds.session import BuildSession
from jixiao.dbt.child import call_dbt
from jixiao.release.store import Release
from jixiao.settings import PROJECT_ROOT, Settings
from spark import build
from spark.build import Cluster

AFTER_GATES = {
    file.stem
    for file in (PROJECT_ROOT / "models/marts").glob("*/*.sql")
    if "after_gates" in file.read_text(encoding="utf-8")
}

OF_THE_BUILD = {"build_info", "fct_expectation_result", "release_history"}
"""Tables that depend on the time and the software of the build."""


class PlayedCluster:
    """A cluster that has already computed everything."""

    def __init__(self, storage: Path, release: Release) -> None:
        self.storage = storage
        self._marts = [
            file for file in (release.path / "parquet").glob("*/*.parquet") if file.stem not in AFTER_GATES
        ]

    def dbt(
        self,
        settings: Settings,
        arguments: Sequence[str],
        *,
        more: Mapping[str, str] | None = None,
        **rest: Any,
    ) -> str:
        if not more:
            return call_dbt(settings, arguments, **rest)
        if arguments[0] == "run":
            self._write("build_")
        elif arguments[1] == "publish":
            self._write("")
        return ""

    def _write(self, prefix: str) -> None:
        for mart in self._marts:
            folder = self.storage / f"{prefix}{mart.parent.name}" / mart.stem
            folder.mkdir(parents=True)
            shutil.copyfile(mart, folder / "1.parquet")
            (folder / "_SUCCESS").touch()


@pytest.fixture(scope="module")
def releases(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """The sample's release by DuckDB, and that of the simulated cluster."""
    before = installation.current()
    storage = tmp_path_factory.mktemp("storage")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "call_dbt", PlayedCluster(storage, before).dbt)
        patch.setenv("JIXIAO_VAR", str(installation.var))
        session = BuildSession(installation.settings)
        build.build(session, Cluster.of(Path(sys.prefix), storage, is_released=True))
    after = installation.current()
    assert after.release_id == session.record.build_id != before.release_id
    return before, after


def _tables(release: Release) -> dict[str, list[tuple[Any, ...]]]:
    """Return each table's comment, followed by its columns with type, comment and nullability."""
    with duckdb.connect(str(release.database), read_only=True) as connection:
        found: dict[str, list[tuple[Any, ...]]] = {}
        for schema, name, comment in connection.execute(
            "select schema_name, table_name, comment from duckdb_tables() order by all"
        ).fetchall():
            columns = connection.execute(
                "select column_name, data_type, is_nullable, comment from duckdb_columns() "
                "where schema_name = ? and table_name = ? order by column_index",
                [schema, name],
            ).fetchall()
            found[f"{schema}.{name}"] = [(comment,), *columns]
        return found


def test_it_has_the_tables_types_and_comments_of_any_release(releases: tuple[Release, Release]) -> None:
    before, after = map(_tables, releases)
    assert after == before
    assert all(comment for ((comment,), *_) in after.values())


def test_it_has_their_rows(releases: tuple[Release, Release]) -> None:
    before, after = releases
    with duckdb.connect() as connection:
        for name, release in (("before", before), ("after", after)):
            connection.execute(f"attach '{release.database}' as {name} (read_only)")
        for table in _tables(before):
            if table.partition(".")[2] in OF_THE_BUILD:
                continue
            # The dictionary quotes the rows of the tables that it explains.
            quoted = ", ".join(f"'{name}'" for name in OF_THE_BUILD)
            where = f"where table_name not in ({quoted})" if table == "core.data_dictionary" else ""
            for one, other in (("before", "after"), ("after", "before")):
                rows = f"from {one}.{table} {where} except all from {other}.{table} {where}"
                assert connection.execute(rows).fetchall() == [], table


def test_it_knows_its_gates_and_the_release_before(releases: tuple[Release, Release]) -> None:
    before, after = releases
    assert after.manifest["gates"] == before.manifest["gates"]
    with duckdb.connect(str(after.database), read_only=True) as connection:
        known = connection.execute("select distinct release_id from quality.release_history").fetchall()
        assert {release_id for (release_id,) in known} >= {before.release_id}
        assert connection.execute("select release_id from quality.build_info").fetchall() == [
            (after.release_id,)
        ]
    for page in ("dbt_docs/index.html", "report.html"):
        assert (after.path / page).stat().st_size > 0
