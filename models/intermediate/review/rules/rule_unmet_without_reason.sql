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
    reason='not_checkable_reason',
    holds="attainment <> 'unmet' or " ~ gives_reason('deviation_reason'),
    against='source_line'
) }}
