"""The review of damaged or undecided forms: it names the errors and reviews the rest."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from review_documents import FORM, Document, Edits, Form
from warehouse import Warehouse

Rows = list[tuple[Any, ...]]

SCORED_ROWS = [name for name, row in FORM.items() if row.get("score", "—") != "—"]
NO_SCORES: Edits = {**{f"{row}.score": "" for row in SCORED_ROWS}, "form.total_score": ""}
IN_WORDS: Edits = {"quantity.score": "十分", "fiscal.annual_budget": "约十万"}
TOKEN_DEDUCTION: Edits = {"quantity.actual": "90户", "quantity.score": "9.5", "form.total_score": "99.5"}
WRONG: Edits = {
    "form.form_year": "2022",
    "form.total_weight": "90",
    "benefit.score": "28",
    "timeliness.actual": "8月",
    "quality.actual": "90%",
    "quality.deviation_reason": "资料不全",
    "cost.actual": "90.00万元",
    "total.execution_rate": "90%",
}

UNSCORED = Document("unscored", (Form("未评分项目", NO_SCORES),))
UNWEIGHTED = Document("unweighted", (Form("缺分值项目", {"quality.weight": ""}),))
WORDS = Document("words", (Form("文字代替数字的项目", IN_WORDS), Form("规范项目")))
UNKNOWN = Document(
    "unknown_profile", (Form("规则不明项目", {**TOKEN_DEDUCTION, "form.rule_profile": "mof_1999_1"}),)
)
AMBIGUOUS = Document(
    "two_profiles",
    (
        Form(
            "规则不唯一项目",
            {**TOKEN_DEDUCTION, "form.rule_profile": "mof_2020_10,beijing_self_evaluation"},
        ),
    ),
)
WITHOUT_COLUMN = Document("no_profile_column", (Form("旧格式项目"),), columns_left_out=("rule_profile",))
OUT_OF_PLACE = Document("out_of_place", (Form("得分栏填了金额的项目", {"quantity.score": "1068431"}),))
DECIDED = Document("decided", (Form("有处理意见的项目", WRONG),))


def land(landing: Path) -> None:
    """Land the documents of this module."""
    for document in (UNSCORED, UNWEIGHTED, WORDS, UNKNOWN, AMBIGUOUS, WITHOUT_COLUMN, OUT_OF_PLACE, DECIDED):
        document.write(landing)


def rows(warehouse: Warehouse, query: str, *values: object) -> Rows:
    with duckdb.connect(str(warehouse.database), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()


@cache
def outcomes(database: Path) -> dict[tuple[str, str], Rows]:
    """Return status, reason and line of the results of each rule on each form, read once from the slow view."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select project_id, rule_id, status, reason_code, source_line from intermediate.int_rule_outcome"
            " order by all"
        ).fetchall()
    by_form: dict[tuple[str, str], Rows] = {}
    for project_id, rule_id, *outcome in found:
        by_form.setdefault((project_id, rule_id), []).append(tuple(outcome))
    return by_form


def results(warehouse: Warehouse, document: Document, rule: str, row: str = "") -> Rows:
    """Return status and reason of each result of a rule, of one row of the first form if it is named."""
    found = outcomes(warehouse.database).get((document.project_id(1), rule), [])
    lines = [document.line_of(1, row)] if row else [line for *_, line in found]
    return [(status, reason) for status, reason, line in found if line in lines]


@pytest.mark.parametrize("rule", ["reported_total", "execution_score"])
def test_a_form_without_scores_is_not_judged_by_them(warehouse: Warehouse, rule: str) -> None:
    assert results(warehouse, UNSCORED, rule) == [("not_checkable", "score_blank")]


@pytest.mark.parametrize("rule", ["score_above_weight", "score_negative", "deduction_without_reason"])
def test_no_line_without_a_score_is_judged_by_it(warehouse: Warehouse, rule: str) -> None:
    # The score of the execution follows from its rate, and needs no reason.
    silent = [("not_applicable", None)] * (rule == "deduction_without_reason")
    unchecked = [("not_checkable", "score_blank")] * (len(SCORED_ROWS) - len(silent))
    assert sorted(results(warehouse, UNSCORED, rule)) == silent + unchecked


def test_a_form_without_scores_is_a_finding_and_is_reviewed_otherwise(warehouse: Warehouse) -> None:
    assert results(warehouse, UNSCORED, "score_blank") == [("fail", None)]
    for rule in ("weights_total", "reported_weight_total", "form_year", "cost_target_budget"):
        assert results(warehouse, UNSCORED, rule) == [("pass", None)], rule
    assert rows(
        warehouse, "select errors from review.mart_project_risk where project_id = ?", UNSCORED.project_id(1)
    ) == [(1,)]


