"""The page on performance: the figures it derives from measured builds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.performance import PAGE, page, page_of_kept

MEASURED = {
    "date": "2026-11-27", "commit": "84c0a02", "cores": 2, "machine": "x86_64", "python": "3.11.7", "duckdb": "2.0.0",
    "dbt": "1.11.16", "memory": "3GB",
}  # fmt: skip


def scale(forms: int, *builds: dict[str, object], commit: str = "84c0a02") -> dict[str, object]:
    return {"measured": {**MEASURED, "commit": commit}, "forms": forms, "builds": list(builds)}


def build(forms: int, kind: str, seconds: float) -> dict[str, object]:
    return {
        "forms": forms, "kind": kind, "seconds": seconds, "documents_computed": 7, "stages": {"models": seconds},
        "peak_mib": 10, "release_mib": 3, "rows": 5,
    }  # fmt: skip


def test_a_night_is_held_against_the_build_before_it_whatever_was_withdrawn():
    text = page(
        [
            scale(10_000, build(10_139, "full", 200), build(9_958, "nightly", 50)),
            scale(100_000, build(100_139, "full", 800), build(99_950, "nightly", 40)),
        ]
    )
    # 50 of 200 and 40 of 800 seconds.
    assert "| 9,958 | a night | 7 | 50 s | 25.0% |" in text
    assert "| 99,950 | a night | 7 | 40 s | 5.0% |" in text
    # 100,139 of 10,139 forms, 800 of 200 seconds.
    assert "10 times the forms take 4.0 times the time" in text


def phase(build: str, p95_ms: float) -> dict[str, object]:
    return {
        "build": build, "seconds": 61.4, "queries": 1234, "per_second": 20.1, "p50_ms": 8.4, "p95_ms": p95_ms,
        "slowest_ms": 2600.0, "slowest": "总览 · 项目数", "releases": 1 if build == "nothing" else 2, "failed": 0,
    }  # fmt: skip


def test_readers_are_shown_with_and_without_a_build():
    reading = {
        "measured": {**MEASURED, "date": "2026-11-26", "commit": ""},
        "forms": 1_000_000, "release_mib": 12_345, "clients": 10, "pause_seconds": 10.0, "dashboards": 4,
        "queries": 59, "phases": [phase(build="nothing", p95_ms=50.6), phase(build="a night", p95_ms=1700.2)],
    }  # fmt: skip
    text = page([scale(10, build(10, "full", 20))], reading=reading)
    assert (
        "- 10 forms: measured on 2026-11-27 of 84c0a02: 2 cores (x86_64), Python 3.11.7, DuckDB 2.0.0" in text
    )
    assert "Measured on 2026-11-26: 2 cores" in text
    assert "## Readers during a build" in text
    assert (
        "10 clients ask the 59 queries of the 4 dashboards, 1,000,000 forms in a database of 12,345 MiB"
        in text
    )
    assert "| nothing | 61 s | 1,234 | 20.1 | 8 ms | 51 ms | 2,600 ms | 1 | 0 |" in text
    assert "| a night | 61 s | 1,234 | 20.1 | 8 ms | 1,700 ms | 2,600 ms | 2 | 0 |" in text


def on_cluster(forms: int, seconds: float) -> dict[str, object]:
    stages = {"models": seconds - 30, "overlay": 20}
    return {
        "forms": forms, "kind": "full", "documents_computed": 65, "seconds": seconds, "stages": stages, "storage_mib": 1234
    }  # fmt: skip


def test_a_cluster_is_shown_with_what_it_was_and_how_it_grows():
    cluster = {
        "workers": 2, "worker_memory": "3g", "server_memory": "4g", "settings": {"spark.sql.shuffle.partitions": "8"}
    }  # fmt: skip
    clusters = [
        {**cluster, **scale(10_000, on_cluster(10_139, 500), commit="1bfae70")},
        {**cluster, **scale(100_000, on_cluster(100_139, 1500), commit="1bfae70")},
    ]
    text = page([scale(10_000, build(10_139, "full", 90))], clusters)
    assert "2 workers of one core and 3g each, and a Thrift server of 4g" in text
    assert "`spark.sql.shuffle.partitions=8` and otherwise Spark's defaults" in text
    assert "| 100,139 | all | 65 | 1,500 s | 1,470 s | 20 s | 1,234 MiB |" in text
    # 100,139 of 10,139 forms, 1,500 of 500 seconds.
    assert "10 times the forms take 3.0 times the time" in text
    assert "- 10,000, 100,000 forms: measured on 2026-11-27 of 1bfae70: 2 cores" in text
    assert "\n\n\n" not in text


def test_the_section_is_left_out_where_readers_were_not_measured():
    text = page([scale(10, build(10, "full", 20))])
    assert "Readers" not in text
    assert "On a cluster" not in text
    # Sections are separated by a blank line.
    assert "\n\n## Settings" in text
    assert "\n\n\n" not in text


def test_a_measurement_says_on_what_when_and_of_which_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    monkeypatch.setattr(results, "PROJECT_ROOT", checkout)

    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *arguments]
        return subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, check=True
        ).stdout.strip()

    def measured() -> dict[str, object]:
        results.write(tmp_path / "work" / results.READERS, {"forms": 3})
        found = results.read(results.READERS, tmp_path / "work")
        assert found["forms"] == 3
        return found["measured"]

    git("init", "--quiet")
    (checkout / "model.sql").write_text("select 1")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    commit = git("rev-parse", "--short", "HEAD")
    assert measured().keys() == MEASURED.keys()
    assert measured()["commit"] == commit
    (checkout / "model.sql").write_text("select 2")
    assert measured()["commit"] == f"{commit}-dirty"


def test_without_git_a_measurement_names_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    results.write(tmp_path / results.READERS, {})
    assert results.read(results.READERS, tmp_path)["measured"]["commit"] == ""


def test_sizes_that_were_measured_on_other_days_say_so():
    text = page(
        [
            scale(forms, build(forms, "full", 9), commit=commit)
            for forms, commit in ((10, "a"), (20, "a"), (3_000, "b"))
        ]
    )
    assert "- 10, 20 forms: measured on 2026-11-27 of a: 2 cores" in text
    assert "- 3,000 forms: measured on 2026-11-27 of b: 2 cores" in text


def test_what_is_measured_anew_takes_the_place_of_its_own_section_alone(tmp_path: Path):
    work, kept = tmp_path / "work", tmp_path / "kept"
    for folder, forms in ((kept, 1), (work, 2)):
        results.write(folder / results.READERS, {"forms": forms})
    results.write(kept / results.PEERS, {"forms": 1})
    for forms in (1_000_000, 300_000):
        results.write(work / results.of_size(results.SLICES, forms), {"forms": forms})
    results.write(work / "notes.json", {})

    assert results.keep(work, kept) == ["readers.json", "slice-1000000.json", "slice-300000.json"]
    assert results.read(results.READERS, kept)["forms"] == 2
    assert results.read(results.PEERS, kept)["forms"] == 1
    assert results.read(results.FLOOR, kept) is None
    assert [found["forms"] for found in results.read_sizes(results.SLICES, kept)] == [300_000, 1_000_000]
    assert not (kept / "notes.json").exists()
    assert results.keep(work, kept) == []


def test_the_page_is_that_of_the_measurements_that_are_kept():
    assert PAGE.read_text(encoding="utf-8") == page_of_kept()
