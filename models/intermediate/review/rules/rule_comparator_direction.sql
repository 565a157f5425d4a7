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
    applies="class_code in ('quantity', 'cost')",
    reason="case when target_text is null then 'target_blank' end",
    holds="not coalesce(is_comparator_printed and ((class_code = 'quantity' and comparator in ('<=', '<')) or (class_code = 'cost' and comparator in ('>=', '>'))), false)"
) }}
