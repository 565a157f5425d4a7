with

judged_rows as (

    select * from {{ ref('int_unit_price') }}

)

{{- rule_results(
    'judged_rows',
    subject='indicator_id',
    line='source_line',
    project='project_id',
    indicator='indicator_id',
    item='item_label',
    reported='executed_yuan',
    expected='product',
    unit='rule_unit',
    operand_a='actual_text',
    operand_b='quantity_text',
    operand_c='times_text',
    applies='has_several = 1 or (has_none = 0 and has_count = 1)',
    reason="case
        when executed_yuan is null then 'operand_blank'
        when has_several = 1 then 'several_quantities'
        when has_text = 1 then 'actual_is_text'
        when has_estimate = 1 or price_comparator = '~' then 'estimate'
        when not is_ceiling and not is_floor and further_costs > 0 then 'several_costs'
        when not is_ceiling and not is_floor and quantities > price_quantities then 'several_quantities'
        when not is_ceiling and not is_floor then 'actual_is_bound'
    end",
    holds='not (is_ceiling and executed_yuan > product * (1 + price_margin)) and not (is_floor and product > most_money * (1 + price_margin))'
) }}
