"""Run dbt in a process that is forked from one which has imported dbt and parsed the project.

dbt takes some six seconds to start, for imports and the parse of an unchanged project, and a build runs it four times;
a forked process starts in a fraction of a second. When it ends, it frees its memory and the lock on the database.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from jixiao.dbt import commands
from jixiao.dbt.child import failed
from jixiao.dbt.manifest import PARTIAL_PARSE, fingerprint, prepare_manifest
from jixiao.settings import Settings

LOG = "dbt.log"

_RESULTS = ("LogSeedResult", "LogModelResult", "LogTestResult")
_ONLY_FOR_DEBUGGING = ("debug", "test")

_CONTEXT = multiprocessing.get_context("forkserver")
_PARSED = "jixiao.dbt.parsed"
_CONTEXT.set_forkserver_preload([_PARSED])


class DbtProcess:
    """A running dbt, for a `with` block at the end of which it ends.

    Args:
        settings: The installation's.
        arguments: dbt's arguments.
        target: The folder for dbt's artifacts.
        logs: The folder for `dbt.log`.
        with_results: Whether to print the result of each node as a line of JSON, and dbt's messages only to
            the log.
    """

    def __init__(
        self,
        settings: Settings,
        arguments: Sequence[str],
        *,
        target: Path,
        logs: Path,
        with_results: bool = False,
    ) -> None:
        for path in (target, logs):
            path.mkdir(parents=True, exist_ok=True)
        # dbt parses what has changed since.
        shutil.copyfile(settings.dbt_target / PARTIAL_PARSE, target / PARTIAL_PARSE)
        environment = commands.environment(settings, target=target, logs=logs, inherited=os.environ)
        reader, writer = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(
            target=_run,
            args=(
                list(arguments),
                environment,
                settings.project_root,
                fingerprint(settings),
                writer,
                logs / LOG if with_results else None,
            ),
            daemon=True,
        )
        self._process.start()
        writer.close()
        # The connection closes its descriptor; the file has its own.
        self._output: IO[str] = os.fdopen(os.dup(reader.fileno()), encoding="utf-8", errors="replace")
        reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        self._process.join()
        self._output.close()

    def lines(self) -> Iterator[str]:
        """Yield the lines of its output until it ends."""
        yield from self._output

    def wait(self) -> int:
        """Wait until it ends and return the exit code; after a signal, its negative number."""
        self._process.join()
        code = self._process.exitcode
        return 1 if code is None else code

    def stop(self) -> None:
        """End it, unless it has ended."""
        if self._process.is_alive():
            self._process.terminate()


def run_to_end(settings: Settings, arguments: Sequence[str], *, target: Path, logs: Path) -> str:
    """Run dbt and return its output when it ends.

    Args:
        settings: The installation's.
        arguments: dbt's arguments.
        target: The folder for dbt's artifacts.
        logs: The folder for dbt's log.

    Returns:
        Its output.

    Raises:
        DbtError: It failed; the message has its output.
    """
    with DbtProcess(settings, arguments, target=target, logs=logs) as process:
        output = "".join(process.lines()).strip()
        if process.wait() != 0:
            raise failed(arguments, settings, output)
    return output


def get_ready(settings: Settings) -> None:
    """Start the process that dbt processes are forked from, which imports dbt and loads the project meanwhile.

    Otherwise the first dbt process waits for it. It inherits the present environment. A changed project is parsed
    before this returns.

    Raises:
        ManifestError: The project can't be parsed.
    """
    prepare_manifest(settings)
    # Starting a process would wait for the import.
    ensure_running()


def _run(
    arguments: list[str],
    environment: dict[str, str],
    folder: Path,
    project: str,
    writer: Connection,
    results_log: Path | None,
) -> None:
    """Run dbt in the forked process, with the parsed project if its fingerprint is still the same."""
    for descriptor in (1, 2):
        os.dup2(writer.fileno(), descriptor)
    writer.close()
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    # The process that this one was forked from has imported all three.
    parsed, cli = import_module(_PARSED), import_module("dbt.cli.main")
    connections = import_module("dbt.adapters.duckdb.connections")
    runner: dict[str, Any] = {"manifest": parsed.manifest_of(project)}
    if results_log is not None:
        # dbt formats each event for each of its logs before it drops nine of ten, which takes a tenth of its time.
        os.environ |= {"DBT_LOG_LEVEL": "none", "DBT_LOG_LEVEL_FILE": "none"}
        runner["callbacks"] = [_reporter(results_log)]
    done = cli.dbtRunner(**runner).invoke(arguments)
    if done.exception is not None:
        print(done.exception)
    # A forked process runs no exit handlers, and DuckDB would leave a write-ahead log beside the file.
    connections.DuckDBConnectionManager.close_all_connections()
    sys.stdout.flush()
    sys.exit(0 if done.success else 1 if done.exception is None else 2)


def _reporter(log: Path) -> Callable[[Any], None]:
    """Return a callback that prints results of nodes as JSON and writes dbt's messages to a log."""
    to_dict = import_module("google.protobuf.json_format").MessageToDict
    file = log.open("a", encoding="utf-8", buffering=1)

    def report(event: Any) -> None:
        if event.info.level in _ONLY_FOR_DEBUGGING:
            return
        file.write(f"{event.info.ts.ToJsonString()} [{event.info.level}] {event.info.msg}\n")
        if event.info.name in _RESULTS:
            # One write for each line: several threads build models.
            sys.stdout.write(json.dumps(to_dict(event, preserving_proto_field_name=True)) + "\n")
        elif event.info.level == "error":
            sys.stdout.write(f"{event.info.msg}\n")

    return report
