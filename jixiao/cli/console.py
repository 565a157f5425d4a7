"""The streams that the command line prints to."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from rich.console import Console

_NOT_PRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def console(stream: IO[str] | None = None) -> Console:
    """Return a console that prints text unchanged, without markup and highlighting.

    Without a terminal it is 200 columns wide, so that a log has whole lines.
    """
    made = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made = Console(file=stream, highlight=False, markup=False, emoji=False, width=200)
    return made


def one_line(text: str) -> str:
    """Return a text on one line and without control characters, safe to print."""
    return _NOT_PRINTED.sub(" ", text)


def short_path(path: Path) -> str:
    """Return a path relative to the working folder if it is inside it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@contextmanager
def at_work(what: str, screen: Console | None = None) -> Iterator[None]:
    """Show what is at work, and for how long, until it ends; only a terminal shows it.

    Args:
        what: The work, in the language of the process.
        screen: The console to show it on; None for standard error. It may print lines meanwhile.
    """
    out = screen or console(sys.stderr)
    if not out.is_terminal:
        yield
        return
    # Importing it takes a while.
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    parts = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*parts, console=out, transient=True, refresh_per_second=2) as progress:
        progress.add_task(what, total=None)
        yield


@contextmanager
def output_to(log: Path) -> Iterator[IO[str]]:
    """Redirect the output of this process and its children to a file.

    Args:
        log: The file, which is appended to.

    Yields:
        A stream to the former standard output, for the lines of the command itself.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    saved = (os.dup(1), os.dup(2))
    # Unbuffered: Ctrl-C between a write and its end must not print a line twice.
    raw = os.fdopen(os.dup(saved[0]), "wb", buffering=0)
    people = io.TextIOWrapper(raw, encoding=sys.stdout.encoding, errors="replace", write_through=True)
    with log.open("ab") as file, people:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield people
        finally:
            for stream in (sys.stdout, sys.stderr):
                # The disk of the log can be full.
                with suppress(OSError):
                    stream.flush()
            for number, copy in enumerate(saved, start=1):
                os.dup2(copy, number)
                os.close(copy)
