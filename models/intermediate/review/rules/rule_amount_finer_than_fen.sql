with

indicators as (

    select * from {{ ref('int_reviewed_indicator') }}

),

printed_values as (

    select *
    from {{ ref('int_printed_value') }}
    where value_kind = 'money'

),

smallest as (

    {{ common_parameter('smallest_amount') }}

),

priced as (

    select
        indicators.*,
        targets.value as target_yuan,
        actuals.value as actual_yuan,
        coalesce(targets.value % smallest.smallest_amount <> 0, false) as is_target_finer,
        coalesce(actuals.value % smallest.smallest_amount <> 0, false) as is_actual_finer
    from indicators
    cross join smallest
    left join printed_values as targets
        on indicators.target_text = targets.printed_text
    left join printed_values as actuals
        on indicators.actual_text = actuals.printed_text

)

{{- rule_results(
    'priced',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='case when is_target_finer then target_yuan else actual_yuan end',
    operand_a='case when is_target_finer then target_text else actual_text end',
    applies='target_yuan is not null or actual_yuan is not null',
    holds='not is_target_finer and not is_actual_finer'
) }}
