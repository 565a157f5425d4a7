"""Disk space of an installation over many nights: a small warehouse, with and without changes.

    python -m benchmarks.nights --work var/nights --nights 100 --changed-every 2

Each night builds as the schedule does. In a changed night a corrected budget table lies in the inbox; in the others
nothing has changed. Prints a Markdown table of the sizes of the parts, as `jixiao doctor` counts them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.scale import installation, run_build
from jixiao.cli.doctor import size_on_disk
from jixiao.settings import Settings

PARTS = ("releases", "builds", "dagster", "raw", "reference", "dbt", "quarantine")
MIB = 2**20

_BUDGET = """\
单位名称,年度,项目名称,年初预算数,全年预算数,执行数,金额单位
甲单位,2024,甲项目,100,100,{executed},万元
"""


def main() -> None:
    """Run the nights and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="an empty folder for the installation")
    parser.add_argument("--nights", type=int, default=100)
    parser.add_argument("--changed-every", type=int, default=2, help="so many nights to a change")
    parser.add_argument("--row-every", type=int, default=5, help="so many nights to a row of the table")
    chosen = parser.parse_args()
    settings = installation(chosen.work)
    landing = settings.landing_folder()
    for entry in landing.sample_entries():
        landing.remove(entry.document_id)
    print("| Night | " + " | ".join((*PARTS, "landing", "all (MiB)")) + " | Last build (s) |")
    print("|" + "---|" * (len(PARTS) + 4))
    for night in range(1, chosen.nights + 1):
        if night % chosen.changed_every == 0 or night == 1:
            landing.inbox.mkdir(parents=True, exist_ok=True)
            (landing.inbox / "budget.csv").write_text(
                _BUDGET.format(executed=night % 90 + 1), encoding="utf-8"
            )
        seconds = run_build(settings, "night")
        if night % chosen.row_every == 0 or night == 1:
            print(_row(night, settings, seconds), flush=True)


def _row(night: int, settings: Settings, seconds: float) -> str:
    sizes = [size_on_disk(settings.var / part) if (settings.var / part).exists() else 0 for part in PARTS]
    sizes += [size_on_disk(settings.landing)]
    cells = [*sizes, sum(sizes)]
    return f"| {night} | " + " | ".join(f"{size / MIB:.1f}" for size in cells) + f" | {seconds:.0f} |"


if __name__ == "__main__":
    main()
