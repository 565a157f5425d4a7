-- Conservative: a ceiling, a zero, a name that says what is bad or good, or a unit that isn't counted can be quality. A
-- count under the name of a rate is none.
with

indicators as (

    select *
    from {{ ref('int_reviewed_indicator') }}
    where class_code = 'quality'

),

printed_values as (

    select * from {{ ref('int_printed_value') }}

),

directions as (

    select * from {{ ref('int_measured_direction') }}

),

count_units as (

    select * from {{ ref('count_unit') }}

),

words as (

    select * from {{ ref('quality_word') }}

),

rate_names as (

    select distinct indicators.level3
    from indicators
    inner join words
        on
            words.is_rate
            and indicators.level3 like concat('%', words.word)

),

quality_names as (

    select distinct indicators.level3
    from indicators
    inner join words
        on indicators.level3 like concat('%', words.word, '%')

),

counted as (

    select
        indicators.*,
        count_units.unit is not null
        and indicators.value_kind = 'quantity'
        and indicators.target_value > 0
        and coalesce(indicators.comparator, '>=') in ('>=', '>', '=')
        and coalesce(directions.direction, 'up') = 'up'
        and (quality_names.level3 is null or rate_names.level3 is not null) as is_count
    from indicators
    left join printed_values
        on {{ measured_text('indicators.target_text', 'indicators.measure_unit') }} = printed_values.printed_text
    left join count_units
        on printed_values.unit = count_units.unit
    left join directions
        on indicators.level3 = directions.level3
    left join quality_names
        on indicators.level3 = quality_names.level3
    left join rate_names
        on indicators.level3 = rate_names.level3

)

{{- rule_results(
    'counted',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported_text='target_text',
    operand_a=measured_text('target_text', 'measure_unit'),
    reason="case when target_text is null then 'target_blank' when level3 is null then 'operand_blank' end",
    holds='not is_count'
) }}
