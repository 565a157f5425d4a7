"""What the command line prints on: one stream for people, whatever happens to standard output."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rich.console import Console

_NOT_PRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def console(stream: IO[str] | None = None) -> Console:
    """Make a console for text as it stands: no markup, no highlighting of numbers.

    Without a terminal lines are left as long as they are: nothing is cut in a log.
    """
    made = Console(file=stream, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made = Console(file=stream, highlight=False, markup=False, emoji=False, width=200)
    return made


def one_line(text: str) -> str:
    """Text of a document as a terminal may have it: without control characters, on one line."""
    return _NOT_PRINTED.sub(" ", text)


def short_path(path: Path) -> str:
    """A path relative to the working folder, if it lies below it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@contextmanager
def output_to(log: Path) -> Iterator[IO[str]]:
    """Send what this process and its children print to a file.

    Yields:
        A stream to what was standard output, for what people should see.
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
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in enumerate(saved, start=1):
                os.dup2(copy, number)
                os.close(copy)
