"""The order of a build on a cluster, and its state after a failure; dbt and the gates are simulated."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from played_cluster import DBT, Played

from ingestion.message import in_chinese
from jixiao.builds import engine
from jixiao.builds.session import BuildSession
from spark import SparkError, build
from spark.build import Cluster


def test_tables_are_published_after_both_gates(played: Played) -> None:
    assert in_chinese(played.build()) == "首次构建"
    assert played.calls == [
        "build", "gate_1 build.duckdb -", "external_tables", "run", "gate_2 spark.duckdb -", "publish"
    ]  # fmt: skip
    assert played.state.is_file()
    assert (played.storage / "build_replaced/replaced.parquet").is_file()
    assert (played.storage / "reference/t").is_dir()


def test_a_release_is_made_where_it_is_asked_for_once_all_is_published(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        build, "publish_release", lambda _, storage: played.calls.append(f"release {storage}")
    )
    played.build()
    assert "release" not in " ".join(played.calls)
    build.build(BuildSession(played.settings), Cluster.of(Path(sys.prefix), played.storage, is_released=True))
    assert played.calls[-2:] == ["publish", f"release {played.storage}"]


def test_a_later_build_is_held_against_what_was_published(played: Played) -> None:
    played.build()
    played.calls.clear()
    played.build()
    assert "gate_2 spark.duckdb jixiao.duckdb" in played.calls


def test_what_is_published_is_named_after_the_build_that_published_it(played: Played) -> None:
    cluster = Cluster(DBT, played.storage, "hdfs://jixiao")
    assert cluster.published.release_id == "published"
    session = BuildSession(played.settings)
    build.build(session, cluster)
    assert cluster.published.release_id == session.record.build_id


@pytest.mark.parametrize("failing", ["build", "gate_1", "external_tables", "run", "gate_2"])
def test_what_was_published_stays_where_a_build_fails_before(played: Played, failing: str) -> None:
    played.build()
    before = played.state.read_bytes()
    played.calls.clear()
    played.failing = failing
    with pytest.raises(SparkError, match=r"failure\.md"):
        played.build()
    assert "publish" not in played.calls
    assert played.state.read_bytes() == before
    report = (played.settings.open_build / "failure.md").read_text(encoding="utf-8")
    assert "build again: `python -m spark build`" in report
    # The lock is free again.
    played.failing = ""
    played.build()


def test_a_build_that_fails_while_it_publishes_has_the_next_one_compute_everything(played: Played) -> None:
    played.build()
    played.failing = "publish"
    with pytest.raises(SparkError, match="`dbt publish` failed"):
        played.build()
    played.failing = ""
    assert in_chinese(played.build()) == "上一版本未记录其输入"


def test_without_documents_there_is_nothing_to_build(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.inputs, "documents", lambda _: {})
    with pytest.raises(SparkError, match="There is no document to build"):
        played.build()


def test_what_lies_in_the_inbox_is_taken_in_before_it_is_built(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.intake.SETTLED_SECONDS", 0)
    inbox = played.settings.landing_folder().inbox
    inbox.mkdir(parents=True)
    (inbox / "unreadable.txt").write_text("nothing that is a form", encoding="utf-8")
    session = BuildSession(played.settings)
    build.build(session, Cluster(DBT, played.storage, "hdfs://jixiao"))
    assert [entry.source for entry in session.record.quarantined] == ["unreadable.txt"]
    assert list(session.record.stages)[:2] == ["extraction", "check"]
    assert session.record.gates == {"gate_1": {"passed": 1}, "gate_2": {"passed": 1}}


def test_an_environment_without_dbt_is_told_how_to_get_it(played: Played) -> None:
    session = BuildSession(played.settings)
    with pytest.raises(
        SparkError, match=r"none/bin/dbt: no such file; `make .venv-spark/.ready` installs it"
    ):
        build.build(session, Cluster.of(Path("none"), played.storage))
    assert played.calls == []
