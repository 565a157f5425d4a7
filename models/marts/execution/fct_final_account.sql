with

items as (

    select * from {{ ref('int_account_item') }}

)

select
    {{ key_of(['document_id', 'account_side', 'classification', 'printed_row_no', 'item_name']) }} as final_account_id,
    document_id,
    account_side,
    classification,
    item_code,
    item_name,
    cast(item_level as integer) as item_level,
    is_total,
    initial_budget_yuan,
    annual_budget_yuan,
    final_account_yuan,
    {{ ratio('final_account_yuan', 'annual_budget_yuan') }} as execution_rate,
    {{ ratio('annual_budget_yuan - initial_budget_yuan', 'initial_budget_yuan') }} as adjustment_rate,
    cast(printed_row_no as integer) as printed_row_no,
    source_line
from items
