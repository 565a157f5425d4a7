"""A stored number is written in the scale that its cell shows, with its stored digits."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ingestion.document import Figure
from ingestion.formats.number_format import shown

ACCOUNTING = '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (0.76, "0%", "76%"),
        (0.9717, "0.00%", "97.17%"),
        (1, "0%", "100%"),
        (1, "0.00%", "100.00%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234567, "#,##0", "1,234,567"),
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (949.821024, "General", "949.821024"),
        (33.691490000000002, "General", "33.69149"),
        (1e-05, "General", "0.00001"),
        (123456789012.0, "General", "123456789012"),
        (-2.5, "0.0", "-2.5"),
        (-2.5, "0.0;(0.0)", "(2.5)"),
        (-2.5, "0.0;", "-2.5"),
        (-1234.5, "#,##0.00_);[Red]\\(#,##0.00\\)", "(1,234.50)"),
        (1234.5, ACCOUNTING, "1,234.50"),
        (-1234.5, ACCOUNTING, "-1,234.50"),
        (95, "¥#,##0.00", "¥95.00"),
        (95, "[$¥-804]#,##0.00", "¥95.00"),
        (-95, '"¥"#,##0.00', "-¥95.00"),
        (100, '0"人"', "100人"),
        (100, "0人", "100人"),
        (100, 'General"人"', "100人"),
        (2.5, "G/通用格式万元", "2.5万元"),
        (90, '"≥"0"%"', "≥90%"),
        (4.5, '0.00"万元"', "4.50万元"),
        (4.5, "0.0#", "4.5"),
        (4.0, "0.##", "4"),
        (0.5, "#.##", "0.5"),
        (7, "000", "007"),
        (1234567, '000"-"0000', "123-4567"),
        (202311, '0"年"00"月"', "2023年11月"),
        (5, "@", "5"),
        (5, '@"元"', "5元"),
        (0.5, "# ?/?", "0.5"),
        (100, "0.00E+00", "100"),
        (12, "[DBNum1]General", "12"),
        (1, '[=1]"是";[=0]"否";General', "是"),
        (3, '"优"', "优"),
        (True, "General", "TRUE"),
        ("007", "General", "007"),
        ("12", '@"月"', "12月"),
        ("备注", ACCOUNTING, "备注"),
        (None, "0.00", ""),
        (datetime(2023, 11, 30, tzinfo=UTC), 'yyyy"年"m"月"d"日"', "2023年11月30日"),
        (date(2023, 12, 1), 'm"月"', "12月"),
        (datetime(2023, 11, 30, 8, 30, tzinfo=UTC), "yyyy/m/d h:mm", "2023-11-30"),
        (date(2023, 1, 5), "mm-dd-yy", "2023-01-05"),
    ],
)
def test_a_value_is_written_as_its_format_says(value: object, number_format: str, expected: str):
    assert shown(value, number_format) == expected


@pytest.mark.parametrize(
    ("value", "number_format", "seen", "stored"),
    [
        (2.345, "0.00", "2.35", "2.345"),
        (2.5, "0", "3", "2.5"),
        (123.4567, "0.00", "123.46", "123.4567"),
        (1234567.891, "#,##0", "1,234,568", "1,234,567.891"),
        (0.8619, "0%", "86%", "86.19%"),
        (9.5, '0"分"', "10分", "9.5分"),
        # 1250000 / 1000 is 1250, and the point is before its last digit.
        (1253456, "0!.0,", "125.3", "125.3456"),
        (1253456, '0"."0000', "125.3456", "125.3456"),
        (1253456, "#,##0.0,", "1,253.5", "1,253.456"),
        (253000000, "0.0,,", "253.0", "253.0"),
        (123456789, '0!.00,,"亿"', "1.23亿", "1.23456789亿"),
        # Red instead of a sign.
        (-1234.5, "#,##0.00;[Red]#,##0.00", "1,234.50", "-1,234.50"),
    ],
)
def test_a_number_that_is_shown_rounded_keeps_its_stored_digits(
    value: float, number_format: str, seen: str, stored: str
):
    found = shown(value, number_format)
    assert (str(found), found.stored if isinstance(found, Figure) else found) == (seen, stored)


def test_the_scale_of_a_format_is_the_scale_of_the_number():
    assert shown(1250000, "0!.0,") == Figure("125.0", "125.0", unscaled="1250000")


def test_a_sum_of_binary_fractions_is_not_shown_as_if_it_were_rounded():
    assert shown(1234.5600000000025, "0.00") == "1,234.56".replace(",", "")


def test_a_dash_for_nothing_is_a_nought_and_what_is_not_shown_is_blank():
    assert shown(0, ACCOUNTING) == Figure("-", "0")
    assert shown(0, "0.00;-0.00;;@") == ""
    assert shown(0, "#,###") == ""
    assert shown(5, ";;;") == ""


@pytest.mark.parametrize(
    ("value", "number_format"),
    [(5, "0.00x"), (5, "0.0.0"), (-5, "[>100]0.0,;0"), (5, "0;0;0;0;0"), (1250000, "0-0.0,"), (5, "yyyy")],
)
def test_a_number_whose_format_is_not_understood_is_marked(value: float, number_format: str):
    assert shown(value, number_format) == Figure(f"{value}", f"{value}\ufffd", "number_format")
