with

forms as (

    select
        *,
        {{ year_in('project_name') }} as name_year
    from {{ ref('int_project') }}

)

{{- rule_results(
    'forms',
    subject='project_id',
    line='source_line',
    project='project_id',
    reported='name_year',
    expected='fiscal_year',
    operand_a='project_name',
    applies='name_year is not null',
    holds="project_name like concat('%', cast(fiscal_year as string), '%')"
) }}
