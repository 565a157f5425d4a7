"""The rules of gate 2, on marts of a few raw rows.

Three runs are shared: marts without a fault, the same marts with every fault, each in a separate
document, and marts that lost rows of the last release.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import duckdb
import pytest
import yaml

from expectations.runner import run_gate
from expectations.suites import Suite, load_suites
from expectations.verdicts import GateResult, Verdict
from ingestion import contract

SUITES = load_suites("gate_2")

# ------------------------------------------------------------------ a document and its marts

RAW_ROWS: tuple[tuple[str, int, dict[str, str | None]], ...] = (
    ("raw_document", 1, {"amount_unit": "万元"}),
    # Revenue and expenditure are printed side by side.
    ("raw_final_account", 10, {"account_side": "revenue", "classification": "source", "final_account": "-1"}),
    (
        "raw_final_account",
        10,
        {
            "account_side": "expenditure",
            "classification": "nature",
            "item_name": "项目支出",
            "initial_budget": "1,000",
            "annual_budget": "2,000.5",
            "final_account": "1500",
        },
    ),
    (
        "raw_final_account",
        11,
        {"account_side": "expenditure", "classification": "nature", "item_name": "基本建设类项目"},
    ),
    # A table in a unit of its own.
    (
        "raw_final_account",
        12,
        {
            "account_side": "expenditure",
            "classification": "function_item",
            "item_name": "教育支出",
            "item_code": "205",
            "initial_budget": "1,000.55",
            "annual_budget": "2,000.55",
            "final_account": "1,500.55",
            "amount_unit": "元",
        },
    ),
    ("raw_source_place", 60, {"source_place": "第1页"}),
    ("raw_evaluation", 20, {"part_name": "项目决策", "total_weight": "10", "total_score": "7.83"}),
    ("raw_evaluation", 21, {"part_name": None, "total_weight": "10", "total_score": "7.84"}),
    ("raw_evaluation", 29, {"part_name": "合计", "total_weight": "10", "total_score": "7.84"}),
    # Leaves with three places: each is rounded before it is shown, but not before it is added up.
    ("raw_evaluation_indicator", 22, {"weight": "5", "score": "3.925"}),
    ("raw_evaluation_indicator", 23, {"weight": "5", "score": "3.915"}),
    ("raw_project_execution", 40, {"project_name": "合计", "period": "total", "approved": "744.59"}),
    (
        "raw_project_execution",
        41,
        {
            "project_name": "低保",
            "period": "total",
            "approved": "744.59",
            "arrived": "744.59",
            "executed": "700",
        },
    ),
    (
        "raw_project_execution",
        41,
        {"project_name": "低保", "period": "q1_q2", "arrived": "333.81", "executed": "300"},
    ),
    ("raw_project_execution", 41, {"project_name": "低保", "period": "q3", "executed": "400"}),
    (
        "raw_self_evaluation",
        60,
        {
            "competent_unit": "街道",
            "implementing_unit": "民生办",
            "total_score": "28",
            "total_source_line": "69",
        },
    ),
    (
        "raw_self_evaluation_fund",
        61,
        {
            "fund_source": "年度资金总额",
            "initial_budget": "5",
            "annual_budget": "6",
            "executed": "0.12345678",
            "weight": "10",
            "score": "10",
        },
    ),
    (
        "raw_self_evaluation_fund",
        62,
        {"fund_source": "其他资金", "initial_budget": "5", "annual_budget": "6", "executed": "5"},
    ),
    # 28 points of 20 is a finding, not a fault of the data.
    ("raw_self_evaluation_indicator", 65, {"target": "30", "actual": "10", "weight": "20", "score": "28"}),
    ("raw_self_evaluation_indicator", 66, {"target": "好", "actual": "好", "weight": "5", "score": "5"}),
    # A target form beside the self-evaluation.
    ("raw_self_evaluation", 90, {"form_no": "2", "form_kind": "target_form"}),
    ("raw_self_evaluation_fund", 91, {"form_no": "2", "fund_source": "年度资金总额", "annual_budget": "6"}),
    ("raw_self_evaluation_indicator", 92, {"form_no": "2", "indicator_no": "1", "target": "30"}),
    ("raw_project_goal", 93, {"form_no": "2", "goal_no": "1", "expected": "救助困难群众"}),
    ("raw_budget_account", 94, {"account_side": "expenditure", "item_name": "教育支出", "budget": "7"}),
    ("raw_department_target", 96, {"source_part": "declaration", "level1": "产出", "target": "11个"}),
    ("raw_unread_cell", 95, {"cell_text": "看不懂", "reason_code": "no_column"}),
    ("raw_reported_figure", 80, {"figure_code": "execution_rate", "value": "74.98"}),
    ("raw_reported_figure", 80, {"figure_code": "grade", "value": "良好"}),
)

SLIPS = {
    # Yuan in a form of 万元: the rate is more than its type holds, so it is null.
    ("raw_self_evaluation_fund", 61): {"annual_budget": "0.0001", "executed": "2000000"},
    ("raw_self_evaluation_fund", 62): {"annual_budget": "0", "executed": "１２"},
    ("raw_self_evaluation_indicator", 66): {"score": None},
    ("raw_self_evaluation", 60): {"implementing_unit": " 　", "total_score": None, "total_source_line": ""},
    ("raw_project_execution", 41): {"approved": "—", "executed": None},
}
"""Errors of a filer: findings that must not fail the gate."""

MARTS = """
create macro number(printed) as
    try_cast(replace(translate(printed, '１２', '12'), ',', '') as decimal(20, 8));
