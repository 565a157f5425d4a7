"""Chinese headings of a result, from the dictionary."""

from __future__ import annotations

import duckdb
import pytest

from jixiao.release.labels import Labels, distinct
from jixiao.release.store import ReleaseError

LABELS = Labels(
    [
        ("dim_rule", "rule_id", "规则编号"),
        ("fct_finding", "is_open", "是否待处理"),
        ("fct_finding", "status", "状态"),
        ("mart_ratio", "status", "状态"),
        ("fct_rule_result", "status", "检查结果"),
        ("fct_rule_result", "reported_value", "数值"),
        ("fct_rule_result", "expected_value", "数值"),
    ]
)


def test_a_documented_column_gets_its_label_and_an_alias_stays():
    assert LABELS.headings(["rule_id", "n"], "select rule_id, count(*) as n") == ("规则编号", "n")


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("select status from review.fct_rule_result", "检查结果"),
        ("select status from quality.mart_ratio", "状态"),
        # Without a table, the label that most tables have.
        ("select 'open' as status", "状态"),
        # A name that only begins like a table's is not that table.
        ("select status from my_fct_rule_result_2", "状态"),
    ],
)
def test_a_name_of_many_labels_has_that_of_the_table_that_is_read(query: str, heading: str):
    assert LABELS.headings(["status"], query) == (heading,)


def test_columns_that_share_a_label_are_told_apart_by_their_names():
    assert LABELS.headings(["reported_value", "expected_value"], "") == (
        "数值（reported_value）",
        "数值（expected_value）",
    )


def test_a_column_that_comes_twice_is_numbered():
    assert LABELS.headings(["rule_id", "rule_id"], "") == ("规则编号", "规则编号_2")


def test_a_number_never_gives_the_name_of_another_column():
    assert distinct(["a", "a", "a_2", "a"]) == ("a", "a_3", "a_2", "a_4")


def test_a_release_without_a_dictionary_says_what_to_do():
    with duckdb.connect() as connection, pytest.raises(ReleaseError, match="build again"):
        Labels.read(connection)
