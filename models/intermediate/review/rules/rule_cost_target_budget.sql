-- With ≤ the target is a ceiling: it contradicts the budget only if it is above it.
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
    reported='target_amount',
    expected='annual_budget',
    unit='amount_unit',
    operand_a='target_text',
    applies="coalesce(target_kind, '') not in ('unit_price', 'percent') and coalesce(target_comparator, '=') not in ('>=', '>')",
    reason="case when target_text is null then 'target_blank' when not is_target_amount then 'cost_not_measurable' when target_comparator = '~' then 'estimate' when target_amounts > 1 then 'several_costs' when not is_whole_cost then 'cost_of_a_part' end",
    holds="case when target_comparator in ('<=', '<') then target_over_annual_yuan < rule_tolerance * annual_place_yuan or coalesce(target_over_initial_yuan < rule_tolerance * initial_place_yuan, false) else abs(target_over_annual_yuan) < rule_tolerance * annual_place_yuan or coalesce(abs(target_over_initial_yuan) < rule_tolerance * initial_place_yuan, false) end",
    against='fund_line'
) }}