create macro yuan(printed, unit := '万元') as
    cast(round(number(printed) * if(unit = '元', 1, 10000), 2) as decimal(18, 2));
create macro ratio(numerator, denominator) as
    try_cast(round(cast(numerator as double) / nullif(cast(denominator as double), 0), 6) as decimal(12, 6));
create macro line(printed) as try_cast(printed as integer);
create macro project(document) as document || '-001';
create macro text(printed) as nullif(trim(printed, ' 　'), '');
create schema core; create schema execution; create schema variance; create schema score; create schema quality;
create schema review;

create view evaluated_form as select * from raw.raw_self_evaluation where form_kind is distinct from 'target_form';
create view evaluated_fund as select * from raw.raw_self_evaluation_fund where form_no is distinct from '2';
create view evaluated_indicator as select * from raw.raw_self_evaluation_indicator where form_no is distinct from '2';

create table core.dim_document as
select document_id, line(source_line) as source_line, 'o-' || document_id as organization_id, 2023 as fiscal_year
from raw.raw_document;

create table core.dim_source_place as
select document_id, line(source_line) as source_line, source_place
from raw.raw_source_place;

create table core.dim_unit as
select 'u-' || document_id as unit_id, organization_id, '街道' as unit_name, '民生办、街道' as aliases
from core.dim_document;

create table core.dim_project as
select
    document_id, line(source_line) as source_line, project(document_id) as project_id, 1 as form_no,
    'self_evaluation' as form_kind,
    text(competent_unit) as competent_unit_text, 'u-' || document_id as competent_unit_id,
    text(implementing_unit) as implementing_unit_text,
    if(text(implementing_unit) is null, null, 'u-' || document_id) as implementing_unit_id,
    's-' || document_id as project_series_id, false as is_repeated
from evaluated_form;

create table core.dim_project_series as
select
    project_series_id, organization_id, implementing_unit_id as unit_id, 2023 as first_year, 2023 as last_year,
    1 as years, 1 as forms, false as is_ambiguous,
    if(implementing_unit_id is null, 'name_only', 'name_and_unit') as match_basis
from core.dim_project
inner join core.dim_document using (document_id);

create table execution.fct_final_account as
select
    document_id || source_line || account_side as final_account_id, document_id, line(source_line) as source_line,
    account_side, classification, coalesce(item_name, '财政拨款') as item_name,
    if(item_name = '基本建设类项目', 2, 1) as item_level,
    yuan(initial_budget, amount_unit) as initial_budget_yuan, yuan(annual_budget, amount_unit) as annual_budget_yuan,
    yuan(final_account, amount_unit) as final_account_yuan,
    ratio(number(final_account), number(annual_budget)) as execution_rate
from raw.raw_final_account;

create table execution.fct_project_fund as
select
    document_id, line(source_line) as source_line, project(document_id) as project_id,
    if(fund_source = '年度资金总额', 'total', 'other') as fund_source, yuan(initial_budget) as initial_budget_yuan,
    yuan(annual_budget) as annual_budget_yuan, yuan(executed) as executed_yuan,
    ratio(number(executed), number(annual_budget)) as execution_rate
from evaluated_fund;

create table execution.fct_project_period as
select
    document_id, line(source_line) as source_line, project_name, period,
    case period when 'q1_q2' then 1 when 'q3' then 2 else 4 end as period_order,
    yuan(approved) as approved_yuan, yuan(arrived) as arrived_yuan, yuan(executed) as executed_yuan,
    sum(executed_yuan) over (partition by document_id, period = 'total' order by period) as cumulative_executed_yuan,
    ratio(cumulative_executed_yuan, max(approved_yuan) over (partition by document_id)) as progress_rate
from raw.raw_project_execution
where project_name <> '合计';

create table variance.fct_indicator_variance as
select
    document_id, 2023 as fiscal_year, line(source_line) as source_line, project(document_id) as project_id,
    document_id || source_line as indicator_id, try_cast(target as decimal(20, 6)) as target_value,
    try_cast(actual as decimal(20, 6)) as actual_value, ratio(actual_value, target_value) as completion_rate,
    ratio(actual_value - target_value, target_value) as deviation_rate,
    if(target_value is null, 'not_checkable', 'unmet') as attainment, '>=' as comparator
from evaluated_indicator;

create table variance.mart_project_variance as
select
    document_id, project_id, min(source_line) as source_line, count(*) as indicators, 0 as met, 0 as exceeded,
    count_if(attainment = 'unmet') as unmet, count_if(attainment = 'not_checkable') as not_checkable,
    ratio(met + exceeded, indicators - not_checkable) as attainment_rate,
    ratio(indicators - not_checkable, indicators) as checkable_rate
from variance.fct_indicator_variance
group by document_id, project_id;

create table variance.mart_budget_variance as
select
    final_account_id, document_id, source_line, item_name, initial_budget_yuan, annual_budget_yuan,
    final_account_yuan, annual_budget_yuan - initial_budget_yuan as adjustment_yuan,
    ratio(adjustment_yuan, initial_budget_yuan) as adjustment_rate,
    final_account_yuan - annual_budget_yuan as variance_yuan,
    ratio(variance_yuan, annual_budget_yuan) as variance_rate
from execution.fct_final_account;

