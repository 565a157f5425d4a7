"""The board: its figures against SQL on the facts, what it holds of many units, and what it needs."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from installation import Installation

from jixiao.pages.board import content
from jixiao.pages.board.content import read_board
from jixiao.values import to_json

Row = dict[str, Any]

SIZE = 2_000_000


@pytest.fixture(scope="module")
def page(installation: Installation) -> str:
    """Return the board of the sample."""
    return (installation.current().path / "board.html").read_text(encoding="utf-8")


def data_of(page: str) -> Row:
    [text] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    read: Row = json.loads(text, parse_float=Decimal)
    return read


def rows(table: Row | None) -> list[Row]:
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]] if table else []


@pytest.fixture(scope="module")
def subject(page: str) -> Row:
    """Return the only unit and year of the sample."""
    [subject] = data_of(page)["subjects"]
    return dict(subject)


def test_it_says_whose_figures_they_are_and_holds_the_printed_ones(subject: Row) -> None:
    assert (subject["organization_name"], subject["year"]) == ("北京市丰台区人民政府和义街道办事处", 2023)
    # The disclosure prints 97.17 %, and 11161.84, 17416.47 and 16923.25 in 万元.
    [bridge] = rows(subject["bridges"])
    names = (
        "initial_budget_yuan",
        "adjustment_yuan",
        "annual_budget_yuan",
        "variance_yuan",
        "final_account_yuan",
    )
    assert [bridge[name] for name in names] == [111618400, 62546300, 174164700, -4932200, 169232500]
    [execution] = [
        row
        for row in rows(subject["ratios"])
        if (row["ratio_code"], row["basis"]) == ("budget_execution_rate", "annual_budget")
    ]
    assert execution["reported_ratio"] == Decimal("0.9717")
    assert (execution["numerator_yuan"], execution["denominator_yuan"]) == (169232500, 174164700)


def test_its_figures_are_those_of_the_facts(subject: Row, sample: duckdb.DuckDBPyConnection) -> None:
    def one(sql: str) -> tuple[Any, ...]:
        [row] = sample.execute(sql).fetchall()
        return row

    [amounts] = rows(subject["amounts"])
    assert tuple(amounts[name] for name in ("forms", "initial_yuan", "annual_yuan", "executed_yuan")) == one(
        "select count(*), sum(initial_budget_yuan), sum(annual_budget_yuan), sum(executed_yuan) "
        "from execution.fct_project_fund where fund_source = 'total'"
    )
    assert tuple(
        subject[name] for name in ("indicators", "met", "exceeded", "unmet", "not_checkable")
    ) == one(
        "select count(*), count(*) filter (attainment = 'met'), count(*) filter (attainment = 'exceeded'), "
        "count(*) filter (attainment = 'unmet'), count(*) filter (attainment = 'not_checkable') "
        "from variance.fct_indicator_variance"
    )
    assert tuple(
        subject[name] for name in ("forms", "forms_with_total", "totals_differ", "reported_average")
    ) == one(
        "select count(*), count(reported_total), count(*) filter (reported_total <> recomputed_total), "
        "round(avg(reported_total), 2)::decimal(9, 2) from score.mart_project_score"
    )
    # A case is as grave as its leading finding.
    assert tuple(subject[name] for name in ("all_cases", "findings", "error_cases", "error_forms")) == one(
        "select count(distinct case_id), count(*), "
        "count(distinct case_id) filter (is_leading and severity = 'E'), "
        "count(distinct project_id) filter (is_leading and severity = 'E') from review.mart_finding"
    )
    assert (subject["cells_read"], subject["cells_unread"]) == one(
        "select cells_read, cells_unread from core.dim_document"
    )


def test_offices_and_their_categories_are_those_of_the_forms(
    subject: Row, sample: duckdb.DuckDBPyConnection
) -> None:
    offices = sample.execute(
        "select unit_name, count(*), sum(annual_budget_yuan), sum(executed_yuan) from core.dim_project as forms "
        "join core.dim_unit on unit_id = implementing_unit_id "
        "join execution.fct_project_fund as funds using (project_id) where fund_source = 'total' group by all"
    ).fetchall()
    names = ("unit_name", "projects", "annual_budget_yuan", "executed_yuan")
    assert sorted(tuple(row[name] for name in names) for row in rows(subject["offices"])) == sorted(offices)
    scored = sample.execute(
        """
        with lines as (
            select project_id, level2, weight, reported_score from variance.fct_indicator_variance
            union all
            select project_id, '预算执行率', weight, reported_score from execution.fct_project_fund
            where fund_source = 'total'
        )
        select unit_name, level2, count(*), sum(weight), sum(reported_score)
        from lines
        join core.dim_project using (project_id)
        join core.dim_unit on unit_id = implementing_unit_id
        where weight > 0 and reported_score is not null
        group by all
        """
    ).fetchall()
    heat = subject["heat"]
    cells = [(name, heat["categories"][place], *figures) for name, place, *figures in heat["cells"]]
    assert sorted(cells) == sorted(scored)
    # The order of the form.
    assert heat["categories"][:3] == ["预算执行率", "数量指标", "质量指标"]


def test_every_finding_is_in_its_case_with_its_own_words(
    page: str, subject: Row, sample: duckdb.DuckDBPyConnection
) -> None:
    cases, cards = rows(subject["cases"]), rows(subject["cards"])
    shown = []
    for row in rows(subject["problems"]):
        case = cases[row["case"]]
        own = {
            name: row[name] if row[name] is not None else case[name]
            for name in ("message_zh", "rule_id", "severity")
        }
        form = cards[row["card"]]["project_id"] if row["card"] is not None else None
        shown.append(
            (row["finding_id"], case["case_id"], form, own["rule_id"], own["severity"], own["message_zh"])
        )
    found = sample.execute(
        "select finding_id, case_id, project_id, rule_id, severity, message_zh from review.fct_finding"
    ).fetchall()
    assert sorted(shown, key=lambda row: row[0]) == sorted(found, key=lambda row: row[0])
    stakes = sample.execute(
        "select case_id, amount_at_stake_yuan, points_at_stake, severity, message_zh from review.fct_case"
    ).fetchall()
    names = ("case_id", "amount_at_stake_yuan", "points_at_stake", "severity", "message_zh")
    assert sorted(tuple(row[name] for name in names) for row in cases) == sorted(stakes)
    # What is proven comes first, the form with the highest risk before others.
    assert [row["severity"] for row in cases] == sorted((row["severity"] for row in cases), key="EWI".index)
    [(riskiest,)] = sample.execute(
        "select project_id from review.mart_project_risk where risk_rank = 1"
    ).fetchall()
    assert cases[0]["project_id"] == cards[0]["project_id"] == riskiest
    assert data_of(page)["written"] == [subject["documents"][0][0]]


def test_the_card_of_a_form_has_what_it_prints(subject: Row) -> None:
    [form] = [row for row in rows(subject["cards"]) if row["form_no"] == 11]
    # Line 1025 prints 98; its scores add up to 108, since line 1023 prints 28 of 20.
    assert (form["reported_total"], form["recomputed_total"], form["difference"]) == (98, 108, -10)
    assert form["funds"][0][0] == "年度资金总额"


def test_it_needs_nothing_but_itself(page: str) -> None:
    assert len(page.encode()) < SIZE
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert set(re.findall(r"""(?:src|href)=["']?([^"'>\s]+)""", markup)) == {
        "index.html",
        "report.html",
        "dictionary.html",
    }
    assert "url(" not in markup
    # No text of a document ends the element that holds the data.
    [data] = re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert "<" not in data


