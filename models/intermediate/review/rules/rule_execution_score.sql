with

lines as (

    select *
    from {{ ref('int_score_line') }}
    where evaluation_type = 'self_evaluation' and indicator_id is null

),

funds as (

    select
        project_id,
        coalesce(recomputed_percent, execution_percent) as rate_percent
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

),

projects as (

    select * from {{ ref('int_project') }}

),

compared as (

    select
        lines.*,
        funds.rate_percent,
        projects.profile_problem
    from lines
    inner join funds
        on lines.project_id = funds.project_id
    inner join projects
        on lines.project_id = projects.project_id

)

{{- rule_results(
    'compared',
    subject='project_id',
    line='source_line',
    project='project_id',
    item='level2',
    reported='reported_score',
    expected='expected_score_high',
    operand_a=plain('full_points'),
    operand_b=plain(shown_percent('rate_percent')),
    applies='full_points is not null',
    reason="case when reported_score is null then 'score_blank' else profile_problem end",
    against='source_line',
    reconciliation=form_figure("'form_execution_score'", "'total'", 'source_line')
) }}
