-- A rule of one profile doesn't apply to forms of another.
{{ config(materialized='view') }}

with

results as (

    select * from {{ ref('int_rule_row') }}

),

projects as (

    select
        project_id,
        rule_profile_id
    from {{ ref('int_project') }}

),

placed as (

    select
        results.*,
        coalesce(
            results.only_profile_id is not null
            and results.only_profile_id <> coalesce(projects.rule_profile_id, ''), false
        ) as is_other_profile
    from results
    -- Only a rule of one profile needs that of the form.
    left join projects
        on case when results.only_profile_id is not null then results.project_id end = projects.project_id

)

select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    project_id,
    indicator_id,
    subject_id,
    item,
    source_line,
    reported_value,
    expected_value,
    reported_text,
    expected_text,
    unit,
    operand_a,
    operand_b,
    operand_c,
    against_line,
    against_last_line,
    reconciliation_id,
    case when is_other_profile then 'not_applicable' else status end as status,
    case when not is_other_profile then reason_code end as reason_code
from placed