def test_units_and_years_are_never_added(marts: duckdb.DuckDBPyConnection) -> None:
    subjects = json.loads(to_json(read_board(marts, "r")))["subjects"]
    found = {(one["organization_id"], one["year"]): one for one in subjects}
    documents = marts.execute(
        "select organization_id, fiscal_year, document_id from core.dim_document"
    ).fetchall()
    by_subject: dict[tuple[str, int | None], list[str]] = defaultdict(list)
    for organization_id, year, document_id in documents:
        by_subject[organization_id, year].append(document_id)
    assert found.keys() == by_subject.keys()
    assert len(found) > 5
    years = [one["year"] or 0 for one in subjects]
    assert years == sorted(years, reverse=True)
    for key, own in by_subject.items():
        one = found[key]
        assert sorted(row[0] for row in one["documents"]) == sorted(own)
        [(findings,)] = marts.execute(
            "select count(*) from review.fct_finding where list_contains(?, document_id)", [own]
        ).fetchall()
        assert (one["findings"] or 0) == len(rows(one["problems"])) == findings
        assert {row["document_id"] for row in rows(one["cards"])} <= set(own)


def test_years_and_peers_are_those_of_the_marts(marts: duckdb.DuckDBPyConnection) -> None:
    subjects = json.loads(to_json(read_board(marts, "r")), parse_float=Decimal)["subjects"]
    several = {one["organization_id"]: rows(one["years"]) for one in subjects if one["years"]}
    years = marts.execute(
        "select organization_id, fiscal_year, executed_yuan, execution_rate, executed_change_rate, status "
        "from execution.mart_year_over_year where subject_kind = 'organization' "
        "and organization_id in (select organization_id from core.dim_document group by all "
        "having count(distinct fiscal_year) > 1)"
    ).fetchall()
    names = ("fiscal_year", "executed_yuan", "execution_rate", "executed_change_rate", "status")
    shown = [(unit, *(row[name] for name in names)) for unit, own in several.items() for row in own]
    assert sorted(shown, key=str) == sorted(years, key=str)
    assert shown
    peers = marts.execute(
        "select organization_id, fiscal_year, measure_code, value, rank, peers "
        "from execution.mart_organization_ranking where peers > 1 and value is not null"
    ).fetchall()
    names = ("measure_code", "value", "rank", "peers")
    shown = [
        (one["organization_id"], one["year"], *(row[name] for name in names))
        for one in subjects
        for row in rows(one["peers"])
    ]
    assert sorted(shown, key=str) == sorted(peers, key=str)
    assert shown
    for one in subjects:
        for row in rows(one.get("changes")):
            assert row["executed_yuan"] - row["previous_executed_yuan"] == row["executed_change_yuan"] != 0


