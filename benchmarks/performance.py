"""Keep the measurements, and write docs/performance.md from all kept ones.

python -m benchmarks.performance --work var/benchmark
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.peers import report
from benchmarks.scale import CHANGED_SHARE
from jixiao.settings import MEMORY, PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "performance.md"

HEAD = """\
# Performance

Written by `python -m benchmarks.performance` from the measurements in `benchmarks/results/` (`make benchmark` measures \
up to three million forms). Figures of different days compare only roughly. The load is generated from the sample \
(`benchmarks/generate.py`): real slips at their real rate, four years of each organization, five documents in a hundred \
corrected.

## Cost of a build

A build is `jixiao build`, from landed CSVs to the release: checks, raw rows as Parquet, dbt's seeds, models and \
tests, both gates, release, pages. A night is a build after {share} of the documents changed; it computes the \
organizations that they belong to and overlays them on the last release.

{measured}

{builds}

Peak memory is that of the largest process. {growth}

## Time by stage

In seconds.

{stages}
{cluster}{readers}
{others}{former}## Lessons

- **Passed checks are counted, not stored.** A form has about 209 checks, nine of ten of which pass or don't apply. \
Stored one by one, ten million forms would have 2,000 million rows; counted by rule and form, they were still 49 of 70 \
million rows at one million forms, more than a gate or the release could process in 3 GB. Counted by rule and document, \
and by form, they are few.
- **Rules run in five passes.** One query with all 53 rules keeps the join tables of each in memory at once and ran out \
of 3 GB at a million forms. Four queries, of rules with the same inputs, took about 100 s for the failed and uncheckable \
checks; at three million forms one of the four ran out of memory, though each of its eight rules alone needs 1.2 GB.
- **Texts come last.** `string_agg` and `max` of a text by form keep all texts in memory and don't spill. Numbers are \
aggregated by form, and the text is made only for findings.
- **Large models are built one at a time.** Two at once share the memory, and both spill.
- **dbt starts once.** A build calls it four times, each time as a fork of a process that has imported it and parsed the \
project. With Dagster's event log kept open as well, a build of the sample takes 51 s instead of 83 s.
- **dbt formats only the events that are used.** By itself, it writes every event as JSON and then drops nine of ten \
lines by their level; a callback formats only the tenth. The models and tests of 2,000 forms take 12.4 s instead of \
15.2 s by dbt alone (median of three, alternating); in a whole build, the difference is less than the noise.
- **A key is a test, not an index.** DuckDB keeps the index of a primary key in memory, and filling it takes several \
times as long as writing the rows. A key of several columns is tested by sorting hashes: 65 million distinct ones could \
not be counted in 3 GB, and are sorted in 17 s.
- **A model with one reader is a view; one with several is a table.** Texts of numbers and targets are parsed once, in \
staging and in `int_printed_value`, which parses and joins each distinct text.
- **An indicator's derived values stay in its row.** Its printed text, parsed value, class and expected score were \
separate tables: eight times a build, all indicators were joined to themselves by a text of thirty characters, and at \
three million forms each of the joins spilled. Now one row carries them, and plain copies of its rows are views: score \
lines, and the sixty numeric cells of a form, of which 180 million were stored only to be counted.
- **Repetitions are searched among candidates.** Repeated indicators, filings and findings were found by sorting all of \
them with all columns. Hashes now select the few candidates. This and the previous item reduce `dbt run` of 100,000 forms \
from 68 to 60 s (medians of four, alternating).
- **Storing only shared models saves two fifths, not three quarters.** At 30,000 forms, a table for each model takes 1.6 \
times as long by dbt and 2.1 times by SQLMesh: the SQL is the same, and takes most of the time.
- **polars is faster on a small slice, DuckDB on a larger one.** polars takes less time for the slice of 30,000 forms, and \
more time and memory for 300,000. Ten times the forms take Spark 2.7 times the time, DuckDB 5.9 times, the others 8 to 9 \
times.
- **Rows are sorted by document and line,** not by all columns: the sort is narrower, and a reader of one document reads \
one range of the file.
- **A release is sorted in ranges.** One sort of 22 million rows ran out of 3 GB; ranges of two million rows, cut between \
documents (between values of the first column if a table has none), don't. Each range scans the whole table: at a million \
forms that takes 27 of the 165 s of the five largest tables. Dividing all rows into files first would save it and cost \
139 s, since each row is written once more (277 s in all): by these figures it pays from some five million forms on. \
Ranges of four million rows instead of two save 5 s.
- **Three million forms build in 3 GB,** after three steps had run out of memory: a pass of rules, the test of a key, and \
the search for findings with equal facts. In an earlier run they took some 40 GiB of temporary disk; ten million, which \
were not built, would take some 150 GB.
- **A night computes the changes and writes everything.** It computes all documents of each organization with a changed \
document: with four years of each, about four documents in a hundred if one in a hundred changed. Then it copies the last \
release's database (without copying blocks if the file system shares them between files), writes each table as Parquet \
and computes the SHA-256 of both: at a million forms, three fifths of the night (overlay and release). The rest is nearly \
the fixed cost of a build of the sample: Dagster's start, reference tables, nearly two hundred tests, both gates. The aim \
of five percent of a full build would require that releases share files.

