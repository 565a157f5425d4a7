-- Every scored line, of forms and of experts. A view, because computing it costs less than storing it again.
{{ config(materialized='view') }}
with

executions as (

    select * from {{ ref('int_execution_score') }}

),

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

groups as (

    select * from {{ ref('int_indicator_group') }}

),

evaluation_indicators as (

    select * from {{ ref('stg_evaluation_indicator') }}

),

form_executions as (

    select
        concat_ws('-', project_id, '00') as score_line_id,
        'self_evaluation' as evaluation_type,
        document_id,
        project_name as subject_name,
        project_id,
        cast(null as string) as indicator_id,
        cast(null as string) as part_code,
        'execution' as class_code,
        '预算执行' as level1,
        '预算执行率' as level2,
        cast(null as string) as level3,
        cast(null as string) as level4,
        weight,
        full_points,
        score,
        expected_basis,
        expected_score as expected_score_low,
        expected_score as expected_score_high,
        cast(null as string) as reason,
        source_line,
        -- A fund block without points has no score.
        is_scored as is_counted
    from executions

),

form_indicators as (

    select
        indicators.indicator_id as score_line_id,
        'self_evaluation' as evaluation_type,
        indicators.document_id,
        indicators.project_name as subject_name,
        indicators.project_id,
        indicators.indicator_id,
        cast(null as string) as part_code,
        indicators.class_code,
        indicators.level1,
        indicators.level2,
        indicators.level3,
        cast(null as string) as level4,
        indicators.weight,
        indicators.full_points,
        indicators.score,
        indicators.expected_basis,
        indicators.expected_score_low,
        indicators.expected_score_high,
        indicators.deviation_reason as reason,
        indicators.source_line,
        groups.indicator_id is null as is_counted
    from indicators
    left join groups
        on indicators.indicator_id = groups.indicator_id

),

expert_leaves as (

    select
        -- Two leaves of one line differ by an ordinal.
        concat_ws(
            '-', document_id, evaluation_type, {{ padded('source_line', 6) }}, nullif(cast(line_ordinal as string), '1')
        ) as score_line_id,
        evaluation_type,
        document_id,
        subject_name,
        cast(null as string) as project_id,
        cast(null as string) as indicator_id,
        part_code,
        cast(null as string) as class_code,
        level1,
        level2,
        level3,
        level4,
        weight,
        weight as full_points,
        score,
        'expert_judgement' as expected_basis,
        cast(null as decimal(7, 2)) as expected_score_low,
        cast(null as decimal(7, 2)) as expected_score_high,
        deduction_reason as reason,
        source_line,
        true as is_counted
    from evaluation_indicators

),

lines as (

    select * from form_executions

    union all

    select * from form_indicators

    union all

    select * from expert_leaves

)

select
    score_line_id,
    evaluation_type,
    document_id,
    subject_name,
    project_id,
    indicator_id,
    part_code,
    class_code,
    level1,
    level2,
    level3,
    level4,
    {{ figure('weight') }} as weight,
    {{ figure('full_points') }} as full_points,
    {{ figure('score') }} as reported_score,
    expected_basis,
    expected_score_low,
    expected_score_high,
    {{ figure(held_between('coalesce(score, expected_score_high)', 'expected_score_low', 'expected_score_high')) }}
        as nearest_expected_score,
    reason,
    source_line,
    is_counted
from lines
