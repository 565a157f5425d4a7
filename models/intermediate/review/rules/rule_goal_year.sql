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
    reason="case when other_year is not null and not is_of_own_year then 'project_of_years' end",
    holds='other_year is null'
) }}
