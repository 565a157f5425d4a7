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
    expected='expected_score_high',
    operand_a='target_text',
    operand_b='actual_text',
    applies="(value_kind = 'month' or (class_code = 'timeliness' and coalesce(value_kind, '') not in ('quantity', 'percent'))) and coalesce(full_points, 1) > 0",
    reason="case when not_checkable_reason is not null then not_checkable_reason when full_points is null then 'weight_blank' when score is null then 'score_blank' end",
    holds="attainment <> 'unmet' or score < full_points",
    against='source_line'
) }}
