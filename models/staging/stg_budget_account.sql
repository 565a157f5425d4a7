with

source as (

    select * from {{ ref('raw_budget_account') }}

),

documents as (

    select
        document_id,
        fiscal_year,
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
        {{ printed('table_title') }} as table_title,
        {{ printed('account_side') }} as account_side,
        {{ printed('classification') }} as classification,
        {{ printed('spending_nature') }} as spending_nature,
        {{ printed('fund_source') }} as fund_source,
        {{ half_width(printed('item_code')) }} as item_code,
        {{ printed('item_name') }} as item_name,
        {{ amount_of('budget') }} as budget,
        {{ last_place(printed('budget'), 0) }} as budget_place,
        {{ amount_of('last_year_budget') }} as last_year_budget,
        {{ printed('amount_unit') }} as own_unit
    from source

)

select
    typed.document_id,
    typed.source_line,
    documents.fiscal_year,
    typed.table_title,
    typed.account_side,
    typed.classification,
    typed.spending_nature,
    typed.fund_source,
    typed.item_code,
    typed.item_name,
    {{ yuan('typed.budget', 'coalesce(units.yuan_factor, documents.yuan_factor)') }} as budget_yuan,
    -- The value of its last printed place.
    typed.budget_place * coalesce(units.yuan_factor, documents.yuan_factor) as budget_place_yuan,
    {{ yuan('typed.last_year_budget', 'coalesce(units.yuan_factor, documents.yuan_factor)') }} as last_year_budget_yuan
from typed
inner join documents
    on typed.document_id = documents.document_id
left join units
    on typed.own_unit = units.amount_unit
