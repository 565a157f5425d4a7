"""The release: what readers get."""

import dagster as dg

from jixiao import releases
from jixiao.dictionary import page as dictionary
from jixiao.report import page as report
from jixiao.settings import PUBLISHED_SCHEMAS
from orchestration.build.build_info import read_build_info
from orchestration.build.scope import INPUTS
from orchestration.build.session import BuildSession
from orchestration.build.stages import RELEASE as RELEASE_STAGE
from orchestration.defs.dbt.assets import models, quality
from orchestration.defs.dbt.docs import FOLDER as DBT_DOCS
from orchestration.defs.dbt.docs import documentation
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
    with build.stage(RELEASE_STAGE) as folder:
        info = read_build_info(build)
        try:
            published = releases.publish(
                folder.database,
                build.record.build_id,
                build.settings,
                manifest={
                    "build": info,
                    "documents": build.record.documents,
                    "quarantined": [entry.reason for entry in build.record.quarantined],
                    "tests": build.record.tests,
                    "gates": build.record.gates,
                },
                folders={
                    "data_docs": folder.data_docs,
                    DBT_DOCS: documentation(build.settings, folder, build.scope.base),
                    INPUTS: folder.inputs,
                },
                pages={
                    dictionary.PAGE_NAME: dictionary.render_release,
                    report.PAGE_NAME: report.render_release,
                },
                is_snapshot=build.scope.base is not None,
            )
        except OSError as error:
            # A full disk or a share that is gone for a moment; what is wrong with the build itself stays wrong.
            raise dg.RetryRequested(max_retries=IO_RETRIES, seconds_to_wait=IO_WAIT_SECONDS) from error
        rows = published.manifest["rows"]
    build.finish()
    return dg.MaterializeResult(
        metadata={
            "release": published.release_id,
            "path": dg.MetadataValue.path(published.path),
            "documents": len(build.record.documents),
            "tables": len(rows),
            "dagster/row_count": sum(rows.values()),
            **{f"rows/{table}": count for table, count in rows.items()},
        }
    )
