"""Waiting times of readers: the dashboards' queries by ten clients at once, without and during builds.

    PYTHONPATH=tests python -m benchmarks.readers --work var/benchmark/1000000 [--clients 10] [--forms 1000000]

Uses the installation (`var`, `landing`) that `benchmarks.scale --keep` left in the folder, or generates and
builds one there. Each client opens the current release read only, makes all queries of one dashboard, closes
it, pauses for some seconds, and continues with the next dashboard; the builds, a nightly and then a full one,
switch the release under them.

For the nightly build, some landed documents are corrected and some withdrawn: use a generated installation
only, never one in use.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from threading import Event
from urllib.parse import parse_qsl

import duckdb

from benchmarks import results
from benchmarks.scale import change, generate_landing, installation, run_build
from dashboards.superset.bundle import READ_ONLY
from jixiao.release.releases import current
from jixiao.release.store import DATABASE_NAME
from jixiao.settings import DuckDBConfig, Settings

CLIENTS = 10
SECONDS = 120.0
PAUSE = 10.0
NOTHING, NIGHT, EVERYTHING = "nothing", "a night", "everything"

Dashboards = Sequence[Mapping[str, str]]
"""The SQL of each query by its title, one mapping a dashboard."""


@dataclass(frozen=True)
class Answer:
    """One query of one client, its rows fetched.

    Attributes:
        title: Dashboard and chart.
        release_id: The release that was open.
        begin: When it was asked, in seconds of the monotonic clock.
        seconds: How long it took.
        error: What it failed of; blank if it didn't.
    """

    title: str
    release_id: str
    begin: float
    seconds: float
    error: str = ""


@dataclass(frozen=True)
class Phase:
    """Waiting times of the clients over some time.

    Attributes:
        build: The build during this time: `nothing`, `a night` or `everything`.
        seconds: Length of the time: with a build, its duration.
        queries: Queries made and answered in this time.
        per_second: Queries a second.
        p50_ms: Median of the query times.
        p95_ms: 95th percentile of the query times.
        slowest_ms: Longest query time.
        slowest: Title of the slowest query.
        releases: Releases that the clients had open, including shortly after this time.
        failed: Failed queries, including shortly after this time.
    """

    build: str
    seconds: float
    queries: int
    per_second: float
    p50_ms: float
    p95_ms: float
    slowest_ms: float
    slowest: str
    releases: int
    failed: int


@dataclass(frozen=True)
class Reading:
    """The measurement.

    Attributes:
        forms: Self-evaluation forms of the release.
        release_mib: Size of its database on disk.
        clients: Number of simultaneous clients.
        pause_seconds: Pause of each client between two dashboards.
        dashboards: Number of dashboards.
        queries: Number of their queries.
        phases: Without a build, with a nightly build, and with a full build unless that was left out.
    """

    forms: int
    release_mib: int
    clients: int
    pause_seconds: float
    dashboards: int
    queries: int
    phases: tuple[Phase, ...]


def phase_of(answers: Sequence[Answer], begin: float, end: float, *, build: str) -> Phase:
    """Summarise the queries made from `begin` to before `end`; failures and releases include all answers.

    Raises:
        RuntimeError: Fewer than two queries were answered in this time.
    """
    good = [answer for answer in answers if begin <= answer.begin < end and not answer.error]
    if len(good) < 2:
        raise RuntimeError(
            f"{len(good)} queries were answered in {end - begin:.0f} s, too few to say anything"
        )
    cuts = statistics.quantiles([1000 * answer.seconds for answer in good], n=20, method="inclusive")
    slowest = max(good, key=lambda answer: answer.seconds)
    return Phase(
        build=build,
        seconds=round(end - begin, 1),
        queries=len(good),
        per_second=round(len(good) / (end - begin), 1),
        p50_ms=round(cuts[9], 1),
        p95_ms=round(cuts[18], 1),
        slowest_ms=round(1000 * slowest.seconds, 1),
        slowest=slowest.title,
        releases=len({answer.release_id for answer in answers}),
        failed=sum(bool(answer.error) for answer in answers),
    )


def look_at(dashboard: Mapping[str, str], settings: Settings) -> Iterator[Answer]:
    """Open the current release and make the queries of a dashboard."""
    # By the link's name, a process that has the old release open would get that one again.
    file = (settings.current / DATABASE_NAME).resolve()
    # As Superset opens it; ten clients of a large release must leave the build its memory.
    config: DuckDBConfig = {**dict(parse_qsl(READ_ONLY)), "memory_limit": settings.memory}
    begin = time.monotonic()
    try:
        connection = duckdb.connect(file, config=config)
    except duckdb.Error as error:
        yield Answer("opening the release", file.parent.name, begin, time.monotonic() - begin, str(error))
        return
    with connection:
        for title, sql in dashboard.items():
            begin, failure = time.monotonic(), ""
            try:
                connection.execute(sql).fetchall()
            except duckdb.Error as error:
                failure = str(error)
            yield Answer(title, file.parent.name, begin, time.monotonic() - begin, failure)


def read(dashboards: Dashboards, settings: Settings, delay: float, pause: float, over: Event) -> list[Answer]:
    """Act as one client: display one dashboard after another until the end, and one more.

    The last one is opened after the build, so that each client has read its release.

    Args:
        dashboards: The dashboards in this client's order.
        settings: The installation.
        delay: Seconds before the first dashboard.
        pause: Seconds between two dashboards.
        over: Set at the end.
    """
    answers: list[Answer] = []
    over.wait(delay)
    for dashboard in cycle(dashboards):
        was_over = over.is_set()
        answers += look_at(dashboard, settings)
        if was_over:
            break
        over.wait(pause)
    return answers


def _from(dashboards: Dashboards, number: int) -> Dashboards:
    first = number % len(dashboards)
    return [*dashboards[first:], *dashboards[:first]]


def measure(
    dashboards: Dashboards,
    settings: Settings,
    clients: int,
    pause: float,
    meanwhile: Callable[[], object],
    *,
    build: str,
) -> Phase:
    """Let the clients read while `meanwhile` runs."""
    over = Event()
    with ThreadPoolExecutor(clients) as pool:
        begin = time.monotonic()
        # They start neither at the same moment nor with the same dashboard.
        reading = [
            pool.submit(read, _from(dashboards, number), settings, pause * number / clients, pause, over)
            for number in range(clients)
        ]
        try:
            meanwhile()
        finally:
            end = time.monotonic()
            over.set()
        answers = [answer for client in reading for answer in client.result()]
    for answer in answers:
        if answer.error:
            print(f"✗ {answer.title}, release {answer.release_id}: {answer.error}", file=sys.stderr)
    return phase_of(answers, begin, end, build=build)


def dashboards_of(settings: Settings) -> Dashboards:
    """Return the dashboards' queries on the current release, from Superset and a browser."""
    # Both are installed only for the tests of the dashboards.
    from benchmarks.charts import asked_of  # noqa: PLC0415

    found: dict[str, dict[str, str]] = {}
    for chart in asked_of(settings):
        queries = found.setdefault(chart.dashboard, {})
        # A chart may make two queries.
        title = f"{chart.title} ({len(queries) + 1})" if chart.title in queries else chart.title
        queries[title] = chart.sql
    return list(found.values())


