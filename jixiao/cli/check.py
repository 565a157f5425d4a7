"""`jixiao check`: the findings of files within seconds, without a build."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

from ingestion.intake import Outcome, passed_over
from ingestion.names import visible
from ingestion.reference import ReferenceTableError
from ingestion.submission import Given, check_given
from ingestion.tables.landing import TABLES
from jixiao.checking import compiled
from jixiao.checking.documents import read_files
from jixiao.checking.session import open_session
from jixiao.cli import exits
from jixiao.cli.add import print_passed_over
from jixiao.cli.console import at_work, console, one_line, short_path
from jixiao.cli.paper import PaperFile, WrongUsageError, check_documents, page_addresses, write_paper
from jixiao.dbt.child import DbtError
from jixiao.language import shown, text
from jixiao.pages.document.content import NEEDED
from jixiao.pages.document.page import SEVERITIES, render_document
from jixiao.review.findings import TABLES as REVIEWED
from jixiao.review.findings import Build, ReviewError, read_documents, read_review
from jixiao.review.terms import read_severities
from jixiao.settings import Settings
from jixiao.values import to_json

UNREAD_SHOWN = 10

DOCUMENTS_SHOWN = 10
"""Documents whose findings are printed; of more, each has a line."""

MADE_BY = "jixiao check，未入库"

_TABLES = (
    "core.dim_document",
    "quality.fct_unread_cell",
    "review.dim_rule",
    "review.fct_case",
    "review.fct_finding",
)

_CASES = """
    select
        cases.*,
        rules.title_zh,
        rules.title_en,
        rules.remedy_zh,
        rules.remedy_en
    from review.fct_case as cases
    inner join review.dim_rule as rules on cases.rule_id = rules.rule_id and cases.rule_version = rules.rule_version
    where cases.document_id = ?
    order by position(cases.severity in 'EWI'), cases.case_kind desc, cases.source_line, cases.case_id
"""

_FINDINGS = """
    select * from review.fct_finding where document_id = ?
    order by position(severity in 'EWI'), source_line, rule_id, finding_id
