with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

directions as (

    select * from {{ ref('int_measured_direction') }}

),

directed as (

    select
        indicators.*,
        -- Of a cost, a rate of savings is better high; of a quantity, accidents are better few.
        case
            when
                directions.direction = 'up' and indicators.class_code = 'cost'
                and (directions.is_saving or coalesce(indicators.value_kind, '') not in ('money', 'unit_price'))
                then false
            when directions.direction = 'down' and indicators.class_code = 'quantity' then false
            else true
        end as is_plain
    from indicators
    left join directions
        on indicators.level3 = directions.level3

)

{{- rule_results(
    'directed',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported_text='target_text',
    operand_a='target_text',
    applies="class_code in ('quantity', 'cost') and is_plain",
    reason="case when target_text is null then 'target_blank' end",
    holds="not coalesce(is_comparator_printed and ((class_code = 'quantity' and comparator in ('<=', '<')) or (class_code = 'cost' and comparator in ('>=', '>'))), false)"
) }}
