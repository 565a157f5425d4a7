"""What was measured, as JSON: each file says on what, when and of which commit.

A measurement writes into its work folder. The page on performance is written of the files that are kept here, in
`benchmarks/results/`, so that it can be written anew when only some of them were measured anew.
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
"""Where measurements work and write, unless they are told another folder."""

READERS, PEERS, FLOOR = "readers.json", "peers.json", "floor.json"
SCALES, CLUSTERS, SLICES = "scale-*.json", "cluster-*.json", "slice-*.json"
"""A file a size, so that one can be measured anew."""

FORMER = "former-*.json"
"""Engines whose code was removed: kept as they were measured, with the floor of their run."""


def of_size(names: str, forms: int) -> str:
    """The name of the file of one size."""
    return names.replace("*", str(forms))


def write(file: Path, found: Mapping[str, Any]) -> None:
    """Write what was measured, with the facts of this machine and checkout as `measured`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"measured": _facts(), **found}, ensure_ascii=False, indent=2)
    file.write_text(text + "\n", encoding="utf-8")


def keep(work: Path, kept: Path = KEPT) -> list[str]:
    """Move the measurements of a work folder over those that are kept, and return their names.

    None is left behind that would take the place of a newer one some day.
    """
    found = sorted(
        file for name in (READERS, PEERS, FLOOR, SCALES, CLUSTERS, SLICES) for file in work.glob(name)
    )
    for file in found:
        shutil.move(file, kept / file.name)
    return [file.name for file in found]


def read(name: str, kept: Path = KEPT) -> Any:
    """A measurement that is kept, or None."""
    file = kept / name
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def read_sizes(names: str, kept: Path = KEPT) -> list[Any]:
    """The measurements of all sizes that are kept, in their order."""
    found = [json.loads(file.read_text(encoding="utf-8")) for file in kept.glob(names)]
    return sorted(found, key=lambda measured: int(measured["forms"]))


def told_by_size(found: Sequence[Mapping[str, Any]]) -> str:
    """What is told of each size; once for those that it is the same for."""
    sizes: dict[str, list[str]] = {}
    for each in found:
        sizes.setdefault(told(each["measured"]), []).append(f"{each['forms']:,}")
    return "\n".join(f"- {', '.join(forms)} forms: {of[0].lower()}{of[1:]}" for of, forms in sizes.items())


def told(measured: Mapping[str, Any]) -> str:
    """On what, when and of which commit something was measured, in words."""
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
    """The commit of the checkout, with `-dirty` where files differ from it; blank without git."""
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
