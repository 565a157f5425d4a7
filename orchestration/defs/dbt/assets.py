"""The dbt project as assets: seeds, models, and the models after the gates."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from jixiao.builds import loaded_reference
from jixiao.builds.session import BuildSession
from jixiao.builds.stages import MODELS, QUALITY, RAW
from jixiao.dbt import commands
from jixiao.dbt.manifest import prepare_manifest
from jixiao.settings import Settings
from orchestration.defs.dbt.run import DbtStep, run_dbt
from orchestration.defs.dbt.translator import JixiaoTranslator
from orchestration.defs.gates.engine import preload_engine

MANIFEST = json.loads(prepare_manifest(Settings.load()).read_text(encoding="utf-8"))
TRANSLATOR = JixiaoTranslator()


@dbt_assets(
    manifest=MANIFEST,
    select=commands.SEEDS_SELECT,
    name="raw",
    dagster_dbt_translator=TRANSLATOR,
)
def raw_tables(context: dg.AssetExecutionContext, build: dg.ResourceParam[BuildSession]) -> Iterator[Any]:
    """Load the raw CSVs, and the reference tables unless an earlier build has loaded and tested the same."""
    preload_engine()
    loaded = set()
    for event in run_dbt(context, build, DbtStep(RAW, _seed_arguments, MANIFEST, TRANSLATOR)):
        if isinstance(event, dg.Output):
            loaded.add(context.asset_key_for_output(event.output_name))
        yield event
    if context.is_subset:
        return
    # The models wait for these assets too.
    for key in sorted(context.selected_asset_keys - loaded):
        yield dg.MaterializeResult(asset_key=key, metadata={"loaded": "by an earlier build"})
    loaded_reference.keep(build.settings, build.folder)


def _seed_arguments(build: BuildSession) -> list[str]:
    if loaded_reference.restore(build.settings, build.folder):
        return commands.raw_arguments()
    return commands.seed_arguments()


@dbt_assets(
    manifest=MANIFEST,
    select=commands.MODELS_SELECT,
    exclude=commands.NOT_BEFORE_GATES_SELECT,
    name="models",
    dagster_dbt_translator=TRANSLATOR,
)
def models(context: dg.AssetExecutionContext, build: dg.ResourceParam[BuildSession]) -> Iterator[Any]:
    """Build and test staging, intermediate and marts."""
    yield from run_dbt(context, build, DbtStep(MODELS, _models_arguments, MANIFEST, TRANSLATOR))


def _models_arguments(build: BuildSession) -> list[str]:
    return commands.models_arguments(len(build.scope.documents))


@dbt_assets(
    manifest=MANIFEST,
    select=commands.AFTER_GATES_SELECT,
    name="quality",
    dagster_dbt_translator=TRANSLATOR,
)
def quality(context: dg.AssetExecutionContext, build: dg.ResourceParam[BuildSession]) -> Iterator[Any]:
    """Build and test the models after the gates."""
    yield from run_dbt(context, build, DbtStep(QUALITY, _after_gates_arguments, MANIFEST, TRANSLATOR))


def _after_gates_arguments(_: BuildSession) -> list[str]:
    return commands.after_gates_arguments()
