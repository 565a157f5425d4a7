"""`jixiao build`: run the nightly job in this process, with its progress and a summary."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from jixiao.builds import set_aside
from jixiao.builds.folder import BuildFolder
from jixiao.builds.notices import notify, notify_failure
from jixiao.builds.record import UNCHANGED
from jixiao.builds.session import BuildLockedError, BuildSession
from jixiao.builds.stages import STAGES, Stage, position
from jixiao.cli import exits
from jixiao.cli.console import at_work, console, one_line, output_to, short_path
from jixiao.language import shown, text
from jixiao.release.releases import ReleaseError, current
from jixiao.settings import Settings

MESSAGE_LINES = 30


class ProgressLines:
    """Prints a line when a stage begins and one when it has ended."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._begin = time.monotonic()
        self._shown = ExitStack()

    def __call__(self, stage: Stage, seconds: float | None) -> None:
        """Print a line."""
        place = f"{position(stage)} {stage.name:<10}"
        if seconds is None:
            self.say(f"{place} {shown(stage.title)} …", shown(stage.title))
        else:
            total = time.monotonic() - self._begin
            self.say(
                place
                + text(
                    f" 完成 {seconds:.1f} 秒（共 {total:.1f} 秒）",
                    f" done in {seconds:.1f} s ({total:.1f} s in all)",
                )
            )

    def say(self, text: str, work: str = "") -> None:
        """Print a line at once; a terminal shows below it what is at work until the next line."""
        self.end()
        self._out.print(text)
        self._out.file.flush()
        if work:
            self._shown.enter_context(at_work(work, self._out))

    def end(self) -> None:
        """Show nothing at work any more."""
        self._shown.close()


def run_build(document: Path | None, *, full: bool = False, force: bool = False) -> int:
    """Build, print progress and result, and return the exit code.

    Documents that make a build fail are set aside, and the rest is built again, until it is released or the failure
    has another cause.
    """
    settings = Settings.load()
    document = document.resolve() if document else None
    while True:
        aside = {entry.folder for entry in set_aside.read(settings)}
        code = _run(settings, document, full=full, force=force)
        more = [entry for entry in set_aside.read(settings) if entry.folder not in aside]
        if code != exits.FAILED or not more:
            return code
        document = None
        names = text("、", ", ").join(one_line(entry.source) for entry in more)
        console().print(
            text(f"\n! 已搁置，其余重新构建：{names}\n", f"\n! Set aside, the rest is built again: {names}\n")
        )


def _run(settings: Settings, document: Path | None, *, full: bool, force: bool) -> int:
    build = BuildSession(settings)
    try:
        folder = build.open("jixiao build")
    except BuildLockedError as error:
        console().print(shown(str(error)))
        return exits.LOCKED
    except (ReleaseError, OSError) as error:
        console().print(text("无法开始构建：", "The build can't begin: ") + shown(str(error)))
        for line in notify_failure(settings, str(error)):
            console().print(f"! {line}")
        return exits.FAILED
    try:
        with output_to(folder.logs / "build.log") as people:
            return _build(build, folder, document, console(people), full=full, force=force)
    finally:
        build.close()


def _build(
    build: BuildSession, folder: BuildFolder, document: Path | None, out: Console, *, full: bool, force: bool
) -> int:
    progress = ProgressLines(out)
    build.listen(progress)
    build_id = build.record.build_id
    ready = text(f"构建 {build_id}：准备 …", f"build {build_id}: getting ready …")
    progress.say(f"[ 0/{len(STAGES)}] prepare    {ready}", ready)
    try:
        # Dagster and dbt take seconds to import: print the first line before.
        from jixiao.dbt.process import get_ready  # noqa: PLC0415

        get_ready(build.settings)
        from orchestration.run import run_nightly  # noqa: PLC0415

        released = run_nightly(build, document, full=full, force=force)
    except KeyboardInterrupt:
        build.discard()
        release = current(build.settings)
        readers = (
            text(f"读者使用版本 {release.release_id}", f"the current release is {release.release_id}")
            if release
            else text("尚无版本", "there is no release yet")
        )
        out.print(text("\n已中断；", "\nInterrupted; ") + readers)
        return exits.INTERRUPTED
    except Exception as error:
        # Any error ends in a report, with its traceback.
        build.fail(error, run_id="")
        notify(build)
        released = False
    finally:
        progress.end()
    for note in build.record.notes:
        out.print("! " + shown(note))
    for line in build.undelivered:
        out.print(f"! {line}")
    if not released:
        return _failed(build, folder, out)
    from jixiao.cli.summary import print_summary, print_unchanged  # noqa: PLC0415

    show = print_unchanged if build.record.status == UNCHANGED else print_summary
    try:
        show(build.settings, build.record, out)
    except ReleaseError as error:
        # A client has opened the new release for writing.
        out.print("! " + shown(str(error)))
    return exits.QUARANTINED if build.record.quarantined else exits.OK


def _failed(build: BuildSession, folder: BuildFolder, out: Console) -> int:
    record = build.record
    stage = record.stage or "prepare"
    out.print(text(f"\n✗ 构建失败于 {stage}。\n", f"\n✗ The build failed at {stage}.\n"))
    lines = shown(record.failure).splitlines()
    out.print("\n".join(lines[:MESSAGE_LINES]))
    if len(lines) > MESSAGE_LINES:
        more = len(lines) - MESSAGE_LINES
        out.print(text(f"… 另有 {more} 行在报告中", f"… {more} more lines in the report"))
    if folder.failure_report.exists():
        out.print(text("\n报告：", "\nReport: ") + short_path(folder.failure_report))
    out.print(
        text("上一版本不受影响，读者仍在使用。", "The last release is untouched and still the current one.")
    )
    return exits.FAILED
