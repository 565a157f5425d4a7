"""Process files in child processes with limits, so that a hostile file can only bring down one child."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, SpawnContext
from typing import Generic, Literal, TypeVar

from ingestion.bounds import MOST_MEMORY, MOST_SECONDS
from ingestion.message import Text

J = TypeVar("J")
R = TypeVar("R")

_GIVE_UP_SECONDS = 5
_WINDOW = 16
"""Jobs per worker that can finish before an earlier one; limits the number of waiting results."""


@dataclass(frozen=True)
class Limits:
    """The limits of one job, and how its process starts.

    Attributes:
        seconds: Wall-clock seconds, after which its process is killed.
        memory: Bytes of address space of a process, on platforms that can limit it.
        start: `fork` saves the imports of a child; it is for a parent with one thread.
    """

    seconds: float = MOST_SECONDS
    memory: int = MOST_MEMORY
    start: Literal["spawn", "fork"] = "spawn"


class Cause(Enum):
    """The cause of a job without a result."""

    TIME = "time"
    MEMORY = "memory"
    DIED = "died"
    FAULT = "fault"


@dataclass(frozen=True)
class Failure:
    """A job without a result.

    Attributes:
        cause: What happened.
        message: A message for users, in one line.
        details: The traceback of a programming error, or an empty string.
    """

    cause: Cause
    message: str
    details: str = ""


def run_bounded(
    work: Callable[[J], R],
    jobs: Iterable[J],
    *,
    workers: int | None = None,
    limits: Limits | None = None,
) -> Generator[tuple[J, R | Failure], None, None]:
    """Run every job in a child process and yield the results in the order of the jobs, as they become ready.

    Jobs are taken from the iterable as workers become free. Closing the generator ends all children.

    Args:
        work: A module-level function: children import it by name. Its argument and result are pickled.
        jobs: The arguments, one a job.
        workers: Maximum number of children; by default the number of processors.
        limits: The limits of each job.
    """
    pool = _Pool(work, max(1, workers or os.cpu_count() or 1), limits or Limits())
    try:
        yield from pool.run(iter(jobs))
    finally:
        pool.end()


class _Pool(Generic[J, R]):
    """The children of one run; a child does one job after another until one fails."""

    def __init__(self, work: Callable[[J], R], size: int, limits: Limits) -> None:
        self._work = work
        self._size = size
        self._limits = limits
        self._context: ForkContext | SpawnContext = (
            multiprocessing.get_context("fork")
            if limits.start == "fork"
            else multiprocessing.get_context("spawn")
        )
        self._idle: list[_Worker] = []
        self._busy: dict[Connection, tuple[_Worker, int, J]] = {}

    def run(self, jobs: Iterator[J]) -> Iterator[tuple[J, R | Failure]]:
        done: dict[int, tuple[J, R | Failure]] = {}
        given = yielded = 0
        has_more = True
        while True:
            while has_more and len(self._busy) < self._size and given - yielded < self._size * _WINDOW:
                try:
                    job = next(jobs)
                except StopIteration:
                    has_more = False
                    break
                if (failure := self._give(given, job)) is not None:
                    done[given] = (job, failure)
                given += 1
            while yielded in done:
                yield done.pop(yielded)
                yielded += 1
            if self._busy:
                done.update(self._collect())
            elif not has_more and not done:
                return

    def end(self) -> None:
        """Kill all children."""
        for worker in [*self._idle, *(worker for worker, *_ in self._busy.values())]:
            worker.kill()
        self._idle.clear()
        self._busy.clear()

    def _give(self, number: int, job: J) -> Failure | None:
        try:
            worker = self._idle.pop() if self._idle else self._start()
            worker.begin(job, self._limits.seconds)
        except OSError as error:
            return Failure(
                Cause.DIED,
                Text(f"无法启动读取进程（{error}）", f"no process could be started to read it ({error})"),
            )
        self._busy[worker.connection] = (worker, number, job)
        return None

    def _start(self) -> _Worker:
        mine, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve, args=(theirs, self._work, self._limits), name="jixiao-extract", daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, mine)

    def _collect(self) -> Iterator[tuple[int, tuple[J, R | Failure]]]:
        """Wait for the next results or for a job's time limit."""
        first_end = min(worker.deadline for worker, *_ in self._busy.values())
        ready = wait(list(self._busy), max(0.0, first_end - time.monotonic()))
        for connection in ready:
            assert isinstance(connection, Connection)
            worker, number, job = self._busy.pop(connection)
            yield number, (job, self._receive(worker))
        for connection, (worker, number, job) in list(self._busy.items()):
            if worker.deadline <= time.monotonic():
                del self._busy[connection]
                worker.kill()
                message = Text(
                    f"超过 {self._limits.seconds:.0f} 秒，已停止；请拆分",
                    f"stopped after {self._limits.seconds:.0f} s: it takes too long to read; split it",
                )
                yield number, (job, Failure(Cause.TIME, message))

    def _receive(self, worker: _Worker) -> R | Failure:
        try:
            result: R | Failure = worker.connection.recv()
        except (EOFError, OSError):
            code = worker.reap()
            return Failure(
                Cause.DIED,
                Text(
                    f"读取进程意外结束（退出码 {code}）", f"the process that read it ended (exit code {code})"
                ),
            )
        if isinstance(result, Failure):
            # The state of the process is unknown; the next job gets a fresh one.
            worker.kill()
        else:
            self._idle.append(worker)
        return result


