"""The exposures as external assets downstream of the tables that they show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.defs.dbt.assets import MANIFEST
from orchestration.defs.keys import of_table

GROUP = "exposures"


def exposure_specs(manifest: Mapping[str, Any]) -> list[dg.AssetSpec]:
    """Return an external asset for each exposure of a manifest, by name.

    Its metadata has the label, the type, the owner, the keys of its tables, and the URL if there is one.
    """
    exposures = sorted(manifest["exposures"].values(), key=lambda exposure: exposure["name"])
    return [_spec(exposure, manifest["nodes"]) for exposure in exposures]


def _spec(exposure: Mapping[str, Any], nodes: Mapping[str, Any]) -> dg.AssetSpec:
    tables = [nodes[unique_id] for unique_id in sorted(exposure["depends_on"]["nodes"])]
    metadata: dict[str, Any] = {
        "label_zh": exposure["label"],
        "type": exposure["type"],
        "owner": exposure["owner"]["name"],
        "keys": exposure["config"]["meta"]["keys"],
    }
    if exposure["url"]:
        metadata["url"] = dg.MetadataValue.url(exposure["url"])
    return dg.AssetSpec(
        key=dg.AssetKey([GROUP, exposure["name"]]),
        deps=[of_table(f"{table['schema']}.{table['name']}") for table in tables],
        description=f"{exposure['label']}: {exposure['description']}",
        group_name=GROUP,
        kinds={exposure["type"]},
        metadata=metadata,
    )


EXPOSURES = exposure_specs(MANIFEST)
