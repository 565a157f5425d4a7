"""Contract one: the raw CSVs, their columns and their order.

Every column is text as printed. Every row carries its document and the 1-based line of the source.
"""

from __future__ import annotations

KEY_COLUMNS = ("document_id", "source_line")

OPTIONAL_COLUMNS: dict[str, frozenset[str]] = {
    "raw_document": frozenset({"cells_read", "currency"}),
    "raw_final_account": frozenset(
        {"item_code", "spending_nature", "fund_source", "table_title", "amount_unit"}
    ),
    "raw_self_evaluation": frozenset({"rule_profile", "form_kind", "grade", "reading"}),
    "raw_self_evaluation_fund": frozenset({"amount_unit", "block_points"}),
    "raw_self_evaluation_indicator": frozenset(
        {"measure_unit", "direction", "level1_points", "level2_points"}
    ),
    "raw_project_goal": frozenset({"is_repeated", "withheld"}),
}
"""Columns that may be absent from a table, because they depend on the submission or the kind of form."""

OPTIONAL_TABLES = frozenset(
    {"raw_source_place", "raw_budget_account", "raw_project_goal", "raw_text_figure", "raw_unread_cell"}
)
"""Tables that may be absent, because only some documents contain them or only the extractor can fill them."""

NARRATIVE_COLUMNS: dict[str, tuple[str, ...]] = {"raw_project_goal": ("expected", "achieved")}
"""Columns of sentences: read from every document, but kept out of the repository, where `withheld` names them."""

PROJECT_TABLE = "project_table"
"""The kind of a project whose funds or indicators are rows of plain tables: what a form asks for, it needn't have."""

FORM_KINDS = (
    "self_evaluation",
    "transfer_self_evaluation",
    "department_self_evaluation",
    "target_form",
    PROJECT_TABLE,
)
"""The kinds of form in `raw_self_evaluation`; blank means `self_evaluation`."""

RAW_TABLES: dict[str, tuple[str, ...]] = {
    "raw_document": (
        "organization_name",
        "district_name",
        "fiscal_year",
        "title",
        "source_file",
        "source_sha256",
        "amount_unit",
        "cells_read",
        "currency",
    ),
    "raw_final_account": (
        "account_side",
        "classification",
        "printed_row_no",
        "item_name",
        "initial_budget",
        "annual_budget",
        "final_account",
        "item_code",
        "spending_nature",
        "fund_source",
        "table_title",
        "amount_unit",
    ),
    "raw_budget_account": (
        "account_side",
        "classification",
        "item_code",
        "item_name",
        "spending_nature",
        "fund_source",
        "budget",
        "last_year_budget",
        "table_title",
        "amount_unit",
    ),
    "raw_evaluation": (
        "evaluation_type",
        "subject_name",
        "part_name",
        "total_weight",
        "total_score",
        "grade",
    ),
    "raw_evaluation_indicator": (
        "evaluation_type",
        "subject_name",
        "level1",
        "level2",
        "level3",
        "level4",
        "weight",
        "score",
        "deduction_reason",
    ),
    "raw_department_target": (
        "source_part",
        "level1",
        "level2",
        "target",
        "completion",
        "withheld",
    ),
    "raw_project_execution": (
        "project_name",
        "period",
        "approved",
        "arrived",
        "executed",
        "approved_fiscal",
        "executed_fiscal",
        "executed_this_year",
        "progress_rate",
    ),
    "raw_project_spending": (
        "project_name",
        "section",
        "item_name",
        "approved",
        "arrived",
        "spent",
    ),
    "raw_self_evaluation": (
        "form_no",
        "form_year",
        "project_name",
        "competent_unit",
        "implementing_unit",
        "total_weight",
        "total_score",
        "total_source_line",
        "rule_profile",
        "form_kind",
        "grade",
        "reading",
    ),
    "raw_self_evaluation_fund": (
        "form_no",
        "fund_source",
        "initial_budget",
        "annual_budget",
        "executed",
        "weight",
        "execution_rate",
        "score",
        "amount_unit",
        "block_points",
    ),
    "raw_self_evaluation_indicator": (
        "form_no",
        "indicator_no",
        "level1",
        "level2",
        "level3",
        "target",
        "actual",
        "weight",
        "score",
        "deviation_reason",
        "measure_unit",
        "direction",
        "level1_points",
        "level2_points",
    ),
    "raw_project_goal": (
        "form_no",
        "goal_no",
        "expected",
        "achieved",
        "is_repeated",
        "withheld",
    ),
    "raw_text_figure": (
        "form_no",
        "goal_no",
        "part",
        "figure_no",
        "number",
        "words_before",
        "words_behind",
    ),
    "raw_reported_figure": (
        "figure_code",
        "label",
        "value",
        "unit",
    ),
    "raw_source_place": ("source_place",),
    "raw_unread_cell": (
        "source_place",
        "table_kind",
        "form_no",
        "row_label",
        "column_label",
        "cell_text",
        "reason_code",
    ),
}


def columns(table: str) -> tuple[str, ...]:
    """Return the columns of a raw table in file order, keys first."""
    return KEY_COLUMNS + RAW_TABLES[table]
