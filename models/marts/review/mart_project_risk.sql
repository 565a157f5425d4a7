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
        max(case when component = 'severity' then weight end) as severity_weight,
        max(case when component = 'amount' then weight end) as amount_weight,
        max(case when component = 'not_checkable' then weight end) as not_checkable_weight
    from {{ ref('risk_weight') }}

),

counted as (

    select
        findings.project_id,
        sum(case when findings.severity = 'E' then 1 else 0 end) as errors,
        sum(case when findings.severity = 'W' then 1 else 0 end) as warnings,
        sum(case when findings.severity = 'I' then 1 else 0 end) as informations,
        sum(severities.points) as severity_points
    from findings
    inner join severities
        on findings.severity = severities.severity
    group by findings.project_id

),

measured as (

    select
        projects.project_id,
        projects.document_id,
        projects.form_no,
        projects.project_name,
        projects.implementing_unit_id,
        projects.source_line,
        funds.executed_yuan,
        coalesce(counted.errors, 0) as errors,
        coalesce(counted.warnings, 0) as warnings,
        coalesce(counted.informations, 0) as informations,
        coalesce(counted.severity_points, 0) as severity_points,
        coalesce(results.checks, 0) as checks,
        coalesce(results.not_checkable, 0) as not_checkable,
        {{ ratio('results.not_checkable', 'results.checks') }} as not_checkable_share
    from projects
    left join funds
        on projects.project_id = funds.project_id
    left join counted
        on projects.project_id = counted.project_id
    left join results
        on projects.project_id = results.project_id

),

placed as (

    -- Each component is the rank of the project within its document: 0 the lowest, 1 the highest.
    select
        *,
        percent_rank() over (partition by document_id order by severity_points) as severity_component,
        percent_rank() over (partition by document_id order by coalesce(executed_yuan, 0)) as amount_component,
        percent_rank() over (partition by document_id order by coalesce(not_checkable_share, 0))
            as not_checkable_component
    from measured

),

scored as (

    select
        placed.*,
        round(
            placed.severity_component * risk_weights.severity_weight
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
            order by risk_score desc nulls last, executed_yuan desc nulls last, form_no asc
        ) as integer
    ) as risk_rank,
    cast(risk_score as decimal(12, 6)) as risk_score,
    cast(errors as integer) as errors,
    cast(warnings as integer) as warnings,
    cast(informations as integer) as informations,
    cast(severity_points as decimal(18, 2)) as severity_points,
    executed_yuan,
    cast(checks as integer) as checks,
    cast(not_checkable as integer) as not_checkable,
    not_checkable_share,
    cast(severity_component as decimal(12, 6)) as severity_component,
    cast(amount_component as decimal(12, 6)) as amount_component,
    cast(not_checkable_component as decimal(12, 6)) as not_checkable_component,
    source_line
from scored
