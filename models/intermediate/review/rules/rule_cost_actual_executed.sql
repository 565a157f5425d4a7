with

costs as (

    select * from {{ ref('int_cost_indicator') }}

)

{{- rule_results(
    'costs',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='actual_amount',
    expected='executed',
    unit='amount_unit',
    operand_a='actual_text',
    applies="coalesce(actual_kind, '') not in ('unit_price', 'percent')",
    reason="case when actual_text is null then 'actual_blank' when not is_actual_amount then 'cost_not_measurable' when actual_comparator in ('<=', '<', '>=', '>') then 'actual_is_bound' when actual_comparator = '~' then 'estimate' when actual_amounts > 1 then 'several_costs' when not is_whole_cost then 'cost_of_a_part' end",
    holds='abs(actual_over_executed_yuan) < rule_tolerance * executed_place_yuan',
    against='fund_line'
) }}
