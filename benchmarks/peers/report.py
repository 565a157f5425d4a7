"""The section of docs/performance.md on the comparison with other implementations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks import results
from benchmarks.peers.measure import work_of

SECTION = """\
## Comparison with other implementations

{forms:,} generated forms in {documents:,} documents, medians of {rounds} alternating rounds (each peer once, then \
each again), every run a fresh process. A peer is reported only if its result is the same. Peak memory is that of its \
largest process. {measured}

### The whole project

From the loaded raw and reference tables to all {tables} marts that don't run after the gates ({rows:,} rows): the \
floor is the compiled SQL of the models, {statements} statements run by hand in one DuckDB session; the table for \
each model holds all {models} models as tables. The rows of every mart, and a checksum of their values, are the same \
for all. Each project is already parsed, as in a night.

{project}

{project_words}
{floor}
### One slice in each engine

From the raw store's Parquet files to four results ({slice_rows}): `project_fund` is `execution.fct_project_fund`, \
`unit_execution` is `execution.mart_unit_execution`, `project_score` the reported and the recomputed totals of \
`score.mart_project_score`, all without md5 keys; `indicator_variance` is comparator, target, actual, rates and \
attainment of `variance.fct_indicator_variance` if target and actual are both a plain number. Every value equals \
that of Jixiao's marts. The work is everything after the engine is imported; the start is its imports.

{slice}

{slice_words}
{slices}"""


FLOOR_SECTION = """
### The floor on a larger load

The same two, {rounds} round{plural}, {forms:,} generated forms in {documents:,} documents ({rows:,} rows of marts), \
one model at a time: what dbt adds to the SQL doesn't grow with the rows. {measured}

{project}
"""


SLICES = """
Seconds of work in each engine, with the multiple of the floor's.

{rounds}

{slices}
"""


FORMER_SECTION = """\
### Engines that are no longer measured

Their code was removed after this measurement; commit {commit} still has it. {forms:,} generated forms, medians of \
{rounds} rounds, each with the floor of its own run, results checked as above; the JVM had DuckDB's memory limit. \
SQLMesh stored all {models} models as tables and ran the SQL unchanged, because its optimizer makes `concat_ws` null if one of the texts is. \
In the slice, the start is that of imports, JVM or server (PostgreSQL's: a new cluster); PostgreSQL's load is the COPY of \
the rows into it, and part of its work. {measured}

{project}

{slice}
{slices}"""

FORMER_COMMIT = "ab81b32"
"""The last commit with the code of SQLMesh, pandas, PostgreSQL and Spark as engines of the comparison."""


def former_section(measured: Sequence[Mapping[str, Any]]) -> str:
    """Return the section on engines whose code was removed, each compared with the floor of its run.

    Args:
        measured: Their kept measurements in the order of the loads: whole project and slice first, then the
            slice alone.
    """
    found = measured[0]
    return FORMER_SECTION.format(
        commit=FORMER_COMMIT,
        forms=found["forms"],
        rounds=found["rounds"],
        models=found["project"]["models"],
        measured=results.conditions(found["measured"]),
        project=_project(found["project"]),
        slice=_slice(found["slice"]),
        slices=_slices(measured),
    )


def section(
    found: Mapping[str, Any], floor: Mapping[str, Any] | None = None, slices: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Return the section for the results of `python -m benchmarks.peers`.

    Args:
        found: The results on the common load.
        floor: The results of `--only floor` on a larger load, if any.
        slices: The results of `--only slice` on larger loads, in the order of their size.
    """
    whole, part = found["project"], found["slice"]
    return SECTION.format(
        forms=found["forms"],
        documents=found["documents"],
        rounds=found["rounds"],
        measured=results.conditions(found["measured"]),
        tables=whole["tables"],
        rows=whole["rows"],
        statements=whole["statements"],
        models=whole["models"],
        project=_project(whole),
        floor=_floor(floor) if floor else "",
        project_words=" ".join(
            [*_faster(whole["peers"][1:], {"": _seconds}), *_smaller(whole["peers"]), *_absent(whole)]
        ),
        slice_rows=", ".join(f"{rows:,} rows of `{name}`" for name, rows in part["rows"].items()),
        slice=_slice(part),
        slice_words=" ".join(
            [
                *_faster(part["peers"], {" in its work": work_of, " as a whole process": _seconds}),
                *_smaller(part["peers"]),
                *_absent(part),
            ]
        ),
        slices=f"\n### The slice on larger loads\n{_slices([found, *slices])}" if slices else "",
    )


