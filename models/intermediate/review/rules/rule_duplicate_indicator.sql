with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

repeated as (

    select * from {{ ref('int_repeated_indicator') }}

),

counted as (

    select
        indicators.*,
        coalesce(repeated.repetitions, 1) as repetitions,
        repeated.first_line,
        repeated.last_line
    from indicators
    left join repeated
        on indicators.indicator_id = repeated.indicator_id

)

{{- rule_results(
    'counted',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='repetitions',
    expected='1',
    operand_a='level3',
    reason="case when coalesce(level3_name, '') = '' then 'operand_blank' end",
    holds='repetitions = 1',
    against='case when first_line < source_line then first_line else last_line end'
) }}
