"""Times to draw a dashboard, and of each chart's query, with the sample and with multiples of its size.

PYTHONPATH=.:tests python benchmarks/dashboard_speed.py [--copies 1 1000] [--users 1 10]

Requires a release (`make run`) and the installations of `make test-dashboard`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from dashboard.looking import CHART_DATA, dashboards, data_of, look_at
from playwright.sync_api import BrowserContext

from benchmarks.charts import Chart, asked_by, superset
from jixiao.release.releases import publish
from jixiao.release.store import DATABASE_NAME
from jixiao.settings import PROJECT_ROOT, PUBLISHED_SCHEMAS, Settings

RUNS = 5
ORGANIZATIONS = 300
"""Number of units among the copies; further copies are other years of them."""

PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def enlarge(release: Path, copies: int) -> None:
    """Repeat each row of a document in the published tables under other documents, units and years."""
    with duckdb.connect(release) as connection:
        connection.execute("set preserve_insertion_order = false")
        columns = connection.execute(
            "select schema_name, table_name, list(column_name), list(data_type) from duckdb_columns() "
            "where list_contains(?, schema_name) group by all",
            [list(PUBLISHED_SCHEMAS)],
        ).fetchall()
        for schema, table, names, types in columns:
            if "document_id" not in names:
                continue
            changed = [
                f"{name} || '-' || copy as {name}"
                for name, kind in zip(names, types, strict=True)
                if name.endswith("_id") and kind == "VARCHAR" and name not in {"rule_id", "build_id"}
            ]
            changed += [
                f"{name} || '-' || copy % {ORGANIZATIONS} as {name}"
                for name in names
                if name == "organization_name"
            ]
            changed += [
                f"{name} - copy // {ORGANIZATIONS} as {name}" for name in names if name == "fiscal_year"
            ]
            connection.execute(
                f'create or replace table build_copy as select "{table}".* replace ({", ".join(changed)}) '
                f'from "{schema}"."{table}", range(1, {copies}) as copies (copy)'
            )
            keys = connection.execute(
                "select count(*) from duckdb_constraints() where table_name = ? and constraint_type = 'PRIMARY KEY'",
                [table],
            ).fetchone()
            assert keys is not None
            if keys[0]:
                # Indexing millions of rows is not measured, and readers don't use indexes.
                connection.execute(f'create table "{schema}".plain as from "{schema}"."{table}"')
                connection.execute(f'drop table "{schema}"."{table}" cascade')
                connection.execute(f'alter table "{schema}".plain rename to "{table}"')
            connection.execute(f'insert into "{schema}"."{table}" from build_copy')
        connection.execute("drop table if exists build_copy")


@contextmanager
def enlarged(copies: int) -> Iterator[Settings]:
    """Yield an installation whose release is the checkout's, multiplied by `copies`."""
    with tempfile.TemporaryDirectory(dir=Settings.load().var) as name:
        folder = Path(name)
        settings = Settings(PROJECT_ROOT, folder / "var", folder / "landing")
        build = folder / "build.duckdb"
        shutil.copyfile(Settings.load().current / DATABASE_NAME, build)
        if copies > 1:
            enlarge(build, copies)
        publish(build, f"times-{copies}", settings)
        build.unlink()
        yield settings


def measure_pages(reader: BrowserContext) -> list[Chart]:
    """Print the waiting times of a reader on each dashboard, and return the queries that it made."""
    found = []
    print(
        "| dashboard | first paint, s | all charts, to who looks first, s | to the next, s | queries |\n|---|---|---|---|---|"
    )
    for dashboard in dashboards(reader):
        paints, wholes, look = [], [], None
        for _ in range(RUNS):
            if look is not None:
                look.page.close()
            begin = time.perf_counter()
            look = look_at(reader, dashboard)
            wholes.append(time.perf_counter() - begin)
            paints.append(look.page.evaluate(PAINTED) / 1000)
        assert look is not None
        print(
            f"| {dashboard['dashboard_title']} | {statistics.median(paints):.2f} "
            f"| {wholes[0]:.2f} | {statistics.median(wholes[1:]):.2f} | {len(look.queries())} |"
        )
        found += asked_by(reader, dashboard, look)
        look.page.close()
    return found


def measure_sql(asked: Sequence[Chart], release: Path) -> None:
    """Print the time of each chart's SQL in DuckDB alone, rows fetched."""
    medians = []
    with duckdb.connect(release, read_only=True) as connection:
        for chart in asked:
            times = []
            for _ in range(RUNS):
                begin = time.perf_counter()
                connection.execute(chart.sql).fetchall()
                times.append(1000 * (time.perf_counter() - begin))
            medians.append((statistics.median(times), chart.title))
    medians.sort(reverse=True)
    print(
        f"\n{len(medians)} queries in DuckDB: median {statistics.median(value for value, _ in medians):.1f} ms, "
        f"slowest {medians[0][0]:.1f} ms; over 100 ms: {sum(value > 100 for value, _ in medians)}"
    )
    for value, name in medians[:5]:
        print(f"- {value:.1f} ms: {name}")


def measure_users(
    reader: BrowserContext, url: str, asked: Sequence[Chart], users: int, *, computed: bool
) -> None:
    """Print the time of a query through Superset while several users make all queries, each in turn.

    Args:
        reader: The browser of a signed-in user.
        url: The address of Superset.
        asked: The queries.
        users: The number of users.
        computed: Whether each answer is computed, or taken from Superset's cache.
    """
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in reader.cookies())
    token = reader.request.get("/api/v1/security/csrf_token/").json()["result"]
    headers = {
        "Cookie": cookies, "X-CSRFToken": token, "Referer": url, "Content-Type": "application/json"
    }  # fmt: skip
    bodies = {json.dumps({**chart.body, "force": computed}) for chart in asked}
    times: list[float] = []
    failed: list[BaseException] = []

    def ask_all() -> None:
        try:
            for body in bodies:
                request = urllib.request.Request(url + CHART_DATA, body.encode(), headers)
                begin = time.perf_counter()
                with urllib.request.urlopen(request, timeout=300) as answer:
                    rows = data_of(json.load(answer))
                times.append(time.perf_counter() - begin)
                assert rows
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask_all) for _ in range(users)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    seconds = time.perf_counter() - begin
    cuts = statistics.quantiles(times, n=20)
    print(
        f"{users} at once, {'computed' if computed else 'kept'}: {len(times)} answers, p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, {len(times) / seconds:.1f} a second"
    )


def main() -> None:
    """Print all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 1000], help="sizes, in samples")
    parser.add_argument("--users", type=int, nargs="+", default=[1, 10], help="people at once")
    options = parser.parse_args()
    for copies in options.copies:
        with enlarged(copies) as settings, superset(settings) as (reader, url, release):
            print(f"\n## {copies} × the sample, {release.stat().st_size / 2**20:,.0f} MiB\n", flush=True)
            asked = measure_pages(reader)
            measure_sql(asked, release)
            print()
            for users in options.users:
                for computed in (True, False):
                    measure_users(reader, url, asked, users, computed=computed)


if __name__ == "__main__":
    main()
