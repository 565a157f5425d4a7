"""Write the notice of a build that failed, went without documents, or found new errors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from jixiao.alerts import Notice, send, undelivered
from jixiao.builds.record import FAILED, BuildRecord, Quarantined
from jixiao.builds.report import TRACEBACK, documents_named
from jixiao.builds.session import BuildSession
from jixiao.language import column_of, shown, text
from jixiao.release.releases import list_releases
from jixiao.release.store import ReleaseError, sound_file
from jixiao.settings import Settings

SHOWN = 5
"""Documents and errors that a notice names; of the others it has the number."""

LINES = 12
"""Lines of a failure that a notice quotes; the report has all."""

LONGEST_LINE = 300

FINDINGS = "parquet/review/fct_finding.parquet"
"""The findings of a release. Clients can lock its DuckDB file, but not this one."""

DOCUMENTS = "parquet/core/dim_document.parquet"

_OPEN_ERRORS = "select finding_id from read_parquet('{}') where is_open and severity = 'E'"

_NEW_ERRORS = """
    select concat(documents.organization_label, ' ', documents.fiscal_year, '{colon}', {message})
    from read_parquet('{now}') as findings
    inner join read_parquet('{documents}') as documents on findings.document_id = documents.document_id
    where findings.is_open and findings.severity = 'E' and findings.finding_id not in ({before})
    order by findings.document_id, findings.source_line, findings.rule_id, findings.finding_id
