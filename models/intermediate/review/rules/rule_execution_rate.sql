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
    reported='execution_percent',
    expected='recomputed_percent',
    operand_a=plain('executed'),
    operand_b=plain('annual_budget'),
    applies='execution_percent is not null and coalesce(annual_budget, 1) <> 0',
    holds='abs(reported_number - expected_number) <= rule_tolerance * percent_place',
    against='source_line',
    reconciliation=form_figure("'form_execution_rate'", 'fund_source', 'source_line')
) }}
