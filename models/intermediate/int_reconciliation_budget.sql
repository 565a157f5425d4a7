-- The budgets at the beginning of the year that final accounts print, against the budget that the organization
-- published for that year: by class of function, and in total.
with

documents as (

    select
        document_id,
        organization_id,
        fiscal_year,
        amount_unit,
        yuan_factor
    from {{ ref('stg_document') }}

),

known_items as (

    -- One name a code: the names of a class change over the years.
    select
        item_name,
        max(item_code) as item_code
    from {{ ref('account_item') }}
    where account_side = 'expenditure' and (classification = 'function' or item_code = 'expenditure_total')
    group by item_name

),

budget_items as (

    select
        documents.organization_id,
        documents.fiscal_year,
        coalesce(items.item_code, known_items.item_code) as item_code,
        items.budget_yuan
    from {{ ref('stg_budget_account') }} as items
    inner join documents
        on items.document_id = documents.document_id
    left join known_items
        on
            {{ replace_all(half_width('items.item_name'), '^[一二三四五六七八九十]+、', '') }} = known_items.item_name
    where
        items.account_side = 'expenditure'
        and items.classification in ('function', 'function_item', 'balance')
        and items.spending_nature is null
        and items.fund_source is null
        and items.budget_yuan is not null

),

budgets as (

    -- A budget is known where all tables that print it say the same.
    select
        organization_id,
        fiscal_year,
        item_code,
        min(budget_yuan) as budget_yuan
    from budget_items
    where item_code is not null
    group by
        organization_id,
        fiscal_year,
        item_code
    having min(budget_yuan) = max(budget_yuan)

),

printed as (

    select
        items.document_id,
        items.source_line,
        items.item_code,
        items.item_name,
        items.initial_budget
    from {{ ref('int_account_item') }} as items
    where
        items.account_side = 'expenditure'
        and items.classification in ('function', 'function_item', 'balance')
        and items.fund_source is null
        and items.initial_budget is not null

)

select
    printed.document_id,
    cast(null as string) as project_id,
    printed.source_line,
    'published_budget' as figure_code,
    printed.item_code as figure_part,
    concat_ws('：', '年初预算数与已公开部门预算', printed.item_name) as label_zh,
    documents.amount_unit as unit,
    {{ figure('printed.initial_budget') }} as reported_value,
    {{ figure(quotient('budgets.budget_yuan', 'documents.yuan_factor')) }} as recomputed_value,
    'account_cell' as tolerance_code,
    'published_budget' as basis
from printed
inner join documents
    on printed.document_id = documents.document_id
inner join budgets
    on
        documents.organization_id = budgets.organization_id
        and documents.fiscal_year = budgets.fiscal_year
        and printed.item_code = budgets.item_code
