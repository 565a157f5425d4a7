"""Translate dbt's nodes to Dagster's assets and checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject

from orchestration.defs.keys import RAW_FILES


class JixiaoTranslator(DagsterDbtTranslator):
    """Translate dbt's nodes: groups are schemas, and raw tables depend on the files they are loaded from."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """Return the node's asset, with the dependency that no ref declares."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        return spec.merge_attributes(deps=[RAW_FILES]) if spec.key.path[0] == "raw" else spec

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """Return a test's check, described by the test's description or else its name."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        props = self.get_resource_props(manifest, unique_id)
        return spec._replace(description=props.get("description") or spec.name.replace("_", " "))

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the schema as the group."""
        return str(dbt_resource_props["schema"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return the description without the SQL."""
        return str(dbt_resource_props["description"])
