"""The row that describes the build of the marts."""

from __future__ import annotations

import csv
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from jixiao.builds import inputs
from jixiao.builds.session import BuildSession

COLUMNS = (
    "release_id",
    "code_version",
    "started_at",
    "seconds",
    "dbt_version",
    "duckdb_version",
    "input_hash",
    "documents",
    "documents_computed",
    "base_release_id",
)


def build_info(build: BuildSession, now: datetime) -> dict[str, str]:
    """Describe the build up to now.

    Returns:
        A value for each of `COLUMNS`: `started_at` in UTC, `seconds` since then.
    """
    record = build.record
    return {
        "release_id": record.build_id,
        "code_version": code_version(build.settings.project_root),
        "started_at": record.started_at.isoformat(timespec="seconds"),
        "seconds": f"{(now - record.started_at).total_seconds():.1f}",
        "dbt_version": version("dbt-core"),
        "duckdb_version": version("duckdb"),
        "input_hash": inputs.hash_inputs(build.settings, build.scope.inputs),
        "documents": str(len(record.documents)),
        "documents_computed": str(len(build.scope.documents)),
        "base_release_id": build.scope.base.release_id if build.scope.base else "",
    }


def write_build_info(build: BuildSession) -> None:
    """Write `build_info.csv` into the folder of the build."""
    with build.folder.build_info.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerow(build_info(build, datetime.now(UTC)))


def read_build_info(build: BuildSession) -> dict[str, str]:
    """Read the row back."""
    with build.folder.build_info.open(encoding="utf-8", newline="") as file:
        return next(iter(csv.DictReader(file)))


def code_version(project_root: Path) -> str:
    """Return the commit of the checkout, or the version of the package if there is none."""
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--tags"],
            cwd=project_root,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return version("jixiao")
    return described.stdout.strip()