def test_amounts_of_two_currencies_are_never_added(marts: duckdb.DuckDBPyConnection) -> None:
    subjects = read_board(marts, "r")["subjects"]
    for one in subjects:
        amounts = rows(one["amounts"])
        assert len({row["currency"] for row in amounts}) == len(amounts)
        own = [document_id for document_id, *_ in one["documents"]]
        for row in amounts:
            [(executed,)] = marts.execute(
                """
                select sum(executed_yuan) from execution.mart_project_execution
                join core.dim_project using (project_id)
                where list_contains(?, mart_project_execution.document_id) and currency = ? and not is_repeated
                """,
                [own, row["currency"]],
            ).fetchall()
            assert row["executed_yuan"] == executed


def test_what_a_page_has_no_room_for_is_left_out_by_whole_units(
    marts: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = read_board(marts, "r")["subjects"]
    monkeypatch.setattr(content, "MOST_FINDINGS", 40)
    monkeypatch.setattr(content, "MOST_CASES", 60)
    monkeypatch.setattr(content, "MOST_SUBJECTS", len(everything) - 1)
    board = read_board(marts, "r")
    assert board["all_subjects"] == len(everything)
    assert len(board["subjects"]) == len(everything) - 1
    whole = [one for one in board["subjects"] if one.get("problems")]
    assert sum(len(rows(one["problems"])) for one in whole) <= 40
    shown = [one for one in board["subjects"] if "cases" in one]
    assert sum(len(rows(one["cases"])) for one in shown) <= 60
    assert 0 < len(whole) < len(shown) < len(board["subjects"])
    for one, before in zip(board["subjects"], everything, strict=False):
        assert one["all_cases"] == before["all_cases"]
        assert "cases" not in one or rows(one["cases"]) == rows(before["cases"])
