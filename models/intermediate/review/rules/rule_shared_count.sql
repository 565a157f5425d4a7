with

judged_rows as (

    select * from {{ ref('int_group_count') }}

)

{{- rule_results(
    'judged_rows',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='counted_value',
    reported_text='counted_text',
    unit='counted_unit',
    operand_a='form_numbers',
    operand_b='counted_text',
    holds='forms = 1'
) }}
