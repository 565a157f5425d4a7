"""The tables of all organizations: the computed ones, laid over the last release."""

import dagster as dg

from expectations.suites import load_suites
from jixiao.builds import engine
from jixiao.builds.session import BuildSession
from orchestration.defs.failures import failures
from orchestration.defs.keys import OVERLAY, of_table

# The gates block the assets downstream of the tables that they judge.
GATED = sorted(of_table(suite.table) for suite in load_suites("gate_2"))


@dg.asset(
    key=OVERLAY,
    group_name="release",
    kinds={"duckdb"},
    deps=GATED,
    description="The tables of all organizations: those that were computed, laid over the last release's.",
)
def overlay(build: dg.ResourceParam[BuildSession]) -> dg.MaterializeResult:
    """Lay the tables of the changed organizations over the last release."""
    with failures():
        rows = engine.lay_over(build)
    computed = build.scope
    if computed.base is None:
        return dg.MaterializeResult(metadata={"computed": "everything", "why": computed.why})
    return dg.MaterializeResult(
        metadata={
            "base": computed.base.release_id,
            "documents": len(computed.documents),
            **{f"rows/{table}": count for table, count in rows.items()},
        }
    )
