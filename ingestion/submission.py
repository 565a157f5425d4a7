"""Turn one file into one folder: raw CSVs, manifest, report, and the file itself. Runs in a child process."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingestion.contract import RAW_TABLES
from ingestion.document import Document, DocumentError, printable, squeeze
from ingestion.extract import Extraction, extract_parts, leave_without_unit
from ingestion.files import (
    EXTRACTOR_VERSION,
    Problem,
    check_names,
    check_submission,
    manifest_of,
    read_rows,
    write_manifest,
    write_raw,
    write_refused,
)
from ingestion.filing import read_filings
from ingestion.ledger import FIGURE_WITHOUT_COLUMN, NO_COLUMN, unread_reasons
from ingestion.message import Text, each, join
from ingestion.names import safe_name, visible
from ingestion.raw_rules import AMOUNT_UNITS, is_year
from ingestion.read import read_document
from ingestion.reference import Reference, use
from ingestion.report import describe, write_report
from ingestion.sections import cover
from ingestion.tables import headings
from ingestion.tables.compose import document_id_of
from ingestion.tables.landing import TABLES, keep_source, write_document
from ingestion.tables.parts import read_file
from ingestion.tables.rows import Fault, Overrides

SOURCE = "source"
"""The folder of the original file in its landing folder, from which it can be extracted again."""

REFUSED = "refused"
"""The folder of the refused parts, until they are moved to quarantine."""

EXTRACTED, PREPARED = "extracted", "prepared"

DOCUMENTS = "documents"
"""Manifest key: the keys of all documents of the same file, if there are several."""

PROBLEMS_SHOWN = 20

_NOT_CONTENT = {"raw_document", "raw_reported_figure", "raw_source_place", "raw_unread_cell"}


@dataclass(frozen=True)
class Given:
    """The user's settings for a document; a blank leaves the printed value.

    Attributes:
        organization: The organization, whatever is printed.
        fiscal_year: The fiscal year, whatever is printed.
        amount_unit: The unit of its amounts.
        default_organization: The organization if none is printed.
        default_year: The fiscal year if none is printed.
        rule_profile: The rule profile for scoring its forms; blank lets region and year decide.
    """

    organization: str = ""
    fiscal_year: str = ""
    amount_unit: str = ""
    default_organization: str = ""
    rule_profile: str = ""
    default_year: str = ""


@dataclass(frozen=True)
class Task:
    """A file to extract, or a folder of raw CSVs to copy, into a folder that doesn't exist yet."""

    source: Path
    folder: Path
    given: Given
    tables: Reference = field(default_factory=Reference)


