"""Amounts that a conversion printed without the borders between their cells."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingestion.run_together import LONGEST, looks_run_together, part

AMOUNTS = ("annual_budget", "executed", "execution_rate")


def test_the_arithmetic_parts_what_can_be_parted_in_one_way():
    # 194.9 / 194.9 = 100 %; any other cut gives two amounts that differ.
    assert part("194.9194.9100%", AMOUNTS, {}) == [("194.9", "194.9", "100%")]


def test_a_printed_rate_decides_between_the_ways_to_cut_two_amounts():
    # 5.00 and 4.50 of "5.004.50": 90 %; amounts are not printed as "5.0" and "04.50".
    assert part("5.004.50", ("annual_budget", "executed"), {"execution_rate": "90.00%"}) == [("5.00", "4.50")]


def test_an_initial_budget_that_runs_into_them_is_parted_too():
    assert part("4.005.004.5090%", ("initial_budget", *AMOUNTS), {}) == [("4.00", "5.00", "4.50", "90%")]


def test_what_can_be_parted_in_several_ways_gives_them_all():
    # Whole numbers: 11 of 11, or 1 of 1 behind an initial budget of 11 or 1 …
    found = part("111111100%", ("initial_budget", *AMOUNTS), {})
    assert len(found) > 1
    assert ("11", "11", "11", "100%") in found


@pytest.mark.parametrize("text", ["194.9190.0100%", "194.9", "194.9194.9", "", "0.000.00100%"])
def test_what_the_arithmetic_does_not_bear_out_is_not_parted(text: str):
    assert part(text, AMOUNTS, {}) == []


def test_without_a_rate_there_is_nothing_to_decide_by():
    assert part("5.004.50", ("annual_budget", "executed"), {}) == []


def test_a_hostile_length_is_not_even_tried():
    assert part("1" * (LONGEST + 1) + "100%", AMOUNTS, {}) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("194.9194.9100%", True),
        ("100%100%", True),
        ("194.9", False),
        ("1,234.50", False),
        ("100%", False),
        ("—", False),
        ("4.50万", False),
    ],
)
def test_what_looks_run_together(text: str, expected: bool):
    assert looks_run_together(text) is expected


money = st.integers(1, 9_999_999).map(lambda cents: f"{Decimal(cents).scaleb(-2)}")


@given(annual=money, executed=money, places=st.integers(0, 2))
def test_a_consistent_row_is_parted_as_it_was_or_not_at_all(annual: str, executed: str, places: int):
    rate = (Decimal(executed) / Decimal(annual) * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assume(10 <= rate < 10_000)
    row = (annual, executed, f"{rate}%")
    found = part("".join(row), AMOUNTS, {})
    assert row in found
