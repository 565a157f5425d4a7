-- A form without a row of the total has nowhere else to print the weight.
with

funds as (

    select * from {{ ref('int_reviewed_fund') }}

),

totals as (

    select distinct project_id
    from funds
    where fund_source = 'total'

),

parts as (

    select
        funds.*,
        totals.project_id is not null as has_total
    from funds
    left join totals
        on funds.project_id = totals.project_id
    where funds.fund_source <> 'total'

)

{{- rule_results(
    'parts',
    subject='fund_row_id',
    line='source_line',
    project='project_id',
    item='fund_source_text',
    reported='weight',
    operand_a=plain('weight'),
    applies='has_total',
    holds='coalesce(weight, 0) = 0'
) }}
