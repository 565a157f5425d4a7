"""A build that the desk starts and follows, in a process of its own that outlives the desk."""

from __future__ import annotations

import json
import re
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from ingestion.message import in_chinese
from jixiao.atomic import replacing
from jixiao.builds.lock import running
from jixiao.desk import children
from jixiao.desk.pages import now
from jixiao.settings import Settings

TAIL = 64 * 1024
"""Bytes of output that are shown."""

ENDINGS = {
    0: "已完成",
    1: "失败，上一版本不受影响",
    2: "用法错误",
    3: "已完成，但有内容被隔离",
    4: "未开始：另一构建正在运行",
    130: "已中断",
}
"""What its exit codes mean."""

_STAGE = re.compile(r"^\[ *(\d+)/(\d+)\] \S+ +(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class BuildState:
    """The last build of the desk.

    Attributes:
        is_running: Whether it is at work.
        others: Which other process builds; empty if none does.
        started_at: When it began, ISO 8601 in UTC; empty if the desk has started none.
        ending: How it ended, in words; empty before.
        is_good: Whether it succeeded.
        done: Stages that have ended.
        of: All its stages.
        stage: The last line of its progress.
        output: What it printed.
    """

    is_running: bool
    others: str
    started_at: str = ""
    ending: str = ""
    is_good: bool = False
    done: int = 0
    of: int = 0
    stage: str = ""
    output: str = ""


class Builds:
    """Starts builds, one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.var / "desk"
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = Lock()

    @property
    def _log(self) -> Path:
        return self._folder / "build.log"

    @property
    def _record(self) -> Path:
        return self._folder / "build.json"

    def start(self) -> bool:
        """Begin a build, and return whether it was begun: not while one of the desk is running.

        Raises:
            OSError: There is no room for its output.
        """
        with self._starting:
            if self._process is not None and self._process.poll() is None:
                return False
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    children.command("build"),
                    env=children.environment(self._settings),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            self._write({"started_at": now()})
            return True

    def state(self) -> BuildState:
        """Return the state of the last build."""
        with self._starting:
            code = self._process.poll() if self._process is not None else None
            is_running = self._process is not None and code is None
            record = self._read()
            if code is not None and "code" not in record:
                record = {**record, "code": code}
                self._write(record)
        others = "" if is_running else in_chinese(running(self._settings.build_lock) or "")
        if not record:
            return BuildState(is_running=False, others=others)
        output = self._output()
        stages = _STAGE.findall(output)
        ended = record.get("code")
        return BuildState(
            is_running=is_running,
            others=others,
            started_at=str(record["started_at"]),
            ending="" if ended is None else ENDINGS.get(int(str(ended)), "失败"),
            is_good=ended in {0, 3},
            done=max((int(number) for number, _, text in stages if "完成" in text), default=0),
            of=int(stages[-1][1]) if stages else 0,
            stage=stages[-1][2] if stages else "",
            output=output,
        )

    def _output(self) -> str:
        try:
            with self._log.open("rb") as log:
                log.seek(0, 2)
                log.seek(max(0, log.tell() - TAIL))
                return log.read().decode("utf-8", errors="replace")
        except OSError:
            return ""

    def _read(self) -> dict[str, object]:
        with suppress(OSError, ValueError):
            return dict(json.loads(self._record.read_text(encoding="utf-8")))
        return {}

    def _write(self, record: dict[str, object]) -> None:
        with replacing(self._record) as file:
            file.write(json.dumps(record).encode("utf-8"))
