with

projects as (

    -- A department's own form repeats its projects.
    select *
    from {{ ref('dim_project') }}
    where form_kind <> 'department_self_evaluation'

),

funds as (

    select *
    from {{ ref('fct_project_fund') }}
    where fund_source = 'total'

),

findings as (

    select *
    from {{ ref('fct_finding') }}
    where is_open

),

-- A habit of the filing says nothing about one form.
cases as (

    select *
    from {{ ref('fct_case') }}
    where is_open and case_kind = 'slip' and project_id is not null

),

severities as (

    select * from {{ ref('severity') }}

),

checks as (

    select
        project_id,
        1 as checks,
        case when status = 'not_checkable' then 1 else 0 end as not_checkable
    from {{ ref('int_rule_result') }}
    where project_id is not null

    union all

    select
        project_id,
        subjects as checks,
        0 as not_checkable
    from {{ ref('int_form_tally') }}
    where status = 'pass'

),

results as (

    select
        project_id,
        sum(checks) as checks,
        sum(not_checkable) as not_checkable
    from checks
    group by project_id

),

risk_weights as (

    select
        max(case when component = 'points' then full_at end) as points_full_at,
        max(case when component = 'stake' then full_at end) as stake_full_at,
        max(case when component = 'proven' then weight end) as proven_weight,
        max(case when component = 'severity' then weight end) as severity_weight,
        max(case when component = 'points' then weight end) as points_weight,
        max(case when component = 'stake' then weight end) as stake_weight,
        max(case when component = 'amount' then weight end) as amount_weight,
        max(case when component = 'not_checkable' then weight end) as not_checkable_weight
    from {{ ref('risk_weight') }}

),

counted as (

    select
        project_id,
        sum(case when severity = 'E' then 1 else 0 end) as errors,
        sum(case when severity = 'W' then 1 else 0 end) as warnings,
        sum(case when severity = 'I' then 1 else 0 end) as informations
    from findings
    where project_id is not null
    group by project_id

),

judged as (

    select
        cases.project_id,
        sum(case when cases.severity = 'E' then 1 else 0 end) as error_cases,
        sum(case when cases.severity = 'W' then 1 else 0 end) as warning_cases,
        sum(severities.points) as severity_points,
        sum(case when cases.severity = 'E' then cases.points_at_stake end) as points_at_stake,
        sum(case when cases.severity = 'E' then cases.amount_at_stake_yuan end) as amount_at_stake_yuan
    from cases
    inner join severities
        on cases.severity = severities.severity
    group by cases.project_id

),

measured as (

    select
        projects.project_id,
        projects.document_id,
        projects.form_no,
        projects.project_name,
        projects.implementing_unit_id,
        projects.source_line,
        funds.annual_budget_yuan,
        funds.executed_yuan,
        judged.points_at_stake,
        judged.amount_at_stake_yuan,
        coalesce(judged.error_cases, 0) as error_cases,
        coalesce(judged.warning_cases, 0) as warning_cases,
        coalesce(judged.severity_points, 0) as severity_points,
        coalesce(counted.errors, 0) as errors,
        coalesce(counted.warnings, 0) as warnings,
        coalesce(counted.informations, 0) as informations,
        coalesce(results.checks, 0) as checks,
        coalesce(results.not_checkable, 0) as not_checkable,
        {{ ratio('results.not_checkable', 'results.checks') }} as not_checkable_share
    from projects
    left join funds
        on projects.project_id = funds.project_id
    left join counted
        on projects.project_id = counted.project_id
    left join judged
        on projects.project_id = judged.project_id
    left join results
        on projects.project_id = results.project_id

),

placed as (

    -- Each component is between 0 and 1: a share of what counts in full, or the project's rank within its document.
    select
        measured.*,
        case when measured.error_cases > 0 then 1 else 0 end as proven_component,
        percent_rank() over (partition by measured.document_id order by measured.severity_points) as severity_component,
        least(
            coalesce({{ ratio('measured.points_at_stake', 'risk_weights.points_full_at') }}, 0), 1
        ) as points_component,
        least(
            coalesce(
                {{ ratio(
                    'measured.amount_at_stake_yuan', 'risk_weights.stake_full_at * measured.annual_budget_yuan'
                ) }}, 0
            ), 1
        ) as stake_component,
        percent_rank() over (partition by measured.document_id order by coalesce(measured.executed_yuan, 0))
            as amount_component,
        percent_rank() over (partition by measured.document_id order by coalesce(measured.not_checkable_share, 0))
            as not_checkable_component
    from measured
    cross join risk_weights

),

scored as (

    select
        placed.*,
        round(
            placed.proven_component * risk_weights.proven_weight
            + placed.severity_component * risk_weights.severity_weight
            + placed.points_component * risk_weights.points_weight
            + placed.stake_component * risk_weights.stake_weight
            + placed.amount_component * risk_weights.amount_weight
            + placed.not_checkable_component * risk_weights.not_checkable_weight, 6
        ) as risk_score
    from placed
    cross join risk_weights

)

select
    project_id,
    document_id,
    cast(form_no as integer) as form_no,
    project_name,
    implementing_unit_id,
    cast(
        row_number() over (
            partition by document_id
            order by risk_score desc nulls last, error_cases desc, executed_yuan desc nulls last, form_no asc
        ) as integer
    ) as risk_rank,
    cast(risk_score as decimal(12, 6)) as risk_score,
    cast(error_cases as integer) as error_cases,
    cast(warning_cases as integer) as warning_cases,
    cast(points_at_stake as decimal(12, 2)) as points_at_stake,
    cast(amount_at_stake_yuan as decimal(24, 2)) as amount_at_stake_yuan,
    cast(errors as integer) as errors,
    cast(warnings as integer) as warnings,
    cast(informations as integer) as informations,
    cast(severity_points as decimal(18, 2)) as severity_points,
    executed_yuan,
    cast(checks as integer) as checks,
    cast(not_checkable as integer) as not_checkable,
    not_checkable_share,
    cast(proven_component as decimal(12, 6)) as proven_component,
    cast(severity_component as decimal(12, 6)) as severity_component,
    cast(points_component as decimal(12, 6)) as points_component,
    cast(stake_component as decimal(12, 6)) as stake_component,
    cast(amount_component as decimal(12, 6)) as amount_component,
    cast(not_checkable_component as decimal(12, 6)) as not_checkable_component,
    source_line
from scored
