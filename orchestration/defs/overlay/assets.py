"""What was computed becomes the whole again: it is laid over the last release, unless it is everything."""

import dagster as dg

from expectations.suites import load_suites
from jixiao.builds import overlay
from jixiao.builds.session import BuildSession
from jixiao.builds.stages import OVERLAY as OVERLAY_STAGE
from jixiao.release.store import ReleaseError
from jixiao.settings import PUBLISHED_SCHEMAS
from orchestration.defs.dbt.across import build_across
from orchestration.defs.keys import OVERLAY, of_table

# The gates block what comes after the tables they judge.
GATED = sorted(of_table(suite.table) for suite in load_suites("gate_2"))

REFERENCE = "reference"


@dg.asset(
    key=OVERLAY,
    group_name="release",
    kinds={"duckdb"},
    deps=GATED,
    description="The tables of all organizations: those that were computed, laid over the last release's.",
)
def whole(build: dg.ResourceParam[BuildSession]) -> dg.MaterializeResult:
    """Put the last release under the tables of the organizations that changed."""
    with build.stage(OVERLAY_STAGE) as folder:
        scope = build.scope
        if scope.base is None:
            return dg.MaterializeResult(metadata={"computed": "everything", "why": scope.why})
        folder.database.rename(folder.changes)
        try:
            rows = overlay.lay_over(
                scope.base.database,
                folder.changes,
                folder.database,
                PUBLISHED_SCHEMAS,
                scope.gone,
                build.settings.duckdb,
            )
            overlay.refuse_other_documents(folder.database, scope.inputs.keys())
            overlay.lend(folder.changes, folder.database, REFERENCE, build.settings.duckdb)
        except ReleaseError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        build_across(build.settings, folder)

        return dg.MaterializeResult(
            metadata={
                "base": scope.base.release_id,
                "documents": len(scope.documents),
                **{f"rows/{table}": count for table, count in rows.items()},
            }
        )
