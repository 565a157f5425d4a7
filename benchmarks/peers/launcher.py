"""Run a command and write its time and memory as JSON: `launcher.py REPORT COMMAND…`.

A separate, small process, because the memory that Linux reports for a child is at least that of its parent.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Return the exit status of the command; for a signal, 128 plus its number."""
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
