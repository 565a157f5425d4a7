with

funds as (

    select * from {{ ref('int_reviewed_fund') }}

)

{{- rule_results(
    'funds',
    subject='fund_row_id',
    line='source_line',
    project='project_id',
    item='fund_source_text',
    reported='executed',
    expected='base_budget',
    unit='amount_unit',
    applies='executed is not null or base_budget is not null',
    holds='executed - base_budget < rule_tolerance * greatest(executed_place, base_budget_place)',
    against='source_line'
) }}
