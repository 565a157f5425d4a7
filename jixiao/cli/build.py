"""`jixiao build`: the nightly job in this process, with its progress and a summary."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from jixiao.builds.folder import BuildFolder
from jixiao.builds.session import BuildLockedError, BuildSession
from jixiao.builds.stages import STAGES, Stage, position
from jixiao.cli import exits
from jixiao.cli.console import console, output_to, short_path
from jixiao.release.releases import ReleaseError, current
from jixiao.settings import Settings

MESSAGE_LINES = 30


class ProgressLines:
    """One line when a stage begins and one when it has ended, written at once."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._begin = time.monotonic()

    def __call__(self, stage: Stage, seconds: float | None) -> None:
        """Print a line."""
        place = f"{position(stage)} {stage.name:<10}"
        if seconds is None:
            self.say(f"{place} {stage.title} …")
        else:
            total = time.monotonic() - self._begin
            self.say(f"{place} 完成 done {seconds:.1f} s（共 total {total:.1f} s）")

    def say(self, text: str) -> None:
        """Print a line as it is."""
        self._out.print(text)
        self._out.file.flush()


def run_build(document: Path | None, *, full: bool = False) -> int:
    """Build, print how it goes and what came of it; returns the exit code."""
    settings = Settings.load()
    build = BuildSession(settings)
    try:
        folder = build.open("jixiao build")
    except BuildLockedError as error:
        console().print(f"另一构建正在运行。 {error}")
        return exits.LOCKED
    except (ReleaseError, OSError) as error:
        console().print(f"无法开始构建 The build can't begin: {error}")
        return exits.FAILED
    try:
        with output_to(folder.logs / "build.log") as people:
            out = console(people)
            return _build(build, folder, document.resolve() if document else None, out, full=full)
    finally:
        build.close()


def _build(
    build: BuildSession, folder: BuildFolder, document: Path | None, out: Console, *, full: bool
) -> int:
    progress = ProgressLines(out)
    build.listen(progress)
    progress.say(f"[ 0/{len(STAGES)}] prepare    构建 build {build.record.build_id}：准备 getting ready …")
    try:
        # Dagster and dbt take seconds to import: not before the first line is out, and both at once.
        from jixiao.dbt.process import get_ready  # noqa: PLC0415

        get_ready(build.settings)
        from orchestration.run import run_nightly  # noqa: PLC0415

        released = run_nightly(build, document, full=full)
    except KeyboardInterrupt:
        build.discard()
        release = current(build.settings)
        readers = (
            f"读者使用版本 readers have release {release.release_id}"
            if release
            else "尚无版本 no release yet"
        )
        out.print(f"\n已中断 Interrupted; {readers}")
        return exits.INTERRUPTED
    except Exception as error:
        # Whatever it is, the reader gets a report, and the traceback is in it.
        build.fail(error, run_id="")
        released = False
    if not released:
        return _failed(build, folder, out)
    from jixiao.cli.summary import print_summary  # noqa: PLC0415

    print_summary(build.settings, build.record, out)
    return exits.QUARANTINED if build.record.quarantined else exits.OK


def _failed(build: BuildSession, folder: BuildFolder, out: Console) -> int:
    record = build.record
    out.print(
        f"\n✗ 构建失败于 {record.stage or 'prepare'}。 The build failed at {record.stage or 'prepare'}.\n"
    )
    lines = record.failure.splitlines()
    out.print("\n".join(lines[:MESSAGE_LINES]))
    if len(lines) > MESSAGE_LINES:
        out.print(f"… {len(lines) - MESSAGE_LINES} 行在报告中 more lines in the report")
    out.print(f"\n报告 report: {short_path(folder.failure_report)}")
    out.print("上一版本不受影响，读者仍在使用。 The last release is untouched.")
    return exits.FAILED