create table score.fct_score_line as
with lines as (
    select document_id, source_line, weight, score, true as is_form from evaluated_indicator
    union all
    select document_id, source_line, weight, score, true from evaluated_fund
    where fund_source = '年度资金总额'
    union all
    select document_id, source_line, weight, score, false from raw.raw_evaluation_indicator
)
select
    document_id || source_line as score_line_id, document_id, line(source_line) as source_line,
    if(is_form, 'self_evaluation', 'project') as evaluation_type, '低保' as subject_name,
    if(is_form, project(document_id), null) as project_id, if(is_form, null, 'decision') as part_code,
    cast(weight as decimal(7, 2)) as weight, cast(score as decimal(7, 2)) as reported_score, true as is_counted
from lines;

create table score.mart_project_score as
select
    form.document_id, project_id, line(form.total_source_line) as source_line, count(*) as score_lines,
    sum(weight) as weights_total,
    cast(form.total_score as decimal(7, 2)) as reported_total,
    if(count(*) = count(reported_score), sum(reported_score), null) as recomputed_total
from evaluated_form as form
inner join score.fct_score_line as line on line.project_id = project(form.document_id)
group by all;

create table score.mart_department_score as
select
    document_id || source_line as department_score_id, document_id, line(source_line) as source_line,
    'project' as evaluation_type, '低保' as subject_name, if(part_name is null, 'total', 'decision') as part_code,
    10 as leaf_weight, cast(7.84 as decimal(7, 2)) as recomputed_score,
    ratio(recomputed_score, leaf_weight) as score_rate
from raw.raw_evaluation
where part_name is distinct from '合计';

create table execution.mart_project_execution as
select
    project.document_id, project.source_line, project_id, fund.initial_budget_yuan, fund.annual_budget_yuan,
    fund.executed_yuan, fund.execution_rate, ratio(1, 1) as share_rate,
    variance.indicators, variance.unmet, score.reported_total, score.recomputed_total
from core.dim_project as project
inner join execution.fct_project_fund as fund using (project_id)
inner join variance.mart_project_variance as variance using (project_id)
inner join score.mart_project_score as score using (project_id)
where fund.fund_source = 'total';

create table execution.mart_unit_execution as
select
    document.organization_id as unit_execution_id, document.organization_id, document.fiscal_year,
    1 as projects, mart.annual_budget_yuan, mart.executed_yuan, mart.annual_budget_yuan as rated_budget_yuan,
    mart.executed_yuan as rated_executed_yuan, mart.execution_rate
from execution.mart_project_execution as mart
inner join core.dim_document as document using (document_id);

create table execution.mart_department_ratio as
select
    document_id, cast(null as integer) as source_line, 'budget_execution_rate' as ratio_code, 'annual_budget' as basis,
    final_account_yuan as numerator_yuan, annual_budget_yuan as denominator_yuan, execution_rate as ratio
from execution.fct_final_account
where item_name = '项目支出'
union all
select document_id, null, 'self_evaluation_coverage_rate', 'project_final_account', executed_yuan, 15000000,
    ratio(executed_yuan, 15000000)
from execution.mart_project_execution;

-- The project's own year, and an organization's with the year before.
create table execution.mart_year_over_year as
with years as (
    select
        organization_id, 'project' as subject_kind, project_series_id as subject_id, 2023 as fiscal_year,
        annual_budget_yuan, executed_yuan, execution_rate, document_id, mart.source_line
    from execution.mart_project_execution as mart
    inner join core.dim_project as project using (project_id, document_id)
    inner join core.dim_document as document using (document_id)
    union all
    select
        organization_id, 'organization', organization_id, 2023, denominator_yuan, numerator_yuan, ratio, document_id, 10
    from execution.mart_department_ratio
    inner join core.dim_document using (document_id)
    where ratio_code = 'budget_execution_rate'
    union all
    select organization_id, 'function_class', '205', year, 1000 * (year - 2020), 500, ratio(0.5, year - 2020), document_id, 12
    from core.dim_document
    cross join (values (2021), (2022)) as earlier (year)
)
select
    organization_id || subject_kind || fiscal_year as year_over_year_id, *,
    lag(fiscal_year) over subject as previous_fiscal_year,
    lag(annual_budget_yuan) over subject as previous_annual_budget_yuan,
    lag(executed_yuan) over subject as previous_executed_yuan,
    lag(execution_rate) over subject as previous_execution_rate,
    lag(document_id) over subject as previous_document_id,
    annual_budget_yuan - previous_annual_budget_yuan as annual_budget_change_yuan,
    ratio(annual_budget_change_yuan, previous_annual_budget_yuan) as annual_budget_change_rate,
    executed_yuan - previous_executed_yuan as executed_change_yuan,
    ratio(executed_change_yuan, previous_executed_yuan) as executed_change_rate,
    execution_rate - previous_execution_rate as execution_rate_change,
    if(previous_fiscal_year is null, 'first_year', 'compared') as status
from years
window subject as (partition by organization_id, subject_kind, subject_id order by fiscal_year);

-- Each document's organization beside two of the same group, one level with it and one behind.
create table execution.mart_organization_ranking as
with own as (
    select
        document_id, 10 as source_line, organization_id, ratio_code as measure_code, ratio as value
    from execution.mart_department_ratio
    inner join core.dim_document using (document_id)
    union all
    select
        document_id, score.source_line, organization_id, 'average_project_score',
        cast(recomputed_total as decimal(12, 6))
    from score.mart_project_score as score
    inner join core.dim_document using (document_id)
    where recomputed_total is not null
)
select
    organization_id || measure_code || peer as organization_ranking_id, organization_id || peer as organization_id,
    2023 as fiscal_year, organization_id as peer_group, measure_code, 'higher' as direction,
    cast(value + step as decimal(12, 6)) as value, 3 as peers, place as "rank",
    cast(share as decimal(12, 6)) as percentile, 'ranked' as status, if(peer = '', document_id, null) as document_id,
    source_line
