"""Checks that cannot fail are found by damaging the tables that they read."""

from __future__ import annotations

import duckdb

from benchmarks.mutations import Check, find_survivors

TABLE = ("core", "amounts")


def check(condition: str) -> Check:
    sql = f"select * from core.amounts where {condition}"
    return Check("dbt", condition, sql, frozenset({TABLE}), sql)


def test_a_check_survives_where_no_change_of_a_table_makes_it_fail() -> None:
    checks = [check("amount <> 1"), check("amount is null"), check("amount <> amount"), check("false")]
    with duckdb.connect() as connection:
        connection.execute("create schema core; create table core.amounts as select 1 as amount")
        survivors = find_survivors(connection, {TABLE: [("amount", "INTEGER")]}, checks)
        assert [survivor.name for survivor in survivors] == ["amount <> amount", "false"]
        assert connection.execute("from core.amounts").fetchall() == [(1,)]
