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
    operand_a='target_text',
    operand_b='actual_text',
    holds='target_text is not null and actual_text is not null'
) }}
