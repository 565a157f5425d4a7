with

funds as (

    select * from {{ ref('int_reviewed_fund') }}

),

amounts as (

    {% for kind in ['initial_budget', 'annual_budget', 'executed'] %}
        select
            document_id,
            project_id,
            source_line,
            fund_source,
            amount_unit,
            '{{ kind }}' as amount_kind,
            {{ kind }} as amount,
            {{ kind }}_place as place
        from funds
        where is_counted
        {% if not loop.last %}
            union all

        {% endif %}
    {% endfor %}

),

kinds as (

    select * from {{ ref('amount_kind') }}

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

sums as (

    select
        amounts.document_id,
        amounts.project_id,
        amounts.amount_kind,
        kinds.label_zh,
        amounts.amount_unit,
        -- Parts without a total are shown at their beginning.
        coalesce(
            max(case when amounts.fund_source = 'total' then amounts.source_line end), min(amounts.source_line)
        ) as total_line,
        count(case when amounts.fund_source <> 'total' then 1 end) as part_rows,
        max(case when amounts.fund_source = 'total' then amounts.amount end) as total_amount,
        sum(case when amounts.fund_source <> 'total' then amounts.amount end) as parts_amount,
        -- A part of zero is printed without decimals and doesn't show how the others are rounded.
        max(case when amounts.amount <> 0 then amounts.place end) as coarsest_place
    from amounts
    inner join kinds
        on amounts.amount_kind = kinds.amount_kind
    group by
        amounts.document_id,
        amounts.project_id,
        amounts.amount_kind,
        kinds.label_zh,
        amounts.amount_unit

),

read_sums as (

    select
        sums.*,
        coalesce(unread_cells.cells, 0) as unread_amounts
    from sums
    left join unread_cells
        on
            sums.project_id = unread_cells.project_id
            and sums.amount_kind = unread_cells.cell_code

)

{{- rule_results(
    'read_sums',
    subject="concat_ws('|', project_id, amount_kind)",
    line='total_line',
    project='project_id',
    item='label_zh',
    reported='total_amount',
    expected='parts_amount',
    unit='amount_unit',
    applies='part_rows > 0 and (total_amount is not null or parts_amount is not null or unread_amounts > 0)',
    reason="case when unread_amounts > 0 then 'operand_blank' end",
    holds='abs(reported_number - expected_number) < rule_tolerance * coalesce(coarsest_place, 1)'
) }}
