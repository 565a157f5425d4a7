"""What the gates leave behind for the models of the quality schema."""

from collections.abc import Iterator

import dagster as dg

from expectations.suites import load_suites
from orchestration.build.build_info import write_build_info
from orchestration.build.session import BuildSession
from orchestration.defs.keys import BUILD_INFO, EXPECTATION_RESULT, of_table

# The gates block what comes after the tables they judge.
_GATED = sorted(of_table(suite.table) for suite in load_suites("gate_2"))


@dg.multi_asset(
    name="build_files",
    specs=[
        dg.AssetSpec(
            BUILD_INFO,
            deps=_GATED,
            group_name="quality",
            kinds={"csv"},
            description="One row: which code read which input when.",
        ),
        dg.AssetSpec(
            EXPECTATION_RESULT,
            deps=_GATED,
            group_name="quality",
            kinds={"csv"},
            description="One row per verdict of a gate; one file a gate.",
        ),
    ],
)
def build_files(build: dg.ResourceParam[BuildSession]) -> Iterator[dg.MaterializeResult]:
    """Write down which build this is, beside the verdicts that the gates wrote."""
    write_build_info(build)
    yield dg.MaterializeResult(asset_key=BUILD_INFO, metadata={"path": str(build.folder.build_info)})
    yield dg.MaterializeResult(
        asset_key=EXPECTATION_RESULT,
        metadata={f"verdicts/{gate}": str(counts) for gate, counts in build.record.gates.items()},
    )