from own
cross join (values ('', 0, 1, 0.75), ('-b', 0, 1, 0.75), ('-c', -1, 3, 0)) as peers (peer, step, place, share)
where value is not null;

create table quality.fct_reconciliation as
select
    document_id || figure_code as reconciliation_id, document_id, line(source_line) as source_line, null as project_id,
    'running_text' as basis, figure_code, cast(value as decimal(20, 6)) as reported_value
from raw.raw_reported_figure
where value <> '良好'
union all
select document_id || 'total', document_id, source_line, project_id, 'self_evaluation_form', 'form_total_score',
    reported_total
from score.mart_project_score
where reported_total is not null;

create table review.dim_rule as
select
    'r-' || document_id as rule_id, 1 as rule_version, 'document' as subject, 2020 as year_from, 9999 as year_to
from core.dim_document
union all
select 'indicator_blank', 1, 'form', 2020, 9999;

create table review.fct_rule_result as
select
    rule_id, 1 as rule_version, document_id, project_id,
    cast(null as varchar) as indicator_id, project_id as subject_id, 'pass' as status, count(*) as subjects,
    cast(null as varchar) as reason_code, cast(null as varchar) as reason_zh, min(source_line) as source_line
from variance.fct_indicator_variance
cross join (
    select unnest(
        ['indicator_blank', 'unmet_full_score', 'unmet_without_reason', 'target_not_measurable']
    ) as rule_id
)
group by all
union all
select
    'r-' || document_id, 1, document_id, project_id, null, project_id, 'fail', 1, null, null,
    source_line
from core.dim_project
union all
select
    'r-' || document_id, 1, document_id, project_id, null, document_id, 'not_checkable', 1,
    'score_blank', '得分空白', source_line
from core.dim_project;

create table review.fct_finding as
select
    'f-' || document_id || source_line || rule_id as finding_id, document_id, source_line, rule_id, project_id, 'E' as severity,
    'clause' as clause, '得分28分，分值20分' as message_zh, 'score 28 of 20' as message_en, true as is_open,
    'c-' || finding_id as case_id
from review.fct_rule_result
where status = 'fail';

create table review.fct_case as
select
    case_id, finding_id, document_id, source_line, rule_id, severity, 1 as findings, message_zh, message_en
from review.fct_finding;

create table review.mart_finding as select * from review.fct_finding;

create table review.fct_finding_exception as
select 'e-' || document_id as exception_id, 'f-' || document_id as finding_id, 'unknown_finding' as status
from core.dim_document;

create table review.mart_rule_summary as
select
    document_id || rule_id as rule_summary_id, document_id, rule_id, 1 as rule_version, sum(subjects) as subjects,
    coalesce(sum(subjects) filter (status = 'pass'), 0) as passed, count_if(status = 'fail') as failed, 0 as not_applicable,
    count_if(status = 'not_checkable') as not_checkable, ratio(failed, passed + failed) as failure_rate
from review.fct_rule_result
group by document_id, rule_id;

create table review.mart_project_risk as
select
    document_id, source_line, project_id, 1 as risk_rank, 1 as errors, 0 as warnings, 0 as informations,
    10 as checks, 1 as not_checkable, ratio(not_checkable, checks) as not_checkable_share
from core.dim_project;

create table core.fct_project_goal as
select document_id, line(source_line) as source_line, project(document_id) as project_id, goal_no
from raw.raw_project_goal;

create table core.source_line as
select document_id, line(source_line) as source_line, level1 as line_text from raw.raw_self_evaluation_indicator;

create table execution.fct_budget_account as
select document_id, line(source_line) as source_line, account_side from raw.raw_budget_account;

create table execution.fct_declared_fund as
select document_id, line(source_line) as source_line, form_no from raw.raw_self_evaluation_fund where form_no = '2';

create table variance.fct_declared_target as
select document_id, line(source_line) as source_line, form_no from raw.raw_self_evaluation_indicator
where form_no = '2';

create table variance.fct_department_target as
select document_id, line(source_line) as source_line, source_part from raw.raw_department_target;

create table variance.fct_target_drift as
select document_id, line(source_line) as source_line, document_id || source_line as target_drift_id
from raw.raw_self_evaluation_indicator;

