"""The report of a failed build: cause and remedy, in Chinese and in English."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from ingestion.message import Text
from jixiao.builds.folder import BuildFolder
from jixiao.builds.record import BuildRecord
from jixiao.builds.stages import STAGES, Stage

COMMAND = "jixiao build"
TRACEBACK = "Traceback (most recent call last)"
_OUTSIDE = re.compile(
    r"^(?:[\w.]*\.)?\w*(?:OSError|IOError|IOException|PermissionError|FileNotFoundError|FileExistsError|TimeoutError|MemoryError|OutOfMemory\w*|ConnectionError)\b"
)
"""Errors of the machine: no space, no permission, no memory."""

_FULL_DISK = re.compile(
    r"No space left on device|Disk quota exceeded|database or disk is full|max_temp_directory_size"
)
"""The words of Linux, of SQLite, and of DuckDB when it can't spill."""

_DOCUMENT = re.compile(r"\bd[0-9a-f]{12}(?:_[0-9]+)?\b")
DOCUMENTS_SHOWN = 5

_MAKE_ROOM = Text(
    "请删除旧版本（`jixiao doctor` 列出各部分大小），或用 JIXIAO_VAR 指定更大磁盘上的文件夹。",
    "Remove old releases (`jixiao doctor` lists the size of each part), or name a folder on a larger disk by JIXIAO_VAR.",
)

_NO_SPACE = (
    Text("磁盘已满，本次构建写下的数据已删除。", "The disk is full; the data of this build were removed. ")
    + _MAKE_ROOM
    + "\n"
)

_UNTOUCHED = Text(
    "上一版本未受影响，读者仍在使用。", "The last release is untouched and still the current one."
)


def write_report(folder: BuildFolder, record: BuildRecord, run_id: str, again: str = COMMAND) -> Path:
    """Write `failure.md` into the folder of the build and return its path."""
    text = render_report(folder, record, run_id, again)
    folder.failure_report.write_text(text, encoding="utf-8")
    return folder.failure_report


def render_report(folder: BuildFolder, record: BuildRecord, run_id: str, again: str = COMMAND) -> str:
    """Return the report of a failed build.

    Args:
        folder: The folder of the build, with its logs.
        record: The record of the build.
        run_id: Dagster's id of the run, or an empty string.
        again: The command that builds again.
    """
    stage = next((stage for stage in STAGES if stage.name == record.stage), None)
    logs = sorted(path.relative_to(folder.root).as_posix() for path in folder.logs.rglob("*.log"))
    return "\n".join(
        (
            f"# 构建失败 Build {record.build_id} failed",
            "",
            *_facts(record, stage, run_id),
            "",
            *_paragraphs(_UNTOUCHED),
            "## 原因 What is wrong",
            "",
            "```text",
            record.failure,
            "```",
            "",
            "## 怎么办 What to do",
            "",
            *_paragraphs(_remedy(stage, record.failure)),
            *_ways_around(record.failure),
            *_paragraphs(Text(f"然后重新构建：`{again}`。", f"Then build again: `{again}`.")),
            "## 日志 Logs",
            "",
            *(f"- {log}" for log in logs),
            "",
        )
    )


def _facts(record: BuildRecord, stage: Stage | None, run_id: str) -> list[str]:
    name = stage.name if stage else "-"
    started = f"{record.started_at.isoformat(timespec='seconds')} ({record.command})"
    done = ", ".join(record.stages) or "-"
    facts = [
        Text("- 阶段：", "- Stage: ") + name + (Text("，", ", ") + stage.title if stage else ""),
        Text("- 开始：", "- Started: ") + started,
        Text("- Dagster 运行：", "- Dagster run: ") + (run_id or "-"),
        Text("- 此前完成：", "- Done before: ") + done,
    ]
    return [*(fact.zh for fact in facts), "", *(fact.en for fact in facts)]


def _paragraphs(text: Text) -> list[str]:
    """Return the lines of a text in Chinese and in English, each followed by a blank line."""
    return [text.zh, "", text.en, ""]


def describe_error(error: BaseException | None) -> str:
    """Return the description of a failure, or the traceback of any other error."""
    if error is None:
        return "(no error was recorded)"
    # Dagster's Failure has a description; importing the class would take two seconds.
    description = getattr(error, "description", None)
    failure = str(description) if description else "".join(traceback.format_exception(error)).rstrip()
    if is_of_full_disk(failure):
        reason = next(line for line in reversed(failure.splitlines()) if is_of_full_disk(line))
        return _NO_SPACE + reason
    return failure


def is_of_full_disk(failure: str) -> bool:
    """Return whether a failure is that of a full disk."""
    return bool(_FULL_DISK.search(failure))


def _remedy(stage: Stage | None, failure: str) -> Text:
    """Return the remedy; an error of the program itself is to be reported to the maintainers."""
    if is_of_full_disk(failure):
        return _MAKE_ROOM
    if failure.startswith(TRACEBACK) and not _OUTSIDE.search(failure.splitlines()[-1]):
        return Text(
            "程序自身出错（见上面最后一行），与文件内容、磁盘空间和权限无关：请把本文件和日志交给维护者；可先试 `jixiao build --full`。",
            "An error of the program itself (the last line above), not of a document, disk space or permissions: give "
            "this file and the logs to the maintainers; `jixiao build --full` may help.",
        )
    return stage.remedy if stage else Text("请看上面的错误和日志。", "See the error above and the logs.")


def documents_named(failure: str) -> list[str]:
    """Return the ids of the first documents that a failure names."""
    return list(dict.fromkeys(_DOCUMENT.findall(failure)))[:DOCUMENTS_SHOWN]


def _ways_around(failure: str) -> list[str]:
    """Return the commands that remove the documents that a failure names."""
    named = documents_named(failure)
    if not named:
        return []
    return [
        *_paragraphs(
            Text(
                "也可先撤出上面所指的文件，其余照常发布，更正后再放回（`jixiao restore`）：",
                "Or publish the rest: remove the documents named above, and restore them when they are corrected "
                "(`jixiao restore`):",
            )
        ),
        *(f"- `jixiao remove {document_id}`" for document_id in named),
        "",
    ]
