"""Documents in, raw CSVs out: what is there before the first table."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import dagster as dg

from jixiao.builds import engine, scope
from jixiao.builds.session import BuildLockedError, BuildSession
from jixiao.builds.space import check_space
from orchestration.defs.failures import failures
from orchestration.defs.keys import EXTRACTION, RAW_FILES

LOCK_RETRIES = 30
LOCK_WAIT_SECONDS = 60


class ExtractionConfig(dg.Config):
    """What to extract.

    Attributes:
        document: Path of a disclosure; without it only what lies in the inbox is read.
    """

    document: str | None = None


class RawFilesConfig(dg.Config):
    """What to compute.

    Attributes:
        full: Compute everything, also what has not changed since the last release.
        force: Make a release even if nothing has changed since the last one.
    """

    full: bool = False
    force: bool = False


@dg.asset(
    key=EXTRACTION,
    group_name="ingestion",
    kinds={"python"},
    description="The raw CSVs of what lies in landing/inbox/, and of the document given in the run's config.",
)
def extraction(
    context: dg.AssetExecutionContext, config: ExtractionConfig, build: dg.ResourceParam[BuildSession]
) -> dg.MaterializeResult:
    """Open the build; read a document if one is given, the inbox, and what an earlier reader has read."""
    open_build(build, f"run {context.run.run_id}")
    with failures():
        document = None if config.document is None else Path(config.document)
        return dg.MaterializeResult(metadata=engine.read(build, document))


@dg.asset(
    key=RAW_FILES,
    group_name="ingestion",
    kinds={"csv"},
    deps=[EXTRACTION],
    check_specs=[
        dg.AssetCheckSpec(
            "files_keep_contract_one",
            asset=RAW_FILES,
            description="All raw CSVs are there, in UTF-8, with the columns of contract one in every row.",
        )
    ],
    # Without it the steps that come after are skipped: there is nothing to build.
    output_required=False,
    description="The folders of raw CSVs that go into the build: the sample's and the landed documents'. "
    "A run in which nothing has changed ends here.",
)
def raw_files(
    context: dg.AssetExecutionContext, config: RawFilesConfig, build: dg.ResourceParam[BuildSession]
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult | dg.AssetObservation]:
    """Check the raw CSVs; refuse a landed folder that is malformed, fail where the sample is."""
    # Where the extraction is not among the steps of the run, the build begins here.
    open_build(build, f"run {context.run.run_id}")
    decide = partial(scope.decide, build.settings, full=config.full, force=config.force)
    with failures():
        refused = engine.check(build, decide)
        is_unchanged = build.scope.is_unchanged
        wanted = 0 if is_unchanged else check_space(build.settings, build.scope)
    metadata = {
        "documents": len(build.record.documents),
        "quarantined": len(refused),
        "disk space it may take, MiB": wanted // 2**20,
        **{f"scope/{name}": value for name, value in build.record.scope.items()},
    }
    if is_unchanged:
        context.log.info("nothing has changed since the last release: no release is made")
        yield dg.AssetObservation(RAW_FILES, metadata={"unchanged": True, **metadata})
    else:
        yield dg.MaterializeResult(metadata=metadata)
    yield dg.AssetCheckResult(
        asset_key=RAW_FILES,
        passed=not refused,
        check_name="files_keep_contract_one",
        severity=dg.AssetCheckSeverity.WARN,
        metadata={entry.source: dg.MetadataValue.text(entry.reason) for entry in refused},
    )


def open_build(build: BuildSession, command: str) -> None:
    """Open the build, or have the step tried again while another one is at work.

    Raises:
        RetryRequested: If the lock is held: the other build ends by itself, nothing else here does.
    """
    try:
        build.open(command)
    except BuildLockedError as error:
        raise dg.RetryRequested(max_retries=LOCK_RETRIES, seconds_to_wait=LOCK_WAIT_SECONDS) from error
