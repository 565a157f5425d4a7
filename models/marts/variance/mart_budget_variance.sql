with

accounts as (

    select * from {{ ref('fct_final_account') }}

),

varied as (

    select
        final_account_id,
        document_id,
        account_side,
        classification,
        item_code,
        item_name,
        item_level,
        is_total,
        initial_budget_yuan,
        cast(annual_budget_yuan - initial_budget_yuan as {{ yuan_type() }}) as adjustment_yuan,
        adjustment_rate,
        annual_budget_yuan,
        cast(final_account_yuan - annual_budget_yuan as {{ yuan_type() }}) as variance_yuan,
        {{ ratio('final_account_yuan - annual_budget_yuan', 'annual_budget_yuan') }} as variance_rate,
        final_account_yuan,
        spending_nature,
        table_title,
        source_line
    from accounts

)

select
    final_account_id,
    document_id,
    account_side,
    classification,
    item_code,
    item_name,
    item_level,
    is_total,
    initial_budget_yuan,
    adjustment_yuan,
    adjustment_rate,
    annual_budget_yuan,
    variance_yuan,
    variance_rate,
    final_account_yuan,
    spending_nature,
    table_title,
    source_line
from varied
