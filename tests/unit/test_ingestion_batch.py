"""Child processes with bounds: one that dies, hangs or takes too much memory costs only its own file."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.batch import Cause, Failure, Limits, run_bounded

PATIENT = Limits(seconds=60)


def work(job: str) -> str:
    """Do the work of a child; the job defines how it ends."""
    what, _, value = job.partition(":")
    match what:
        case "die":
            os._exit(7)
        case "hang":
            time.sleep(600)
        case "loop":
            while True:
                pass
        case "swell":
            return str(len(bytearray(8 * 2**30)))
        case "sleep":
            time.sleep(float(value))
        case "fail":
            raise IndexError("cell 7")
        case "nest":
            return work(job)
        case "shout":
            print("noise", flush=True)
            os.write(2, b"more noise")
        case "pid":
            return str(os.getpid())
    return job.upper()


def unpicklable(_: str) -> object:
    return lambda: None


def run(*jobs: str, **options: object) -> list[str | Failure]:
    options.setdefault("limits", PATIENT)
    return [result for _, result in run_bounded(work, jobs, **options)]  # type: ignore[arg-type]


def test_results_come_in_the_order_of_the_jobs() -> None:
    assert run("sleep:0.5", "b", "c", workers=2) == ["SLEEP:0.5", "B", "C"]


def test_no_job_is_no_process() -> None:
    assert run() == []


def test_a_child_that_dies_costs_its_own_job() -> None:
    first, died, last = run("a", "die:", "c", workers=1)
    assert (first, last) == ("A", "C")
    assert isinstance(died, Failure)
    assert died.cause is Cause.DIED
    assert "exit code 7" in died.message


@pytest.mark.parametrize("endless", ["hang:", "loop:"])
def test_a_job_without_end_is_stopped_and_the_others_go_on(endless: str) -> None:
    begin = time.monotonic()
    results = run("a", endless, "c", "d", workers=2, limits=Limits(seconds=3))
    assert time.monotonic() - begin < 30
    assert isinstance(results[1], Failure)
    assert results[1].cause is Cause.TIME
    assert [results[0], *results[2:]] == ["A", "C", "D"]


@pytest.mark.skipif(sys.platform != "linux", reason="the address space can be limited on Linux alone")
def test_a_job_that_takes_too_much_memory_is_refused() -> None:
    swelled, after = run("swell:", "b", workers=1)
    assert isinstance(swelled, Failure)
    assert swelled.cause is Cause.MEMORY
    assert after == "B"


def test_a_fault_is_told_with_its_traceback() -> None:
    (fault,) = run("fail:")
    assert isinstance(fault, Failure)
    assert (fault.cause, fault.message) == (
        Cause.FAULT,
        "程序出错，请报告（IndexError）\na fault of the program, please report it (IndexError)",
    )
    assert "IndexError: cell 7" in fault.details


def test_a_document_nested_without_end_is_a_fault_of_its_own() -> None:
    nested, after = run("nest:", "b", workers=1)
    assert isinstance(nested, Failure)
    assert "nested too deep" in nested.message
    assert after == "B"


def test_a_result_that_cannot_be_sent_back_is_a_failure() -> None:
    ((_, result),) = run_bounded(unpicklable, ["a"], limits=PATIENT)
    assert isinstance(result, Failure)
    assert result.cause is Cause.DIED


def test_a_child_does_many_jobs_and_a_fresh_one_comes_after_a_failure() -> None:
    first, second, _, fourth = run("pid:", "pid:", "fail:", "pid:", workers=1)
    assert first == second != fourth
    assert first != str(os.getpid())


def test_what_a_library_prints_reaches_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    assert run("shout:") == ["SHOUT:"]
    assert capfd.readouterr() == ("", "")


def test_jobs_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def jobs() -> Iterator[str]:
        for number in range(1000):
            taken.append(number)
            yield f"j{number}"

    results = run_bounded(work, jobs(), workers=1, limits=PATIENT)
    assert next(results) == ("j0", "J0")
    assert len(taken) < 20
    results.close()


def test_closing_ends_the_children_at_once() -> None:
    results = run_bounded(work, ["pid:", "hang:"], workers=1, limits=PATIENT)
    _, pid = next(results)
    begin = time.monotonic()
    results.close()
    assert time.monotonic() - begin < 5
    assert not Path(f"/proc/{pid}").exists()
