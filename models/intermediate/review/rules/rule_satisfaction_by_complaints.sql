with

indicators as (

    select * from {{ ref('int_satisfaction_indicator') }}

)

{{- rule_results(
    'indicators',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported_text='level3',
    operand_a='level3',
    reason="case when level3 is null then 'operand_blank' end",
    holds='words = 0 or satisfaction_words > 0'
) }}
