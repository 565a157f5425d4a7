with

items as (

    select * from {{ ref('stg_budget_account') }}

)

select
    document_id,
    table_title,
    account_side,
    classification,
    spending_nature,
    fund_source,
    item_code,
    item_name,
    budget_yuan,
    last_year_budget_yuan,
    cast(fiscal_year as integer) as fiscal_year,
    source_line
from items
