"""Hold Jixiao against others, on one load.

python -m benchmarks.peers --forms 30000 --rounds 5 --work var/benchmark
python -m benchmarks.peers --forms 1000000 --rounds 1 --floor-only
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

import duckdb

from benchmarks import generate
from benchmarks.peers import marts_slice, project
from benchmarks.peers.measure import PeerError
from benchmarks.peers.report import FLOOR_RESULTS, RESULTS
from jixiao.settings import MEMORY, PROJECT_ROOT


def load(forms: int, raw: Path) -> int:
    """Generate a raw store that is all the data there is: the sample is left out of the build.

    Returns:
        Its documents.
    """
    generate.main(["--forms", str(forms), "--out", str(raw)])
    sample = PROJECT_ROOT / "seeds" / "raw" / "raw_document.csv"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select document_id from read_csv('{sample}', all_varchar = true)) "
            f"to '{raw / 'left_out.csv'}' (format csv, header)"
        )
        row = connection.execute(f"select count(*) from '{raw / 'documents.parquet'}'").fetchone()
    return int(row[0]) if row else 0


def main() -> int:
    """Generate, measure, and write `peers.json`, or `floor.json`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--forms", type=int, default=30_000, help="self-evaluation forms of the load")
    parser.add_argument("--rounds", type=int, default=5, help="how often each peer runs")
    parser.add_argument(
        "--floor-only",
        action="store_true",
        help="only Jixiao and its own SQL by hand: a load that takes the others hours",
    )
    parser.add_argument("--work", type=Path, default=PROJECT_ROOT / "var" / "benchmark")
    options = parser.parse_args()
    work: Path = (options.work / "peers").resolve()
    shutil.rmtree(work, ignore_errors=True)
    try:
        documents = load(options.forms, work / "raw")
        found = {
            "project": project.compare(
                work / "raw", documents, work / "project", options.rounds, floor_only=options.floor_only
            )
        }
        if not options.floor_only:
            built = project.database(work / "project")
            found["slice"] = marts_slice.compare(work / "raw", built, work / "slice", options.rounds)
    except PeerError as error:
        print(error, file=sys.stderr)
        return 1
    result = {
        "forms": options.forms,
        "documents": documents,
        "rounds": options.rounds,
        "cores": os.cpu_count(),
        "memory": MEMORY,
        **found,
    }
    (options.work / (FLOOR_RESULTS if options.floor_only else RESULTS)).write_text(
        json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
