"""Seconds of `jixiao check`, each as a process of its own: a form of one page in each format, and the sample.

PYTHONPATH=tests/fixtures python benchmarks/check_speed.py

The rules are compiled before, which a check does once for each version.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from drawn_documents import FORMATS
from drawn_forms import TITLE, form
from ingestion_documents import SAMPLE, SEEDS

from jixiao.checking.compiled import prepare
from jixiao.settings import Settings

RUNS = 7


def seconds(path: Path) -> list[float]:
    """Return the seconds of each check."""
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", "from jixiao.cli.main import main; main()", "check", str(path)],
            capture_output=True,
            check=False,
        )
        times.append(time.perf_counter() - begin)
        # 0: no error found, 1: errors found.
        assert done.returncode in (0, 1), done.stdout.decode()
    return times


def main() -> None:
    prepare(Settings.load())
    with tempfile.TemporaryDirectory() as name:
        files = {f"one form, {kind}": Path(name, f"form.{kind}") for kind in ("docx", "xlsx", "pdf", "txt")}
        for path in files.values():
            path.write_bytes(FORMATS[path.suffix[1:]]([*TITLE, form()]))
        for what, path in {**files, "the sample's text": SAMPLE, "the sample's CSVs": SEEDS}.items():
            if path is None:  # The text isn't part of the project.
                continue
            times = seconds(path)
            print(f"{what}: median {statistics.median(times):.2f} s (fastest {min(times):.2f})")


if __name__ == "__main__":
    main()
