with

forms as (

    select * from {{ ref('int_form_score') }}

)

{{- rule_results(
    'forms',
    subject='project_id',
    line='total_line',
    project='project_id',
    reported='blank_weight_lines',
    expected='0',
    operand_a='score_lines',
    holds='blank_weight_lines = 0'
) }}
