"""Documents in, raw CSVs out: what is there before the first table."""

from pathlib import Path
from typing import Any

import dagster as dg

from ingestion.files import check_files
from ingestion.intake import add
from ingestion.reference import ReferenceTableError
from ingestion.submission import Given, list_problems
from jixiao.builds import inputs, scope
from jixiao.builds.inbox import empty_inbox, note_refused, read_again
from jixiao.builds.session import BuildLockedError, BuildSession
from jixiao.builds.space import NoSpaceError, check_space
from jixiao.builds.stages import CHECK
from jixiao.builds.stages import EXTRACTION as EXTRACTION_STAGE
from jixiao.review.findings import ReviewError
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
    """

    full: bool = False


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
    with build.stage(EXTRACTION_STAGE):
        metadata: dict[str, Any] = {"document": "no document given"}
        try:
            if config.document is not None:
                metadata = _extract(Path(config.document), build)
            # The inbox first: what it corrects need not be read again.
            metadata["inbox"] = empty_inbox(build)
            metadata["read again"] = read_again(build)
        except ReferenceTableError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        return dg.MaterializeResult(metadata=metadata)


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
    description="The folders of raw CSVs that go into the build: the sample's and the landed documents'.",
)
def raw_files(
    context: dg.AssetExecutionContext, config: RawFilesConfig, build: dg.ResourceParam[BuildSession]
) -> dg.MaterializeResult:
    """Check the raw CSVs; refuse a landed folder that is malformed, fail where the sample is."""
    # Where the extraction is not among the steps of the run, the build begins here.
    open_build(build, f"run {context.run.run_id}")
    with build.stage(CHECK) as folder:
        problems = check_files(build.settings.raw_seeds)
        if problems:
            raise dg.Failure(
                description=f"the raw CSVs of the sample break contract one:\n{list_problems(problems)}",
                allow_retries=False,
            )
        try:
            inputs.write_reference(build.settings, folder)
        except (ReferenceTableError, ReviewError) as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        refused = inputs.accept_landed(build.settings)
        for entry in refused:
            build.quarantine(entry)
        found = inputs.documents(build.settings)
        build.record.documents = list(found)
        if not build.record.documents:
            raise dg.Failure(
                description="没有可以构建的文件：所有文件都已撤出。 There is no document to build: all were removed. "
                "`jixiao add FILE` adds one, `jixiao restore ID` brings one back.",
                allow_retries=False,
            )
        build.scope = scope.decide(build.settings, found, full=config.full)
        build.record.scope = scope.describe(build.scope)
        try:
            wanted = check_space(build.settings, build.scope)
        except NoSpaceError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from error
        inputs.write_selection(build.settings, folder, build.scope.documents)
        reasons = {entry.source: dg.MetadataValue.text(entry.reason) for entry in refused}
        return dg.MaterializeResult(
            metadata={
                "documents": len(build.record.documents),
                "quarantined": len(refused),
                "disk space it may take, MiB": wanted // 2**20,
                **{f"scope/{name}": value for name, value in build.record.scope.items()},
            },
            check_results=[
                dg.AssetCheckResult(
                    passed=not refused,
                    check_name="files_keep_contract_one",
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata=reasons,
                )
            ],
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


def _extract(document: Path, build: BuildSession) -> dict[str, Any]:
    settings = build.settings
    if not document.is_file():
        raise dg.Failure(
            description=f"{document}: no such file; correct `document` in the run's config",
            allow_retries=False,
        )
    given = Given(default_organization=settings.organization)
    (outcome,) = add(settings.landing_folder(), [document], given)
    note_refused(outcome, str(document), build)
    if outcome.landed is None:
        return {"document": str(document), "refused": outcome.reason, "quarantine": str(outcome.folder)}
    forms = outcome.filing.forms if outcome.filing else 0
    build.record.extracted = {
        "file": document.name,
        "document_id": outcome.document_id,
        "forms": forms,
        "rows": outcome.rows,
    }
    return {
        "document": str(document),
        "landing": str(outcome.folder),
        "outcome": outcome.landed.value,
        "forms": forms,
        **{f"rows/{table}": rows for table, rows in outcome.rows.items()},
        "refused parts": len(outcome.refused),
    }
