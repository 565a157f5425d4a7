with

forms as (

    select * from {{ ref('int_form_score') }}

)

{{- rule_results(
    'forms',
    subject='project_id',
    line='total_line',
    project='project_id',
    reported='blank_score_lines',
    expected='0',
    operand_a='score_lines - blank_weight_lines',
    holds='blank_score_lines = 0'
) }}
