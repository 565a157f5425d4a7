"""The order of a build on a cluster, and what it leaves where it fails; dbt and the gates are played."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from expectations.suites import Gate
from expectations.verdicts import GateResult, Status, Verdict
from jixiao.settings import PROJECT_ROOT, Settings
from orchestration.build.session import BuildSession
from orchestration.defs.dbt.child import DbtError
from spark import SparkError, build
from spark.build import Cluster


@dataclasses.dataclass
class Played:
    """A cluster that has one mart of one document.

    Attributes:
        root: Its storage and the installation.
        failing: The word of dbt's command at which it fails, or the gate that stays shut.
        calls: What was asked, in order.
    """

    root: Path
    failing: str = ""
    calls: list[str] = dataclasses.field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(PROJECT_ROOT, self.root / "var", self.root / "landing")

    @property
    def storage(self) -> Path:
        return self.root / "storage"

    @property
    def state(self) -> Path:
        return self.storage / "published/inputs/state.json"

    def build(self) -> str:
        """Build, and say why everything was computed."""
        cluster = Cluster(Path("dbt"), self.storage, "hdfs://jixiao")
        return build.build(BuildSession(self.settings), cluster).why

    def dbt(
        self, settings: Settings, arguments: Sequence[str], *, more: dict[str, str] | None = None, **_: object
    ) -> str:
        word = arguments[1] if arguments[0] == "run-operation" else arguments[0]
        self.calls.append(word)
        if word == self.failing:
            raise DbtError(f"`dbt {word}` failed")
        assert (more or {}).get("DBT_TARGET") == (None if word == "build" else "spark")
        if word == "build":
            with duckdb.connect(settings.open_build / "build.duckdb") as connection:
                for schema in ("raw", "reference"):
                    connection.execute(f"create schema {schema}; create table {schema}.t as select 1 as t")
        if word in ("run", "publish"):
            folder = self.storage / ("core" if word == "publish" else "build_core") / "dim_document"
            folder.mkdir(parents=True, exist_ok=True)
            seed = settings.raw_seeds / "raw_document.csv"
            duckdb.sql(f"copy (select document_id from '{seed}') to '{folder}/1.parquet' (format parquet)")
            (folder / "_SUCCESS").touch()
        return ""

    def gate(self, gate: Gate, database: Path, *, previous_release: Path | None, **_: object) -> GateResult:
        self.calls.append(f"{gate} {database.name} {previous_release.name if previous_release else '-'}")
        status: Status = "failed" if gate == self.failing else "passed"
        return GateResult(gate, (Verdict(gate, "s", "core.t", "e", "t", "检查", "why", status, "seen"),))


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    made = Played(tmp_path)
    monkeypatch.setattr(build, "call_dbt", made.dbt)
    monkeypatch.setattr(build, "run_gate", made.gate)
    return made


def test_tables_are_published_after_both_gates(played: Played) -> None:
    assert played.build() == "首次构建 there is no release yet"
    assert played.calls == [
        "build", "gate_1 build.duckdb -", "external_tables", "run", "gate_2 spark.duckdb -", "publish"
    ]  # fmt: skip
    assert played.state.is_file()
    assert (played.storage / "build_gone/gone.parquet").is_file()
    assert (played.storage / "reference/t").is_dir()


def test_a_later_build_is_held_against_what_was_published(played: Played) -> None:
    played.build()
    played.calls.clear()
    played.build()
    assert "gate_2 spark.duckdb jixiao.duckdb" in played.calls


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
    # The lock is free again.
    played.failing = ""
    played.build()


def test_a_build_that_fails_while_it_publishes_has_the_next_one_compute_everything(played: Played) -> None:
    played.build()
    played.failing = "publish"
    with pytest.raises(SparkError, match="`dbt publish` failed"):
        played.build()
    played.failing = ""
    assert played.build() == "上一版本未记录其输入 the last release doesn't say what it was made of"


def test_without_documents_there_is_nothing_to_build(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build.inputs, "documents", lambda _: {})
    with pytest.raises(SparkError, match="There is no document to build"):
        played.build()
