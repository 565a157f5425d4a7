with

projects as (

    select * from {{ ref('int_project') }}

),

funds as (

    select * from {{ ref('fct_project_fund') }}

),

attainments as (

    select * from {{ ref('int_project_attainment') }}

),

scores as (

    select * from {{ ref('int_form_score') }}

),

grades as (

    select * from {{ ref('int_form_grade') }}

),

totals as (

    select * from funds
    where fund_source = 'total'

),

sources as (

    select
        project_id,
        sum(case when fund_source = 'fiscal_current' then executed_yuan end) as fiscal_current_yuan,
        sum(case when fund_source = 'carryover' then executed_yuan end) as carryover_yuan,
        sum(
            case
                when is_counted and fund_source not in ('total', 'fiscal_current', 'carryover') then executed_yuan
            end
        ) as other_yuan
    from funds
    group by project_id

)

select
    projects.project_id,
    projects.document_id,
    cast(projects.form_no as integer) as form_no,
    projects.project_name,
    cast(projects.fiscal_year as integer) as fiscal_year,
    projects.competent_unit_name,
    projects.implementing_unit_name,
    projects.currency,
    totals.initial_budget_yuan,
    totals.annual_budget_yuan,
    totals.executed_yuan,
    cast(totals.annual_budget_yuan - totals.executed_yuan as {{ yuan_type() }}) as unspent_yuan,
    totals.execution_rate,
    totals.reported_execution_rate,
    {{ ratio('totals.executed_yuan', 'sum(totals.executed_yuan) over (partition by projects.document_id)') }}
        as share_rate,
    cast(sources.fiscal_current_yuan as {{ yuan_type() }}) as fiscal_current_yuan,
    cast(sources.carryover_yuan as {{ yuan_type() }}) as carryover_yuan,
    cast(sources.other_yuan as {{ yuan_type() }}) as other_yuan,
    cast(attainments.indicators as integer) as indicators,
    cast(attainments.met as integer) as met,
    cast(attainments.exceeded as integer) as exceeded,
    cast(attainments.unmet as integer) as unmet,
    cast(attainments.not_checkable as integer) as not_checkable,
    {{ points('scores.reported_total') }} as reported_total,
    {{ points('scores.recomputed_total') }} as recomputed_total,
    {{ points('scores.expected_total') }} as expected_total,
    grades.grade,
    grades.is_consistent,
    projects.source_line
from projects
left join totals
    on projects.project_id = totals.project_id
left join sources
    on projects.project_id = sources.project_id
left join attainments
    on projects.project_id = attainments.project_id
left join scores
    on projects.project_id = scores.project_id
left join grades
    on projects.project_id = grades.project_id
-- A department's form repeats the amounts of its projects.
where projects.form_kind <> 'department_self_evaluation'
