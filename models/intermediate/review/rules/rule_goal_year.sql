with

goals as (

    select * from {{ ref('int_goal_year') }}

)

{{- rule_results(
    'goals',
    subject="concat_ws('|', project_id, cast(goal_no as string))",
    line='source_line',
    project='project_id',
    reported='printed_year',
    expected='own_year',
    operand_a='words_text',
    holds='other_year is null'
) }}
