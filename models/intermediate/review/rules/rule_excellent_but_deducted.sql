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
    expected='full_points',
    operand_a='actual_text',
    applies="actual_kind = 'ordinal' and actual_band = 'achieved'",
    reason="case when score is null then 'score_blank' when full_points is null then 'weight_blank' end",
    holds='score >= full_points - rule_tolerance',
    against='source_line'
) }}
