with

forms as (

    select * from {{ ref('int_project') }}

)

{{- rule_results(
    'forms',
    subject='project_id',
    line='source_line',
    project='project_id',
    reported='form_year',
    expected='fiscal_year',
    applies='form_year_text is not null'
) }}