create table quality.fct_unread_cell as
select document_id, line(source_line) as source_line, line(form_no) as form_no, cell_text, reason_code
from raw.raw_unread_cell;
"""


def build(path: Path, documents: Sequence[str], slips: bool = False) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw")
        for table in contract.RAW_TABLES:
            columns = ", ".join(f"{column} varchar" for column in contract.columns(table))
            connection.execute(f"create table raw.{table} ({columns})")
        for table, line, cells in RAW_ROWS:
            row = {"source_line": str(line)} | cells | (SLIPS.get((table, line), {}) if slips else {})
            marks = ", ".join("?" * len(row))
            connection.execute(
                f"insert into raw.{table} (document_id, {', '.join(row)}) select unnest(?), {marks}",
                [list(documents), *row.values()],
            )
        connection.execute(MARTS)
    return path


# ------------------------------------------------------------------ faults, each in one document


@dataclass(frozen=True)
class Fault:
    """A change to the marts of one document, and the line by which the rule must name its row."""

    suite: str
    rule: str
    sql: str
    line: int | None = None


CONSERVED = "every raw row is here once"
SHRUNK = "the table has not shrunk to nothing since the last release"
LOST = "no document has lost all its rows since the last release"

OWNERS = {
    "dim_unit": "organization_id",
    "dim_project_series": "organization_id",
    "mart_unit_execution": "organization_id",
    "dim_rule": "rule_id",
    "fct_finding_exception": "finding_id",
}
"""The column that identifies the owner of a row in tables without a document_id."""

MAY_LOSE_A_DOCUMENT = {
    *("fct_case", "fct_finding", "mart_finding", "fct_unread_cell"),
    *("mart_year_over_year", "mart_organization_ranking"),
}
"""A corrected form has no findings; with a second document of the same year, no document is cited."""


def shared_faults(suite: Suite, rule: str) -> list[Fault]:
    """Return the faults by which a table breaks a shared rule."""
    table = suite.table
    where = f"where {OWNERS.get(suite.name, 'document_id')} like '%{{d}}'"
    one_row = f"where rowid = (select min(rowid) from {table} {where})"
    if rule == CONSERVED:
        changes = [f"delete from {table} {one_row}", f"insert into {table} select * from {table} {one_row}"]
    elif keyed := re.fullmatch(r"every row has its (\w+)", rule):
        changes = [f"update {table} set {keyed[1]} = null {one_row}"]
    elif amount := re.fullmatch(r"(\w+) is the raw \w+ in yuan", rule):
        changes = [f"update {table} set {amount[1]} = {amount[1]} / 10000 {where}"]
    elif rate := re.fullmatch(r"(\w+) is .* / .*", rule):
        values = (f"5 + 100 * {rate[1]}", "null")
        changes = [f"update {table} set {rate[1]} = {value} {where}" for value in values]
    else:
        changes = []
    return [Fault(suite.name, rule, change) for change in changes]


def faults_of(suite: str, rule: str, *changes: str, line: int | None = None) -> list[Fault]:
    return [Fault(suite, rule, change, line) for change in changes]


def updates(table: str, *changes: str, where: str = "document_id = '{d}'") -> list[str]:
    return [f"update {table} set {change} where {where}" for change in changes]


OWN_FAULTS = [
    *faults_of(
        "dim_project",
        "every competent unit that a form prints has its unit_id",
        *updates("core.dim_project", "competent_unit_id = null"),
        line=60,
    ),
    *faults_of(
        "dim_project",
        "every implementing unit that a form prints has its unit_id",
        *updates("core.dim_project", "implementing_unit_id = null"),
        line=60,
    ),
    *faults_of(
        "dim_unit",
        "every unit that a form prints is among the aliases",
        "delete from core.dim_unit where organization_id = 'o-{d}'",
        # Part of a name is no name.
        *updates("core.dim_unit", "aliases = '民生办公室、街道'", where="organization_id = 'o-{d}'"),
        line=60,
    ),
    *faults_of(
        "dim_project_series",
        "every form is in exactly one series, of its own organization, unit and years",
        "delete from core.dim_project_series where organization_id = 'o-{d}'",
        "update core.dim_project set project_series_id = 's-none' where document_id = '{d}'",
        *updates(
            "core.dim_project_series",
            "unit_id = 'u-none'",
            "unit_id = null",
            "last_year = 2022",
            where="organization_id = 'o-{d}'",
        ),
        line=60,
    ),
    *faults_of(
        "dim_project_series",
        "every series counts its own forms",
        *updates(
            "core.dim_project_series",
            "forms = 2",
            "years = 2",
            "is_ambiguous = true",
            where="organization_id = 'o-{d}'",
        ),
    ),
    *faults_of(
        "mart_year_over_year",
        "what stands as the earlier year is that year's own row",
        *updates(
            "execution.mart_year_over_year",
            "previous_fiscal_year = 2020",
            "previous_annual_budget_yuan = 1",
            "previous_executed_yuan = 1",
            "previous_document_id = 'none'",
        ),
        line=12,
    ),
    *faults_of(
        "mart_year_over_year",
        "a change is the difference of two years next to each other, and is nowhere else",
        *updates(
            "execution.mart_year_over_year",
            "annual_budget_change_yuan = 1",
            "executed_change_yuan = 1",
            "execution_rate_change = 1",
            "status = 'gap'",
            "previous_fiscal_year = 2020",
            "status = 'first_year'",
        ),
        line=12,
    ),
    *faults_of(
        "mart_year_over_year",
        "the amounts of an organization are the operands of its execution rate",
        *updates("execution.mart_year_over_year", "executed_yuan = 1", "annual_budget_yuan = 1"),
        line=10,
    ),
    *faults_of(
        "mart_year_over_year",
        "every project's form is in its year, once or as ambiguous",
        "delete from execution.mart_year_over_year where document_id = '{d}'",
        "insert into core.dim_project select * from core.dim_project where document_id = '{d}'",
        "update execution.mart_year_over_year set document_id = 'none' where document_id = '{d}'",
        line=60,
    ),
    *faults_of(
        "mart_organization_ranking",
        "the rank and the percentile follow from the values of the peers",
        *updates(
            "execution.mart_organization_ranking",
            '"rank" = 2',
            "peers = 4",
            "percentile = 1",
            "percentile = null",
            "direction = 'lower'",
            "value = null",
        ),
        line=10,
    ),
    *faults_of(
        "mart_organization_ranking",
        "a ranked ratio is the one of its document",
        *updates("execution.mart_organization_ranking", "value = value / 100"),
        line=10,
    ),
    *faults_of(
        "mart_organization_ranking",
        "the average score is that of the projects that have a total",
        *updates("execution.mart_organization_ranking", "value = value / 2"),
        "delete from score.mart_project_score where document_id = '{d}'",
        line=69,
    ),
    *faults_of(
        "fct_project_period",
        "the last cumulative amount is the sum of the quarters",
        *updates("execution.fct_project_period", "cumulative_executed_yuan = 1"),
        line=41,
    ),
    *faults_of(
        "mart_department_ratio",
        "the execution rate is made of the final accounts by nature",
        *updates("execution.mart_department_ratio", "numerator_yuan = 1", "denominator_yuan = 1"),
        "delete from execution.mart_department_ratio where document_id = '{d}'",
    ),
    *faults_of(
        "mart_department_ratio",
        "the coverage rate is made of the projects' amount executed",
        *updates("execution.mart_department_ratio", "numerator_yuan = 1"),
        "delete from execution.mart_project_execution where document_id = '{d}'",
    ),
    *faults_of(
        "mart_unit_execution",
        "the units' projects and amounts add up to those of the organization",
        *updates(
            "execution.mart_unit_execution",
            "projects = 2",
            "annual_budget_yuan = 1",
            "executed_yuan = 1",
            where="organization_id = 'o-{d}'",
        ),
        "delete from execution.mart_unit_execution where organization_id = 'o-{d}'",
    ),
    *faults_of(
        "mart_project_execution",
        "every project's amounts are those of its total fund row",
        *updates(
            "execution.mart_project_execution",
            "initial_budget_yuan = 1",
            "annual_budget_yuan = 1",
            "executed_yuan = 1",
        ),
        line=60,
    ),
    *faults_of(
        "mart_project_execution",
        "every project's amounts are those of its total fund row",
        "delete from execution.mart_project_execution where document_id = '{d}'",
    ),
    *faults_of(
        "mart_project_execution",
        "every project's indicators and scores are those of its own marts",
        *updates(
            "execution.mart_project_execution",
            "indicators = 9",
            "unmet = 9",
            "reported_total = null",
            "recomputed_total = 9",
        ),
        line=60,
    ),
    *faults_of(
        "mart_project_execution",
        "the shares of a document's projects add up to one",
        *updates("execution.mart_project_execution", "share_rate = 100"),
    ),
    *faults_of(
        "fct_indicator_variance",
        "completion and deviation rate follow from target, actual and direction",
        *updates(
            "variance.fct_indicator_variance",
            "completion_rate = completion_rate * 100",
            "completion_rate = target_value / actual_value",
            "deviation_rate = deviation_rate * 100",
        ),
        line=65,
    ),
    *faults_of(
        "mart_budget_variance",
        "every item's amounts are those of the final accounts",
        *updates(
            "variance.mart_budget_variance",
            "initial_budget_yuan = 1",
            "annual_budget_yuan = 1",
            "final_account_yuan = 1",
        ),
        "delete from execution.fct_final_account where document_id = '{d}'",
        line=10,
    ),
    *faults_of(
        "mart_project_variance",
        "every project's counts are those of its indicators",
        *updates(
            "variance.mart_project_variance",
            "indicators = 9",
            "met = 9",
            "exceeded = 9",
            "unmet = 9",
            "not_checkable = 9",
        ),
        line=65,
    ),
    *faults_of(
        "mart_project_score",
        "the lines of every project add up to its weights and its recomputed total",
        *updates(
            "score.mart_project_score",
            "weights_total = 9",
            "recomputed_total = 9",
            # A form without points has no lines; here they were lost.
            "score_lines = 9",
        ),
        "update score.fct_score_line set reported_score = null where document_id = '{d}' and source_line = 65",
        "delete from score.fct_score_line where document_id = '{d}' and source_line = 61",
        line=69,
    ),
    *faults_of(
        "mart_department_score",
        "the leaves add up to the recomputed score of every part and of the total",
        *updates("score.mart_department_score", "recomputed_score = 7.9", "recomputed_score = null"),
        "delete from score.fct_score_line where document_id = '{d}' and source_line = 22",
        "update score.fct_score_line set part_code = 'output' where document_id = '{d}' and source_line = 22",
        line=20,
    ),
    *faults_of(
        "fct_reconciliation",
        "every number printed in running text is reconciled once",
        "delete from quality.fct_reconciliation where document_id = '{d}'",
        *updates("quality.fct_reconciliation", "basis = 'evaluation'", "figure_code = 'another'"),
        line=80,
    ),
    *faults_of(
        "fct_reconciliation",
        "the total score of every form is reconciled",
        "delete from quality.fct_reconciliation where document_id = '{d}'",
        *updates("quality.fct_reconciliation", "reported_value = 9"),
        line=69,
    ),
    *faults_of(
        "fct_rule_result",
        "what was checked has no reason",
        *updates("review.fct_rule_result", "reason_code = 'score_blank'"),
        line=60,
    ),
    *faults_of(
        "fct_rule_result",
        "what could not be checked has a reason",
        *updates("review.fct_rule_result", "reason_code = null"),
        line=60,
    ),
    *faults_of(
        "fct_rule_result",
        "every reason has its sentence",
        *updates("review.fct_rule_result", "reason_zh = null"),
        line=60,
    ),
    *faults_of(
        "fct_rule_result",
        "every indicator is judged by every rule of indicators in force",
        "delete from review.fct_rule_result where document_id = '{d}' and rule_id = 'indicator_blank'",
        line=65,
    ),
    *faults_of(
        "fct_finding",
        "every failed check is a finding",
        "delete from review.fct_finding where document_id = '{d}'",
        "insert into review.fct_finding select * from review.fct_finding where document_id = '{d}'",
        line=60,
    ),
    *faults_of(
        "fct_finding",
        "every message_zh has its numbers filled in",
        *updates("review.fct_finding", "message_zh = '第{line}行'"),
        line=60,
    ),
    *faults_of(
        "fct_finding",
        "every message_en has its numbers filled in",
        *updates("review.fct_finding", "message_en = 'scored {reported}'"),
        line=60,
    ),
    *faults_of(
        "fct_case",
        "every finding is in one case",
        *updates("review.fct_case", "findings = 9"),
        "delete from review.fct_case where document_id = '{d}'",
        line=60,
    ),
    *faults_of(
        "fct_case",
        "every message_zh has its numbers filled in",
        *updates("review.fct_case", "message_zh = '第{line}行'"),
        line=60,
    ),
    *faults_of(
        "fct_case",
        "every message_en has its numbers filled in",
        *updates("review.fct_case", "message_en = 'scored {reported}'"),
        line=60,
    ),
    *faults_of(
        "mart_finding",
        "every finding is here once",
        "delete from review.mart_finding where document_id = '{d}'",
        "insert into review.mart_finding select * from review.mart_finding where document_id = '{d}'",
        line=60,
    ),
    *faults_of(
        "mart_finding",
        "every message_zh has its numbers filled in",
        *updates("review.mart_finding", "message_zh = '第{line}行'"),
        line=60,
    ),
    *faults_of(
        "mart_finding",
        "every message_en has its numbers filled in",
        *updates("review.mart_finding", "message_en = 'scored {reported}'"),
        line=60,
    ),
    *faults_of(
        "mart_rule_summary",
        "the four statuses add up to the subjects",
        *updates("review.mart_rule_summary", "not_checkable = 0", "subjects = 9", where="rule_id = 'r-{d}'"),
    ),
    *faults_of(
        "mart_rule_summary",
        "every rule's counts are those of its results",
        *updates("review.mart_rule_summary", "failed = 9", "subjects = 9", where="rule_id = 'r-{d}'"),
        "delete from review.mart_rule_summary where rule_id = 'r-{d}'",
    ),
    *faults_of(
        "mart_project_risk",
        "the ranks of a document run from one without a gap",
        *updates("review.mart_project_risk", "risk_rank = 2"),
    ),
    *faults_of(
        "mart_project_risk",
        "every project's findings are those of the list",
        *updates("review.mart_project_risk", "errors = 2", "warnings = 1"),
        line=60,
    ),
]

SHARED_FAULTS = [
    fault for suite in SUITES for rule in suite.expectations for fault in shared_faults(suite, rule.id)
]

FAULTS = {f"d{number:03}": fault for number, fault in enumerate([*OWN_FAULTS, *SHARED_FAULTS])}

CLEAN = "clean"

# ------------------------------------------------------------------ shared runs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gate_2")


@pytest.fixture(scope="module")
def good_database(folder: Path) -> Path:
    return build(folder / "good.duckdb", [CLEAN, "other"])


@pytest.fixture(scope="module")
def good(good_database: Path) -> GateResult:
    return run_gate("gate_2", good_database, previous_release=good_database)


@pytest.fixture(scope="module")
def faulty(folder: Path) -> GateResult:
    path = build(folder / "faulty.duckdb", [CLEAN, *FAULTS])
    with duckdb.connect(str(path)) as connection:
        for document, fault in FAULTS.items():
            connection.execute(fault.sql.replace("{d}", document))
    # A verdict normally has only a few rows; here it has those of all documents.
    every = len(FAULTS) * len(RAW_ROWS)
    with mock.patch.multiple("expectations.session", SAMPLE_ROWS=every, DOCS_ROWS=every):
        return run_gate("gate_2", path)


@pytest.fixture(scope="module")
def emptied(folder: Path, good_database: Path) -> GateResult:
    """All marts but one are empty, though the documents are still listed."""
    path = build(folder / "emptied.duckdb", [CLEAN, "other"])
    comparisons = [
        replace(suite, expectations=tuple(rule for rule in suite.expectations if rule.requires))
        for suite in SUITES
    ]
    with duckdb.connect(str(path)) as connection:
        for suite in SUITES:
            if suite.name != "dim_document":
                connection.execute(f"delete from {suite.table}")
    return run_gate("gate_2", path, previous_release=good_database, suites=comparisons)


def find(result: GateResult, suite: str, rule: str) -> Verdict:
    return next(item for item in result.verdicts if (item.suite, item.expectation_id) == (suite, rule))


def lines_of(verdict: Verdict, document: str) -> set[object]:
    """Return the lines of the rows that name a document in any column."""
    rows = [row for row in verdict.sample if any(document in str(value) for value in row.values())]
    return {row.get("source_line") and int(row["source_line"]) for row in rows}


# ------------------------------------------------------------------ tests


def test_good_marts_pass_every_rule_beside_an_equal_last_release(good: GateResult) -> None:
    assert {verdict.status for verdict in good.verdicts} == {"passed"}, good.message()


def test_what_a_filer_gets_wrong_does_not_shut_the_gate(folder: Path) -> None:
    result = run_gate("gate_2", build(folder / "slips.duckdb", [CLEAN], slips=True))
    assert result.passed, result.message()


@pytest.mark.parametrize(
    "document", FAULTS, ids=lambda document: f"{FAULTS[document].suite}: {FAULTS[document].rule}"
)
def test_a_faulty_mart_fails_its_rule_and_the_row_is_named(faulty: GateResult, document: str) -> None:
    fault = FAULTS[document]
    verdict = find(faulty, fault.suite, fault.rule)
    lines = lines_of(verdict, document)
    assert (verdict.status, verdict.exception) == ("failed", None)
    assert lines if fault.line is None else fault.line in lines
    assert not lines_of(verdict, CLEAN)


@pytest.mark.parametrize(
    "suite",
    [
        suite.name
        for suite in SUITES
        if suite.name not in {"dim_document", "fct_finding_exception", "fct_unread_cell"}
    ],
)
def test_a_mart_that_lost_its_rows_fails_beside_the_last_release(emptied: GateResult, suite: str) -> None:
    rows = [{"rows_in_last_release": rows, "rows_now": 0} for rows in range(1, 50)]
    shrunk = find(emptied, suite, SHRUNK)
    assert shrunk.status == "failed"
    assert shrunk.sample[0] in rows
    if suite not in OWNERS and suite not in MAY_LOSE_A_DOCUMENT:
        lost = find(emptied, suite, LOST)
        assert [row["document_id"] for row in lost.sample] == [CLEAN, "other"]


def test_the_last_decision_may_be_taken_back(folder: Path, good_database: Path) -> None:
    path = build(folder / "undecided.duckdb", [CLEAN, "other"])
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from review.fct_finding_exception")
    result = run_gate("gate_2", path, previous_release=good_database)
    assert result.passed, result.message()


def test_a_table_may_lose_what_a_withdrawn_document_alone_had(folder: Path, good_database: Path) -> None:
    path = build(folder / "withdrawn.duckdb", [CLEAN])
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from execution.fct_final_account")
    result = run_gate("gate_2", path, previous_release=good_database)
    assert find(result, "fct_final_account", SHRUNK).status == "passed"
    # The loss in the remaining document is still reported.
    assert find(result, "fct_final_account", LOST).sample[0]["document_id"] == CLEAN


def test_a_final_account_may_turn_out_to_be_a_budget(folder: Path, good_database: Path) -> None:
    path = build(folder / "budget.duckdb", [CLEAN, "other"])
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from execution.fct_final_account where document_id = ?", [CLEAN])
    result = run_gate("gate_2", path, previous_release=good_database)
    assert find(result, "fct_final_account", LOST).status == "failed"
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from raw.raw_final_account where document_id = ?", [CLEAN])
    result = run_gate("gate_2", path, previous_release=good_database)
    assert find(result, "fct_final_account", LOST).status == "passed"


def test_a_budget_that_loses_its_rows_fails_beside_the_last_release(
    folder: Path, good_database: Path
) -> None:
    path = build(folder / "lost_budget.duckdb", [CLEAN, "other"])
    with duckdb.connect(str(path)) as connection:
        # A document of a budget alone.
        connection.execute("delete from raw.raw_final_account where document_id = ?", [CLEAN])
        connection.execute("delete from execution.fct_budget_account where document_id = ?", [CLEAN])
    result = run_gate("gate_2", path, previous_release=good_database)
    assert [row["document_id"] for row in find(result, "fct_budget_account", LOST).sample] == [CLEAN]


def test_thousands_of_yuan_are_a_unit_too(folder: Path) -> None:
    path = build(folder / "thousands.duckdb", [CLEAN])
    with duckdb.connect(str(path)) as connection:
        # Ten times as many thousands are the same amount in tens of thousands.
        connection.execute("update raw.raw_document set amount_unit = '千元'")
        connection.execute(
            "update raw.raw_final_account set amount_unit = '千元', "
            "final_account = cast(10 * try_cast(replace(final_account, ',', '') as decimal(20, 2)) as varchar) "
            "where amount_unit is null"
        )
    result = run_gate("gate_2", path)
    rule = "final_account_yuan is the raw final_account in yuan"
    assert find(result, "fct_final_account", rule).status == "passed"


def test_every_rule_of_gate_2_has_a_failing_case(faulty: GateResult, emptied: GateResult) -> None:
    failed = {
        (verdict.suite, verdict.expectation_id)
        for verdict in [*faulty.failures, *emptied.failures]
        if verdict.exception is None
    }
    rules = {(suite.name, rule.id) for suite in SUITES for rule in suite.expectations}
    assert rules == failed


def test_gate_2_has_a_suite_for_every_published_mart_that_is_built_before_it() -> None:
    marts = Path(__file__).parents[2] / "models" / "marts"
    built = {
        f"{path.parent.name}.{path.stem}"
        for path in marts.glob("*/*.sql")
        if "after_gates" not in path.read_text(encoding="utf-8")
    }
    assert {suite.table for suite in SUITES} == built


def test_a_column_of_a_key_is_never_null_by_the_contract_or_by_the_gate() -> None:
    marts = Path(__file__).parents[2] / "models" / "marts"
    for suite in SUITES:
        (path,) = marts.glob(f"*/{suite.name}.yml")
        (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        declared = {
            column["name"]
            for column in model["columns"]
            if any(constraint["type"] == "not_null" for constraint in column.get("constraints", []))
        }
        judged = {
            rule.kwargs["column"]
            for rule in suite.expectations
            if rule.type == "expect_column_values_to_not_be_null" and "row_condition" not in rule.kwargs
        }
        assert judged == set(suite.key) - declared, suite.name


def test_no_brace_is_left_in_a_sentence() -> None:
    for suite in SUITES:
        assert not [rule.id for rule in suite.expectations if "{" in rule.id + rule.title_zh + rule.why]