@pytest.mark.parametrize("rule", ["weights_total", "reported_weight_total"])
def test_a_sum_with_a_missing_weight_is_not_checkable(warehouse: Warehouse, rule: str) -> None:
    assert results(warehouse, UNWEIGHTED, rule) == [("not_checkable", "weight_blank")]


def test_a_missing_weight_is_a_finding_and_the_rest_is_reviewed(warehouse: Warehouse) -> None:
    assert results(warehouse, UNWEIGHTED, "weight_blank") == [("fail", None)]
    assert results(warehouse, UNWEIGHTED, "score_above_weight", "quality") == [
        ("not_checkable", "weight_blank")
    ]
    assert results(warehouse, UNWEIGHTED, "score_above_weight", "quantity") == [("pass", None)]
    assert results(warehouse, UNWEIGHTED, "reported_total") == [("pass", None)]


@pytest.mark.parametrize(("row", "text"), [("quantity", "十分"), ("fiscal", "约十万")])
def test_text_where_a_number_belongs_is_a_finding_with_the_text_and_its_line(
    warehouse: Warehouse, row: str, text: str
) -> None:
    line = WORDS.line_of(1, row)
    found = rows(
        warehouse,
        "select reported, message_zh, message_en from review.fct_finding"
        " where rule_id = 'number_unreadable' and project_id = ? and source_line = ?",
        WORDS.project_id(1),
        line,
    )
    assert len(found) == 1
    [(reported, chinese, english)] = found
    assert reported == text
    assert f"“{text}”" in str(chinese)
    assert f"第{line}行" in str(chinese)
    assert f"“{text}”" in str(english)
    assert f"line {line}" in str(english)


def test_text_where_a_number_belongs_leaves_the_rest_reviewed(warehouse: Warehouse) -> None:
    assert results(warehouse, WORDS, "reported_total") == [("not_checkable", "score_blank")]
    assert results(warehouse, WORDS, "weights_total") == [("pass", None)]
    assert results(warehouse, WORDS, "score_above_weight", "quality") == [("pass", None)]
    assert Counter(results(warehouse, WORDS, "fund_total"))["pass", None] == 2
    assert ("pass", None) not in results(warehouse, WORDS, "executed_above_budget", "fiscal")


# Rules whose numbers the profile gives, and the row that is judged.
BY_PROFILE = [
    ("weights_total", ""),
    ("execution_score", ""),
    ("class_weight", ""),
    ("mandatory_class_missing", ""),
    ("score_above_expected", "quantity"),
]


@pytest.mark.parametrize(("rule", "row"), BY_PROFILE)
@pytest.mark.parametrize(
    ("document", "reason"),
    [(UNKNOWN, "profile_unknown"), (AMBIGUOUS, "profile_ambiguous")],
    ids=["unknown", "two"],
)
def test_without_one_profile_what_rests_on_it_is_not_checkable(
    warehouse: Warehouse, document: Document, reason: str, rule: str, row: str
) -> None:
    assert set(results(warehouse, document, rule, row)) == {("not_checkable", reason)}


@pytest.mark.parametrize("document", [UNKNOWN, AMBIGUOUS], ids=["unknown", "two"])
def test_without_one_profile_everything_else_is_judged(warehouse: Warehouse, document: Document) -> None:
    for rule in (
        "reported_weight_total",
        "reported_total",
        "score_blank",
        "weight_blank",
        "form_year",
        "cost_target_budget",
        "cost_actual_executed",
    ):
        assert results(warehouse, document, rule) == [("pass", None)], rule
    for rule in ("indicator_blank", "number_unreadable", "score_above_weight", "fund_total"):
        assert set(results(warehouse, document, rule)) == {("pass", None)}, rule
    assert results(warehouse, document, "unmet_without_reason", "quantity") == [("fail", None)]
    assert results(warehouse, document, "unmet_full_score", "quantity") == [("pass", None)]


@pytest.mark.parametrize(
    ("document", "text"),
    [(UNKNOWN, "mof_1999_1"), (AMBIGUOUS, "mof_2020_10,beijing_self_evaluation")],
    ids=["unknown", "two"],
)
def test_a_profile_that_is_not_one_is_a_finding(warehouse: Warehouse, document: Document, text: str) -> None:
    found = rows(
        warehouse,
        "select source_line, reported, message_zh from review.fct_finding where rule_id = 'rule_profile' and project_id = ?",
        document.project_id(1),
    )
    assert [(line, reported) for line, reported, _ in found] == [(document.line_of(1, "form"), text)]
    assert f"“{text}”" in str(found[0][2])


def test_without_the_column_of_profiles_region_and_year_decide(warehouse: Warehouse) -> None:
    assert results(warehouse, WITHOUT_COLUMN, "rule_profile") == [("pass", None)]
    assert results(warehouse, WITHOUT_COLUMN, "weights_total") == [("pass", None)]


