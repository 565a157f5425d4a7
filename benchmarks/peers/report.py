"""What the comparison with others says in docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.peers.measure import work_of

RESULTS = "peers.json"

SECTION = """\
## Against the others

Written by the same `make benchmark`: {forms:,} generated forms in {documents:,} documents, medians of {rounds} \
alternating rounds (each peer once, then each again), every run a fresh process, {cores} cores; DuckDB and the JVM \
bounded to {memory} each. A peer is reported only if its result is the same. Peak memory is that of a peer's largest \
process.

### The whole project

From the loaded raw and reference tables to all {tables} marts that don't wait for the gates ({rows:,} rows): the \
floor is the compiled SQL of the models, {statements} statements run by hand in one DuckDB session; the table for \
each model and SQLMesh hold all {models} models as tables. The rows of every mart, and a checksum of their values, \
are the floor's.

{project}

{project_words}

### One slice in each engine

From the raw store's Parquet files to four results ({slice_rows}): `project_fund` is `execution.fct_project_fund`, \
`unit_execution` is `execution.mart_unit_execution`, `project_score` the reported and the recomputed totals of \
`score.mart_project_score`, all without md5 keys; `indicator_variance` is comparator, target, actual, rates and \
attainment of `variance.fct_indicator_variance` where target and actual are both a plain number. Every value is \
that of Jixiao's marts. The work is everything after the engine is there; the start is that of its imports, JVM or \
server (PostgreSQL's: a new cluster). PostgreSQL's load is the COPY of the rows into it, and part of its work.

{slice}

{slice_words}
"""


def section(found: Mapping[str, Any]) -> str:
    """The section, of what `python -m benchmarks.peers` found."""
    whole, part = found["project"], found["slice"]
    return SECTION.format(
        forms=found["forms"],
        documents=found["documents"],
        rounds=found["rounds"],
        cores=found["cores"],
        memory=found["memory"],
        tables=whole["tables"],
        rows=whole["rows"],
        statements=whole["statements"],
        models=whole["models"],
        project=table(
            ["Peer", "Versions", "Time", "Times the floor", "Peak memory"],
            [
                [
                    peer["name"],
                    _versions(peer),
                    f"{peer['seconds']:,.1f} s",
                    f"{peer['ratio']:.2f}",
                    f"{peer['peak_mib']:,} MiB",
                ]
                for peer in whole["peers"]
            ],
        ),
        project_words=_words(whole, {peer["name"]: peer["ratio"] for peer in whole["peers"]}),
        slice_rows=", ".join(f"{rows:,} rows of `{name}`" for name, rows in part["rows"].items()),
        slice=table(
            [
                "Engine",
                "Versions",
                "Work",
                "Times the floor",
                "Of it load",
                "Start",
                "Whole process",
                "Peak memory",
            ],
            [
                [
                    peer["name"],
                    _versions(peer),
                    f"{work_of(peer):,.2f} s",
                    f"{peer['work_ratio']:.2f}",
                    f"{peer['stages']['load']:,.2f} s" if "load" in peer["stages"] else "",
                    f"{peer['stages']['start']:,.2f} s",
                    f"{peer['seconds']:,.2f} s",
                    f"{peer['peak_mib']:,} MiB",
                ]
                for peer in part["peers"]
            ],
        ),
        slice_words=_words(part, {peer["name"]: peer["work_ratio"] for peer in part["peers"]}),
    )


def _words(compared: Mapping[str, Any], ratios: Mapping[str, float]) -> str:
    """Who is faster or smaller than the floor, and who isn't there and why."""
    floor = compared["peers"][0]
    faster = [f"{name} ({ratio:.2f} times its time)" for name, ratio in ratios.items() if ratio < 1]
    smaller = [
        f"{peer['name']} ({peer['peak_mib']:,} MiB)"
        for peer in compared["peers"]
        if peer["peak_mib"] < floor["peak_mib"]
    ]
    said = [
        f"Faster than the floor: {', '.join(faster)}." if faster else "No peer is faster than the floor.",
        f"With less memory than the floor: {', '.join(smaller)}." if smaller else "",
        *(f"Left out: {peer['name']}: {peer['reason']}." for peer in compared["left_out"]),
    ]
    return " ".join(sentence for sentence in said if sentence)


def _versions(peer: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in peer["versions"].items())


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
