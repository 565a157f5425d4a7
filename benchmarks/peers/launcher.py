"""Runs a command and writes what it took, as JSON: `launcher.py REPORT COMMAND…`.

A process of its own, and a small one: the memory that Linux reports for a child is at least that of the process
that started it.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Return the exit status of the command; one that a signal ended has 128 and the signal."""
    report, *command = sys.argv[1:]
    begin = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    Path(report).write_text(json.dumps({"seconds": seconds, "peak_kib": usage.ru_maxrss}), encoding="utf-8")
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
