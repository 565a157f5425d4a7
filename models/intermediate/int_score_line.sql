with

projects as (

    select * from {{ ref('int_project') }}

),

funds as (

    select *
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

),

indicators as (

    select * from {{ ref('stg_self_evaluation_indicator') }}

),

evaluation_indicators as (

    select * from {{ ref('stg_evaluation_indicator') }}

),

expected_scores as (

    select * from {{ ref('int_expected_score') }}

),

form_execution as (

    select
        concat_ws('-', funds.project_id, '00') as score_line_id,
        'self_evaluation' as evaluation_type,
        funds.document_id,
        projects.project_name as subject_name,
        funds.project_id,
        cast(null as string) as indicator_id,
        cast(null as string) as part_code,
        '预算执行' as level1,
        '预算执行率' as level2,
        cast(null as string) as level3,
        cast(null as string) as level4,
        funds.weight,
        funds.score,
        expected_scores.expected_basis,
        expected_scores.expected_score_low,
        expected_scores.expected_score_high,
        cast(null as string) as reason,
        funds.source_line
    from funds
    inner join projects
        on funds.project_id = projects.project_id
    left join expected_scores
        on
            funds.project_id = expected_scores.project_id
            and expected_scores.indicator_id is null

),

form_indicators as (

    select
        indicators.indicator_id as score_line_id,
        'self_evaluation' as evaluation_type,
        indicators.document_id,
        projects.project_name as subject_name,
        indicators.project_id,
        indicators.indicator_id,
        cast(null as string) as part_code,
        indicators.level1,
        indicators.level2,
        indicators.level3,
        cast(null as string) as level4,
        indicators.weight,
        indicators.score,
        expected_scores.expected_basis,
        expected_scores.expected_score_low,
        expected_scores.expected_score_high,
        indicators.deviation_reason as reason,
        indicators.source_line
    from indicators
    inner join projects
        on indicators.project_id = projects.project_id
    left join expected_scores
        on indicators.indicator_id = expected_scores.indicator_id

),

expert_leaves as (

    select
        concat_ws('-', document_id, evaluation_type, lpad(cast(source_line as string), 6, '0')) as score_line_id,
        evaluation_type,
        document_id,
        subject_name,
        cast(null as string) as project_id,
        cast(null as string) as indicator_id,
        part_code,
        level1,
        level2,
        level3,
        level4,
        weight,
        score,
        'expert_judgement' as expected_basis,
        cast(null as decimal(7, 2)) as expected_score_low,
        cast(null as decimal(7, 2)) as expected_score_high,
        deduction_reason as reason,
        source_line
    from evaluation_indicators

),

lines as (

    select * from form_execution

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
    level1,
    level2,
    level3,
    level4,
    {{ figure('weight') }} as weight,
    {{ figure('score') }} as reported_score,
    expected_basis,
    expected_score_low,
    expected_score_high,
    {{ figure(held_between('coalesce(score, expected_score_high)', 'expected_score_low', 'expected_score_high')) }}
        as nearest_expected_score,
    reason,
    source_line
from lines
