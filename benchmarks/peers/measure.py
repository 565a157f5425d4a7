"""Alternating rounds: each peer once, then each again, always in a fresh process."""

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
"""Environment variable: the file into which a peer may write the seconds of its stages."""

WORK = ("load", "work")
"""The stages that are work; others are the start of an engine or steps of the comparison alone.

Only the kept measurement of PostgreSQL has a `load`.
"""


class PeerError(Exception):
    """A peer failed, or its result differs; the message gives the reason."""


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        seconds: Wall time of the process.
        peak_mib: Peak memory of the largest of its processes.
        stages: Seconds by stage, if the peer reports them.
    """

    seconds: float
    peak_mib: int
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    """One of the compared implementations.

    Attributes:
        name: Its name in the table.
        versions: The versions of its components.
        command: The measured command.
        environment: Environment variables of the command in addition to those of this process.
        prepare: Provides the input of the command; not measured.
        check: Raises `PeerError` if the result of a run differs.
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
        environment: Environment variables in addition to those of this process.
        log: The file to which its output is appended.

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
        seconds = json.loads(stages.read_text(encoding="utf-8")) if stages.exists() else {}
    return Run(took["seconds"], took["peak_kib"] // 1024, seconds)


def alternate(peers: Sequence[Peer], rounds: int, logs: Path, needed: int = 1) -> dict[str, Any]:
    """Run all peers in turn for a number of rounds; the first of them is the floor.

    A peer that fails, or has another result, is left out from then on and listed with the reason.

    Args:
        peers: The floor, and the peers compared with it.
        rounds: Number of runs of each.
        logs: A folder for their output.
        needed: How many of them, from the first, must be measured.

    Returns:
        `peers`: a record of each measured peer, the floor first; `left_out`: name and reason of the others.

    Raises:
        PeerError: A needed peer can't be measured.
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
    """Return the record of a peer's runs: medians, all wall times, and the peak memory."""
    return {
        "name": peer.name,
        "versions": dict(peer.versions),
        "seconds": round(median(run.seconds for run in runs), 3),
        "all_seconds": [round(run.seconds, 3) for run in runs],
        "stages": {stage: round(median(run.stages[stage] for run in runs), 3) for stage in runs[0].stages},
        "peak_mib": max(run.peak_mib for run in runs),
    }


def with_ratios(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records with the ratios of their wall time and of their work to the first record's."""
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
    """Return the seconds of a peer's work; all of them if it reported no stages."""
    stages = measured["stages"]
    return (
        float(sum(stages[stage] for stage in WORK if stage in stages))
        if stages
        else float(measured["seconds"])
    )


def file_name(name: str) -> str:
    """Return a peer's name as a file name."""
    return "".join(sign if sign.isalnum() else "-" for sign in name.lower())
