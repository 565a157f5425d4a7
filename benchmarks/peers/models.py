"""The project's models for other runners: SQL in order, and a dbt project with a table for each model."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import yaml

from benchmarks.peers.measure import PeerError
from jixiao.dbt.commands import AFTER_GATES

DBT_FOLDERS = ("models", "macros", "seeds", "tests/dbt")
DBT_FILES = ("profiles.yml", "dbt_project.yml")
_IN_FILE = re.compile(r"materialized\s*=\s*[^,)]+")


@dataclass(frozen=True)
class Model:
    """A model as compiled by dbt.

    Attributes:
        schema: Its schema.
        table: Its name in the schema.
        materialized: `table`, `view` or `ephemeral`.
        sql: Its select, including ephemeral models.
        is_published: Whether it is a mart.
    """

    schema: str
    table: str
    materialized: str
    sql: str
    is_published: bool

    @property
    def name(self) -> str:
        """`schema.table`."""
        return f"{self.schema}.{self.table}"


def models_of(manifest: Mapping[str, Any]) -> list[Model]:
    """Return the models of dbt's manifest after a run, each after its inputs.

    Models that run after the gates are left out: they describe a release, not the disclosures.

    Raises:
        PeerError: A model was not compiled.
    """
    nodes = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and AFTER_GATES not in node["tags"]
    }
    graph = {key: sorted(set(nodes[key]["depends_on"]["nodes"]) & set(nodes)) for key in sorted(nodes)}
    return [_model(nodes[key]) for key in TopologicalSorter(graph).static_order()]


def _model(node: Mapping[str, Any]) -> Model:
    if not node.get("compiled_code"):
        raise PeerError(f"{node['name']}: the manifest holds no compiled SQL of it; dbt run writes it")
    return Model(
        schema=node["schema"],
        table=node["alias"],
        materialized=node["config"]["materialized"],
        sql=node["compiled_code"].strip().rstrip(";"),
        is_published=node["path"].startswith("marts/"),
    )


def statements(models: Sequence[Model]) -> list[str]:
    """Return the statements that build the models by hand, materialized alike."""
    made = [model for model in models if model.materialized != "ephemeral"]
    unknown = {model.materialized for model in made} - {"table", "view"}
    if unknown:
        raise PeerError(f"no statement makes a model of the materialization {', '.join(sorted(unknown))}")
    return [
        *(f'create schema if not exists "{schema}"' for schema in sorted({model.schema for model in made})),
        *(f'create {model.materialized} "{model.schema}"."{model.table}" as\n{model.sql}' for model in made),
    ]


def write_naive_project(root: Path, target: Path) -> None:
    """Copy the dbt project with every model as a table; nothing else differs.

    Args:
        root: The checkout.
        target: A folder; its contents are replaced.
    """
    shutil.rmtree(target, ignore_errors=True)
    for folder in DBT_FOLDERS:
        shutil.copytree(root / folder, target / folder)
    for name in DBT_FILES:
        shutil.copy(root / name, target / name)
    for file in (target / "models").rglob("*.sql"):
        file.write_text(as_table(file.read_text(encoding="utf-8")), encoding="utf-8")
    settings = target / "dbt_project.yml"
    project = yaml.safe_load(settings.read_text(encoding="utf-8"))
    project["models"] = all_tables(project["models"])
    settings.write_text(yaml.safe_dump(project, allow_unicode=True, sort_keys=False), encoding="utf-8")


def as_table(sql: str) -> str:
    """Return a model's file with its own configuration, if any, changed to a table."""
    return _IN_FILE.sub("materialized='table'", sql)


def all_tables(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the models' part of `dbt_project.yml` with tables as the only materialization."""
    return {
        key: "table" if key == "+materialized" else all_tables(value) if isinstance(value, dict) else value
        for key, value in settings.items()
    }
