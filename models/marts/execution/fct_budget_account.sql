with

items as (

    select
        *,
        -- An item can be printed twice in one line of two sides.
        row_number() over (
            partition by
                document_id, source_line, account_side, classification, spending_nature, fund_source, item_code,
                item_name
            order by budget_yuan asc nulls last, last_year_budget_yuan asc nulls last
        ) as line_ordinal
    from {{ ref('int_budget_item') }}

)

select
    {{ key_of([
        'document_id', 'source_line', 'account_side', 'classification', 'spending_nature', 'fund_source', 'item_code',
        'item_name', 'line_ordinal'
    ]) }} as budget_account_id,
    document_id,
    table_title,
    account_side,
    classification,
    spending_nature,
    fund_source,
    item_code,
    item_name,
    cast(item_level as integer) as item_level,
    is_total,
    budget_yuan,
    last_year_budget_yuan,
    cast(fiscal_year as integer) as fiscal_year,
    source_line
from items
