with

forms as (

    select * from {{ ref('int_project') }}

),

indicators as (

    select *
    from {{ ref('int_reviewed_indicator') }}
    where class_code = 'quantity'

),

funds as (

    select *
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

),

contents as (

    select
        project_id,
        {{ joined_text("concat_ws('|', level3_name, target_text, actual_text)") }} as quantities
    from indicators
    group by project_id

),

filed as (

    select
        forms.document_id,
        forms.project_id,
        forms.form_no,
        forms.project_name,
        forms.source_line,
        funds.executed,
        funds.amount_unit,
        contents.quantities
    from forms
    inner join funds
        on forms.project_id = funds.project_id
    left join contents
        on forms.project_id = contents.project_id

),

twins as (

    select
        filed.project_id,
        {{ joined_numbers('twin_forms.form_no') }} as form_numbers
    from filed
    inner join filed as twin_forms
        on
            filed.document_id = twin_forms.document_id
            and filed.project_id <> twin_forms.project_id
            and filed.project_name <> twin_forms.project_name
            and filed.executed = twin_forms.executed
            and filed.executed <> 0
            and filed.quantities = twin_forms.quantities
    group by filed.project_id

),

marked as (

    select
        filed.*,
        twins.form_numbers
    from filed
    left join twins
        on filed.project_id = twins.project_id

)

{{- rule_results(
    'marked',
    subject='project_id',
    line='source_line',
    project='project_id',
    reported='executed',
    unit='amount_unit',
    operand_a='form_numbers',
    applies='quantities is not null and coalesce(executed, 1) <> 0',
    reason="case when executed is null then 'operand_blank' end",
    holds='form_numbers is null'
) }}
