"""A stored number prints as its cell shows it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ingestion.formats.number_format import printed


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (0.76, "0%", "76%"),
        (0.9717, "0.00%", "97.17%"),
        (1, "0%", "100%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234567, "#,##0", "1,234,567"),
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (949.821024, "General", "949.821024"),
        (1e-05, "General", "0.00001"),
        (123456789012.0, "General", "123456789012"),
        (2.345, "0.00", "2.35"),
        (2.5, "0", "3"),
        (-2.5, "0.0", "-2.5"),
        (-2.5, "0.0;(0.0)", "(2.5)"),
        (-1234.5, "#,##0.00_);[Red]\\(#,##0.00\\)", "(1,234.50)"),
        (100, '0"人"', "100人"),
        (90, '"≥"0"%"', "≥90%"),
        (4.5, '0.00"万元"', "4.50万元"),
        (4.5, "0.0#", "4.5"),
        (4.0, "0.##", "4"),
        (1500, "#,##0.0,", "1.5"),
        (5, "@", "5"),
        (0.5, "# ?/?", "0.5"),
        (True, "General", "TRUE"),
        ("007", "General", "007"),
        (None, "0.00", ""),
        (datetime(2023, 11, 30, tzinfo=UTC), 'yyyy"年"m"月"d"日"', "2023年11月30日"),
        (date(2023, 12, 1), 'm"月"', "12月"),
        (datetime(2023, 11, 30, 8, 30, tzinfo=UTC), "yyyy/m/d h:mm", "2023-11-30"),
        (date(2023, 1, 5), "mm-dd-yy", "2023-01-05"),
    ],
)
def test_a_value_prints_as_its_format_says(value: object, number_format: str, expected: str):
    assert printed(value, number_format) == expected