def _project(whole: Mapping[str, Any]) -> str:
    return table(
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
    )


def _slice(part: Mapping[str, Any]) -> str:
    loading = any(_load(peer) for peer in part["peers"])
    load = ["Of it load"] if loading else []
    return table(
        ["Engine", "Versions", "Work", "Times the floor", *load, "Start", "Whole process", "Peak memory"],
        [
            [
                peer["name"],
                _versions(peer),
                f"{work_of(peer):,.2f} s",
                f"{peer['work_ratio']:.2f}",
                *([_load(peer)] if loading else []),
                f"{peer['stages']['start']:,.2f} s",
                f"{peer['seconds']:,.2f} s",
                f"{peer['peak_mib']:,} MiB",
            ]
            for peer in part["peers"]
        ],
    )


def _load(peer: Mapping[str, Any]) -> str:
    return f"{peer['stages']['load']:,.2f} s" if "load" in peer["stages"] else ""


def _floor(found: Mapping[str, Any]) -> str:
    return FLOOR_SECTION.format(
        rounds=found["rounds"],
        plural="" if found["rounds"] == 1 else "s",
        forms=found["forms"],
        documents=found["documents"],
        rows=found["project"]["rows"],
        measured=results.conditions(found["measured"]),
        project=_project(found["project"]),
    )


def _slices(measured: Sequence[Mapping[str, Any]]) -> str:
    by_size = [{peer["name"]: peer for peer in found["slice"]["peers"]} for found in measured]
    names = list(dict.fromkeys(name for peers in by_size for name in peers))
    return SLICES.format(
        rounds="\n".join(
            f"- {_rounds(found)}. {results.conditions(found['measured'])}" for found in measured
        ),
        slices=table(
            ["Engine", *(f"{found['forms']:,} forms" for found in measured)],
            [[name, *(_work(peers.get(name)) for peers in by_size)] for name in names],
        ),
    )


def _rounds(found: Mapping[str, Any]) -> str:
    rounds = found["rounds"]
    return f"{found['forms']:,} forms: {'one round' if rounds == 1 else f'medians of {rounds} rounds'}"


def _work(peer: Mapping[str, Any] | None) -> str:
    return f"{work_of(peer):,.1f} s ({peer['work_ratio']:.2f})" if peer else "left out"


def _seconds(peer: Mapping[str, Any]) -> float:
    return float(peer["seconds"])


def _faster(
    peers: Sequence[Mapping[str, Any]], measures: Mapping[str, Callable[[Mapping[str, Any]], float]]
) -> Iterator[str]:
    """Yield the peers that take less time than the first."""
    first, *others = peers
    for words, time_of in measures.items():
        found = [
            f"{peer['name']} ({time_of(peer) / time_of(first):.2f} times its time)"
            for peer in others
            if time_of(peer) < time_of(first)
        ]
        yield f"Faster than {first['name']}{words}: {', '.join(found) if found else 'none'}."


def _smaller(peers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the peers that take less memory than the floor."""
    floor, *others = peers
    found = [
        f"{peer['name']} ({peer['peak_mib']:,} MiB)"
        for peer in others
        if peer["peak_mib"] < floor["peak_mib"]
    ]
    if found:
        yield f"With less memory than {floor['name']}: {', '.join(found)}."


def _absent(compared: Mapping[str, Any]) -> Iterator[str]:
    """Yield the missing peers with the reasons."""
    for peer in compared["left_out"]:
        yield f"Left out: {peer['name']}: {peer['reason']}."


def _versions(peer: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in peer["versions"].items())


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
