with

forms as (

    select * from {{ ref('int_form_score') }}

),

projects as (

    select * from {{ ref('int_project') }}

),

parameters as (

    {{ parameters(['total_weight']) }}

),

compared as (

    select
        forms.*,
        projects.profile_problem,
        projects.form_kind,
        parameters.total_weight
    from forms
    inner join projects
        on forms.project_id = projects.project_id
    left join parameters
        on forms.rule_profile_id = parameters.profile_id

)

{{- rule_results(
    'compared',
    subject='project_id',
    line='total_line',
    project='project_id',
    reported='weights_total',
    expected='total_weight',
    applies="weighted_lines > 0 and form_kind <> 'project_table'",
    operand_c='weights_text',
    reason="case when unread_weights > 0 then 'cells_unread' when blank_weight_lines > 0 then 'weight_blank' else profile_problem end",
    against='first_line',
    against_last='last_line'
) }}
