-- The budgets at the beginning of the year in final accounts, against the budget that the organization published for
-- that year: functions down to the item, totals, revenue, the three public expenses.
with

documents as (

    select
        document_id,
        organization_id,
        fiscal_year
    from {{ ref('stg_document') }}

),

units as (

    select * from {{ ref('amount_unit') }}

),

budget_items as (

    select
        documents.organization_id,
        documents.fiscal_year,
        {{ compared_scope('items.account_side', 'items.classification') }} as scope,
        coalesce(items.known_code, items.own_name) as item_key,
        items.own_name,
        items.item_level,
        items.budget_yuan,
        min(items.budget_place_yuan) over (
            partition by items.document_id, items.table_title
        ) as place_yuan
    from {{ ref('int_budget_item') }} as items
    inner join documents
        on items.document_id = documents.document_id
    where
        items.spending_nature is null
        and items.fund_source is null
        and items.budget_yuan is not null

),

budgets as (

    -- A budget is known if all tables that print it agree.
    select
        organization_id,
        fiscal_year,
        scope,
        item_key,
        min(budget_yuan) as budget_yuan,
        min(place_yuan) as place_yuan
    from budget_items
    where scope is not null
    group by
        organization_id,
        fiscal_year,
        scope,
        item_key
    having min(budget_yuan) = max(budget_yuan)

),

codes as (

    -- A sentence identifies an item by its name; within a class, several sections can have an item of the same name.
    select
        organization_id,
        fiscal_year,
        substr(item_key, 1, 3) as class_code,
        item_level,
        own_name,
        min(item_key) as item_key
    from budget_items
    where scope = 'function'
    group by
        organization_id,
        fiscal_year,
        substr(item_key, 1, 3),
        item_level,
        own_name
    having min(item_key) = max(item_key)

),

printed as (

    select
        items.document_id,
        items.source_line,
        items.line_ordinal,
        documents.organization_id,
        documents.fiscal_year,
        {{ compared_scope('items.account_side', 'items.classification') }} as scope,
        case
            when items.item_code is not null then items.item_code
            when items.classification = 'function_sentence' then codes.item_key
            else items.item_name
        end as item_key,
        items.item_name,
        items.amount_unit,
        items.initial_budget,
        min(items.initial_budget_place) over (
            partition by items.document_id, items.table_title, items.amount_unit
        ) as place,
        items.initial_budget_yuan
    from {{ ref('int_account_item') }} as items
    inner join documents
        on items.document_id = documents.document_id
    left join codes
        on
            documents.organization_id = codes.organization_id
            and documents.fiscal_year = codes.fiscal_year
            and items.class_code = codes.class_code
            and items.item_level = codes.item_level
            and items.item_name = codes.own_name
    where
        items.fund_source is null
        and items.spending_nature is null
        and items.initial_budget_yuan is not null

),

counted as (

    -- Tables and sentences repeat items: each is compared once, and only if they agree.
    select
        *,
        min(initial_budget_yuan) over (partition by document_id, scope, item_key) as least_yuan,
        max(initial_budget_yuan) over (partition by document_id, scope, item_key) as most_yuan,
        row_number() over (
            partition by document_id, scope, item_key
            order by source_line asc, line_ordinal asc nulls last, item_name asc
        ) as print_no
    from printed
    where scope is not null and item_key is not null

)

select
    counted.document_id,
    cast(null as string) as project_id,
    counted.source_line,
    'published_budget' as figure_code,
    counted.item_key as figure_part,
    concat_ws('：', '年初预算数与已公开部门预算', counted.item_name) as label_zh,
    counted.amount_unit as unit,
    {{ figure('counted.initial_budget') }} as reported_value,
    {{ figure(yuan_in_unit('budgets.budget_yuan', 'units.yuan_factor')) }} as recomputed_value,
    'account_cell' as tolerance_code,
    'published_budget' as basis,
    -- It is in another document.
    cast(null as integer) as against_line,
    cast(null as integer) as against_last_line,
    1 as addends,
    -- Half of the last printed place of the coarser table, in the unit of the final account.
    {{ figure(
        'greatest(coalesce(counted.place, 0), coalesce(' ~ yuan_in_unit('budgets.place_yuan', 'units.yuan_factor') ~ ', 0)) / 2'
    ) }} as rounding
from counted
inner join units
    on counted.amount_unit = units.amount_unit
inner join budgets
    on
        counted.organization_id = budgets.organization_id
        and counted.fiscal_year = budgets.fiscal_year
        and counted.scope = budgets.scope
        and counted.item_key = budgets.item_key
where
    counted.print_no = 1
    and counted.least_yuan = counted.most_yuan
