"""The assets before the first table: documents and raw CSVs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import dagster as dg

from jixiao.builds import engine, scope
from jixiao.builds.session import BuildLockedError, BuildSession
from jixiao.builds.space import check_space
from orchestration.defs.failures import failures
from orchestration.defs.keys import EXTRACTION, RAW_FILES
from orchestration.history import prune_runs

LOCK_RETRIES = 30
LOCK_WAIT_SECONDS = 60


class ExtractionConfig(dg.Config):
    """The input of the extraction.

    Attributes:
        document: Path of a disclosure to read before the inbox, if any.
    """

    document: str | None = None


class RawFilesConfig(dg.Config):
    """The scope of the build.

    Attributes:
        full: Compute everything, changed since the last release or not.
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
    """Open the build; read the given document, the inbox, and landed documents of an earlier reader version."""
    open_build(build, f"run {context.run.run_id}")
    for note in build.record.notes:
        context.log.warning(note)
    prune_runs(context.instance)
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
    # Without an output the later steps are skipped: there is nothing to build.
    output_required=False,
    description="The folders of raw CSVs that go into the build: the sample's and the landed documents'. "
    "A run in which nothing has changed ends here.",
)
def raw_files(
    context: dg.AssetExecutionContext, config: RawFilesConfig, build: dg.ResourceParam[BuildSession]
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult | dg.AssetObservation]:
    """Check the raw CSVs; refuse malformed landed folders, and fail if the sample is malformed."""
    # If the extraction is not among the steps of the run, the build begins here.
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
    """Open the build, or request a retry of the step while another build runs.

    Raises:
        RetryRequested: Another build holds the lock.
    """
    try:
        build.open(command)
    except BuildLockedError as error:
        raise dg.RetryRequested(max_retries=LOCK_RETRIES, seconds_to_wait=LOCK_WAIT_SECONDS) from error
