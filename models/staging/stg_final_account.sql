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
        {{ unit_behind('initial_budget') }} as initial_budget_unit,
        {{ last_place(printed('initial_budget'), 0) }} as initial_budget_place,
        {{ printed('annual_budget') }} as annual_budget_text,
        {{ amount_of('annual_budget') }} as annual_budget,
        {{ unit_behind('annual_budget') }} as annual_budget_unit,
        {{ printed('final_account') }} as final_account_text,
        {{ amount_of('final_account') }} as final_account,
        {{ unit_behind('final_account') }} as final_account_unit,
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
        -- The unit above a table, or after an amount, takes precedence over the document's; an unknown one stays
        -- unknown.
        coalesce(typed.own_unit, documents.amount_unit) as amount_unit,
        case when typed.own_unit is null then documents.yuan_factor else units.yuan_factor end as yuan_factor,
        initial_budget_units.yuan_factor as initial_budget_factor,
        annual_budget_units.yuan_factor as annual_budget_factor,
        final_account_units.yuan_factor as final_account_factor
    from typed
    inner join documents
        on typed.document_id = documents.document_id
    left join units
        on typed.own_unit = units.amount_unit
    left join units as initial_budget_units
        on typed.initial_budget_unit = initial_budget_units.amount_unit
    left join units as annual_budget_units
        on typed.annual_budget_unit = annual_budget_units.amount_unit
    left join units as final_account_units
        on typed.final_account_unit = final_account_units.amount_unit

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
    {{ in_unit('initial_budget', 'initial_budget_factor', 'yuan_factor') }} as initial_budget,
    {{ yuan('initial_budget', 'coalesce(initial_budget_factor, yuan_factor)') }} as initial_budget_yuan,
    {{ in_unit('initial_budget_place', 'initial_budget_factor', 'yuan_factor') }} as initial_budget_place,
    annual_budget_text,
    {{ in_unit('annual_budget', 'annual_budget_factor', 'yuan_factor') }} as annual_budget,
    {{ yuan('annual_budget', 'coalesce(annual_budget_factor, yuan_factor)') }} as annual_budget_yuan,
    final_account_text,
    {{ in_unit('final_account', 'final_account_factor', 'yuan_factor') }} as final_account,
    {{ yuan('final_account', 'coalesce(final_account_factor, yuan_factor)') }} as final_account_yuan,
    item_code,
    spending_nature,
    fund_source,
    table_title,
    amount_unit
from converted
