with

cells as (

    select * from {{ ref('int_form_cell') }}

),

headings as (

    select * from {{ ref('form_cell') }}

),

labelled as (

    select
        cells.*,
        headings.label_zh as heading
    from cells
    inner join headings
        on cells.cell_code = headings.cell_code

)

{{- rule_results(
    'labelled',
    subject='cell_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='coalesce(item_label, heading)',
    reported_text='printed_text',
    operand_a='heading',
    holds='is_number'
) }}
