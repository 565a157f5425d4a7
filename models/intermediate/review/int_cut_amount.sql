-- The amounts of a form that should be equal, each with the more exact print of the other: the target of the cost and
-- the budget, the initial one of a form that prints no other, its actual and the executed amount. An executed amount
-- below its budget is none of them. An amount in a goal is meant to be one of the funds if it is one of them but for
-- its last place.
with

costs as (

    select * from {{ ref('int_cost_indicator') }}

),

funds as (

    select *
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total'

),

documents as (

    select
        document_id,
        yuan_factor
    from {{ ref('stg_document') }}

),

fund_rows as (

    select
        funds.*,
        coalesce(funds.annual_budget, funds.initial_budget) as budget,
        case when funds.annual_budget is null then funds.initial_budget_place else funds.annual_budget_place end
            as budget_place,
        documents.yuan_factor
    from funds
    inner join documents
        on funds.document_id = documents.document_id

),

units as (

    select * from {{ ref('amount_unit') }}

),

decimals as (

    {{ common_parameter('amount_decimals', 'integer') }}

),

-- 136.48万元: the reader keeps 万 with the number.
goal_amounts as (

    select
        goals.document_id,
        goals.project_id,
        goals.source_line,
        concat_ws('', goals.number_text, units.amount_unit) as printed_text,
        goals.number_value * units.yuan_factor as amount_yuan,
        {{ last_place('goals.number_text', 'decimals.amount_decimals') }}
        * case when goals.number_text like '%万%' then 10000 else 1 end
        * units.yuan_factor as place_yuan
    from {{ ref('stg_text_figure') }} as goals
    inner join units
        on goals.words_behind like concat(units.amount_unit, '%')
    cross join decimals
    where
        goals.goal_no is not null
        and not goals.is_lower_bound
        and goals.number_text not like '%亿%'

),

only_costs as (

    select *
    from costs
    where coalesce(target_amounts, 0) <= 1 and coalesce(actual_amounts, 0) <= 1

),

pairs as (

    {% for number, fund in [('target', 'budget'), ('actual', 'executed')] %}
        select
            printed.document_id,
            printed.project_id,
            printed.indicator_id,
            printed.item_label,
            printed.source_line,
            printed.{{ number }}_text as printed_text,
            {{ plain('totals.' ~ fund) }} as other_text,
            printed.{{ number }}_amount as printed_amount,
            totals.{{ fund }} as other_amount,
            {{ quotient('printed.own_' ~ number ~ '_place_yuan', 'totals.yuan_factor') }} as printed_place,
            printed.amount_unit
        from only_costs as printed
        inner join fund_rows as totals
            on printed.project_id = totals.project_id
        where printed.is_{{ number }}_amount

        union all

        select
            printed.document_id,
            printed.project_id,
            cast(null as string) as indicator_id,
            totals.fund_source_text as item_label,
            totals.source_line,
            {{ plain('totals.' ~ fund) }} as printed_text,
            printed.{{ number }}_text as other_text,
            totals.{{ fund }} as printed_amount,
            printed.{{ number }}_amount as other_amount,
            totals.{{ fund }}_place as printed_place,
            printed.amount_unit
        from only_costs as printed
        inner join fund_rows as totals
            on printed.project_id = totals.project_id
        where printed.is_{{ number }}_amount

        union all

        select
            printed.document_id,
            printed.project_id,
            cast(null as string) as indicator_id,
            cast(null as string) as item_label,
            printed.source_line,
            printed.printed_text,
            {{ plain('totals.' ~ fund) }} as other_text,
            {{ yuan_in_unit('printed.amount_yuan', 'totals.yuan_factor') }} as printed_amount,
            totals.{{ fund }} as other_amount,
            {{ quotient('printed.place_yuan', 'totals.yuan_factor') }} as printed_place,
            totals.amount_unit
        from goal_amounts as printed
        inner join fund_rows as totals
            on printed.project_id = totals.project_id
        where abs(printed.amount_yuan - totals.{{ fund }} * totals.yuan_factor) < printed.place_yuan

        union all
    {% endfor %}
    -- More can't be executed than was budgeted.
    select
        document_id,
        project_id,
        cast(null as string) as indicator_id,
        fund_source_text as item_label,
        source_line,
        {{ plain('annual_budget') }} as printed_text,
        {{ plain('executed') }} as other_text,
        annual_budget as printed_amount,
        executed as other_amount,
        annual_budget_place as printed_place,
        amount_unit
    from fund_rows

),

measured as (

    select
        *,
        {{ figure('other_amount - printed_amount') }} as missing,
        {{ figure('round(other_amount / nullif(printed_place, 0), 0) * printed_place') }} as rounded_amount
    from pairs
    where printed_amount > 0 and other_amount > 0

),

compared as (

    select
        *,
        missing >= printed_place / 2 and missing < printed_place as is_cut_off,
        row_number() over (
            partition by project_id, source_line
            order by
                case when missing >= printed_place / 2 and missing < printed_place then 0 else 1 end asc,
                missing desc,
                other_text asc
        ) as choice
    from measured

),

chosen as (

    select *
    from compared
    where choice = 1

)

select *
from chosen