@dataclass(frozen=True)
class Taken:
    """An extracted file; the folders of its documents are ready to be landed.

    Attributes:
        documents: The key and the folder of each document of the file, nearly always one.
        refused: The key of each other document of the file, and why it can't be landed.
        faults: The bad rows of plain tables by the key of the document that they name and the file has no row of.
        left_out: A line about each bad row that names no document.
    """

    documents: tuple[tuple[str, Path], ...]
    refused: tuple[tuple[str, str], ...] = ()
    faults: tuple[tuple[str, tuple[Fault, ...]], ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """A refused file: the reason, with the remedy."""

    reason: str


class SubmissionError(Exception):
    """A document that can't be part of a build; the message gives the reason and the remedy."""


def take(task: Task) -> Taken | Refused:
    """Extract a file into its folder; a refused file leaves none."""
    try:
        use(task.tables)
        if task.source.is_dir():
            return Taken(((prepare(task.source, task.folder, task.given), task.folder),))
        return _take(task)
    except OSError as error:
        shutil.rmtree(task.folder, ignore_errors=True)
        name = visible(str(error.filename or task.source))
        return Refused(
            Text(f"{name}: 无法读写：{error.strerror}", f"{name}: can't be read or written: {error.strerror}")
        )
    except (DocumentError, SubmissionError) as error:
        shutil.rmtree(task.folder, ignore_errors=True)
        name = printable(task.source.name)
        return Refused(each(lambda text: text.replace(name, visible(name)), str(error)))


def _take(task: Task) -> Taken:
    document = read_document(task.source)
    document = dataclasses.replace(document, name=visible(document.name))
    try:
        given = task.given
        has_organization = bool(given.organization or given.default_organization)
        tables = headings.find(
            document, organization=has_organization, year=bool(given.fiscal_year or given.default_year)
        )
        return _land_tables(task, document, tables) if tables else _land_parts(task, document)
    except (DocumentError, SubmissionError) as error:
        # The reader's warnings may give the cause: a hidden sheet, a formula without a value.
        raise SubmissionError(
            join("\n", (str(error), *(Text("提醒：", "Note: ") + text for text in document.warnings)))
        ) from error


def _land_tables(task: Task, document: Document, tables: Sequence[headings.Table]) -> Taken:
    """Make a folder of each organization and fiscal year of a file with plain tables."""
    given = task.given
    said = {key: value for key, value in dataclasses.asdict(given).items() if value}
    found = read_file(
        document,
        tables,
        Overrides(
            squeeze(given.organization),
            squeeze(given.default_organization),
            given.fiscal_year,
            given.amount_unit,
            given.default_year,
        ),
        said,
    )
    wordings = use(task.tables)
    landed: list[tuple[str, Path]] = []
    first: Path | None = None
    for number, parts in enumerate(found.owners.values()):
        folder = task.folder.with_name(f"{task.folder.name}_{number}") if number else task.folder
        for part in parts.values():
            part.warnings[:0] = document.warnings
            first = keep_source(task.source, folder, part, first)
        write_document(folder, parts, wordings)
        if problems := check_submission(folder):
            raise SubmissionError(f"{document.name}: " + list_problems(problems))
        any_part = next(iter(parts.values()))
        landed.append((document_id_of(any_part.organization, any_part.year), folder))
    if first is not None:
        _refuse_changed(first, document.sha256)
    faults = ((document_id_of(*owner), tuple(rows)) for owner, rows in found.named.items())
    return Taken(tuple(landed), faults=tuple(faults), left_out=tuple(found.faults))


def list_left_out(name: str, lines: Sequence[str]) -> Text:
    """Return what is said of the rows of a file with plain tables that are in no document."""
    listed = join("\n", lines[:PROBLEMS_SHOWN])
    if (more := len(lines) - PROBLEMS_SHOWN) > 0:
        listed += Text(f"\n… 另有 {more} 行", f"\n… and {more} more rows")
    count = len(lines)
    return (
        Text(
            f"{name}: {count} 行未读取，其余已读取：\n",
            f"{name}: {count} rows were not read, the others were:\n",
        )
        + listed
    )


def _land_parts(task: Task, document: Document) -> Taken:
    """Make a folder of each document of a file; one that can't be landed doesn't hold back the others."""
    given = task.given
    parts = extract_parts(
        document,
        by_year=not given.fiscal_year,
        by_organization=not squeeze(given.organization),
        by_form=not squeeze(given.default_organization),
    )
    warnings = [_apply(given, extraction) for extraction in parts]
    if len(parts) == 1:
        _land(task, parts[0], task.folder, warnings[0])
        return Taken(((parts[0].document.document_id, task.folder),))
    names = {extraction.document.document_id: _name(extraction) for extraction in parts}
    warnings[0].append(
        Text(f"文件中有 {len(parts)} 份文件：", f"the file holds {len(parts)} documents: ")
        + join(Text("、", ", "), (_naming(name, document_id) for document_id, name in names.items()))
    )
    landed: list[tuple[str, Path]] = []
    refused: list[tuple[str, str]] = []
    for number, (extraction, own_warnings) in enumerate(zip(parts, warnings, strict=True)):
        document_id = extraction.document.document_id
        folder = task.folder.with_name(f"{task.folder.name}_{number}") if number else task.folder
        try:
            _land(task, extraction, folder, own_warnings, list(names))
            landed.append((document_id, folder))
        except SubmissionError as error:
            shutil.rmtree(folder, ignore_errors=True)
            reason = each(lambda text: text.removeprefix(document.name), str(error))
            refused.append((document_id, _naming(document.name, names[document_id]) + reason))
    if not landed:
        raise SubmissionError(join("\n", (reason for _, reason in refused)))
    return Taken(tuple(landed), tuple(refused))


def _naming(name: str, more: str) -> Text:
    return Text(f"{name}（{more}）", f"{name} ({more})")


def _name(extraction: Extraction) -> str:
    (row,) = extraction.ledger.tables["raw_document"]
    return f"{row['organization_name']} {row['fiscal_year']}"


def _land(
    task: Task,
    extraction: Extraction,
    folder: Path,
    warnings: Iterable[str],
    documents: Sequence[str] = (),
) -> None:
    """Write the folder of a document.

    Args:
        task: The file.
        extraction: The result of reading the document.
        folder: The target folder.
        warnings: Warnings for the user.
        documents: The keys of all documents of the file, if it holds several.
    """
    write_raw(extraction, folder)
    problems = check_submission(folder)
    _refuse_empty(extraction)
    if problems:
        raise SubmissionError(_refusal_of(problems, extraction.document.name))
    if extraction.refusals:
        write_refused(extraction, folder / REFUSED)
    manifest = {
        **manifest_of(extraction),
        **describe(extraction),
        "kind": EXTRACTED,
        "wordings": use(task.tables),
        "given": dataclasses.asdict(task.given),
        "filing": _filing(folder, extraction.forms),
        "source": _keep_source(task, folder, extraction.document.sha256),
    }
    if documents:
        manifest[DOCUMENTS] = list(documents)
    manifest["warnings"] = [*manifest["warnings"], *warnings, *_warn_of_unread(extraction)]
    places = {line.number: line.place for line in extraction.document.lines if line.place}
    for refused in manifest["refused"]:
        refused["place"] = places.get(refused["line"], "")
    _finish(folder, manifest)


def _warn_of_unread(extraction: Extraction) -> list[str]:
    """Return a warning with the numbers of read and unread cells, and of unread cells to look at."""
    unread = extraction.unread()
    if not unread:
        return []
    count, taken = sum(unread.values()), extraction.taken()
    document_id = extraction.document.document_id
    figures = unread.get(FIGURE_WITHOUT_COLUMN, 0)
    chinese = english = ""
    if set(unread) == {NO_COLUMN}:
        chinese, english = "（数据仓库没有存放它们的列）", ": the warehouse has no column for them"
    elif figures:
        chinese = f"（其中 {figures:,} 格印有金额或数字而没有存放的列，请查看）"
        english = f", of which {figures:,} are amounts or numbers without a column: look at them"
    return [
        Text(
            f"读入 {taken + count:,} 格中 {taken:,} 格，未读 {count:,} 格{chinese}，见 jixiao documents {document_id}",
            f"read {taken:,} of {taken + count:,} cells, {count:,} stay unread{english}; see jixiao documents {document_id}",
        )
    ]


def prepare(source: Path, folder: Path, given: Given) -> str:
    """Copy hand-made raw CSVs into a folder that is ready to be landed; return the document's id.

    Raises:
        SubmissionError: If they break contract one, or another value was given than they hold; the message lists file,
            line and column.
        OSError: If a file can't be read or written.
    """
    folder.mkdir(parents=True)
    for table in RAW_TABLES:
        if (source / f"{table}.csv").is_file():
            shutil.copyfile(source / f"{table}.csv", folder / f"{table}.csv")
    problems = [*check_names(source), *check_submission(folder, is_made_by_hand=True)]
    problems = problems or _contradictions(folder, given)
    if problems:
        places = [dataclasses.replace(problem, file=source / problem.file.name) for problem in problems]
        raise SubmissionError(list_problems(places))
    (filing,) = read_filings(folder)
    rows = {table: len(read_rows(folder, table)) for table in RAW_TABLES}
    _finish(
        folder,
        {
            "document_id": filing.document_id,
            "source_file": filing.source_file,
            "source_sha256": filing.source_sha256,
            "kind": PREPARED,
            "content_sha256": hash_raw(folder),
            "rows": rows,
            "refused": [],
            "warnings": [],
            "filing": filing.to_json(),
        },
    )
    return filing.document_id


def _contradictions(folder: Path, given: Given) -> list[Problem]:
    """Return a problem for each option of the user that differs from the raw CSVs, which hold these values."""
    options = (
        ("raw_document", "organization_name", given.organization, "--organization"),
        ("raw_document", "fiscal_year", given.fiscal_year, "--year"),
        ("raw_document", "amount_unit", given.amount_unit, "--amount-unit"),
        ("raw_self_evaluation", "rule_profile", given.rule_profile, "--profile"),
    )
    return [
        Problem(
            folder / f"{table}.csv",
            row.line,
            column,
            Text(
                f"{row[column]!r}，而 {option} 给出 {value!r}；原始 CSV 以表内的值为准，请改表或去掉 {option}",
                f"{row[column]!r}, but {option} gives {value!r}; raw CSVs hold their own values: change the cell or leave {option} out",
            ),
        )
        for table, column, value, option in options
        for row in (read_rows(folder, table) if value else ())
        if squeeze(row[column]) != squeeze(value)
    ]


def hash_raw(folder: Path) -> str:
    """Return the SHA-256 over the raw CSVs of a folder."""
    digest = hashlib.sha256()
    for table in RAW_TABLES:
        path = folder / f"{table}.csv"
        if path.is_file():
            digest.update(f"{table}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _finish(folder: Path, manifest: dict[str, Any]) -> None:
    write_manifest(folder, manifest)
    write_report(folder, manifest)


def check_given(given: Given, tables: Reference | None = None) -> str | None:
    """Return what is wrong with the user's settings, or None.

    Raises:
        ReferenceTableError: The rule profiles of the installation can't be read.
    """
    if given.fiscal_year and not is_year(given.fiscal_year):
        return Text(
            f"年度须为四位数字，如 2023，不能是 {given.fiscal_year!r}",
            f"the year is four digits, like 2023, not {given.fiscal_year!r}",
        )
    if given.amount_unit and given.amount_unit not in AMOUNT_UNITS:
        return Text(
            f"金额单位须为{'、'.join(AMOUNT_UNITS)}之一，不能是 {given.amount_unit!r}",
            f"the amount unit is one of {', '.join(AMOUNT_UNITS)}, not {given.amount_unit!r}",
        )
    if given.rule_profile:
        profiles = [row["profile_id"] for row in (tables or Reference()).rows("rule_profile")]
        if given.rule_profile not in profiles:
            return Text(
                f"评分规则须为{'、'.join(profiles)}之一，不能是 {given.rule_profile!r}",
                f"the rule profile is one of {', '.join(profiles)}, not {given.rule_profile!r}",
            )
    return None


def _apply(given: Given, extraction: Extraction) -> list[Text]:
    """Put the user's settings into the row of the document, and derive the missing values from its forms.

    Return warnings about overruled printed values and about values derived from forms.
    """
    (row,) = extraction.ledger.tables["raw_document"]
    printed = row["organization_name"]
    wanted = {
        "organization_name": squeeze(given.organization)
        or ("" if printed else squeeze(given.default_organization)),
        "fiscal_year": given.fiscal_year or ("" if row["fiscal_year"] else given.default_year),
        "amount_unit": given.amount_unit,
    }
    warnings = []
    for column, value in wanted.items():
        if value and row[column] and row[column] != value:
            warnings.append(
                Text(
                    f"印作 {row[column]!r}，按指定取 {value!r}（{column}）",
                    f"prints {row[column]!r}; {value!r} was taken as given ({column})",
                )
            )
        row[column] = value or row[column]
    leave_without_unit(extraction)
    warnings += cover.complete(extraction.ledger, extraction.document)
    for form in extraction.ledger.tables["raw_self_evaluation"]:
        form["rule_profile"] = given.rule_profile
    for table in ("raw_evaluation", "raw_evaluation_indicator"):
        for other in extraction.ledger.tables[table]:
            if other["evaluation_type"] == "department" and other["subject_name"] == printed:
                other["subject_name"] = row["organization_name"]
    return warnings


def _refuse_empty(extraction: Extraction) -> None:
    if any(rows for table, rows in extraction.ledger.tables.items() if table not in _NOT_CONTENT):
        return
    reasons = unread_reasons()
    cells = extraction.ledger.tables["raw_unread_cell"]
    found: dict[str, Text] = {}
    for cell in cells:
        line = Text(f"第 {cell['source_line']} 行", f"line {cell['source_line']}")
        place = (cell["source_place"] or line) + f" “{cell['cell_text'][:20]}”: "
        found.setdefault(cell["reason_code"], place + Text(*reasons[cell["reason_code"]]))
    parts = [
        Text(f"第 {r.line} 行，", f"line {r.line}, ") + r.part + ": " + r.reason for r in extraction.refusals
    ]
    lines = join("\n", [*parts, *found.values()][:PROBLEMS_SHOWN])
    raise SubmissionError(
        Text(
            f"{extraction.document.name}: 没有一个部分可以读取，未读 {len(cells)} 格：\n{lines.zh}",
            f"{extraction.document.name}: none of its parts can be read, {len(cells)} cells are unread:\n{lines.en}",
        )
    )


_OPTIONS = {
    "organization_name": (
        Text("单位名称", "the organization"),
        Text("--organization 单位名称", "--organization NAME"),
    ),
    "fiscal_year": (Text("年度", "the fiscal year"), "--year 2023"),
    "amount_unit": (Text("金额单位", "the unit of its amounts"), "--amount-unit 万元"),
}


def _refusal_of(problems: list[Problem], name: str) -> str:
    """Return the remedies for an extracted document that can't be part of a build."""
    missing = [problem.column for problem in problems if problem.file.stem == "raw_document"]
    if all(column in _OPTIONS for column in missing) and len(missing) == len(problems):
        what = join(Text("、", ", "), (_OPTIONS[column][0] for column in missing))
        options = join(" ", (_OPTIONS[column][1] for column in missing))
        return Text(
            f"{name}: 文件中没有写明{what.zh}；请指定 {options.zh}",
            f"{name}: it does not name {what.en}; add it again with {options.en}",
        )
    # Raw CSVs that were refused are in no folder: their line is behind the name of the table alone.
    bare = [dataclasses.replace(problem, file=Path(problem.file.name)) for problem in problems]
    return f"{name}: " + list_problems(bare)


def list_problems(problems: list[Problem]) -> str:
    """Return the first problems as lines, and the number of further ones."""
    lines = [each(printable, str(problem)) for problem in problems[:PROBLEMS_SHOWN]]
    if more := len(problems) - PROBLEMS_SHOWN if len(problems) > PROBLEMS_SHOWN else 0:
        lines.append(Text(f"… 另有 {more} 处", f"… and {more} more"))
    return join("\n", lines)


def _filing(folder: Path, forms: int) -> dict[str, Any]:
    (filing,) = read_filings(folder)
    return dataclasses.replace(filing, forms=forms).to_json()


def _keep_source(task: Task, folder: Path, sha256: str) -> str:
    """Keep the file, once on disk for all of its documents; return its path in the folder."""
    name = safe_name(task.source.name)
    copy = folder / SOURCE / name
    copy.parent.mkdir()
    try:
        copy.hardlink_to(task.folder / SOURCE / name)
    except OSError:
        shutil.copyfile(task.source, copy)
    _refuse_changed(copy, sha256)
    return f"{SOURCE}/{name}"


def _refuse_changed(copy: Path, sha256: str) -> None:
    """Refuse a file whose kept copy isn't what was read."""
    with copy.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise SubmissionError(
                Text(
                    f"{printable(copy.name)}: 读取时文件被修改；请重新添加",
                    f"{printable(copy.name)}: it changed while it was read; add it again",
                )
            )


def is_current(manifest: dict[str, Any], given: Given, wordings: str) -> bool:
    """Return whether extracting again, with wordings of this digest, would give the same result."""
    if manifest.get("kind") not in (EXTRACTED, TABLES):
        return True
    same_version = (
        manifest.get("extractor_version") == EXTRACTOR_VERSION and manifest.get("wordings") == wordings
    )
    before = {key: value for key, value in dict(manifest.get("given", {})).items() if value}
    wanted = {key: value for key, value in dataclasses.asdict(given).items() if value}
    for name in ("default_organization", "default_year"):
        wanted.pop(name, None)
    return same_version and all(before.get(key) == value for key, value in wanted.items())