def run(settings: Settings, clients: int, seconds: float, pause: float, *, everything: bool) -> Reading:
    """Measure without a build, during a nightly build, and, if asked for, during a full build."""
    release = current(settings)
    assert release is not None
    dashboards = dashboards_of(settings)
    # The file is in the system's cache in all phases.
    for dashboard in dashboards:
        list(look_at(dashboard, settings))

    change(settings.landing)
    while_builds: dict[str, Callable[[], object]] = {
        NOTHING: lambda: time.sleep(seconds),
        NIGHT: lambda: run_build(settings, "readers-night"),
    }
    if everything:
        while_builds[EVERYTHING] = lambda: run_build(settings, "readers-everything", "--full")
    return Reading(
        forms=release.manifest["rows"]["core.dim_project"],
        release_mib=release.database.stat().st_size // 2**20,
        clients=clients,
        pause_seconds=pause,
        dashboards=len(dashboards),
        queries=sum(map(len, dashboards)),
        phases=tuple(
            measure(dashboards, settings, clients, pause, meanwhile, build=build)
            for build, meanwhile in while_builds.items()
        ),
    )


def main() -> None:
    """Measure, write and print; a failed query is an error."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="the folder of an installation")
    parser.add_argument("--forms", type=int, help="number of forms to generate there, if it has no release")
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long without a build")
    parser.add_argument(
        "--pause", type=float, default=PAUSE, help="seconds between two dashboards of a client"
    )
    parser.add_argument(
        "--only-night", action="store_true", help="leave out the build of everything, which takes long"
    )
    parser.add_argument("--out", type=Path, default=results.WORK / results.READERS)
    options = parser.parse_args()
    settings = installation(options.work.resolve())
    if current(settings) is None:
        if options.forms is None:
            parser.error(f"{settings.current}: no release; name --forms to generate and build one")
        generate_landing(settings, options.forms)
        run_build(settings, "full")
    found = run(settings, options.clients, options.seconds, options.pause, everything=not options.only_night)
    results.write(options.out, asdict(found))
    print(options.out.read_text(encoding="utf-8"))
    if failed := sum(phase.failed for phase in found.phases):
        raise SystemExit(f"{failed} queries failed")


if __name__ == "__main__":
    main()
