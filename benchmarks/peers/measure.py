"""Alternating rounds: each peer once, then each again, in a fresh process every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from jixiao.settings import PROJECT_ROOT

LAUNCHER = Path(__file__).with_name("launcher.py")
STAGES = "PEER_STAGES"
"""Variable that names the file into which a peer may write the seconds of its stages."""

WORK = ("load", "work")
"""The stages that are work; others are those of an engine that starts, or of what only the comparison needs.

Only the kept measurement of PostgreSQL has a `load`.
"""


class PeerError(Exception):
    """A peer fails, or its result is not the same; the message says why."""


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        seconds: Wall time of the process.
        peak_mib: Memory of the largest of its processes at its most.
        stages: Seconds by stage, of a peer that tells them.
    """

    seconds: float
    peak_mib: int
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    """One of those that are compared.

    Attributes:
        name: As the table names it.
        versions: Of what it consists of.
        command: What is measured.
        environment: Variables of the command beside those of this process.
        prepare: Brings the input to where the command expects it; not measured.
        check: Raises `PeerError` where the result of a run is not the same.
    """

    name: str
    versions: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    check: Callable[[], None] = lambda: None


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Run:
    """Run a command and measure it.

    Args:
        command: The program and its arguments.
        environment: Variables beside those of this process.
        log: Where what it prints is appended.

    Raises:
        PeerError: It failed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, log.open("a", encoding="utf-8") as out:
        report, stages = Path(scratch) / "report.json", Path(scratch) / "stages.json"
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(LAUNCHER), str(report), *command],
            env={**os.environ, **environment, STAGES: str(stages)},
            cwd=PROJECT_ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode != 0:
            raise PeerError(f"ended with {done.returncode}, see {log}")
        took = json.loads(report.read_text(encoding="utf-8"))
        told = json.loads(stages.read_text(encoding="utf-8")) if stages.exists() else {}
    return Run(took["seconds"], took["peak_kib"] // 1024, told)


def alternate(peers: Sequence[Peer], rounds: int, logs: Path, needed: int = 1) -> dict[str, Any]:
    """Run all peers in turn, so many times; the first of them is the floor.

    A peer that fails, or has another result, is left out from there on, and said to be.

    Args:
        peers: The floor, and those that are held against it.
        rounds: How often each runs.
        logs: A folder for what they print.
        needed: So many of them, from the first, must be measured.

    Returns:
        `peers`: a record of each that was measured, the floor first; `left_out`: name and reason of the others.

    Raises:
        PeerError: One that is needed can't be measured: there is nothing to compare with.
    """
    runs: dict[str, list[Run]] = {peer.name: [] for peer in peers}
    left_out: dict[str, str] = {}
    for number in range(1, rounds + 1):
        for peer in peers:
            if peer.name in left_out:
                continue
            try:
                peer.prepare()
                runs[peer.name].append(
                    run(peer.command, peer.environment, logs / f"{file_name(peer.name)}.log")
                )
                peer.check()
            except PeerError as error:
                left_out[peer.name] = str(error)
                print(f"round {number}, {peer.name}: left out, {error}", flush=True)
            else:
                last = runs[peer.name][-1]
                print(
                    f"round {number}, {peer.name}: {last.seconds:.2f} s, {last.peak_mib:,} MiB"
                    + "".join(f", {stage} {seconds:.2f} s" for stage, seconds in last.stages.items()),
                    flush=True,
                )
    for peer in peers[:needed]:
        if peer.name in left_out:
            raise PeerError(f"{peer.name}, without which nothing is compared: {left_out[peer.name]}")
    measured = [(peer, runs[peer.name]) for peer in peers if peer.name not in left_out]
    return {
        "peers": with_ratios([record(peer, of_peer) for peer, of_peer in measured]),
        "left_out": [{"name": name, "reason": reason} for name, reason in left_out.items()],
    }


def record(peer: Peer, runs: Sequence[Run]) -> dict[str, Any]:
    """What is kept of a peer's runs: medians, all wall times, and the most memory."""
    return {
        "name": peer.name,
        "versions": dict(peer.versions),
        "seconds": round(median(run.seconds for run in runs), 3),
        "all_seconds": [round(run.seconds, 3) for run in runs],
        "stages": {stage: round(median(run.stages[stage] for run in runs), 3) for stage in runs[0].stages},
        "peak_mib": max(run.peak_mib for run in runs),
    }


def with_ratios(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records with how many times as long as the first of them each took: wall time, and its work alone."""
    floor = records[0]
    return [
        {
            **each,
            "ratio": round(each["seconds"] / floor["seconds"], 3),
            "work_ratio": round(work_of(each) / work_of(floor), 3),
        }
        for each in records
    ]


def work_of(measured: Mapping[str, Any]) -> float:
    """Seconds of a peer's work, which are all of them unless it told its stages apart."""
    told = measured["stages"]
    return float(sum(told[stage] for stage in WORK if stage in told)) if told else float(measured["seconds"])


def file_name(name: str) -> str:
    """A peer's name as that of a file."""
    return "".join(sign if sign.isalnum() else "-" for sign in name.lower())