"""

_UNREAD = "select * from quality.fct_unread_cell where document_id = ? order by source_line, unread_cell_id"

_DOCUMENTS = "select * from core.dim_document order by fiscal_year, organization_label, document_id"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Output:
    """Where the findings go, beside the screen.

    Attributes:
        html: A page, or a folder of pages, to write; None for none.
        xlsx: A work paper to write; None for none.
        as_json: Whether to print JSON instead.
    """

    html: Path | None = None
    xlsx: Path | None = None
    as_json: bool = False


@dataclass(frozen=True)
class _Checked:
    document: Row
    cases: Sequence[Row]
    findings: Sequence[Row]
    unread: Sequence[Row]

    @property
    def has_errors(self) -> bool:
        return any(case["severity"] == "E" and case["is_open"] for case in self.cases)


def run_check(paths: Sequence[Path], given: Given, output: Output) -> int:
    """Check files, print their cases, and return the exit code: 1 with an error, else 3 with something unread."""
    settings, errors = Settings.load(), console(sys.stderr)
    given = replace(given, default_organization=settings.organization)
    try:
        if (wrong := check_given(given, settings.reference)) is not None:
            errors.print(f"✗ {shown(wrong)}")
            return exits.USAGE
        if missing := [path for path in paths if not path.exists()]:
            names = text("、", ", ").join(visible(str(path)) for path in missing)
            errors.print(text("✗ 没有这个文件：", "✗ No such file: ") + names)
            return exits.USAGE
        if not compiled.is_prepared(settings):
            errors.print(
                text(
                    "… 首次使用（或规则有变），先准备规则，约需半分钟",
                    "… preparing the rules, which are new or changed; this takes half a minute",
                )
            )
        with at_work(text("准备规则", "preparing the rules")):
            rules = compiled.prepare(settings)
        with read_files(settings, paths, given) as outcomes:
            others = [*passed_over(paths), *(one.source for one in outcomes if one.is_no_document)]
            print_passed_over(others, errors)
            if all(one.is_no_document for one in outcomes):
                errors.print(
                    text("✗ 文件夹中没有可以检查的文件。", "✗ There is no file to check in the folder.")
                )
                return exits.USAGE
            return _check(settings, rules, outcomes, output, errors)
    except WrongUsageError as error:
        errors.print(f"✗ {shown(str(error))}", soft_wrap=True)
        return exits.USAGE
    except (ReferenceTableError, DbtError, ReviewError) as error:
        errors.print(f"✗ {shown(str(error))}", soft_wrap=True)
    except duckdb.Error as error:
        errors.print(
            text("✗ 无法计算，请报告并附上文件：", "✗ The models fail on it; report it with the file: ")
            + str(error),
            soft_wrap=True,
        )
    except BrokenPipeError:
        # Whoever reads the output has seen enough, as `head` does.
        raise
    except OSError as error:
        errors.print(text("✗ 无法写入：", "✗ Can't be written: ") + f"{error.filename}: {error.strerror}")
    return exits.FAILED


def _check(
    settings: Settings, rules: Path, outcomes: Sequence[Outcome], output: Output, errors: Console
) -> int:
    folders = sorted({outcome.folder for outcome in outcomes if outcome.landed and outcome.folder})
    refused = [outcome for outcome in outcomes if not outcome.is_whole]
    wanted = {*_TABLES, *(NEEDED if output.html else ()), *(REVIEWED if output.xlsx else ())}
    checked: list[_Checked] = []
    if folders:
        with ExitStack() as stack:
            # The files were read by forked processes; threads may start now.
            with at_work(text("应用规则", "applying the rules")):
                connection = stack.enter_context(open_session(settings, rules, folders, wanted))
            checked = [_read(connection, document) for document in _rows(connection, _DOCUMENTS)]
            # A folder of raw CSVs can hold several documents.
            if output.html is not None and output.html.suffix and len(checked) > 1:
                errors.print(
                    text(
                        f"✗ 共 {len(checked)} 份文件，--html 请指定文件夹。",
                        f"✗ There are {len(checked)} documents; name a folder for --html.",
                    )
                )
                return exits.USAGE
            pages = _write_pages(connection, checked, output.html) if output.html is not None else {}
            if output.xlsx is not None:
                _write_paper(settings, connection, output.xlsx, pages)
    if output.as_json:
        print(to_json(_as_json(checked, refused)))
    else:
        screen = console()
        for one in checked:
            _print(one, screen, is_one_of_many=len(checked) > DOCUMENTS_SHOWN)
        _print_notes(outcomes, screen)
        _print_refused(refused, screen)
        if len(checked) > 1:
            _print_totals(checked, refused, screen)
        screen.print(
            text(
                "与其他文件比对的规则（重复填报、各年比较等）在构建后检查：jixiao add，jixiao build",
                "Rules that compare documents with others are applied by a build: jixiao add, jixiao build",
            ),
            soft_wrap=True,
        )
    if any(one.has_errors for one in checked):
        return exits.FAILED
    return exits.QUARANTINED if refused or any(one.unread for one in checked) else exits.OK


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, *parameters: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, list(parameters))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _read(connection: duckdb.DuckDBPyConnection, document: Row) -> _Checked:
    document_id = str(document["document_id"])
    return _Checked(document, *(_rows(connection, sql, document_id) for sql in (_CASES, _FINDINGS, _UNREAD)))


def _write_paper(
    settings: Settings, connection: duckdb.DuckDBPyConnection, target: Path, pages: Mapping[str, Path]
) -> None:
    documents, severities = read_documents(connection), read_severities(settings)
    check_documents(documents)
    ranks = {code: rank for rank, code in enumerate(severities)}
    write_paper(
        settings,
        connection,
        [read_review(connection, one, ranks, severities) for one in documents],
        Build(MADE_BY, datetime.now(UTC).isoformat()),
        severities,
        PaperFile(target, says=console(sys.stderr), is_of_release=False),
        page_addresses(target, pages),
    )


def _write_pages(
    connection: duckdb.DuckDBPyConnection, checked: Sequence[_Checked], target: Path
) -> dict[str, Path]:
    """Write the pages and return them by document."""
    pages = {}
    is_page = bool(target.suffix)
    (target.parent if is_page else target).mkdir(parents=True, exist_ok=True)
    for one in checked:
        document_id = str(one.document["document_id"])
        path = target if is_page else target / f"{document_id}.html"
        path.write_text(render_document(connection, document_id, MADE_BY), encoding="utf-8")
        pages[document_id] = path
        console(sys.stderr).print(f"✓ {short_path(path.absolute())}", soft_wrap=True)
    return pages


def _print(one: _Checked, out: Console, *, is_one_of_many: bool) -> None:
    document = one.document
    name = one_line(
        f"{document['organization_label']} {document['fiscal_year'] or ''}"
        + text(f"（{document['source_file']}）", f" ({document['source_file']})")
    )
    if is_one_of_many:
        out.print(f"{name}{text('：', ': ')}{_counts([one])}", soft_wrap=True)
        return
    out.print(name, soft_wrap=True)
    out.print(f"  {_counts([one])}")
    for case in one.cases:
        _print_case(case, out)
    for cell in one.unread[:UNREAD_SHOWN]:
        where = cell["source_place"] or text(f"第 {cell['source_line']} 行", f"line {cell['source_line']}")
        reason = text(cell["reason_zh"], cell["reason_en"])
        label = text("未读", "unread")
        out.print(
            one_line(f"  {label} {where}“{cell['cell_text']}”{text('：', ': ')}{reason}"), soft_wrap=True
        )
    if (more := len(one.unread) - UNREAD_SHOWN) > 0:
        out.print(text(f"  … 另有 {more:,} 格未读", f"  … and {more:,} more cells"))


def _counts(checked: Sequence[_Checked]) -> str:
    """Return how many cases of each severity, findings and unread cells some documents have."""
    errors, doubts, hints = (
        sum(case["severity"] == code for one in checked for case in one.cases) for code in SEVERITIES
    )
    findings, unread = (sum(len(getattr(one, name)) for one in checked) for name in ("findings", "unread"))
    return text(
        f"{errors:,} 处错误 · {doubts:,} 处疑点 · {hints:,} 处提示（同一原因为一处，共 {findings:,} 个问题），未读 {unread:,} 格",
        f"{errors:,} errors · {doubts:,} doubts · {hints:,} hints, one a cause ({findings:,} findings), "
        f"{unread:,} cells unread",
    )


def _print_totals(checked: Sequence[_Checked], refused: Sequence[Outcome], out: Console) -> None:
    organizations = len({one.document["organization_label"] for one in checked})
    years = len({one.document["fiscal_year"] for one in checked})
    out.print(
        text(
            f"共 {len(checked):,} 份（{organizations:,} 个单位，{years} 个年度）：",
            f"{len(checked):,} documents of {organizations:,} organizations and {years} years: ",
        )
        + _counts(checked)
        + (text("；有未读取的内容，见上", "; something was refused, see above") if refused else ""),
        soft_wrap=True,
    )
    if len(checked) > DOCUMENTS_SHOWN:
        out.print(
            text(
                "逐个问题：--html 文件夹，--xlsx 底稿.xlsx 或 --json",
                "Each finding: --html FOLDER, --xlsx FILE.xlsx or --json",
            )
        )


def _print_case(case: Row, out: Console) -> None:
    label = text(SEVERITIES[case["severity"]], {"E": "error", "W": "doubt", "I": "hint"}[case["severity"]])
    closed = "" if case["is_open"] else text("（已处理）", " (decided)")
    message = text(case["message_zh"], case["message_en"])
    out.print(one_line(f"  {label}{closed} {message}"), soft_wrap=True)
    if hypothesis := text(case["hypothesis"] or "", case["hypothesis_en"] or case["hypothesis"] or ""):
        out.print(one_line(f"      ? {hypothesis}"), soft_wrap=True)
    if case["severity"] == "E":
        out.print(one_line(f"      → {text(case['remedy_zh'], case['remedy_en'])}"), soft_wrap=True)


def _print_notes(outcomes: Sequence[Outcome], out: Console) -> None:
    """Print what the reader of plain tables left out, once for each file."""
    notes = {
        (outcome.source, warning): None
        for outcome in outcomes
        if outcome.filing is not None and TABLES in outcome.filing.parts
        for warning in outcome.warnings
    }
    for source, warning in notes:
        note = text("提醒：", "note: ") + shown(warning)
        out.print(one_line(f"! {visible(source.name)} {note}"), soft_wrap=True)


def _print_refused(refused: Sequence[Outcome], out: Console) -> None:
    for outcome in refused:
        name = visible(outcome.source.name)
        if outcome.landed is None:
            reason = shown(outcome.reason)
            what = (
                text(f"! {name} 其余部分：", f"! {name}, the rest: ")
                if outcome.is_rest
                else text(f"✗ {name} 无法读取：", f"✗ {name} can't be read: ")
            )
            out.print(what + reason, soft_wrap=True)
        for part in outcome.refused:
            where = text(f"第 {part.line} 行", f"line {part.line}")
            out.print(one_line(f"! {name} {where} {shown(part.part)}: {shown(part.reason)}"), soft_wrap=True)


def _as_json(checked: Sequence[_Checked], refused: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "documents": [
            {
                **one.document,
                "cases": list(one.cases),
                "findings": list(one.findings),
                "unread": list(one.unread),
            }
            for one in checked
        ],
        "refused": [
            {
                "source": str(outcome.source),
                "reason": shown(outcome.reason),
                "parts": [
                    {"line": part.line, "part": shown(part.part), "reason": shown(part.reason)}
                    for part in outcome.refused
                ],
            }
            for outcome in refused
        ],
    }
