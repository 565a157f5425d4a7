"""What went wrong, for the person who looks in the morning."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from jixiao.builds.folder import BuildFolder
from jixiao.builds.record import BuildRecord
from jixiao.builds.stages import STAGES, Stage

COMMAND = "jixiao build"
TRACEBACK = "Traceback (most recent call last)"
_OUTSIDE = re.compile(
    r"^(?:[\w.]*\.)?\w*(?:OSError|IOError|IOException|PermissionError|FileNotFoundError|FileExistsError|TimeoutError|MemoryError|OutOfMemory\w*|ConnectionError)\b"
)
"""Errors that the machine causes: no space, no rights, no memory."""

_DOCUMENT = re.compile(r"\bd[0-9a-f]{12}(?:_[0-9]+)?\b")
DOCUMENTS_SHOWN = 5


def write_report(folder: BuildFolder, record: BuildRecord, run_id: str, again: str = COMMAND) -> Path:
    """Write `failure.md` into the folder of the build and return its path."""
    text = render_report(folder, record, run_id, again)
    folder.failure_report.write_text(text, encoding="utf-8")
    return folder.failure_report


def render_report(folder: BuildFolder, record: BuildRecord, run_id: str, again: str = COMMAND) -> str:
    """Say at which stage a build failed, of what, where the logs are and what to do: `again` is what builds again."""
    stage = next((stage for stage in STAGES if stage.name == record.stage), None)
    logs = sorted(path.relative_to(folder.root).as_posix() for path in folder.logs.rglob("*.log"))
    return "\n".join(
        (
            f"# 构建失败 Build {record.build_id} failed",
            "",
            f"- 阶段 stage: {_stage_name(stage)}",
            f"- 开始 started: {record.started_at.isoformat(timespec='seconds')} ({record.command})",
            f"- Dagster run: {run_id or '-'}",
            f"- 已完成 done before: {', '.join(record.stages) or '-'}",
            "",
            "上一版本未受影响，读者仍在使用。 The last release is untouched; readers still have it.",
            "",
            "## 原因 What is wrong",
            "",
            "```text",
            record.failure,
            "```",
            "",
            "## 怎么办 What to do",
            "",
            _remedy(stage, record.failure),
            *_ways_around(record.failure),
            f"然后重新构建 Then build again: `{again}`.",
            "",
            "## 日志 Logs (beside this file)",
            "",
            *(f"- {log}" for log in logs),
            "",
        )
    )


def describe_error(error: BaseException | None) -> str:
    """Return what a failure says of itself; of an error that nobody foresaw, the traceback."""
    if error is None:
        return "(no error was recorded)"
    # Dagster's Failure carries a description; it isn't imported for its name, which takes two seconds.
    description = getattr(error, "description", None)
    return str(description) if description else "".join(traceback.format_exception(error)).rstrip()


def _remedy(stage: Stage | None, failure: str) -> str:
    """Return what to do: of an error of the program itself, which no file or disk causes, to report it."""
    if failure.startswith(TRACEBACK) and not _OUTSIDE.search(failure.splitlines()[-1]):
        return (
            "程序自身出错（见上面最后一行），与文件内容、磁盘空间和权限无关：请把本文件和日志交给维护者；可先试 `jixiao build --full`。 "
            "An error of the program itself (the last line above), not of a document, disk space or rights: give this "
            "file and the logs to who maintains it; `jixiao build --full` may get past it."
        )
    return stage.remedy if stage else "请看上面的错误和日志。 Look at the error above and into the logs."


def _ways_around(failure: str) -> list[str]:
    """Return how to build without the documents that a failure names."""
    named = list(dict.fromkeys(_DOCUMENT.findall(failure)))[:DOCUMENTS_SHOWN]
    if not named:
        return []
    return [
        "也可先撤出上面所指的文件，其余照常发布，更正后再放回（`jixiao restore`）： "
        "Or publish the rest: take the documents named above out, and restore them when they are put right:",
        "",
        *(f"- `jixiao remove {document_id}`" for document_id in named),
        "",
    ]


def _stage_name(stage: Stage | None) -> str:
    return f"{stage.name} {stage.title}" if stage else "-"
