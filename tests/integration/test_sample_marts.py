"""The published marts of the sample against figures of the printed document.

Expected values are printed in the disclosure, at the line named beside them, or calculated here
from such values.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest
from documented_queries import assert_result, examples

SIX_PLACES = Decimal("0.000001")


def rate(numerator: str, denominator: str) -> Decimal:
    return (Decimal(numerator) / Decimal(denominator)).quantize(SIX_PLACES, ROUND_HALF_UP)


def test_the_sample_holds_its_forms_indicators_and_executed_amount(sample: duckdb.DuckDBPyConnection) -> None:
    assert sample.execute("select count(*) from core.dim_project").fetchone() == (139,)
    assert sample.execute("select count(*) from variance.fct_indicator_variance").fetchone() == (985,)
    executed = sample.execute("select sum(executed_yuan) from execution.mart_project_execution").fetchone()
    assert executed == (Decimal("79806316.75"),)  # 7,980.631675万元


# Line 366 and the items above it, in 万元: initial 11,161.84, annual 17,416.47, final 16,923.25.
@pytest.mark.parametrize(
    ("ratio_code", "basis", "expected", "printed", "status"),
    [
        ("budget_execution_rate", "annual_budget", rate("16923.25", "17416.47"), "0.9717", "match"),
        ("budget_execution_rate", "initial_budget", rate("16923.25", "11161.84"), None, "not_reported"),
        ("budget_adjustment_rate", "initial_budget", rate("6254.63", "11161.84"), "0.5604", "match"),
        ("carryover_rate", "annual_budget", rate("493.22", "17416.47"), "0.0283", "match"),
        ("final_account_variance_rate", "annual_budget", rate("-493.22", "17416.47"), "-0.0283", "match"),
        ("public_expense_control_rate", "annual_budget", rate("405.57", "405.57"), "1", "match"),
        ("public_expense_control_rate", "initial_budget", rate("405.57", "458.21"), None, "not_reported"),
        ("basic_execution_rate", "annual_budget", rate("7326.08", "7815.23"), None, "not_reported"),
        ("project_execution_rate", "annual_budget", rate("9597.17", "9601.24"), None, "not_reported"),
        (
            "self_evaluation_coverage_rate",
            "project_final_account",
            rate("7980.631675", "9597.17"),
            None,
            "not_reported",
        ),
        ("three_public_change_rate", "last_year", None, "0", "not_checkable"),
    ],
)
def test_the_department_s_ratios_come_out_of_its_tables(
    sample: duckdb.DuckDBPyConnection,
    ratio_code: str,
    basis: str,
    expected: Decimal | None,
    printed: str | None,
    status: str,
) -> None:
    row = sample.execute(
        "select ratio, reported_ratio, status from execution.mart_department_ratio where ratio_code = ? and basis = ?",
        [ratio_code, basis],
    ).fetchone()
    assert row == (expected, None if printed is None else Decimal(printed), status)


# The leaves' scores as printed, lines 465-508.
LEAVES = {
    "decision": "0.30 0.36 0.36 0.37 0.36 0.37 0.73 0.84 0.86 0.79 0.71 1.00 0.79",
    "management": (
        "0.86 0.84 0.69 1.00 0.77 0.79 0.83 0.83 0.86 1.00 1.00 0.54 0.47 0.57 0.73 0.74 0.54 0.43 0.41 1.33 1.34"
    ),
    "output": "8.86 8.71 8.57 8.71",
    "benefit": "7.86 5.86 6.57 5.71",
}
# Lines 16-20.
PRINTED_PARTS = {"decision": "7.83", "management": "16.57", "output": "34.86", "benefit": "26.00"}


@pytest.mark.parametrize("part", list(LEAVES))
def test_a_part_of_the_department_s_score_is_the_sum_of_its_leaves(
    sample: duckdb.DuckDBPyConnection, part: str
) -> None:
    total = sum(map(Decimal, LEAVES[part].split()))
    printed = Decimal(PRINTED_PARTS[part])
    row = sample.execute(
        "select reported_score, recomputed_score, difference from score.mart_department_score"
        " where evaluation_type = 'department' and part_code = ?",
        [part],
    ).fetchone()
    assert row == (printed, total, printed - total)


def test_both_evaluations_keep_their_printed_grade_when_it_is_recomputed(
    sample: duckdb.DuckDBPyConnection,
) -> None:
    rows = sample.execute(
        "select evaluation_type, reported_score, recomputed_score, reported_grade, recomputed_grade"
        " from score.mart_department_score where part_code = 'total' order by all"
    ).fetchall()
    assert rows == [
        ("department", Decimal("85.26"), Decimal("85.26"), "良好", "良好"),
        ("project", Decimal("86.36"), Decimal("86.36"), "良好", "良好"),
    ]


# Line of 总分, printed total, and the scores printed above it, the execution score first.
INCONSISTENT_FORMS = [
    (1025, 98, [10, 10, 10, 20, 20, 28, 10]),
    (2615, 98, [10, 15, 18, 15, 15, 18, 10]),
    (3033, 97, [10, 15, 5, 15, 15, 8, 9, 10]),
    (3103, 98, [10, 10, 10, 10, 20, 9, 9, 10]),
    (3365, 97, [10, 10, 10, 0, 10, 10, 13, 14, 10]),
    (3712, 98, [10, 10, 10, 10, 20, 9, 9, 10]),
    (4098, 96, [10, 10, 10, 10, 0, 18, 18, 10]),
]


def test_seven_forms_print_a_total_that_is_not_the_sum_of_their_scores(
    sample: duckdb.DuckDBPyConnection,
) -> None:
    rows = sample.execute(
        "select source_line, reported_value, recomputed_value from quality.fct_reconciliation"
        " where figure_code = 'form_total_score' and status = 'mismatch' order by source_line"
    ).fetchall()
    assert rows == [(line, total, sum(scores)) for line, total, scores in INCONSISTENT_FORMS]


def test_a_form_whose_scores_are_blank_has_no_recomputed_total_and_is_not_consistent(
    sample: duckdb.DuckDBPyConnection,
) -> None:
    row = sample.execute(
        "select reported_total, recomputed_total, is_consistent, blank_score_lines from score.mart_project_score"
        " join core.dim_project using (project_id) where dim_project.source_line = 2138"
    ).fetchone()
    assert row == (None, None, None, 7)


def test_two_forms_print_a_hundred_points_but_weigh_ninety(sample: duckdb.DuckDBPyConnection) -> None:
    rows = sample.execute(
        "select source_line, reported_value, recomputed_value from quality.fct_reconciliation"
        " where figure_code = 'form_total_weight' and status = 'mismatch' order by source_line"
    ).fetchall()
    assert rows == [(3103, 100, 90), (3712, 100, 90)]


# The means of seven experts: 54.8/7 and 244/7 print as 7.83 and 34.86, their leaves add up to 7.84 and 34.85.
@pytest.mark.parametrize(("line", "printed", "leaves"), [(16, "7.83", "7.84"), (18, "34.86", "34.85")])
def test_rounded_means_of_experts_are_no_contradiction(
    sample: duckdb.DuckDBPyConnection, line: int, printed: str, leaves: str
) -> None:
    row = sample.execute(
        "select reported_value, recomputed_value, status from quality.fct_reconciliation"
        " where figure_part = 'part' and source_line = ? and unit = '分' and reported_value = ?",
        [line, Decimal(printed)],
    ).fetchone()
    assert row == (Decimal(printed), Decimal(leaves), "match")


# 13 forms print the department as implementing unit of its own office.
def test_exchanged_units_are_put_right_in_sums(sample: duckdb.DuckDBPyConnection) -> None:
    assert sample.execute("select count(*) from core.dim_project where is_unit_exchanged").fetchone() == (13,)
    row = sample.execute(
        "select projects, executed_yuan from execution.mart_unit_execution where unit_name = '城市管理办公室'"
    ).fetchone()
    # By its three spellings in either cell: 1458.423448 + 14.3167 + 477.5332万元 of 9, 1 and 4 forms.
    assert row == (9 + 1 + 4, Decimal("19502733.48"))


# Line 1023 scores 28 of 20, which makes the total on line 1025 wrong.
def test_goals_are_compared_without_their_text(sample: duckdb.DuckDBPyConnection) -> None:
    # Of 139 pairs of texts, 90 are identical and two more (lines 3547, 3923) but for the full stop.
    assert sample.execute(
        "select count(*), count_if(is_repeated), count(expected_text) from core.fct_project_goal"
    ).fetchall() == [(139, 92, 0)]
    assert sample.execute(
        "select form_no, rule_id, reported, expected from review.fct_finding"
        " where rule_id in ('goal_number', 'goal_year') order by form_no"
    ).fetchall() == [
        # Lines 2090 and 2102; 2926; 3451 and 3453; 3571 and 3574.
        (56, "goal_number", "五个", "1"),
        (90, "goal_year", "2022", "2023"),
        (112, "goal_number", "58条", "71条"),
        (117, "goal_number", "20余场", "15场"),
    ]


def test_the_department_s_targets_are_published(sample: duckdb.DuckDBPyConnection) -> None:
    # Line 378 prints 16,923.25 in 万元; line 428 the same text twice, line 452 a completion of several sentences.
    assert sample.execute(
        "select source_line, source_part, target_yuan, target_text, completion_text, withheld"
        " from variance.fct_department_target where source_line in (378, 428, 452) order by source_line"
    ).fetchall() == [
        (378, "fund", Decimal("169232500.00"), "16,923.25", None, None),
        (428, "completion", None, "符合相关质量标准", "符合相关质量标准", None),
        (452, "completion", None, "更好的完成维护辖区治安、提升辖区环境。", None, "completion"),
    ]


def test_a_cited_line_is_shown_as_printed(sample: duckdb.DuckDBPyConnection) -> None:
    lines = sample.execute(
        "select source_line, form_no, line_text from core.source_line"
        " where source_line in (366, 428, 1013, 2926, 3453) order by source_line"
    ).fetchall()
    assert lines == [
        (366, None, "总计 | 11,161.84 | 17,416.47 | 17,416.47"),
        (428, None, "党建工作 | 产出质量指标 | 符合相关质量标准 | 符合相关质量标准"),
        (1013, 11, "其中：当年财政拨款 | 3.6495 | 3.6495 | 3.6495 | — | —"),
        # A goal, whose text is withheld.
        (2926, 90, "… | …"),
        (3453, 112, "产出指标 | 数量指标 | 背街小巷数量 | 71条 | 71条 | 10 | 10"),
    ]
    for table in ("review.fct_finding", "quality.fct_reconciliation"):
        assert (
            sample.execute(
                f"select source_line from {table} anti join core.source_line using (document_id, source_line)"
            ).fetchall()
            == []
        )


def test_a_score_and_the_total_that_it_breaks_are_one_case(sample: duckdb.DuckDBPyConnection) -> None:
    rows = sample.execute(
        "select source_line, findings, points_at_stake from review.fct_case where form_no = 11 and severity = 'E'"
    ).fetchall()
    assert rows == [(1023, 2, Decimal(10))]
    # The 271 deductions without a reason are one habit, but for three that are the slip in a total.
    assert sample.execute(
        "select case_kind, findings from review.fct_case where rule_id = 'deduction_without_reason'"
    ).fetchall() == [("habit", 268)]
    assert sample.execute(
        "select source_line, findings from review.fct_case where source_line in (3033, 3365, 4098) order by all"
    ).fetchall() == [(3033, 3), (3365, 2), (4098, 2)]


# Line and rule; the printed cells of the line; what the figure is held against, and where that is printed.
@pytest.mark.parametrize(
    ("line", "rule_id", "printed", "reported", "against_line", "against_zh"),
    [
        (1023, "score_above_weight", ("优良中差", "优", "20", "28"), "28", 1023, "第1023行 分值"),
        # The funds of form 45 are on line 1825: 11.92085万元, while the cost is printed as 1192085元.
        (
            *(1837, "cost_target_budget", ("1192085元", "1192085元", "10", "10"), "119.2085"),
            *(1825, "第1825行 年度资金总额 全年预算数"),
        ),
        # The scores of form 11 are on lines 1011 (funds) and 1019 to 1024.
        (1025, "reported_total", (None, None, None, None), "98", 1011, "第1011行至第1024行 各项得分之和"),
        # The report says 30 points; the leaves of 部门产出 on these lines weigh 40.
        (107, "narrative_figure", (None, None, None, None), "30", 501, "第501行至第504行 表格中的数"),
    ],
)
def test_a_finding_says_both_places(
    sample: duckdb.DuckDBPyConnection,
    line: int,
    rule_id: str,
    printed: tuple[str | None, ...],
    reported: str,
    against_line: int,
    against_zh: str,
) -> None:
    row = sample.execute(
        "select target_text, actual_text, weight_text, score_text, reported, against_line, against_zh"
        " from review.mart_finding where source_line = ? and rule_id = ? and reported = ?",
        [line, rule_id, reported],
    ).fetchone()
    assert row == (*printed, reported, against_line, against_zh)


def test_the_wide_finding_of_28_of_20_points_needs_no_join(sample: duckdb.DuckDBPyConnection) -> None:
    # Lines 1005 to 1025: 便民服务中心, 3.6495万元 of each kind.
    row = sample.execute(
        "select form_no, organization_name, implementing_unit_name, level2, annual_budget_yuan, executed_yuan, title_zh,"
        " is_leading, case_findings, expected, points_at_stake, reconciliation_id is null, remedy_zh"
        " from review.mart_finding where source_line = 1023 and rule_id = 'score_above_weight'"
    ).fetchone()
    assert row == (
        *(11, "北京市丰台区人民政府和义街道办事处", "便民服务中心", "社会效益指标"),
        *(Decimal("36495.00"), Decimal("36495.00"), "得分超过分值", True, 2, "20", Decimal(8), True),
        "核对得分是否笔误（如18写成28），或分值是否填错。",
    )


def test_a_finding_and_the_printed_figure_that_it_is_about_share_a_key(
    sample: duckdb.DuckDBPyConnection,
) -> None:
    rows = sample.execute(
        "select findings.rule_id, count(*) from review.fct_finding as findings"
        " inner join quality.fct_reconciliation as figures using (reconciliation_id, document_id, source_line)"
        " where figures.status = 'mismatch' and figures.reported_value = findings.reported_value group by all"
    ).fetchall()
    # Seven totals of scores and two of weights in the forms, five figures of the report.
    assert dict(rows) == {"reported_total": 7, "reported_weight_total": 2, "narrative_figure": 5}


# Line 107 prints 30 and 40 for parts of 40 and 30 points; forms 97 and 122 weigh 90; line 2682 is the amount of form 79.
@pytest.mark.parametrize(
    ("line", "findings", "words"),
    [
        (107, 2, "互换"),
        (3103, 3, "分值10、得分10"),
        (3712, 3, "分值10、得分10"),
        (2682, 2, "第79张自评表"),
    ],
)
def test_a_slip_of_several_numbers_is_explained(
    sample: duckdb.DuckDBPyConnection, line: int, findings: int, words: str
) -> None:
    rows = sample.execute(
        "select hypothesis from review.fct_finding where source_line = ? and severity = 'E'", [line]
    ).fetchall()
    assert len(rows) == findings
    assert all(words in hypothesis for (hypothesis,) in rows)


# Line 591 prints 9,700,000.00 for the project of form 58.
def test_a_figure_of_the_evaluated_project_reaches_its_form(sample: duckdb.DuckDBPyConnection) -> None:
    assert sample.execute("select form_no from review.fct_finding where source_line = 591").fetchall() == [
        (58,)
    ]


def test_forms_with_a_proven_slip_are_visited_first(sample: duckdb.DuckDBPyConnection) -> None:
    ranks = dict(sample.execute("select form_no, risk_rank from review.mart_project_risk").fetchall())
    proven = sample.execute(
        "select distinct form_no from review.fct_case where severity = 'E' and form_no is not null"
    ).fetchall()
    # 17 forms have a case that the form itself proves; the others come after them.
    assert sorted(ranks[form_no] for (form_no,) in proven) == list(range(1, 18))
    # 28 of 20 points; 7.45 million yuan with all scores blank.
    assert max(ranks[11], ranks[58]) <= 10
    # Form 99 is wrong by 90 of 1,168,431 yuan, form 80 by 1,984,623 of 2,092,200.
    stakes = sample.execute(
        "select stake_component from review.mart_project_risk where form_no in (80, 99) order by form_no"
    ).fetchall()
    assert stakes == [(rate("1984623", "2092200"),), (rate("90", "1168431"),)]


# Figure, line, printed value; all are wrong against the tables, or in the unit that they print.
@pytest.mark.parametrize(
    ("figure_code", "line", "printed", "recomputed"),
    [
        ("department_output_weight", 107, "30", "40"),
        ("department_benefit_weight", 107, "40", "30"),
        ("carryover_rate", 481, "-2.83", "2.8319"),
        # 17,416.47 is printed with 元 where 万元 is meant.
        ("budget_amount", 233, "1.741647", "17416.47"),
        # 9,700,000.00元 was approved; the form prints 744.59万元 as its initial budget.
        ("evaluated_project_initial_budget", 591, "970", "744.59"),
    ],
)
def test_a_printed_figure_that_the_tables_contradict_is_found(
    sample: duckdb.DuckDBPyConnection, figure_code: str, line: int, printed: str, recomputed: str
) -> None:
    row = sample.execute(
        "select reported_value, recomputed_value, status from quality.fct_reconciliation"
        " where figure_code = ? and source_line = ?",
        [figure_code, line],
    ).fetchone()
    assert row == (Decimal(printed), Decimal(recomputed), "mismatch")


# Lines 378-380 against 年初预算数 of lines 362, 335 and 338: what was declared is the final account, and no budget.
def test_a_declaration_that_equals_the_final_account_is_no_match(sample: duckdb.DuckDBPyConnection) -> None:
    rows = sample.execute(
        "select source_line, reported_value, recomputed_value, status from quality.fct_reconciliation"
        " where figure_code = 'declared_funds' order by source_line"
    ).fetchall()
    assert rows == [
        (378, Decimal("16923.25"), Decimal("11161.84"), "mismatch"),
        (379, Decimal("7326.08"), Decimal("7305.42"), "mismatch"),
        (380, Decimal("9597.17"), Decimal("3856.42"), "mismatch"),
    ]
    assert sample.execute(
        "select source_line from review.fct_finding where rule_id = 'back_filled_declaration'"
    ).fetchall() == [(378,)]


def test_every_printed_total_of_the_final_accounts_agrees_with_its_parts(
    sample: duckdb.DuckDBPyConnection,
) -> None:
    rows = sample.execute(
        "select figure_code, figure_part, reported_value, recomputed_value from quality.fct_reconciliation"
        " where basis = 'final_account' and (status <> 'match' or abs(difference) > 0)"
    ).fetchall()
    # Items as printed, lines 335-362; each sum is a hundredth of 万元 off its total: rounding, not an error.
    revenue = sum(map(Decimal, ["14816.98", "3.44", "2.50", "16.71"]))
    economic = sum(map(Decimal, ["7287.50", "6916.95", "1361.06", "1356.29", "1.44"]))
    initial = sum(map(Decimal, ["6079.75", "5.27", "103.45", "4120.52", "145.40", "8.03", "697.43", "2.00"]))
    annual = sum(
        map(
            Decimal,
            [
                "6677.47",
                "0.46",
                "15.00",
                "89.27",
                "4902.77",
                "2395.03",
                "138.75",
                "1204.71",
                "323.42",
                "1665.10",
                "2.50",
                "2.00",
            ],
        )
    )
    assert sorted(rows) == [
        ("economic_total", "final_account", Decimal("16923.25"), economic),
        ("expenditure_by_function", "annual_budget", Decimal("17416.47"), annual),
        ("expenditure_by_function", "initial_budget", Decimal("11161.84"), initial),
        ("revenue_total", "annual_budget", Decimal("14839.62"), revenue),
        ("revenue_total", "final_account", Decimal("14839.62"), revenue),
    ]


# Lines of the source: target and actual, and their result.
@pytest.mark.parametrize(
    ("line", "attainment", "completion"),
    [
        (973, "unmet", "0.5625"),  # 480 → 270
        (3357, "unmet", str(rate("494", "498"))),  # 498人 → 494人
        (787, "met", "1"),  # 949.82万元 → 949.82万元
        (997, "not_checkable", None),  # 是否 → 是
        (835, "not_checkable", None),  # ≤5% → ≤5%
        (859, "met", None),  # ≤5% → 0
        (877, "met", "1.25"),  # ≤250户 → 200
        (831, "met", None),  # ≤12月 → 10月
    ],
)
def test_targets_and_actuals_of_the_sample_are_compared(
    sample: duckdb.DuckDBPyConnection, line: int, attainment: str, completion: str | None
) -> None:
    row = sample.execute(
        "select attainment, completion_rate from variance.fct_indicator_variance where source_line = ?",
        [line],
    ).fetchone()
    assert row == (attainment, None if completion is None else Decimal(completion))


def test_units_that_are_printed_differently_are_one_unit(sample: duckdb.DuckDBPyConnection) -> None:
    row = sample.execute("select aliases from core.dim_unit where unit_name = '民生保障办公室'").fetchone()
    assert row is not None
    assert set(row[0].split("、")) == {"民生保障办公室", "民生保障办", "民生办"}


def test_forms_of_the_same_name_stay_apart(sample: duckdb.DuckDBPyConnection) -> None:
    names = sample.execute(
        "select count(*) from (select project_name from core.dim_project group by 1 having count(*) > 1)"
    ).fetchone()
    assert names == (16,)
    assert sample.execute("select count(distinct project_id) from core.dim_project").fetchone() == (139,)


def test_execution_by_quarter_accumulates_to_the_year(sample: duckdb.DuckDBPyConnection) -> None:
    rows = sample.execute(
        "select period, executed_yuan, cumulative_executed_yuan, progress_rate"
        " from execution.fct_project_period order by period_order"
    ).fetchall()
    # Line 664: 333.81, 260.20 and 150.58 of 744.59万元.
    assert rows == [
        ("q1_q2", Decimal("3338100"), Decimal("3338100"), rate("333.81", "744.59")),
        ("q3", Decimal("2602000"), Decimal("5940100"), rate("594.01", "744.59")),
        ("q4", Decimal("1505800"), Decimal("7445900"), Decimal(1)),
        ("total", Decimal("7445900"), Decimal("7445900"), Decimal(1)),
    ]


def test_no_published_number_is_a_float(sample: duckdb.DuckDBPyConnection) -> None:
    floats = sample.execute(
        "select schema_name, table_name, column_name from duckdb_columns() where not internal and data_type in ('DOUBLE', 'FLOAT')"
    ).fetchall()
    assert floats == []


@pytest.mark.parametrize(
    ("pattern", "type_name"),
    [("%\\_yuan", "DECIMAL(24,2)"), ("%\\_rate", "DECIMAL(12,6)")],
)
def test_money_and_rates_have_their_exact_types(
    sample: duckdb.DuckDBPyConnection, pattern: str, type_name: str
) -> None:
    rows = sample.execute(
        "select distinct data_type from duckdb_columns() where column_name like ? escape '\\'", [pattern]
    ).fetchall()
    assert rows == [(type_name,)]


def test_every_published_column_tells_its_chinese_label_and_its_meaning(
    sample: duckdb.DuckDBPyConnection,
) -> None:
    silent = sample.execute(
        "select table_name, column_name from duckdb_columns()"
        " where not internal and not coalesce(regexp_matches(comment, '^[^|]*[一-龥][^|]* [|] .+'), false)"
    ).fetchall()
    assert silent == []


def test_every_fact_names_its_document_and_line(sample: duckdb.DuckDBPyConnection) -> None:
    tables = sample.execute(
        "select table_name, list(column_name) from duckdb_columns() where not internal group by 1"
    ).fetchall()
    without_line = {table for table, columns in tables if not {"document_id", "source_line"} <= set(columns)}
    # These have no document of their own: units, years and projects over years, rules and decisions, and the build itself.
    assert without_line == {
        *("data_dictionary", "dim_fiscal_year"),
        *("dim_unit", "dim_project_series", "mart_unit_execution", "fct_expectation_result", "build_info"),
        *("dim_rule", "mart_rule_summary", "fct_finding_exception", "release_history"),
    }


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_queries_of_the_readme_give_the_results_that_it_shows(
    sample: duckdb.DuckDBPyConnection, name: str
) -> None:
    shown = examples(name)
    assert len(shown) == 5
    for query, table in shown:
        assert_result(sample, query, table)
