"""The files that the models of the quality schema read."""

from collections.abc import Iterator

import dagster as dg

from jixiao.builds.publication import describe
from jixiao.builds.session import BuildSession
from orchestration.defs.keys import BUILD_INFO, EXPECTATION_RESULT, OVERLAY, RELEASE_HISTORY


@dg.multi_asset(
    name="build_files",
    specs=[
        dg.AssetSpec(
            BUILD_INFO,
            deps=[OVERLAY],
            group_name="quality",
            kinds={"csv"},
            description="One row: which code read which input when.",
        ),
        dg.AssetSpec(
            EXPECTATION_RESULT,
            deps=[OVERLAY],
            group_name="quality",
            kinds={"csv"},
            description="One row per verdict of a gate; one file a gate.",
        ),
        dg.AssetSpec(
            RELEASE_HISTORY,
            deps=[OVERLAY],
            group_name="quality",
            kinds={"csv"},
            description="One row per earlier release and document, from the release that readers have now.",
        ),
    ],
)
def build_files(
    context: dg.AssetExecutionContext, build: dg.ResourceParam[BuildSession]
) -> Iterator[dg.MaterializeResult]:
    """Write this build and the releases before it, beside the verdicts of the gates."""
    history = describe(build)
    yield dg.MaterializeResult(asset_key=BUILD_INFO, metadata={"path": str(build.folder.build_info)})
    yield dg.MaterializeResult(
        asset_key=EXPECTATION_RESULT,
        metadata={f"verdicts/{gate}": str(counts) for gate, counts in build.record.gates.items()},
    )
    if history.warning:
        context.log.warning(history.warning)
    yield dg.MaterializeResult(
        asset_key=RELEASE_HISTORY,
        metadata={"dagster/row_count": len(history.rows), "warning": history.warning or "-"},
    )
