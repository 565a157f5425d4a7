with

indicators as (

    select *
    from {{ ref('int_reviewed_indicator') }}
    where weight is not null and target_text is not null and actual_text is not null

),

twins as (

    select * from {{ ref('int_twin_indicator') }}

),

compared as (

    select
        indicators.*,
        twins.first_score,
        twins.first_line,
        twins.first_indicator_id
    from indicators
    left join twins
        on indicators.indicator_id = twins.indicator_id

)

{{- rule_results(
    'compared',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='score',
    expected='first_score',
    operand_a='first_line',
    applies='first_indicator_id is not null',
    reason="case when score is null or first_score is null then 'score_blank' end",
    against='first_line'
) }}
