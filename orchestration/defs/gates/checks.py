"""The two gates as blocking asset checks, one for each expectation."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from expectations.suites import Expectation, Gate, Suite, load_suites
from expectations.verdicts import GateResult, Verdict
from jixiao.builds import engine
from jixiao.builds.session import BuildSession
from orchestration.defs.keys import of_table


def check_name(gate: Gate, expectation_id: str) -> str:
    """Return the name of an expectation's check in letters that Dagster allows."""
    words = re.sub(r"[^0-9A-Za-z]+", "_", expectation_id).strip("_").lower()
    return f"{gate}__{words}"


def check_specs(gate: Gate, suites: Sequence[Suite]) -> list[dg.AssetCheckSpec]:
    """Return a blocking check for each expectation, on the asset of its table."""
    return [_check_spec(gate, suite, entry) for suite in suites for entry in suite.expectations]


def _check_spec(gate: Gate, suite: Suite, expectation: Expectation) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check_name(gate, expectation.id),
        asset=of_table(suite.table),
        description=f"{expectation.title_zh} {expectation.id}. {expectation.why}",
        blocking=True,
    )


def check_key(verdict: Verdict) -> dg.AssetCheckKey:
    """Return the key of the check of a verdict."""
    return dg.AssetCheckKey(of_table(verdict.table), check_name(verdict.gate, verdict.expectation_id))


def check_result(verdict: Verdict) -> dg.AssetCheckResult:
    """Return a verdict as a check's result; one that doesn't apply passes, with its status in the metadata."""
    metadata: dict[str, Any] = {"status": verdict.status, "observed": verdict.observed}
    if verdict.unexpected_count is not None:
        metadata["unexpected_count"] = verdict.unexpected_count
    if verdict.sample:
        metadata["rows"] = dg.MetadataValue.json(
            [{name: str(value) for name, value in row.items()} for row in verdict.sample]
        )
    return dg.AssetCheckResult(
        passed=verdict.status != "failed",
        asset_key=of_table(verdict.table),
        check_name=check_name(verdict.gate, verdict.expectation_id),
        severity=dg.AssetCheckSeverity.ERROR,
        description=verdict.exception or verdict.why,
        metadata=metadata,
    )


@dg.multi_asset_check(
    name="gate_1",
    specs=check_specs("gate_1", load_suites("gate_1")),
    description="Is this a well-formed submission?",
    can_subset=True,
)
def gate_1(
    context: dg.AssetCheckExecutionContext, build: dg.ResourceParam[BuildSession]
) -> Iterator[dg.AssetCheckResult]:
    """Judge the raw tables."""
    yield from _results(engine.judge(build, "gate_1"), context)


@dg.multi_asset_check(
    name="gate_2",
    specs=check_specs("gate_2", load_suites("gate_2")),
    description="May these marts be published?",
    can_subset=True,
)
def gate_2(
    context: dg.AssetCheckExecutionContext, build: dg.ResourceParam[BuildSession]
) -> Iterator[dg.AssetCheckResult]:
    """Judge the marts, also in comparison with the last release."""
    yield from _results(engine.judge(build, "gate_2"), context)


def _results(result: GateResult, context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """Yield the verdicts of the selected checks, and fail if one of them, or the gate if all are selected, failed."""
    selected = [
        check_result(verdict)
        for verdict in result.verdicts
        if check_key(verdict) in context.selected_asset_check_keys
    ]
    yield from selected
    is_whole = len(selected) == len(result.verdicts)
    if not (result.passed if is_whole else all(entry.passed for entry in selected)):
        raise dg.Failure(description=result.message(), allow_retries=False)
