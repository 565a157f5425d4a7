-- A difference below one unit of the last printed place is rounding; executed_above_budget covers the rest.
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
    expected='annual_budget',
    unit='amount_unit',
    applies='executed is not null or annual_budget is not null',
    holds='executed <= annual_budget or executed - annual_budget >= greatest(executed_place, annual_budget_place)',
    against='source_line'
) }}
