"""The page on performance: what it makes of measured builds."""

from __future__ import annotations

from benchmarks.performance import page


def build(forms: int, kind: str, seconds: float) -> dict[str, object]:
    return {
        "forms": forms, "kind": kind, "seconds": seconds, "documents_computed": 7, "stages": {"models": seconds},
        "peak_mib": 10, "release_mib": 3, "rows": 5,
    }  # fmt: skip


def test_a_night_is_held_against_the_build_before_it_whatever_was_withdrawn():
    text = page(
        [build(10_139, "full", 200), build(9_958, "nightly", 50), build(100_139, "full", 800), build(99_950, "nightly", 40)]
    )  # fmt: skip
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
        "forms": 1_000_000, "release_mib": 12_345, "clients": 10, "pause_seconds": 10.0, "dashboards": 4,
        "queries": 59, "phases": [phase(build="nothing", p95_ms=50.6), phase(build="a night", p95_ms=1700.2)],
    }  # fmt: skip
    text = page([build(10, "full", 20)], reading)
    assert "## Readers during a build" in text
    assert (
        "10 clients ask the 59 queries of the 4 dashboards, 1,000,000 forms in a database of 12,345 MiB"
        in text
    )
    assert "| nothing | 61 s | 1,234 | 20.1 | 8 ms | 51 ms | 2,600 ms | 1 | 0 |" in text
    assert "| a night | 61 s | 1,234 | 20.1 | 8 ms | 1,700 ms | 2,600 ms | 2 | 0 |" in text


def test_the_section_is_left_out_where_readers_were_not_measured():
    text = page([build(10, "full", 20)])
    assert "Readers" not in text
    # Sections stand a blank line apart.
    assert "\n\n## Settings" in text
    assert "\n\n\n" not in text
