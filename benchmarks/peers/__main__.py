"""Compare Jixiao with other implementations on one load.

python -m benchmarks.peers --forms 30000 --rounds 5 --work var/benchmark
python -m benchmarks.peers --forms 1000000 --rounds 1 --only floor
python -m benchmarks.peers --forms 300000 --rounds 3 --only slice
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import generate, results
from benchmarks.peers import marts_slice, project
from benchmarks.peers.measure import PeerError
from jixiao.settings import PROJECT_ROOT


def load(forms: int, raw: Path) -> int:
    """Generate a raw store without the sample.

    Returns:
        The number of its documents.
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


def compare(only: str | None, documents: int, work: Path, rounds: int) -> dict[str, Any]:
    """Compare the whole project, the slice, or both.

    Raises:
        PeerError: The base of the comparison can't be measured.
    """
    raw, folder = work / "raw", work / "project"
    found: dict[str, Any] = {}
    if only == "slice":
        project.build(raw, documents, folder)
    else:
        found["project"] = project.compare(raw, documents, folder, rounds, floor_only=only == "floor")
    if only != "floor":
        found["slice"] = marts_slice.compare(raw, project.database(folder), work / "slice", rounds)
    return found


def main() -> int:
    """Generate, measure, and write `peers.json`, `floor.json` or `slice-<forms>.json`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--forms", type=int, default=30_000, help="self-evaluation forms of the load")
    parser.add_argument("--rounds", type=int, default=5, help="how often each peer runs")
    parser.add_argument(
        "--only",
        choices=("floor", "slice"),
        help="for larger loads, on which all peers take hours: only Jixiao and its own SQL by hand, or only the engines' slice",
    )
    parser.add_argument("--work", type=Path, default=results.WORK)
    options = parser.parse_args()
    work: Path = (options.work / "peers").resolve()
    shutil.rmtree(work, ignore_errors=True)
    try:
        documents = load(options.forms, work / "raw")
        found = compare(options.only, documents, work, options.rounds)
    except PeerError as error:
        print(error, file=sys.stderr)
        return 1
    result: dict[str, Any] = {
        "forms": options.forms,
        "documents": documents,
        "rounds": options.rounds,
        **found,
    }
    names = {
        None: results.PEERS,
        "floor": results.FLOOR,
        "slice": results.of_size(results.SLICES, options.forms),
    }
    results.write(options.work / names[options.only], result)
    shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
