"""Run dbt for a stage of the build, and tell Dagster of each node."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, cast

import dagster as dg
from dagster_dbt import DbtCliInvocation
from packaging.version import Version

from jixiao.builds.folder import BuildFolder
from jixiao.builds.session import BuildSession
from jixiao.builds.stages import Stage
from jixiao.settings import Settings
from orchestration.defs.dbt.forked import DbtProcess
from orchestration.defs.dbt.results import count_tests, describe_failures, read_results
from orchestration.defs.dbt.translator import JixiaoTranslator


@dataclass(frozen=True)
class DbtStep:
    """One call of dbt.

    Attributes:
        stage: The stage of the build.
        arguments: Returns dbt's arguments; called when the build is open.
        manifest: The parsed project.
        translator: How its nodes look in Dagster.
    """

    stage: Stage
    arguments: Callable[[], list[str]]
    manifest: Mapping[str, Any]
    translator: JixiaoTranslator


def run_dbt(
    context: dg.AssetExecutionContext,
    build: BuildSession,
    step: DbtStep,
) -> Iterator[Any]:
    """Run dbt for one stage of the build and yield Dagster's events of each node.

    Raises:
        Failure: If a node fails; it names the nodes and shows the rows of failed tests.
        NoBuildError: If no build is open.
    """
    with build.stage(step.stage) as folder:
        invocation = _start(context, build.settings, folder, step)
        yield from invocation.stream()
        results = read_results(invocation.target_path)
        build.record.tests = dict(Counter(build.record.tests) + Counter(count_tests(results)))
        if not invocation.is_successful():
            what = describe_failures(results, step.manifest, folder.database) or str(invocation.get_error())
            raise dg.Failure(
                description=f"dbt failed at {step.stage.name}:\n{what}",
                metadata={"log": dg.MetadataValue.path(folder.dbt_log(step.stage.name) / "dbt.log")},
                allow_retries=False,
            )


def _start(
    context: dg.AssetExecutionContext, settings: Settings, folder: BuildFolder, step: DbtStep
) -> DbtCliInvocation:
    target = folder.dbt_target(step.stage.name)
    process = DbtProcess(
        settings, _arguments(context, step), target=target, logs=folder.dbt_log(step.stage.name)
    )
    # Not by way of DbtCliResource, which starts dbt anew for each stage, after a `dbt --version` of its own.
    return DbtCliInvocation(
        process=cast("subprocess.Popen[bytes]", process),
        manifest=step.manifest,
        dagster_dbt_translator=step.translator,
        project_dir=settings.project_root,
        target_path=target,
        raise_on_error=False,
        context=context,
        cli_version=Version(version("dbt-core")),
    )


def _arguments(context: dg.AssetExecutionContext, step: DbtStep) -> list[str]:
    """Return dbt's arguments, of a run of selected assets with these in the place of the stage's selection."""
    arguments = step.arguments()
    if not context.is_subset:
        return arguments
    names = [
        node["name"]
        for node in step.manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
        and step.translator.get_asset_key(node) in context.selected_asset_keys
    ]
    arguments[arguments.index("--select") + 1] = " ".join(sorted(names))
    return arguments
