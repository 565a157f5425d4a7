"""Several organizations and years in one warehouse: identity of projects, comparison of years, ranking.

The documents are made up, in `many_documents.py`; expected values are worked out from them by hand.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from many_documents import DOCUMENTS, STREETS, WELFARE, A, B, C, D, E, write
from warehouse import Warehouse

from expectations.runner import run_gate
from expectations.suites import Gate

Row = tuple[object, ...]


def land(landing: Path) -> None:
    """Land the documents of this module."""
    write(landing)


def plain(rows: list[Row]) -> list[Row]:
    """Return rows with decimals without trailing zeros."""
    return [tuple(float(cell) if isinstance(cell, Decimal) else cell for cell in row) for row in rows]


@pytest.mark.parametrize("gate", ["gate_1", "gate_2"])
def test_the_gates_let_the_documents_through(warehouse: Warehouse, gate: Gate) -> None:
    assert not run_gate(gate, Path(warehouse.database)).failures


# ------------------------------------------------------------------ identity


def test_projects_match_over_years_by_unit_and_name_free_of_print(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select normalised_name, unit_name, first_year, last_year, forms, is_ambiguous, match_basis, project_name"
        " from core.dim_project_series"
        " inner join core.dim_unit using (unit_id)"
        " inner join (select distinct organization_id, organization_name from core.dim_document) as organization"
        " on dim_project_series.organization_id = organization.organization_id"
        " where organization_name = ? order by all",
        [A],
    ).fetchall()
    both = "name_and_unit"
    assert rows == sorted(
        [
            ("垃圾分类经费(第一批)", WELFARE, 2022, 2023, 2, False, both, "垃圾分类经费(第一批)2023年度"),
            ("垃圾分类经费(第二批)", WELFARE, 2023, 2023, 1, False, both, "垃圾分类经费（第二批）"),
            ("慰问经费", WELFARE, 2022, 2023, 2, False, both, "2023年慰问经费"),
            # The same name at two units is two projects.
            ("社区服务", STREETS, 2022, 2022, 1, False, both, "社区服务"),
            ("社区服务", WELFARE, 2023, 2023, 1, False, both, "社区服务"),
            # Two forms of 2023 have the name.
            ("党建活动", WELFARE, 2022, 2023, 3, True, both, "党建活动（2023年）"),
        ]
    )


def test_the_same_project_at_two_organizations_is_two(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select organization_name, count(*) from core.dim_project"
        " inner join core.dim_document using (document_id)"
        " inner join core.dim_project_series using (project_series_id)"
        " where normalised_name = '慰问经费' group by project_series_id, organization_name order by all"
    ).fetchall()
    assert rows == [(B, 1), (A, 2)]


def test_every_form_is_of_one_series(marts: duckdb.DuckDBPyConnection) -> None:
    forms = sum(len(document.forms) for document in DOCUMENTS.values())
    row = marts.execute(
        "select count(*), count(distinct project_id), count(normalised_name) from core.dim_project"
        " left join core.dim_project_series using (project_series_id)"
        " where document_id in (select unnest(?))",
        [list(DOCUMENTS)],
    ).fetchone()
    assert row == (forms, forms, forms)


# ------------------------------------------------------------------ years

CHANGES = (
    "fiscal_year, status, annual_budget_yuan, executed_yuan, execution_rate, previous_fiscal_year,"
    " annual_budget_change_yuan, annual_budget_change_rate, executed_change_yuan, executed_change_rate,"
    " execution_rate_change"
)
NONE: Row = (None,) * 5


def years(marts: duckdb.DuckDBPyConnection, organization: str, kind: str, subject: str) -> list[Row]:
    rows = marts.execute(
        f"select {CHANGES} from execution.mart_year_over_year"
        " left join core.dim_project_series on subject_id = project_series_id"
        " inner join (select distinct organization_id, organization_name from core.dim_document) as organization"
        " on mart_year_over_year.organization_id = organization.organization_id"
        " where organization_name = ? and subject_kind = ? and coalesce(normalised_name, subject_name) = ?"
        " order by unit_id, fiscal_year",
        [organization, kind, subject],
    ).fetchall()
    return plain(rows)


def test_an_organization_is_compared_with_its_year_before(marts: duckdb.DuckDBPyConnection) -> None:
    assert years(marts, A, "organization", A) == [
        (2022, "first_year", 10_000_000, 9_000_000, 0.9, None, *NONE),
        # 250 of 1,000, 100 of 900, and 0.8 after 0.9.
        (2023, "compared", 12_500_000, 10_000_000, 0.8, 2022, 2_500_000, 0.25, 1_000_000, 0.111111, -0.1),
    ]


def test_classes_are_compared_and_one_that_prints_no_amount_is_not_there(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    services = "一般公共服务支出"
    assert years(marts, A, "function_class", services) == [
        (2022, "first_year", 6_000_000, 5_500_000, 0.916667, None, *NONE),
        # 100 of 600, 10 of 550, and 0.8 after 0.916667.
        (
            2023,
            "compared",
            7_000_000,
            5_600_000,
            0.8,
            2022,
            1_000_000,
            0.166667,
            100_000,
            0.018182,
            -0.116667,
        ),
    ]
    assert years(marts, A, "function_class", "教育支出") == []
    assert years(marts, A, "economic_class", "工资福利支出") == [
        (2022, "first_year", None, 5_000_000, None, None, *NONE),
        (2023, "compared", None, 4_500_000, None, 2022, None, None, -500_000, -0.1, None),
    ]


def test_a_project_that_is_printed_otherwise_is_compared(marts: duckdb.DuckDBPyConnection) -> None:
    assert years(marts, A, "project", "垃圾分类经费(第一批)") == [
        (2022, "first_year", 1_000_000, 1_000_000, 1, None, *NONE),
        (2023, "compared", 1_200_000, 900_000, 0.75, 2022, 200_000, 0.2, -100_000, -0.1, -0.25),
    ]
    assert years(marts, A, "project", "垃圾分类经费(第二批)") == [
        (2023, "first_year", 600_000, 600_000, 1, None, *NONE)
    ]


def test_a_project_of_another_unit_is_not_compared(marts: duckdb.DuckDBPyConnection) -> None:
    rows = years(marts, A, "project", "社区服务")
    assert sorted(row[:2] for row in rows) == [(2022, "first_year"), (2023, "first_year")]


def test_two_forms_in_a_year_are_neither_summed_nor_compared(marts: duckdb.DuckDBPyConnection) -> None:
    assert years(marts, A, "project", "党建活动") == [
        (2022, "first_year", 300_000, 300_000, 1, None, *NONE),
        (2023, "ambiguous", None, None, None, 2022, *NONE),
    ]


def test_a_missing_year_is_a_gap_that_shows_the_last_one(marts: duckdb.DuckDBPyConnection) -> None:
    assert years(marts, B, "organization", B) == [
        (2021, "first_year", 5_000_000, 5_000_000, 1, None, *NONE),
        (2023, "gap", 10_000_000, 9_000_000, 0.9, 2021, *NONE),
    ]


def test_two_documents_of_a_year_are_ambiguous(marts: duckdb.DuckDBPyConnection) -> None:
    assert years(marts, E, "organization", E) == [(2023, "ambiguous", None, None, None, None, *NONE)]
    assert years(marts, E, "project", "财政评审") == [(2023, "ambiguous", None, None, None, None, *NONE)]


def test_a_comparison_cites_both_lines(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select subject_kind, document_id, source_line, previous_document_id, previous_source_line"
        " from execution.mart_year_over_year"
        " where status = 'compared' and subject_kind <> 'economic_class'"
        " and subject_name in (?, '一般公共服务支出', '2023年慰问经费') order by all",
        [A],
    ).fetchall()
    new, old = DOCUMENTS["a2023"], DOCUMENTS["a2022"]
    assert rows == [
        (kind, "a2023", line, "a2022", line_before)
        for kind, line, line_before in (
            ("function_class", new.line_of_table("services"), old.line_of_table("services")),
            ("organization", new.line_of_table("total"), old.line_of_table("total")),
            ("project", new.line_of(2, "total"), old.line_of(2, "total")),
        )
    ]


# ------------------------------------------------------------------ ranking

# Value, peers, rank, percentile. Level peers count half: A and C are before one of three, and level with one.
LEVEL = (1 + 0.5) / 3
RANKED = {
    # 900/1,000, 1,000/1,250, 600/750, 300/600.
    "budget_execution_rate": {
        B: (0.9, 4, 1, 1),
        A: (0.8, 4, 2, LEVEL),
        C: (0.8, 4, 2, LEVEL),
        D: (0.5, 4, 4, 0),
    },
    # 0/1,000, 250/1,000, -250/1,000, 200/400: more and less are as far from zero.
    "budget_adjustment_rate": {
        B: (0, 4, 1, 1),
        A: (0.25, 4, 2, LEVEL),
        C: (-0.25, 4, 2, LEVEL),
        D: (0.5, 4, 4, 0),
    },
    # 100/1,000, 250/1,250, 150/750, 300/600.
    "carryover_rate": {B: (0.1, 4, 1, 1), A: (0.2, 4, 2, LEVEL), C: (0.2, 4, 2, LEVEL), D: (0.5, 4, 4, 0)},
    # 450/450, 300/600, 75/300; D has no forms, so no value, and is no peer.
    "self_evaluation_coverage_rate": {B: (1, 3, 1, 1), A: (0.5, 3, 2, 0.5), C: (0.25, 3, 3, 0)},
    # 100, five of 100 and one of 85, one of 100 and one of 85.
    "average_project_score": {C: (100, 3, 1, 1), A: (97.5, 3, 2, 0.5), B: (92.5, 3, 3, 0)},
}


@pytest.mark.parametrize("measure", RANKED)
def test_towns_are_ranked_among_the_towns_of_their_year(
    marts: duckdb.DuckDBPyConnection, measure: str
) -> None:
    rows = marts.execute(
        "select organization_name, value, peers, rank, percentile, status, peer_group_label"
        " from execution.mart_organization_ranking where peer_group = 'town-2023' and measure_code = ?",
        [measure],
    ).fetchall()
    peers = max(len(RANKED[measure]), 3)
    label = "乡镇人民政府，2023年"
    assert {row[0]: row[1:] for row in plain(rows)} == {
        name: (*RANKED[measure][name], "ranked", label)
        if name in RANKED[measure]
        else (None, peers, None, None, "no_value", label)
        for name in (A, B, C, D)
    }


def test_alone_in_a_year_there_is_no_percentile(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select fiscal_year, peer_group, value, peers, rank, percentile, status"
        " from execution.mart_organization_ranking"
        " where organization_name in (?, ?) and fiscal_year < 2023 and measure_code = 'budget_execution_rate'"
        " order by all",
        [A, B],
    ).fetchall()
    assert plain(rows) == [
        (2021, "town-2021", 1, 1, 1, None, "too_few_peers"),
        (2022, "town-2022", 0.9, 1, 1, None, "too_few_peers"),
    ]


def test_two_documents_of_a_year_are_not_ranked(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select distinct peer_group, value, rank, percentile, status, document_id, source_line"
        " from execution.mart_organization_ranking where organization_name = ?",
        [E],
    ).fetchall()
    assert rows == [("bureau-2023", None, None, None, "ambiguous", None, None)]


def test_a_ranked_value_cites_its_document_and_line(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select measure_code, document_id, source_line from execution.mart_organization_ranking"
        " where organization_name = ? and fiscal_year = 2023 order by measure_code",
        [A],
    ).fetchall()
    document = DOCUMENTS["a2023"]
    lines = {measure: document.line_of_table("total") for measure in RANKED}
    lines["average_project_score"] = document.line_of(1, "sum")
    assert rows == [(measure, "a2023", lines[measure]) for measure in sorted(RANKED)]
