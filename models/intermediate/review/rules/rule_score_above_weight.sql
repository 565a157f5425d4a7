with

lines as (

    select
        *,
        {{ item_label('level2', 'coalesce(level4, level3)') }} as item_label
    from {{ ref('int_score_line') }}

)

{{- rule_results(
    'lines',
    subject='score_line_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='reported_score',
    expected='weight',
    reason="case when reported_score is null then 'score_blank' when weight is null then 'weight_blank' end",
    holds='reported_number <= expected_number + rule_tolerance',
    against='source_line'
) }}
