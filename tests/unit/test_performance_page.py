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
