with

forms as (

    select * from {{ ref('int_project') }}

),

classes as (

    select * from {{ ref('int_form_class') }}

),

funds as (

    select *
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

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
        coalesce(classes.quantity_lines, 0) as quantity_lines,
        count(*) over (partition by forms.document_id, funds.executed) as forms_of_amount
    from forms
    inner join funds
        on forms.project_id = funds.project_id
    left join classes
        on forms.project_id = classes.project_id

),

-- The counts of a form are joined only if another form of the document spent the same amount.
alike as (

    select *
    from filed
    where forms_of_amount > 1 and executed <> 0

),

contents as (

    select
        indicators.project_id,
        {{ joined_text("concat_ws('|', indicators.level3_name, indicators.target_text, indicators.actual_text)") }}
            as quantities
    from {{ ref('int_reviewed_indicator') }} as indicators
    where
        indicators.class_code = 'quantity'
        and indicators.project_id in (select alike.project_id from alike)
    group by indicators.project_id

),

counted as (

    select
        alike.*,
        contents.quantities
    from alike
    inner join contents
        on alike.project_id = contents.project_id

),

twins as (

    select
        counted.project_id,
        {{ joined_numbers('twin_forms.form_no') }} as form_numbers,
        min(twin_forms.source_line) as twin_line
    from counted
    inner join counted as twin_forms
        on
            counted.document_id = twin_forms.document_id
            and counted.project_id <> twin_forms.project_id
            and counted.project_name <> twin_forms.project_name
            and counted.executed = twin_forms.executed
            and counted.quantities = twin_forms.quantities
    group by counted.project_id

),

marked as (

    select
        filed.*,
        twins.form_numbers,
        twins.twin_line
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
    applies='quantity_lines > 0 and coalesce(executed, 1) <> 0',
    reason="case when executed is null then 'operand_blank' end",
    holds='form_numbers is null',
    against='twin_line'
) }}
