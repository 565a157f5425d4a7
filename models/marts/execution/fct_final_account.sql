with

items as (

    select * from {{ ref('int_account_item') }}

)

select
    case
        -- Several tables and sentences print the same function.
        when line_ordinal is not null
            then {{ key_of([
                'document_id', 'account_side', 'classification', 'source_line', 'spending_nature', 'item_name',
                'fund_source', 'line_ordinal'
            ]) }}
        else {{ key_of(['document_id', 'account_side', 'classification', 'printed_row_no', 'item_name']) }}
    end as final_account_id,
    document_id,
    account_side,
    classification,
    item_code,
    class_code,
    item_name,
    cast(item_level as integer) as item_level,
    is_total,
    initial_budget_yuan,
    annual_budget_yuan,
    final_account_yuan,
    -- A sentence names only the initial budget and the percentage completed.
    {{ ratio(
        'final_account_yuan',
        "coalesce(annual_budget_yuan, case when classification = 'function_sentence' then initial_budget_yuan end)"
    ) }} as execution_rate,
    {{ ratio('annual_budget_yuan - initial_budget_yuan', 'initial_budget_yuan') }} as adjustment_rate,
    spending_nature,
    fund_source,
    table_title,
    cast(printed_row_no as integer) as printed_row_no,
    source_line
from items
