"""The work paper that `jixiao review` and `jixiao check` write."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import duckdb
from rich.console import Console

from ingestion.message import Text, join
from jixiao.cli.console import at_work, console, short_path
from jixiao.language import text
from jixiao.review.decisions import pending_rows
from jixiao.review.findings import (
    Build,
    Document,
    DocumentReview,
    ReviewError,
    list_documents,
    read_form_lines,
    read_rules,
)
from jixiao.review.paper_reader import REPLY, is_workbook, read_paper
from jixiao.review.terms import read_decision_terms, read_severities
from jixiao.settings import Settings

PAPER_DOCUMENTS = 20
"""Documents of a work paper: a workbook of many more sheets is of no use to anyone."""


@dataclass(frozen=True)
class PaperFile:
    """A work paper to write.

    Attributes:
        target: The file.
        force: Whether to replace one that holds decisions.
        all_forms: Whether forms without a finding have a sheet, too.
        says: Where it is said what was written; None for standard output.
        is_of_release: Whether its findings are a release's, so that decisions on them can be imported.
    """

    target: Path
    force: bool = False
    all_forms: bool = False
    says: Console | None = None
    is_of_release: bool = True


class WrongUsageError(Exception):
    """The arguments of the command contradict each other or the release."""


def check_documents(documents: Sequence[Document]) -> None:
    """Refuse documents that are none, or too many for one work paper.

    Raises:
        WrongUsageError: They are.
    """
    if not documents or len(documents) > PAPER_DOCUMENTS:
        raise WrongUsageError(
            Text(
                f"一份底稿写 1 到 {PAPER_DOCUMENTS} 份文件，请用 --document 指定（可写多次）：\n",
                f"a work paper is of 1 to {PAPER_DOCUMENTS} documents; choose them with --document, once for each:\n",
            )
            + list_documents(documents)
        )


def page_addresses(target: Path, pages: Mapping[str, Path]) -> dict[str, str]:
    """Return the addresses of pages, by document, as of the folder of a work paper."""
    folder = target.absolute().parent
    return {
        document_id: quote(Path(os.path.relpath(page.absolute(), folder)).as_posix())
        for document_id, page in pages.items()
    }


def write_paper(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    reviews: Sequence[DocumentReview],
    build: Build,
    chosen: Collection[str],
    file: PaperFile,
    pages: Mapping[str, str],
) -> None:
    """Write a work paper and say so.

    Args:
        settings: The installation.
        connection: On the tables of the review.
        reviews: The reviews of its documents.
        build: What the tables were made by.
        chosen: Codes of the severities that it lists.
        file: The paper.
        pages: See `page_addresses`.

    Raises:
        WrongUsageError: It has another ending than `.xlsx`.
        ReviewError: The content of a file would be lost, or it can't be written.
    """
    target = file.target
    if target.suffix.lower() != ".xlsx":
        raise WrongUsageError(
            Text(f"{target}: 文件名应以 .xlsx 结尾", f"{target}: the name must end in .xlsx")
        )
    _check_target(settings, connection, target, file.force)
    # It takes a second to import, and only a work paper needs it.
    from jixiao.review.work_paper import Paper, write_work_paper  # noqa: PLC0415

    paper = Paper(
        reviews=reviews,
        lines={
            form: lines
            for review in reviews
            for form, lines in read_form_lines(connection, review.document).items()
        },
        rules=read_rules(connection),
        build=build,
        severities=read_severities(settings),
        chosen=list(chosen),
        decisions=read_decision_terms(settings),
        has_all_forms=file.all_forms,
        pages=pages,
    )
    try:
        with at_work(text("写入复核底稿", "writing the work paper")):
            sheets = write_work_paper(paper, target)
    except OSError as error:
        raise ReviewError(
            f"{target}: " + Text("无法写入：", "can't be written: ") + str(error.strerror or error)
        ) from error
    cases = sum(len(review.cases) for review in paper.reviews)
    findings = sum(len(review.findings) for review in paper.reviews)
    screen = file.says or console()
    screen.print(
        f"✓ {short_path(target.absolute())}"
        + text(
            f"：{cases:,} 案，{findings:,} 个问题，{sheets} 张工作表",
            f": {cases:,} cases, {findings:,} findings on {sheets} sheets",
        ),
        soft_wrap=True,
    )
    screen.print(
        (
            text("  填好后运行：", "  When it is filled in, run: ")
            if file.is_of_release
            else text(
                "  文件加入并构建之后（jixiao add、jixiao build），填好的底稿可导入：",
                "  When the files are in a release (jixiao add, jixiao build) and it is filled in, run: ",
            )
        )
        + f"jixiao review import {short_path(target.absolute())}",
        soft_wrap=True,
    )


def _check_target(
    settings: Settings, connection: duckdb.DuckDBPyConnection, target: Path, force: bool
) -> None:
    """Refuse to replace a file whose content would be lost.

    Raises:
        ReviewError: The target is no workbook, or holds decisions that were not imported.
    """
    if not target.exists():
        return
    if not target.is_file() or not is_workbook(target):
        raise ReviewError(
            Text(
                f"{target}: 已存在，且不是 .xlsx 文件，不会覆盖；请换一个文件名",
                f"{target}: it exists, is no .xlsx and will not be replaced; choose another name",
            )
        )
    if force:
        return
    try:
        rows = pending_rows(settings, connection, read_paper(target))
    except ReviewError as error:
        raise ReviewError(
            Text(
                f"{target}: 已存在，且不是可读的复核底稿；请换一个文件名，或用 --force 覆盖\n  ",
                f"{target}: it exists and can't be read as a work paper; choose another name, or --force\n  ",
            )
            + str(error)
        ) from error
    if rows:
        numbers = join(Text("、", ", "), (row.name for row in rows[:10])) + ("…" if len(rows) > 10 else "")
        command = f"`jixiao review import {short_path(target.absolute())}`"
        raise ReviewError(
            Text(
                f"{target}: 有 {len(rows)} 行复核内容尚未导入（第 {numbers.zh} 行）；先运行 {command}（{REPLY}不导入，请另存），"
                "或用 --force 覆盖",
                f"{target}: it has {len(rows)} rows that were not imported ({numbers.en}); first run {command} (which "
                f"leaves “{REPLY}” out: keep a copy), or replace it with --force",
            )
        )
