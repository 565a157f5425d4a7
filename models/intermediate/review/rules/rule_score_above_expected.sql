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
    applies="attainment = 'unmet' and coalesce(score < full_points, true)",
    reason="case when score is null then 'score_blank' when full_points is null then 'weight_blank' when expected_score_high is null then coalesce(profile_problem, 'profile_prescribes_nothing') end",
    holds='score <= expected_score_high + greatest(rule_tolerance, score_rounding)',
    against='source_line'
) }}
