"""The search for repeated values, for compound keys and findings with equal facts."""

from __future__ import annotations

import duckdb
import pytest
from jinja2 import Environment

from jixiao.settings import PROJECT_ROOT


@pytest.mark.parametrize("engine", ["default", "spark"])
def test_a_value_that_is_there_twice_or_more_is_found_once(engine: str) -> None:
    source = (PROJECT_ROOT / "macros" / "engine.sql").read_text(encoding="utf-8")
    macros = Environment(autoescape=False).from_string(source).module
    sql = getattr(macros, f"{engine}__repeated_values")("number", "numbers")
    values = "(7), (1), (7), (3), (1), (7), (2)"
    # 7 occurs three times, 1 twice, 3 and 2 once.
    assert sorted(duckdb.sql(f"with numbers (number) as (values {values}) {sql}").fetchall()) == [(1,), (7,)]
    assert duckdb.sql(f"with numbers (number) as (values (3), (2)) {sql}").fetchall() == []
