with

forms as (

    select * from {{ ref('int_project') }}

),

reasons as (

    select * from {{ ref('not_checkable_reason') }}

),

explained as (

    select
        forms.*,
        reasons.label_zh as problem_zh,
        reasons.label_en as problem_en
    from forms
    left join reasons
        on forms.profile_problem = reasons.reason_code

)

{{- rule_results(
    'explained',
    subject='project_id',
    line='source_line',
    project='project_id',
    reported_text="coalesce(rule_profile_text, '')",
    expected_text='rule_profile_id',
    operand_a='problem_zh',
    operand_b='problem_en',
    holds='profile_problem is null'
) }}
