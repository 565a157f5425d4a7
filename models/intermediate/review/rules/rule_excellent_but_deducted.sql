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
    reported='score',
    expected='weight',
    operand_a='actual_text',
    applies="actual_kind = 'ordinal' and actual_band = 'achieved'",
    reason="case when score is null then 'score_blank' when weight is null then 'weight_blank' end",
    holds='score >= weight - rule_tolerance',
    against='source_line'
) }}
