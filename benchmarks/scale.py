"""Cost of builds by size: full builds, and nightly builds after one document in a hundred changed.

    python -m benchmarks.scale --forms 100000 1000000 --work var/benchmark

Each size is generated as landed CSVs and built twice by `jixiao build`, as a user would: first from nothing,
then after some documents were corrected and withdrawn. Prints a row a build, and writes them as JSON.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import generate, results
from ingestion.landing import landed
from jixiao.builds.folder import BuildFolder
from jixiao.cli import exits
from jixiao.release.releases import current
from jixiao.settings import PROJECT_ROOT, Settings

CHANGED_SHARE = 0.01


@dataclass(frozen=True)
class Build:
    """One measured build.

    Attributes:
        forms: Self-evaluation forms in the release.
        kind: `full`, or `nightly` after a change of `CHANGED_SHARE` of the documents.
        documents_computed: Number of documents whose rows were computed.
        seconds: Wall time of `jixiao build`.
        stages: Seconds by stage.
        peak_mib: Peak memory of the largest process.
        release_mib: Size of the release on disk.
        rows: Rows of the published tables.
    """

    forms: int
    kind: str
    documents_computed: int
    seconds: float
    stages: dict[str, float]
    peak_mib: int
    release_mib: int
    rows: int


def run_build(settings: Settings, log_name: str, *options: str) -> float:
    """Run `jixiao build` as a user would, and return its wall time in seconds.

    Raises:
        RuntimeError: The build failed.
    """
    log = settings.var / f"{log_name}.log"
    settings.var.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ, "JIXIAO_VAR": str(settings.var), "JIXIAO_LANDING": str(settings.landing)
    }  # fmt: skip
    begin = time.perf_counter()
    with log.open("w", encoding="utf-8") as out:
        done = subprocess.run(
            [sys.executable, "-c", "from jixiao.cli.main import main; main()", "build", *options],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != exits.OK:
        raise RuntimeError(f"the build failed, see {log}")
    return time.perf_counter() - begin


def installation(folder: Path) -> Settings:
    """Return the installation of a measured size in its folder."""
    return Settings(PROJECT_ROOT, folder / "var", folder / "landing")


def generate_landing(settings: Settings, forms: int) -> None:
    """Land this number of forms in an empty installation."""
    generate.main(["--forms", str(forms), "--format", "csv", "--out", str(settings.landing)])


def measure(settings: Settings, kind: str) -> Build:
    """Build and measure.

    Raises:
        RuntimeError: The build failed.
    """
    seconds = run_build(settings, kind)
    release = current(settings)
    assert release is not None
    record = json.loads(BuildFolder(settings.open_build).record.read_text(encoding="utf-8"))
    return Build(
        forms=release.manifest["rows"]["core.dim_project"],
        kind=kind,
        documents_computed=int(release.manifest["build"]["documents_computed"]),
        seconds=round(seconds, 1),
        stages=record["stages"],
        # The maximum of all ended processes: the larger build comes first.
        peak_mib=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        release_mib=sum(file["bytes"] for file in release.manifest["files"].values()) // 2**20,
        rows=sum(release.manifest["rows"].values()),
    )


def change(landing: Path) -> None:
    """Correct one document in a hundred and withdraw a tenth as many."""
    folders = landed(landing)
    step = round(1 / CHANGED_SHARE)
    for folder in folders[::step]:
        _correct(folder)
    few = max(1, len(folders) // (10 * step))
    for folder in folders[1 : 1 + few]:
        shutil.rmtree(folder)


def _correct(folder: Path) -> None:
    path = folder / "raw_self_evaluation_indicator.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, first, *rest = csv.reader(file)
    first[header.index("score")] = "1"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, first, *rest])


def run(sizes: Sequence[int], work: Path, keep: int | None = None) -> None:
    """Measure each size in a folder of its own; remove it at the end, except that of the size to keep."""
    for forms in sizes:
        folder = work / str(forms)
        shutil.rmtree(folder, ignore_errors=True)
        settings = installation(folder)
        generate_landing(settings, forms)
        builds = [measure(settings, "full")]
        _report(builds, forms, work)
        change(settings.landing)
        builds.append(measure(settings, "nightly"))
        _report(builds, forms, work)
        if forms != keep:
            shutil.rmtree(folder)


def _report(builds: Sequence[Build], forms: int, work: Path) -> None:
    """Print the last build of a size and write all builds of the size so far."""
    results.write(
        work / results.of_size(results.SCALES, forms),
        {"forms": forms, "builds": [asdict(build) for build in builds]},
    )
    build = builds[-1]
    print(
        f"{build.forms:,} forms, {build.kind}: {build.seconds:,.1f} s, {build.peak_mib:,} MiB, "
        f"{build.documents_computed:,} documents computed, {build.rows:,} rows, release {build.release_mib:,} MiB\n"
        f"  {json.dumps(build.stages)}",
        flush=True,
    )


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--forms", type=int, nargs="+", default=[10_000, 100_000], help="sizes")
    parser.add_argument("--work", type=Path, default=results.WORK)
    parser.add_argument(
        "--keep", type=int, metavar="SIZE", help="leave the installation of this size, for benchmarks.readers"
    )
    options = parser.parse_args()
    run(options.forms, options.work, options.keep)


if __name__ == "__main__":
    main()
