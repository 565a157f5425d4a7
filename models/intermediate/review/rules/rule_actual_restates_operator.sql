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
    reported_text='actual_text',
    operand_a='target_text',
    operand_b='actual_text',
    reason="case when actual_text is null then 'actual_blank' end",
    holds="coalesce(actual_comparator, '=') not in ('<=', '<', '>=', '>')",
    against='source_line'
) }}
