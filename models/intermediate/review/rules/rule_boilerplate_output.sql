with

judged_rows as (

    select * from {{ ref('int_only_quantity') }}

)

{{- rule_results(
    'judged_rows',
    subject='project_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='projects',
    expected='boilerplate_forms',
    operand_a='target_text',
    operand_b='forms',
    operand_c=plain('executed_together'),
    applies="value_kind = 'quantity' or target_text is null",
    reason="case when target_text is null then 'target_blank' when thing is null then 'operand_blank' end",
    holds='projects < boilerplate_forms'
) }}
