with

accounts as (

    select * from {{ ref('stg_final_account') }}

),

items as (

    select * from {{ ref('account_item') }}

)

select
    accounts.document_id,
    accounts.source_line,
    accounts.account_side,
    accounts.classification,
    accounts.printed_row_no,
    items.item_code,
    accounts.item_name,
    accounts.item_text,
    coalesce(items.item_level, 1) as item_level,
    coalesce(items.item_role, 'item') as item_role,
    coalesce(items.item_role = 'total', false) as is_total,
    accounts.initial_budget,
    accounts.annual_budget,
    accounts.final_account,
    accounts.initial_budget_yuan,
    accounts.annual_budget_yuan,
    accounts.final_account_yuan
from accounts
left join items
    on
        accounts.account_side = items.account_side
        and accounts.classification = items.classification
        and accounts.item_name = items.item_name