class _Worker:
    """One child and the connection to it."""

    def __init__(self, process: multiprocessing.process.BaseProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection
        self.deadline = float("inf")

    def begin(self, job: object, seconds: float) -> None:
        """Send the child a job and start its time limit."""
        self.deadline = time.monotonic() + seconds
        try:
            self.connection.send(job)
        except OSError:
            # The child ended while idle or at its start; waiting for its answer reports that.
            return

    def reap(self) -> int | None:
        """Wait for a child that closed its connection and return its exit code."""
        self.process.join(_GIVE_UP_SECONDS)
        code = self.process.exitcode
        self.kill()
        return code

    def kill(self) -> None:
        """Kill the child."""
        self.process.kill()
        self.process.join(_GIVE_UP_SECONDS)
        self.connection.close()


def _serve(line: Connection, work: Callable[[object], object], limits: Limits) -> None:
    """Run in the child: set the limits, then do one job after another until the parent ends."""
    # Ctrl-C goes to the whole process group; the parent ends its children itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _be_quiet()
    _limit_memory(limits.memory)
    while True:
        try:
            job = line.recv()
        except (EOFError, OSError):
            return
        _set_alarm(limits.seconds)
        line.send(_attempt(work, job))
        _set_alarm(None)


def _attempt(work: Callable[[object], object], job: object) -> object:
    try:
        return work(job)
    except MemoryError:
        return Failure(
            Cause.MEMORY,
            Text("所需内存超过上限；请拆分", "it takes more memory to read than is allowed; split it"),
        )
    except RecursionError:
        return Failure(
            Cause.FAULT, Text("嵌套过深", "it is nested too deep to be read"), traceback.format_exc(limit=5)
        )
    except Exception as error:
        return Failure(
            Cause.FAULT,
            Text(
                f"程序出错，请报告（{type(error).__name__}）",
                f"a fault of the program, please report it ({type(error).__name__})",
            ),
            traceback.format_exc(),
        )


def _be_quiet() -> None:
    """Discard what libraries print about broken files."""
    with contextlib.suppress(OSError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.close(nothing)


def _limit_memory(size: int) -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _set_alarm(seconds: float | None) -> None:
    """End a child whose parent was killed and can no longer end it."""
    if hasattr(signal, "alarm"):
        signal.alarm(0 if seconds is None else int(seconds) + _GIVE_UP_SECONDS)