"""


def notify(build: BuildSession, aside: Sequence[Quarantined] = ()) -> list[str]:
    """Send the notice of a build that ended, if there is anything to report and a channel is set.

    Args:
        build: The build.
        aside: The documents that its failure set aside.

    Returns:
        A line for each channel that failed, which the session keeps for the command line.
    """
    alerts = build.settings.alerts
    if not alerts.is_on:
        return []
    record = build.record
    if record.status == FAILED:
        notice: Notice | None = (
            of_set_aside(record, aside) if aside else of_failure(record, build.folder.failure_report)
        )
    else:
        notice = of_release(build.settings, record)
    problems = [] if notice is None else undelivered(send(notice, alerts))
    build.undelivered += problems
    return problems


def notify_failure(settings: Settings, message: str) -> list[str]:
    """Send the notice of a build that could not begin, or of a run that ended outside its steps.

    Returns:
        A line for each channel that failed.
    """
    notice = Notice(
        "failed", "", text("绩效：构建失败", "Jixiao: a build failed"), _quote(shown(message)) or "-"
    )
    return undelivered(send(notice, settings.alerts))


def of_failure(record: BuildRecord, report: Path | None = None) -> Notice:
    """Return the notice of a failed build: cause, remedy and report."""
    # The cause is last: a channel cuts off what is too long.
    lines = [
        text("上一版本不受影响，读者仍在使用。", "The last release is untouched and still the current one.")
    ]
    if report is not None:
        lines.append(text("报告：", "Report: ") + str(report))
    named = documents_named(record.failure)
    if named:
        lines.append(
            text("可先撤出所指文件：", "To publish the rest without the documents named: ")
            + f"jixiao remove {' '.join(named)}"
        )
    lines.append(_quote(shown(record.failure)))
    stage = record.stage or "prepare"
    return Notice(
        "failed",
        record.build_id,
        text(
            f"绩效：构建 {record.build_id} 失败于 {stage}",
            f"Jixiao: build {record.build_id} failed at {stage}",
        ),
        "\n".join(lines),
    )


def of_set_aside(record: BuildRecord, aside: Sequence[Quarantined]) -> Notice:
    """Return the notice of a failed build that set its cause aside; the rest is built again."""
    count = len(aside)
    return Notice(
        "set_aside",
        record.build_id,
        text(
            f"绩效：构建 {record.build_id} 搁置了 {count} 份文件，其余重新构建",
            f"Jixiao: build {record.build_id} set {count} documents aside, the rest is built again",
        ),
        "\n".join([*_remedies(aside), *_refused(aside)]),
        documents=[entry.source for entry in aside],
    )


def of_release(settings: Settings, record: BuildRecord) -> Notice | None:
    """Return the notice of a build that succeeded, or None if no document was refused and no error is new."""
    errors = new_errors(settings, record.build_id)
    refused = record.quarantined
    if not errors and not refused:
        return None
    parts = []
    lines: list[str] = []
    if refused:
        parts.append(text(f"{len(refused)} 处未收入", f"{len(refused)} documents or parts left out"))
        lines += [*_remedies(refused), *_refused(refused)]
    if errors:
        parts.append(text(f"{len(errors):,} 个新错误", f"{len(errors):,} new errors"))
        lines.append(text("新错误：", "New errors:"))
        lines += [f"- {message[:LONGEST_LINE]}" for message in errors[:SHOWN]]
        lines += _rest(len(errors))
        lines.append(text("全部：", "All: ") + "jixiao review --severity E")
    return Notice(
        "new_errors" if errors else "quarantined",
        record.build_id,
        text(f"绩效：构建 {record.build_id} 完成，", f"Jixiao: build {record.build_id} is done, ")
        + text("，", ", ").join(parts),
        "\n".join(lines),
        documents=[entry.source for entry in refused],
        new_errors=len(errors),
    )


def new_errors(settings: Settings, build_id: str) -> list[str]:
    """Return the sentences of the open errors that the release before this build's did not have.

    Returns:
        The sentences in the language of the process, each after organization and year; none if the build made no release, or the one before can't be
        read. In a first release every error is new.
    """
    found = list_releases(settings)
    place = next((place for place, release in enumerate(found) if release.release_id == build_id), None)
    if place is None:
        return []
    try:
        now, documents = (sound_file(found[place], name) for name in (FINDINGS, DOCUMENTS))
        before = [sound_file(release, FINDINGS) for release in found[place + 1 :][:1]]
        known = _OPEN_ERRORS.format(_in_sql(before[0])) if before else "select null where false"
        query = _NEW_ERRORS.format(
            message=column_of("findings.message"),
            colon=text("：", ": "),
            now=_in_sql(now),
            documents=_in_sql(documents),
            before=known,
        )
        with duckdb.connect(config=settings.duckdb) as connection:
            return [row[0] for row in connection.execute(query).fetchall()]
    except (duckdb.Error, ReleaseError):
        return []


def _quote(failure: str) -> str:
    lines = failure.splitlines()
    # The cause is at the end of a traceback, and at the beginning of a message.
    quoted = lines[-LINES:] if failure.startswith(TRACEBACK) else lines[:LINES]
    return "\n".join(line[:LONGEST_LINE] for line in quoted)


def _in_sql(path: Path) -> str:
    return str(path).replace("'", "''")


def _refused(entries: Sequence[Quarantined]) -> list[str]:
    lines = []
    for entry in entries[:SHOWN]:
        reason = shown(entry.reason).splitlines() or [""]
        lines.append(f"- {entry.source}{text('：', ': ')}{reason[0][:LONGEST_LINE]}")
        lines += [f"  {line.strip()[:LONGEST_LINE]}" for line in reason[1:3]]
    return [*lines, *_rest(len(entries))]


def _rest(count: int) -> list[str]:
    more = count - SHOWN
    return [text(f"… 另有 {more:,} 处", f"… and {more:,} more")] if more > 0 else []


def _remedies(entries: Sequence[Quarantined]) -> list[str]:
    lines = [
        text(
            "更正后重新 `jixiao add 文件`；清单：`jixiao documents --history`，隔离区 var/quarantine。",
            "Correct it and `jixiao add FILE`; lists: `jixiao documents --history`, and var/quarantine.",
        )
    ]
    named = documents_named("\n".join(entry.source for entry in entries))
    if named:
        lines.append(text("原样放回：", "To bring it back as it is: ") + f"jixiao restore {' '.join(named)}")
    return lines
