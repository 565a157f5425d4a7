"""The models as plain SQL in a DuckDB file, with the loaded reference tables, so that a check needs no dbt.

The file is made by dbt, once for each state of the project and of the installation's reference tables: `dbt seed` loads
the tables, `dbt compile` writes the SQL.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from ingestion.reference import FOLDER, KEYS
from jixiao.dbt.child import call_dbt
from jixiao.dbt.manifest import project_state
from jixiao.review.decisions import TABLE as DECISIONS
from jixiao.settings import Settings

CATALOG = "build"
"""The database that compiled SQL names: the file of a build is `build.duckdb`."""

STEPS = "checking.step"
"""The table of the models: place, name, schema, relations that it reads, SQL."""

RULE_BY_RULE = "rule_by_rule"
"""The materialization of the table of all rules' rows, each of which is an ephemeral model."""

_MODELS = "+path:models/marts"

_KEPT = "check"


def is_prepared(settings: Settings) -> bool:
    """Return whether the file of the current state is there."""
    return _file(settings).is_file()


def prepare(settings: Settings) -> Path:
    """Return the file of the current state, after making it if need be, which takes half a minute.

    Raises:
        DbtError: A model can't be compiled, or a reference table can't be loaded.
        ReferenceTableError: A reference table of the installation can't be used.
        OSError: The folder can't be written.
    """
    file = _file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    with (file.parent / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.is_file():
            with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
                made = _make(settings, Path(scratch))
                for old in file.parent.glob("*.duckdb"):
                    old.unlink()
                made.replace(file)
    return file


def _file(settings: Settings) -> Path:
    tables = settings.reference.digest(sorted(set(KEYS) - {DECISIONS}))
    state = hashlib.sha256(f"{project_state(settings.project_root)} {tables}".encode()).hexdigest()
    return settings.var / _KEPT / f"{state[:32]}.duckdb"


def _make(settings: Settings, scratch: Path) -> Path:
    database, raw = scratch / f"{CATALOG}.duckdb", scratch / "raw"
    raw.mkdir()
    settings.reference.write(raw / FOLDER)
    more = {"JIXIAO_BUILD_DB": str(database), "JIXIAO_RAW": str(raw), "JIXIAO_BUILD_DIR": str(scratch)}
    for arguments in (["seed", "--quiet"], ["compile", "--quiet", "--select", _MODELS]):
        call_dbt(settings, arguments, target=scratch / "target", logs=scratch, more=more)
    manifest = json.loads((scratch / "target" / "manifest.json").read_text(encoding="utf-8"))
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema checking")
        connection.execute(
            f"create table {STEPS} (place integer, name varchar, schema varchar, reads varchar[], sql varchar)"
        )
        connection.executemany(f"insert into {STEPS} values (?, ?, ?, ?, ?)", list(_steps(manifest)))
        # The rows of the sample are documents like others.
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall():
            connection.execute(f"delete from raw.{table}")
    return database


def _steps(manifest: dict[str, Any]) -> Iterator[tuple[int, str, str, list[str], str]]:
    """Yield the compiled models, each after those that it reads."""
    nodes = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node.get("compiled_code")
    }
    placed: dict[str, None] = {}

    def place(key: str) -> None:
        if key in placed or key not in nodes:
            return
        for read in nodes[key]["depends_on"]["nodes"]:
            place(read)
        placed[key] = None

    for key in sorted(nodes):
        place(key)
    names = {key: f"{node['schema']}.{node['name']}" for key, node in nodes.items()}
    # The rules are computed one by one, like in a build: as soon as what a rule reads is there.
    unions = {key for key, node in nodes.items() if node["config"]["materialized"] == RULE_BY_RULE}
    apart = {read for key in unions for read in nodes[key]["depends_on"]["nodes"]}
    ephemeral = {
        key
        for key, node in nodes.items()
        if node["config"]["materialized"] == "ephemeral" and key not in apart
    }

    def reads(key: str) -> Iterator[str]:
        for read in nodes[key]["depends_on"]["nodes"]:
            if read in ephemeral:
                yield from reads(read)
            elif read in nodes:
                yield names[read]

    for number, key in enumerate(key for key in placed if key not in ephemeral):
        node, needed = nodes[key], sorted(set(reads(key)))
        sql = node["compiled_code"]
        if key in unions:
            sql = " union all ".join(f"select * from {CATALOG}.{name}" for name in needed)
        yield number, node["name"], node["schema"], needed, sql
