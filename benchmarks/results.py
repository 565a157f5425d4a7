"""Measurements as JSON files, each with its subject, date, machine and commit.

A measurement writes into its work folder. The page on performance is written from the files kept here, in
`benchmarks/results/`, so that it can be rewritten after only some of them were measured again.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jixiao.settings import MEMORY, PROJECT_ROOT

KEPT = PROJECT_ROOT / "benchmarks" / "results"
WORK = PROJECT_ROOT / "var" / "benchmark"
"""Default folder of measurements."""

READERS, PEERS, FLOOR = "readers.json", "peers.json", "floor.json"
SCALES, CLUSTERS, SLICES = "scale-*.json", "cluster-*.json", "slice-*.json"
"""One file for each size, so that one can be measured again."""

FORMER = "former-*.json"
"""Engines whose code was removed: kept as measured, with the floor of their run."""


def of_size(names: str, forms: int) -> str:
    """Return the name of the file of one size."""
    return names.replace("*", str(forms))


def write(file: Path, found: Mapping[str, Any]) -> None:
    """Write a measurement, with the facts of this machine and checkout as `measured`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"measured": _facts(), **found}, ensure_ascii=False, indent=2)
    file.write_text(text + "\n", encoding="utf-8")


def keep(work: Path, kept: Path = KEPT) -> list[str]:
    """Move the measurements of a work folder over the kept ones, and return their names.

    They are moved so that none is left to replace a newer one later.
    """
    found = sorted(
        file for name in (READERS, PEERS, FLOOR, SCALES, CLUSTERS, SLICES) for file in work.glob(name)
    )
    for file in found:
        shutil.move(file, kept / file.name)
    return [file.name for file in found]


def read(name: str, kept: Path = KEPT) -> Any:
    """Return a kept measurement, or None."""
    file = kept / name
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def read_sizes(names: str, kept: Path = KEPT) -> list[Any]:
    """Return the kept measurements of all sizes, in order."""
    found = [json.loads(file.read_text(encoding="utf-8")) for file in kept.glob(names)]
    return sorted(found, key=lambda measured: int(measured["forms"]))


def conditions_by_size(found: Sequence[Mapping[str, Any]]) -> str:
    """Return the conditions of each size's measurements; sizes with equal conditions share a sentence."""
    sizes: dict[str, list[str]] = {}
    for each in found:
        sizes.setdefault(conditions(each["measured"]), []).append(f"{each['forms']:,}")
    return "\n".join(f"- {', '.join(forms)} forms: {of[0].lower()}{of[1:]}" for of, forms in sizes.items())


def conditions(measured: Mapping[str, Any]) -> str:
    """Return machine, date and commit of a measurement as a sentence."""
    of = f" of {measured['commit']}" if measured["commit"] else ""
    return (
        f"Measured on {measured['date']}{of}: {measured['cores']} cores ({measured['machine']}), "
        f"Python {measured['python']}, DuckDB {measured['duckdb']}, dbt-core {measured['dbt']}, "
        f"each DuckDB process bounded to {measured['memory']}."
    )


def _facts() -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "dbt": version("dbt-core"),
        "memory": MEMORY,
    }


def _commit() -> str:
    """Return the commit of the checkout, with `-dirty` if files differ from it; blank without git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--exclude", "*"],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip()
