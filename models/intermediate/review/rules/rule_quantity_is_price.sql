with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

)

{{- rule_results(
    'indicators',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported_text='target_text',
    operand_a='target_text',
    applies="class_code = 'quantity'",
    reason="case when target_text is null then 'target_blank' end",
    holds="value_kind not in ('money', 'unit_price') and not is_plain_amount"
) }}
