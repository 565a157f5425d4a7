"""Exposures and the tables that they show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from jixiao.settings import PROJECT_ROOT

ASSETS = PROJECT_ROOT / "dashboards" / "superset" / "assets"
TABLE = re.compile(r"(?:from|join) [a-z_]+\.([a-z_]+) as [a-z]+")


def load(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


EXPOSURES: list[dict[str, Any]] = load(PROJECT_ROOT / "models" / "exposures.yml")["exposures"]
MODELS = {
    model["name"]: model
    for path in (PROJECT_ROOT / "models" / "marts").rglob("*.yml")
    for model in load(path).get("models", [])
}


def key_of(model: dict[str, Any]) -> list[str]:
    """Return the primary key of a model, else the columns of its test of compound uniqueness."""
    primary = [
        column["name"]
        for column in model["columns"]
        if any(constraint["type"] == "primary_key" for constraint in column.get("constraints", []))
    ]
    together = [
        test["unique_together"]["arguments"]["columns"]
        for test in model.get("data_tests", [])
        if "unique_together" in test
    ]
    return primary or together[0]


def test_every_dashboard_is_an_exposure_and_every_exposed_dashboard_exists():
    slugs = {load(path)["slug"]: path for path in (ASSETS / "dashboards").rglob("*.yaml")}
    exposed = {
        exposure["name"].removeprefix("dashboard_").replace("_", "-")
        for exposure in EXPOSURES
        if exposure["type"] == "dashboard"
    }
    assert set(slugs) == exposed


def read_by(dashboard: dict[str, Any]) -> set[str]:
    """Return the tables in the SQL of a dashboard's datasets."""
    datasets = {asset["uuid"]: asset for asset in map(load, (ASSETS / "datasets").rglob("*.yaml"))}
    charts = {asset["uuid"]: asset for asset in map(load, (ASSETS / "charts").rglob("*.yaml"))}
    parts = [part for part in dashboard["position"].values() if isinstance(part, dict)]
    used = {charts[part["meta"]["uuid"]]["dataset_uuid"] for part in parts if part["type"] == "CHART"}
    for entry in dashboard["metadata"]["native_filter_configuration"]:
        used |= {target["datasetUuid"] for target in entry["targets"]}
    return {table for uuid in used for table in TABLE.findall(datasets[uuid]["sql"])}


@pytest.mark.parametrize("path", sorted((ASSETS / "dashboards").glob("*.yaml")), ids=lambda path: path.stem)
def test_an_exposed_dashboard_depends_on_the_tables_that_its_datasets_read(path: Path):
    dashboard = load(path)
    name = "dashboard_" + dashboard["slug"].replace("-", "_")
    [exposure] = [exposure for exposure in EXPOSURES if exposure["name"] == name]
    depends = {ref.removeprefix("ref('").removesuffix("')") for ref in exposure["depends_on"]}
    assert depends == read_by(dashboard)


@pytest.mark.parametrize("exposure", EXPOSURES, ids=lambda exposure: str(exposure["name"]))
def test_an_exposure_carries_the_key_of_each_table_it_shows(exposure: dict[str, Any]):
    tables = [ref.removeprefix("ref('").removesuffix("')") for ref in exposure["depends_on"]]
    keys = exposure["config"]["meta"]["keys"]
    assert list(keys) == tables
    assert keys == {table: key_of(MODELS[table]) for table in tables}


def test_an_exposure_is_an_asset_downstream_of_its_tables(parsed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JIXIAO_VAR", str(parsed))
    from orchestration.defs.exposures.assets import exposure_specs  # noqa: PLC0415

    manifest = {
        "nodes": {"model.jixiao.dim_unit": {"schema": "core", "name": "dim_unit"}},
        "exposures": {
            "exposure.jixiao.page": {
                "name": "page",
                "label": "一页",
                "type": "dashboard",
                "url": "http://127.0.0.1/page",
                "description": "A page.",
                "owner": {"name": "Jixiao"},
                "depends_on": {"nodes": ["model.jixiao.dim_unit"]},
                "config": {"meta": {"keys": {"dim_unit": ["unit_id"]}}},
            }
        },
    }
    [spec] = exposure_specs(manifest)
    assert spec.key == dg.AssetKey(["exposures", "page"])
    assert [dep.asset_key for dep in spec.deps] == [dg.AssetKey(["core", "dim_unit"])]
    assert spec.metadata["keys"] == {"dim_unit": ["unit_id"]}
    assert spec.metadata["url"] == dg.MetadataValue.url("http://127.0.0.1/page")
