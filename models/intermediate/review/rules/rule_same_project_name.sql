with

forms as (

    select * from {{ ref('int_project') }}

),

names as (

    select
        document_id,
        project_name,
        {{ joined_numbers('form_no') }} as form_numbers,
        min(source_line) as first_line,
        max(source_line) as last_line
    from forms
    group by
        document_id,
        project_name

),

counted as (

    select
        forms.*,
        names.form_numbers,
        names.first_line,
        names.last_line
    from forms
    inner join names
        on
            forms.document_id = names.document_id
            and forms.project_name = names.project_name

)

{{- rule_results(
    'counted',
    subject='project_id',
    line='source_line',
    project='project_id',
    reported='forms_of_same_name',
    expected='1',
    operand_a='form_numbers',
    holds='forms_of_same_name = 1',
    against='case when first_line < source_line then first_line else last_line end'
) }}
