with

sums as (

    select * from {{ ref('int_fund_sum') }}

),

-- An unreadable amount is not zero: the sum is unknown.
unread_cells as (

    select
        project_id,
        cell_code,
        count(*) as cells
    from {{ ref('int_unread_cell') }}
    group by
        project_id,
        cell_code

),

read_sums as (

    select
        sums.*,
        -- Parts without a total are shown at their beginning.
        coalesce(sums.total_line, sums.first_line) as shown_line,
        coalesce(unread_cells.cells, 0) as unread_amounts
    from sums
    left join unread_cells
        on
            sums.project_id = unread_cells.project_id
            and sums.amount_kind = unread_cells.cell_code

)

{{- rule_results(
    'read_sums',
    subject="concat_ws('|', project_id, figure_part)",
    line='shown_line',
    project='project_id',
    item='label_zh',
    reported='total_amount',
    expected='parts_amount',
    unit='amount_unit',
    applies='part_rows > 0 and (total_amount is not null or parts_amount is not null or unread_amounts > 0)',
    reason="case when unread_amounts > 0 then 'operand_blank' end",
    holds='abs(reported_number - expected_number) <= rounding',
    against='part_line',
    against_last='last_part_line',
    reconciliation=form_figure("concat_ws('', 'form_fund_', amount_kind)", 'figure_part', 'total_line')
) }}
