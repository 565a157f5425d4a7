"""Documents in, raw CSVs out: what is there before the first table."""

from pathlib import Path
from typing import Any

import dagster as dg

from ingestion.document import DocumentError
from ingestion.extract import Extraction, extract
from ingestion.files import check_raw, quarantine_document, quarantine_parts
from jixiao.settings import Settings
from orchestration.build import inputs
from orchestration.build.record import Quarantined
from orchestration.build.session import BuildLockedError, BuildSession
from orchestration.build.stages import CHECK
from orchestration.build.stages import EXTRACTION as EXTRACTION_STAGE
from orchestration.defs.keys import EXTRACTION, RAW_FILES

LOCK_RETRIES = 30
LOCK_WAIT_SECONDS = 60


class ExtractionConfig(dg.Config):
    """What to extract.

    Attributes:
        document: Path of a disclosure in text form; without it only what has landed before is built.
    """

    document: str | None = None


@dg.asset(
    key=EXTRACTION,
    group_name="ingestion",
    kinds={"python"},
    description="The raw CSVs of the document given in the run's config, in its landing folder.",
)
def extraction(
    context: dg.AssetExecutionContext, config: ExtractionConfig, build: dg.ResourceParam[BuildSession]
) -> dg.MaterializeResult:
    """Open the build, and read a document if one is given."""
    open_build(build, f"run {context.run.run_id}")
    with build.stage(EXTRACTION_STAGE):
        if config.document is None:
            return dg.MaterializeResult(metadata={"document": "no document given"})
        return dg.MaterializeResult(metadata=_extract(Path(config.document), build))


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
def raw_files(build: dg.ResourceParam[BuildSession]) -> dg.MaterializeResult:
    """Check the raw CSVs; refuse a landed folder that is malformed, fail where the sample is."""
    with build.stage(CHECK) as folder:
        problems = check_raw(build.settings.raw_seeds)
        if problems:
            raise dg.Failure(
                description=f"the raw CSVs of the sample break contract one:\n{inputs.list_problems(problems)}",
                allow_retries=False,
            )
        refused = inputs.accept_landed(build.settings, folder)
        for entry in refused:
            build.quarantine(entry)
        build.record.documents = inputs.document_ids(inputs.raw_folders(build.settings, folder))
        reasons = {entry.source: dg.MetadataValue.text(entry.reason) for entry in refused}
        return dg.MaterializeResult(
            metadata={
                "documents": len(build.record.documents),
                "folders": len(inputs.raw_folders(build.settings, folder)),
                "quarantined": len(refused),
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
    try:
        result = extract(document)
    except DocumentError as error:
        folder = quarantine_document(document, str(error), settings.quarantine)
        build.quarantine(Quarantined(str(document), str(error), str(folder)))
        return {"document": str(document), "refused": str(error), "quarantine": str(folder)}
    target = inputs.land(result, settings.landing)
    _quarantine_parts(result, build, settings)
    build.record.extracted = {
        "file": document.name,
        "document_id": result.document.document_id,
        "forms": result.forms,
        "rows": result.counts(),
    }
    return {
        "document": str(document),
        "landing": str(target),
        "forms": result.forms,
        **{f"rows/{table}": rows for table, rows in result.counts().items()},
        "refused parts": len(result.refusals),
    }


def _quarantine_parts(result: Extraction, build: BuildSession, settings: Settings) -> None:
    folder = quarantine_parts(result, settings.quarantine)
    for refusal in result.refusals:
        place = f"{result.document.name}:{refusal.line}"
        build.quarantine(Quarantined(place, f"{refusal.part}: {refusal.reason}", str(folder)))
