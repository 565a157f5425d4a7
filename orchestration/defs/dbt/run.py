"""Run dbt as a child process: its lock on the build file goes with it."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliInvocation
from packaging.version import Version

from jixiao.settings import Settings
from orchestration.build.folder import BuildFolder
from orchestration.build.session import BuildSession
from orchestration.build.stages import Stage
from orchestration.defs.dbt import commands
from orchestration.defs.dbt.manifest import PARTIAL_PARSE
from orchestration.defs.dbt.results import count_tests, describe_failures, read_results
from orchestration.defs.dbt.translator import JixiaoTranslator


@dataclass(frozen=True)
class DbtStep:
    """One call of dbt.

    Attributes:
        stage: The stage of the build.
        arguments: dbt's arguments.
        manifest: The parsed project.
        translator: How its nodes look in Dagster.
    """

    stage: Stage
    arguments: list[str]
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
    target, logs = folder.dbt_target(step.stage.name), folder.dbt_log(step.stage.name)
    for path in (target, logs):
        path.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(settings.dbt_target / PARTIAL_PARSE, target / PARTIAL_PARSE)
    # Not by way of DbtCliResource, which runs `dbt --version` and loads an adapter first: nine seconds a build.
    return DbtCliInvocation.run(
        args=[commands.executable(), *step.arguments],
        env=commands.environment(settings, target=target, logs=logs, inherited=os.environ),
        manifest=step.manifest,
        dagster_dbt_translator=step.translator,
        project_dir=settings.project_root,
        target_path=target,
        raise_on_error=False,
        context=context,
        adapter=None,
        cli_version=Version(version("dbt-core")),
    )
