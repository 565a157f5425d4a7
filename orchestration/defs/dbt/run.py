"""Run dbt for a stage of the build and report each node to Dagster."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from jixiao.builds import engine, scope
from jixiao.builds.session import BuildSession, NoBuildError
from jixiao.builds.stages import MODELS, RAW, Stage
from jixiao.dbt import commands
from jixiao.dbt.process import LOG, DbtProcess, run_to_end
from jixiao.dbt.results import count_rows, count_tests, describe_failures, read_results
from orchestration.defs.dbt.translator import JixiaoTranslator


@dataclass(frozen=True)
class DbtStep:
    """One run of dbt.

    Attributes:
        stage: The stage of the build.
        arguments: Returns dbt's arguments for the open build.
        manifest: The parsed project.
        translator: Translates its nodes to Dagster's assets and checks.
    """

    stage: Stage
    arguments: Callable[[BuildSession], list[str]]
    manifest: Mapping[str, Any]
    translator: JixiaoTranslator


def run_dbt(
    context: dg.AssetExecutionContext,
    build: BuildSession,
    step: DbtStep,
) -> Iterator[Any]:
    """Run dbt for one stage of the build and yield Dagster's events of each node, tables with their numbers of rows.

    The events come when dbt has ended: until then it holds the lock on the database, in which rows are counted.

    Raises:
        Failure: A node failed; the description has the nodes and the rows of failed tests.
        NoBuildError: No build is open, and the last one can't be continued.
    """
    continue_or_begin(build, step.stage)
    with build.stage(step.stage) as folder:
        target, logs = folder.dbt_target(step.stage.name), folder.dbt_log(step.stage.name)
        arguments = _arguments(context, build, step)
        messages: list[str] = []
        events: list[Any] = []
        with DbtProcess(build.settings, arguments, target=target, logs=logs, with_results=True) as dbt:
            for line in dbt.lines():
                if line.startswith("{"):
                    events += _events(json.loads(line), context, step, target)
                else:
                    messages.append(line)
            is_successful = dbt.wait() == 0
        rows = count_rows(folder.database)
        yield from (_with_rows(event, context, rows) for event in events)
        results = read_results(target)
        build.record.tests = dict(Counter(build.record.tests) + Counter(count_tests(results)))
        if not is_successful:
            what = describe_failures(results, step.manifest, folder.database) or "".join(messages)
            raise dg.Failure(
                description=f"dbt failed at {step.stage.name}:\n{what}",
                metadata={"log": dg.MetadataValue.path(logs / LOG)},
                allow_retries=False,
            )


def continue_or_begin(build: BuildSession, stage: Stage) -> None:
    """Continue the last build; if it was released, begin one with all raw tables and models, of which some run again.

    Raises:
        NoBuildError: The stage is one after the models, which needs a build from extraction on.
    """
    if build.is_open:
        return
    try:
        build.resume(stage)
    except NoBuildError:
        if stage not in (RAW, MODELS):
            raise
        build.open(f"the stage {stage.name} alone")
        engine.check(build, partial(scope.decide, build.settings, full=True, force=True))
        if stage == RAW:
            return
        for before, arguments in (
            (RAW, commands.seed_arguments()),
            (MODELS, commands.models_arguments(len(build.scope.documents))),
        ):
            with build.stage(before) as folder:
                target, logs = folder.dbt_target(before.name), folder.dbt_log(before.name)
                run_to_end(build.settings, [*arguments, "--quiet"], target=target, logs=logs)


def _events(
    result: dict[str, Any], context: dg.AssetExecutionContext, step: DbtStep, target: Path
) -> Iterator[Any]:
    """Return Dagster's events of the result of a node."""
    message = DbtCoreCliEventMessage(raw_event=result, event_history_metadata={})
    return message.to_default_asset_events(step.manifest, step.translator, context, target)


def _with_rows(event: Any, context: dg.AssetExecutionContext, rows: Mapping[str, int]) -> Any:
    """Return the output of a table with its number of rows, and any other event as it is."""
    if not isinstance(event, dg.Output):
        return event
    count = rows.get(".".join(context.asset_key_for_output(event.output_name).path))
    return event if count is None else event.with_metadata({**event.metadata, "dagster/row_count": count})


def _arguments(context: dg.AssetExecutionContext, build: BuildSession, step: DbtStep) -> list[str]:
    """Return dbt's arguments; in a run of selected assets, these replace the stage's selection."""
    arguments = step.arguments(build)
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
