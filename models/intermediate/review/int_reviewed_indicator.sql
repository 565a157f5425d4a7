-- What the rules ask of an indicator, in one row: print, reading, comparison, class, profile, expected score.
with

indicators as (

    select * from {{ ref('stg_self_evaluation_indicator') }}

),

comparisons as (

    select * from {{ ref('int_indicator_comparison') }}

),

expected_scores as (

    select *
    from {{ ref('int_expected_score') }}
    where indicator_id is not null

),

projects as (

    select * from {{ ref('int_project') }}

),

classes as (

    select * from {{ ref('indicator_class') }}

)

select
    indicators.indicator_id,
    indicators.project_id,
    indicators.document_id,
    indicators.source_line,
    projects.project_name,
    projects.rule_profile_id,
    projects.profile_problem,
    indicators.level1,
    indicators.level2,
    indicators.level3,
    {{ item_label('indicators.level2', 'indicators.level3') }} as item_label,
    -- Punctuation and spaces make no difference between names.
    translate({{ half_width('indicators.level3') }}, ' ,.;:。；、：“”"', '') as level3_name,
    classes.class_code,
    indicators.target_text,
    indicators.actual_text,
    indicators.weight,
    indicators.score,
    indicators.deviation_reason,
    comparisons.value_kind,
    comparisons.actual_kind,
    comparisons.comparator,
    comparisons.is_comparator_printed,
    comparisons.actual_comparator,
    comparisons.actual_band,
    comparisons.target_value,
    comparisons.actual_value,
    comparisons.completion_rate,
    comparisons.attainment,
    comparisons.not_checkable_reason,
    expected_scores.expected_score_high
from indicators
inner join projects
    on indicators.project_id = projects.project_id
inner join comparisons
    on indicators.indicator_id = comparisons.indicator_id
left join expected_scores
    on indicators.indicator_id = expected_scores.indicator_id
left join classes
    on
        indicators.level1 = classes.level1
        and (classes.level2 is null or indicators.level2 = classes.level2)