## Settings

| Variable | Default | Meaning |
|---|---|---|
| `JIXIAO_MEMORY` | `{memory}` | Memory limit of each DuckDB process, beyond which it spills. |
| `JIXIAO_VAR` | `var/` | Builds, releases, raw rows, and `tmp/`, where DuckDB spills. |

Before it computes anything, a build estimates its disk space and is refused if that isn't free.
"""

CLUSTER = """
## On a cluster

The same builds by `python -m spark build` ([Spark](spark.md)), of the same documents: a master, {workers} workers of one \
core and {worker_memory} each, and a Thrift server of {server_memory} share the processors of one machine, with {settings} \
and otherwise Spark's defaults. The results show how the time grows with the rows, not what more machines save.

{measured}

{builds}

{growth}
"""

READERS = """
## Readers during a build

{clients} clients ask the {queries} queries of the {dashboards} dashboards, {forms:,} forms in a database of \
{release_mib:,} MiB: each opens the current release read only, makes the queries of all charts of a dashboard one after another, \
pauses for {pause:g} s and continues with the next; all are threads of one process with {memory} together. First without a \
build, then while `jixiao build` runs and switches them to its release. They share the processors with the build, which \
takes longer than alone. {measured}

{phases}
"""


def _builds(builds: list[dict[str, Any]]) -> Iterator[list[str]]:
    full = 0.0
    for build in builds:
        # A nightly build follows the full build that it is overlaid on.
        full = build["seconds"] if build["kind"] == "full" else full
        share = "" if build["kind"] == "full" else f"{build['seconds'] / full:.1%}"
        yield [
            f"{build['forms']:,}",
            "all" if build["kind"] == "full" else "a night",
            f"{build['documents_computed']:,}",
            f"{build['seconds']:,.0f} s",
            share,
            f"{build['peak_mib']:,} MiB" if build["kind"] == "full" else "",
            f"{build['rows']:,}",
            f"{build['release_mib']:,} MiB",
        ]


def _stages(builds: list[dict[str, Any]]) -> Iterator[list[str]]:
    for build in builds:
        kind = "all" if build["kind"] == "full" else "a night"
        yield [f"{build['forms']:,}, {kind}", *(f"{seconds:.0f}" for seconds in build["stages"].values())]


def _cluster(sizes: Sequence[dict[str, Any]]) -> str:
    builds = [build for size in sizes for build in size["builds"]]
    cluster = sizes[-1]
    return CLUSTER.format(
        workers=cluster["workers"],
        worker_memory=cluster["worker_memory"],
        server_memory=cluster["server_memory"],
        settings=", ".join(f"`{name}={value}`" for name, value in cluster["settings"].items()),
        measured=results.conditions_by_size(sizes),
        builds=report.table(
            ["Forms", "Build", "Documents computed", "Time", "Of it models", "Of it publishing", "Storage"],
            (
                [
                    f"{build['forms']:,}",
                    "all" if build["kind"] == "full" else "a night",
                    f"{build['documents_computed']:,}",
                    f"{build['seconds']:,.0f} s",
                    f"{build['stages']['models']:,.0f} s",
                    f"{build['stages']['overlay']:,.0f} s",
                    f"{build['storage_mib']:,} MiB",
                ]
                for build in builds
            ),
        ),
        growth=_growth(builds),
    )


def _growth(builds: list[dict[str, Any]]) -> str:
    full = [build for build in builds if build["kind"] == "full"]
    steps = [
        f"{after['forms'] / before['forms']:.0f} times the forms take {after['seconds'] / before['seconds']:.1f} "
        "times the time"
        for before, after in pairwise(full)
    ]
    return f"Growth: {'; '.join(steps)}." if steps else ""


def _readers(reading: dict[str, Any]) -> str:
    phases = [
        [
            phase["build"],
            f"{phase['seconds']:,.0f} s",
            f"{phase['queries']:,}",
            f"{phase['per_second']:,.1f}",
            *(f"{phase[name]:,.0f} ms" for name in ("p50_ms", "p95_ms", "slowest_ms")),
            f"{phase['releases']:,}",
            f"{phase['failed']:,}",
        ]
        for phase in reading["phases"]
    ]
    head = [
        "Build meanwhile",
        "Duration",
        "Answers",
        "A second",
        "p50",
        "p95",
        "Slowest",
        "Releases read",
        "Failed",
    ]
    return READERS.format(
        clients=reading["clients"],
        queries=reading["queries"],
        dashboards=reading["dashboards"],
        forms=reading["forms"],
        release_mib=reading["release_mib"],
        pause=reading["pause_seconds"],
        memory=reading["measured"]["memory"],
        measured=results.conditions(reading["measured"]),
        phases=report.table(head, iter(phases)),
    )


def page(
    scales: Sequence[dict[str, Any]],
    clusters: Sequence[dict[str, Any]] = (),
    reading: dict[str, Any] | None = None,
    peers: dict[str, Any] | None = None,
    floor: dict[str, Any] | None = None,
    slices: Sequence[dict[str, Any]] = (),
    former: Sequence[dict[str, Any]] = (),
) -> str:
    """Return the page.

    Args:
        scales: Measurements of `benchmarks.scale` in the order of the sizes; at least one.
        clusters: Measurements of `benchmarks.cluster` in the order of the sizes.
        reading: Measurement of readers during a build, if any.
        peers: Measurement of the peers on the same load, if any.
        floor: Measurement of the SQL by hand on a larger load, if any.
        slices: Measurements of the engines on the slice of larger loads, in the order of their size.
        former: Measurements of engines whose code was removed, in the order of the loads.
    """
    builds = [build for scale in scales for build in scale["builds"]]
    return HEAD.format(
        measured=results.conditions_by_size(scales),
        memory=MEMORY,
        share=f"{CHANGED_SHARE:.0%}",
        builds=report.table(
            [
                "Forms",
                "Build",
                "Documents computed",
                "Time",
                "Of a full build",
                "Peak memory",
                "Rows",
                "Release",
            ],
            _builds(builds),
        ),
        growth=_growth(builds),
        stages=report.table(["Build", *builds[0]["stages"]], _stages(builds)),
        cluster=_cluster(clusters) if clusters else "",
        readers=_readers(reading) if reading else "",
        others=f"{report.section(peers, floor, slices)}\n" if peers else "",
        former=f"{report.former_section(former)}\n" if former else "",
    )


def page_of_kept() -> str:
    """Return the page of all kept measurements."""
    return page(
        results.read_sizes(results.SCALES),
        results.read_sizes(results.CLUSTERS),
        *map(results.read, (results.READERS, results.PEERS, results.FLOOR)),
        results.read_sizes(results.SLICES),
        results.read_sizes(results.FORMER),
    )


def main() -> None:
    """Keep the results and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, default=results.WORK, help="where it was measured")
    options = parser.parse_args()
    kept = results.keep(options.work)
    print(f"kept in {results.KEPT}: {', '.join(kept) or 'nothing new'}")
    PAGE.write_text(page_of_kept(), encoding="utf-8")


if __name__ == "__main__":
    main()
