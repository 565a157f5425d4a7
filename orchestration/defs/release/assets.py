"""The release as an asset."""

import dagster as dg

from jixiao.builds import engine
from jixiao.builds.session import BuildSession
from jixiao.pages.index import PAGE_NAME as INDEX
from jixiao.settings import PUBLISHED_SCHEMAS
from orchestration.defs.dbt.assets import models, quality
from orchestration.defs.failures import failures
from orchestration.defs.keys import RELEASE

IO_RETRIES = 2
IO_WAIT_SECONDS = 5

PUBLISHED = sorted(key for key in models.keys | quality.keys if key.path[0] in PUBLISHED_SCHEMAS)


@dg.asset(
    key=RELEASE,
    group_name="release",
    kinds={"duckdb", "parquet"},
    deps=PUBLISHED,
    description="The published marts that `var/current` points at: DuckDB, Parquet, manifest and pages.",
)
def release(build: dg.ResourceParam[BuildSession]) -> dg.MaterializeResult:
    """Publish the build and switch readers to it."""
    try:
        with failures():
            published = engine.publish(build)
    except OSError as error:
        # A full disk, or a share that is unreachable for a moment, can recover; an error of the build can't.
        raise dg.RetryRequested(max_retries=IO_RETRIES, seconds_to_wait=IO_WAIT_SECONDS) from error
    rows = published.manifest["rows"]
    return dg.MaterializeResult(
        metadata={
            "release": published.release_id,
            "path": dg.MetadataValue.path(published.path),
            "index": dg.MetadataValue.url((published.path / INDEX).as_uri()),
            "documents": len(build.record.documents),
            "tables": len(rows),
            "dagster/row_count": sum(rows.values()),
            **{f"rows/{table}": count for table, count in rows.items()},
        }
    )