def test_an_amount_in_the_cell_of_a_score_is_a_finding_and_stops_no_build(warehouse: Warehouse) -> None:
    assert results(warehouse, OUT_OF_PLACE, "score_above_weight", "quantity") == [("fail", None)]


# Rules that the form of wrong numbers breaks, each with the decisions on its finding and their effect.
DECISIONS = [
    ("form_year", [("accepted", "2024-03-01", "applied")], "accepted", True),
    ("reported_weight_total", [("disputed", "2024-03-01", "applied")], "disputed", False),
    ("score_above_weight", [("fixed", "2024-03-01", "applied")], "fixed", False),
    (
        "deadline_missed_full_score",
        [("disputed", "2024-03-01", "superseded"), ("accepted", "2024-03-02", "applied")],
        "accepted",
        True,
    ),
    (
        "cost_actual_executed",
        # The later one is first in the file.
        [("fixed", "2024-04-01", "applied"), ("accepted", "2024-03-01", "superseded")],
        "fixed",
        False,
    ),
    ("execution_rate", [("fixed", "三月一日", "date_unreadable")], None, True),
    ("unmet_without_reason", [("postponed", "2024-03-01", "unknown_decision")], None, True),
    (
        "unmet_full_score",
        # Invalid decisions don't affect valid ones.
        [("fixed", "2024-03-01", "applied"), ("postponed", "2024-04-01", "unknown_decision")],
        "fixed",
        False,
    ),
    ("reported_total", [], None, True),
]


SPACED = "reported_weight_total"
"""The rule whose finding has another decision, before the others, by an id with a space."""


@pytest.fixture(scope="module")
def findings(warehouse: Warehouse) -> dict[str, str]:
    """Return the findings of the form of wrong numbers, by rule."""
    query = "select rule_id, finding_id from review.fct_finding where project_id = ?"
    return dict(rows(warehouse, query, DECIDED.project_id(1)))


@pytest.fixture(scope="module")
def decided(
    warehouse: Warehouse,
    findings: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Warehouse:
    decisions: Rows = [
        (findings[rule], decision, f"{rule} {status}", "财务科", day)
        for rule, of_rule, _, _ in DECISIONS
        for decision, day, status in of_rule
    ]
    decisions.append(("0" * 32, "fixed", "nothing unknown_finding", "财务科", "2024-03-01"))
    decisions.append((f" {findings[SPACED]}", "fixed", f"{SPACED} superseded", "财务科", "2024-02-01"))
    folder = tmp_path_factory.mktemp("decided")
    table = folder / "raw" / "reference" / "finding_exception.csv"
    table.parent.mkdir(parents=True)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["finding_id", "decision", "reason", "by_role", "decided_on"])
        writer.writerows(decisions)
    built = Warehouse(folder, warehouse.landing)
    shutil.copyfile(warehouse.database, built.database)
    built.build("build", "--select", "finding_exception+", "--exclude", "tag:after_gates")
    return built


def test_what_became_of_a_decision_is_said(decided: Warehouse) -> None:
    found = rows(decided, "select reason, status from review.fct_finding_exception order by reason")
    assert len(found) == 2 + sum(len(decisions) for _, decisions, _, _ in DECISIONS)
    assert [(reason, status) for reason, status in found if str(reason).split()[1] != status] == []


@pytest.mark.parametrize(
    ("rule", "decision", "is_open"), [(rule, last, open_) for rule, _, last, open_ in DECISIONS]
)
def test_a_finding_carries_the_decision_that_holds(
    decided: Warehouse, rule: str, decision: str | None, is_open: bool
) -> None:
    found = rows(
        decided,
        "select decision, is_open, decided_by_role from review.fct_finding where project_id = ? and rule_id = ?",
        DECIDED.project_id(1),
        rule,
    )
    assert found == [(decision, is_open, "财务科" if decision else None)]


def test_only_open_findings_count_for_the_risk_of_a_project(decided: Warehouse) -> None:
    counts = rows(
        decided,
        "select count(*) filter (where is_open and severity = 'E'), count(*) filter (where not is_open)"
        " from review.fct_finding where project_id = ?",
        DECIDED.project_id(1),
    )
    errors = rows(
        decided, "select errors from review.mart_project_risk where project_id = ?", DECIDED.project_id(1)
    )
    assert counts[0][1] == sum(not is_open for *_, is_open in DECISIONS)
    assert errors == [(counts[0][0],)]


def test_spaces_around_a_finding_id_do_not_make_it_another_finding(
    decided: Warehouse, findings: dict[str, str]
) -> None:
    query = "select status from review.fct_finding_exception where reason = ?"
    assert rows(decided, query, f"{SPACED} superseded") == [("superseded",)]
    query = "select decision from review.fct_finding where finding_id = ?"
    assert rows(decided, query, findings[SPACED]) == [("disputed",)]
