"""Documents a second: synthetic forms of every format through the intake, and the sample's text alone.

PYTHONPATH=tests/fixtures python benchmarks/documents.py [--documents 1000]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from drawn_documents import FORMATS
from drawn_forms import TITLE, form
from ingestion_documents import SAMPLE

from ingestion.batch import run_bounded
from ingestion.document import DocumentError
from ingestion.extract import extract
from ingestion.submission import Given, Refused, Task, take

SHARES = {"txt": 40, "docx": 30, "xlsx": 15, "html": 10, "pdf": 5}
"""Out of a hundred documents; a PDF costs as much as thirty texts."""

FORMS = (1, 1, 1, 2, 5)
RUNS = 5
_ME = os.getpid()


def write_documents(folder: Path, count: int) -> list[Path]:
    """Write documents of all formats, mixed as units would send them."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    paths = []
    for number in range(count):
        # 37 and 100 have no common divisor: all formats occur evenly.
        kind = kinds[number * 37 % 100]
        forms = FORMS[number % len(FORMS)]
        parts = [*TITLE, *(form(name=f"项目名称|<|项目{number}-{at}|<|<|<|<|<|<") for at in range(forms))]
        path = folder / f"{number}.{kind}"
        path.write_bytes(FORMATS[kind](parts))
        paths.append(path)
    return paths


def measure_intake(count: int) -> None:
    """Print documents a second, and the memory of the largest child during the batch."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "in").mkdir()
        (root / "out").mkdir()
        paths = write_documents(root / "in", count)
        tasks = (Task(path, root / "out" / path.name, Given()) for path in paths)
        begin = time.perf_counter()
        refused, seen = 0, []
        # The last one is sampled while the children run: each counts from its own start.
        marks = {max(count // 10, 1), max(count // 2, 1), count}
        for done, (_, outcome) in enumerate(run_bounded(take, tasks, workers=2), start=1):
            refused += not hasattr(outcome, "document_id") or isinstance(outcome, Refused)
            if done in marks:
                seen.append(f"{done}: {_largest_child():.0f} MB")
        seconds = time.perf_counter() - begin
        print(
            f"{count} documents, 2 workers: {seconds:.1f} s, {count / seconds:.0f} documents/s, {refused} refused"
        )
        print(f"largest process after {', '.join(seen)}")


def _largest_child() -> float:
    """Return the peak megabytes of the largest child, without memory inherited from its parent."""
    sizes = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if fields["PPid"].strip() == str(_ME):
            sizes.append(int(fields.get("VmHWM", "0 kB").split()[0]) / 1024)
    return max(sizes)


def measure_formats(folder: Path) -> None:
    """Print the median extraction time of one form, by format."""
    for kind, render in FORMATS.items():
        path = folder / f"one.{kind}"
        path.write_bytes(render([*TITLE, form()]))
        print(f"one form as {kind}: {1000 * _median(path):.0f} ms")


def _median(path: Path) -> float:
    seconds = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        try:
            extract(path)
        except DocumentError as error:
            raise SystemExit(str(error)) from error
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=1000)
    with tempfile.TemporaryDirectory() as scratch:
        measure_formats(Path(scratch))
    if SAMPLE is not None:
        print(f"the sample, 330 KB of text: {1000 * _median(SAMPLE):.0f} ms")
    measure_intake(arguments.parse_args().documents)
