with

source as (

    select * from {{ ref('raw_final_account') }}

),

documents as (

    select
        document_id,
        amount_unit,
        yuan_factor
    from {{ ref('stg_document') }}

),

units as (

    select * from {{ ref('amount_unit') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        {{ printed('account_side') }} as account_side,
        {{ printed('classification') }} as classification,
        try_cast({{ printed('printed_row_no') }} as integer) as printed_row_no,
        {{ printed('item_name') }} as item_text,
        {{ replace_all(half_width(printed('item_name')), '^([一二三四五六七八九十]+、|其中:)', '') }} as item_name,
        {{ printed('initial_budget') }} as initial_budget_text,
        {{ amount_of('initial_budget') }} as initial_budget,
        {{ last_place(printed('initial_budget'), 0) }} as initial_budget_place,
        {{ printed('annual_budget') }} as annual_budget_text,
        {{ amount_of('annual_budget') }} as annual_budget,
        {{ printed('final_account') }} as final_account_text,
        {{ amount_of('final_account') }} as final_account,
        {{ half_width(printed('item_code')) }} as item_code,
        {{ printed('spending_nature') }} as spending_nature,
        {{ printed('fund_source') }} as fund_source,
        {{ printed('table_title') }} as table_title,
        {{ printed('amount_unit') }} as own_unit
    from source

),

converted as (

    select
        typed.*,
        -- The unit above a table, or behind an amount, holds before the document's; an unknown one is no unit.
        coalesce(typed.own_unit, documents.amount_unit) as amount_unit,
        case when typed.own_unit is null then documents.yuan_factor else units.yuan_factor end as yuan_factor
    from typed
    inner join documents
        on typed.document_id = documents.document_id
    left join units
        on typed.own_unit = units.amount_unit

)

select
    document_id,
    source_line,
    account_side,
    classification,
    printed_row_no,
    item_text,
    item_name,
    initial_budget_text,
    initial_budget,
    {{ yuan('initial_budget', 'yuan_factor') }} as initial_budget_yuan,
    initial_budget_place,
    annual_budget_text,
    annual_budget,
    {{ yuan('annual_budget', 'yuan_factor') }} as annual_budget_yuan,
    final_account_text,
    final_account,
    {{ yuan('final_account', 'yuan_factor') }} as final_account_yuan,
    item_code,
    spending_nature,
    fund_source,
    table_title,
    amount_unit
from converted
