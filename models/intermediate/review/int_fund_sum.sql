-- The total of the funds of a form against the sum of its parts, for each kind of amount: by source, and by nature of
-- spending if it is divided by both.
with

funds as (

    select * from {{ ref('int_reviewed_fund') }}

),

divisions as (

    select distinct
        project_id,
        division
    from funds

),

compared as (

    select
        funds.*,
        divisions.division as compared_division
    from funds
    inner join divisions
        on
            funds.project_id = divisions.project_id
            and (funds.division = divisions.division or funds.fund_source = 'total')
    -- A row below a source is in neither division.
    where funds.is_counted or funds.division = 'nature'

),

amounts as (

    {% for kind in ['initial_budget', 'annual_budget', 'executed'] %}
        select
            document_id,
            project_id,
            source_line,
            fund_source,
            compared_division as division,
            amount_unit,
            '{{ kind }}' as amount_kind,
            {{ kind }} as amount,
            {{ kind }}_place as place
        from compared
        {% if not loop.last %}
            union all

        {% endif %}
    {% endfor %}

),

kinds as (

    select * from {{ ref('amount_kind') }}

),

sums as (

    select
        amounts.document_id,
        amounts.project_id,
        amounts.amount_kind,
        amounts.division,
        kinds.label_zh,
        amounts.amount_unit,
        max(case when amounts.fund_source = 'total' then amounts.source_line end) as total_line,
        min(amounts.source_line) as first_line,
        min(case when amounts.fund_source <> 'total' then amounts.source_line end) as part_line,
        max(case when amounts.fund_source <> 'total' then amounts.source_line end) as last_part_line,
        count(case when amounts.fund_source <> 'total' then 1 end) as part_rows,
        max(case when amounts.fund_source = 'total' then amounts.amount end) as total_amount,
        sum(case when amounts.fund_source <> 'total' then amounts.amount end) as parts_amount,
        -- Whole numbers are not rounded.
        count(case when amounts.fund_source <> 'total' and amounts.amount <> round(amounts.amount, 0) then 1 end)
            as rounded_parts,
        sum(case
            when amounts.fund_source <> 'total' and amounts.amount <> round(amounts.amount, 0) then amounts.place
        end) as rounded_places,
        -- A part of zero is printed without decimals and doesn't show how the others are rounded.
        max(case when amounts.amount <> 0 then amounts.place end) as coarsest_place,
        min(case when amounts.amount <> 0 then amounts.place end) as finest_place
    from amounts
    inner join kinds
        on amounts.amount_kind = kinds.amount_kind
    group by
        amounts.document_id,
        amounts.project_id,
        amounts.amount_kind,
        amounts.division,
        kinds.label_zh,
        amounts.amount_unit

)

select
    document_id,
    project_id,
    amount_kind,
    division,
    -- The part of a printed figure, whose key holds it.
    concat_ws('|', amount_kind, nullif(division, 'source')) as figure_part,
    concat_ws('', label_zh, case when division = 'nature' then '（按支出性质）' end) as label_zh,
    amount_unit,
    total_line,
    first_line,
    part_line,
    last_part_line,
    part_rows,
    total_amount,
    parts_amount,
    -- Several rounded parts may miss the rounded total by half a place each; one amount with fewer decimals than
    -- another, rounded or cut off, by less than its place.
    {{ figure(
        'coalesce(greatest(case when rounded_parts > 1 then rounded_places / 2 else 0 end, coarsest_place - finest_place), 0)'
    ) }} as rounding
from sums
