with

goals as (

    select goals.*
    from {{ ref('stg_project_goal') }} as goals
    inner join {{ ref('int_project') }} as projects
        on goals.project_id = projects.project_id

)

{{- rule_results(
    'goals',
    subject="concat_ws('|', project_id, cast(goal_no as string))",
    line='source_line',
    project='project_id',
    reported_text='achieved_text',
    applies='is_repeated is not null',
    holds='not is_repeated'
) }}
