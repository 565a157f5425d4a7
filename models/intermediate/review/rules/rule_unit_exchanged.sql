with

forms as (

    select * from {{ ref('int_project') }}

)

{{- rule_results(
    'forms',
    subject='project_id',
    line='source_line',
    project='project_id',
    operand_a='competent_unit_text',
    operand_b='implementing_unit_text',
    applies='competent_unit_text is not null and implementing_unit_text is not null',
    holds='not is_unit_exchanged'
) }}
