"""The whole project's logic: its SQL by hand, Jixiao, a dbt project with a table for each model."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.peers.check import Fingerprint, check_database, fingerprints
from benchmarks.peers.measure import Peer, PeerError, alternate
from benchmarks.peers.models import Model, models_of, statements, write_naive_project
from jixiao.dbt import commands
from jixiao.settings import MEMORY, PROJECT_ROOT, Settings

FLOOR = "DuckDB, the SQL by hand"
JIXIAO = "Jixiao, `dbt run`"
NAIVE = "dbt, a table a model"
DATABASE = "build.duckdb"
"""Its name is part of the compiled SQL."""


def database(work: Path) -> Path:
    """Return the database of Jixiao's own marts after they were built or compared in `work`."""
    return _DbtProject.database_in(work / "jixiao")


def build(raw: Path, documents: int, work: Path) -> None:
    """Build Jixiao's own marts once, for comparison with the slices of other engines.

    Args:
        raw: A raw store.
        documents: The number of its documents.
        work: A folder for the files.

    Raises:
        PeerError: They can't be built.
    """
    ours = _DbtProject(PROJECT_ROOT, work / "jixiao", raw, commands.threads_for(documents))
    ours.dbt("seed")
    ours.dbt("run")


def compare(raw: Path, documents: int, work: Path, rounds: int, *, floor_only: bool) -> dict[str, Any]:
    """Build all marts that don't run after the gates, from loaded raw and reference tables, by each peer.

    Args:
        raw: A raw store.
        documents: The number of its documents.
        work: A folder for the peers' files.
        rounds: Number of runs of each.
        floor_only: Whether to compare Jixiao only with its own SQL by hand.

    Raises:
        PeerError: The project itself can't be built.
    """
    threads = commands.threads_for(documents)
    ours = _DbtProject(PROJECT_ROOT, work / "jixiao", raw, threads)
    ours.dbt("seed")
    seeded = work / "seeded.duckdb"
    ours.database.replace(seeded)

    models = models_of(ours.compiled(seeded))
    published = [model.name for model in models if model.is_published]
    start = _Start(seeded, fingerprints(ours.database, published))
    peers = [_by_hand(models, work / "floor", start), _by_dbt(JIXIAO, ours, start)]
    if not floor_only:
        naive = _DbtProject(work / "naive" / "project", work / "naive", raw, threads)
        write_naive_project(PROJECT_ROOT, naive.root)
        # The project is already parsed, as in a nightly build.
        naive.compiled(seeded)
        peers.append(_by_dbt(NAIVE, naive, start))
    return {
        "models": len(models),
        "statements": len(statements(models)),
        "tables": len(published),
        "rows": sum(rows for rows, _ in start.expected.values()),
        **alternate(peers, rounds, work / "logs", needed=2),
    }


@dataclass(frozen=True)
class _Start:
    """The starting point and the expected result of each peer.

    Attributes:
        seeded: A database with the raw and reference tables.
        expected: The published tables.
    """

    seeded: Path
    expected: Mapping[str, Fingerprint]

    def copy_to(self, database: Path) -> Callable[[], None]:
        return lambda: _copy(self.seeded, database)

    def check(self, database: Path) -> Callable[[], None]:
        return lambda: check_database(database, self.expected)


def _by_hand(models: Sequence[Model], folder: Path, start: _Start) -> Peer:
    folder.mkdir(parents=True, exist_ok=True)
    database, plan = folder / DATABASE, folder / "statements.json"
    plan.write_text(json.dumps(statements(models), ensure_ascii=False), encoding="utf-8")
    return Peer(
        name=FLOOR,
        versions={"duckdb": version("duckdb")},
        command=[sys.executable, "-m", "benchmarks.peers.floor", str(plan), str(database), MEMORY],
        prepare=start.copy_to(database),
        check=start.check(database),
    )


def _by_dbt(name: str, project: _DbtProject, start: _Start) -> Peer:
    return Peer(
        name=name,
        versions={package: version(package) for package in ("dbt-core", "dbt-duckdb", "duckdb")},
        command=project.command("run"),
        environment=project.environment,
        prepare=start.copy_to(project.database),
        check=start.check(project.database),
    )


class _DbtProject:
    """A dbt project and its target folder."""

    def __init__(self, root: Path, folder: Path, raw: Path, threads: Sequence[str]) -> None:
        self.root = root
        self._threads = threads
        self.target = folder / "target"
        settings = self._settings(root, folder)
        self.database = self.database_in(folder)
        self.database.parent.mkdir(parents=True, exist_ok=True)
        self._log = folder / "prepare.log"
        self.environment = {
            **commands.environment(settings, target=self.target, logs=folder / "logs", inherited={}),
            "DBT_TARGET": "duckdb",
            "JIXIAO_RAW": str(raw),
        }

    @staticmethod
    def _settings(root: Path, folder: Path) -> Settings:
        return Settings(root, folder / "var", folder / "landing", memory=MEMORY)

    @staticmethod
    def database_in(folder: Path) -> Path:
        return _DbtProject._settings(PROJECT_ROOT, folder).open_build / DATABASE

    def command(self, verb: str) -> list[str]:
        """Return the dbt command; `run` leaves out the models after the gates."""
        excluded = ["--exclude", commands.AFTER_GATES_SELECT, *self._threads] if verb == "run" else []
        return [*commands.dbt_command(), verb, *excluded]

    def dbt(self, verb: str) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            done = subprocess.run(
                self.command(verb),
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode != 0:
            raise PeerError(f"dbt {verb} failed, see {self._log}")

    def compiled(self, seeded: Path) -> dict[str, Any]:
        """Return the manifest with the compiled SQL; the parsed project stays behind, as in a nightly build."""
        _copy(seeded, self.database)
        self.dbt("run")
        found: dict[str, Any] = json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))
        return found


def _copy(seeded: Path, database: Path) -> None:
    database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
    shutil.copyfile(seeded, database)
