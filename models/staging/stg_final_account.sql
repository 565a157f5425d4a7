with

source as (

    select * from {{ ref('raw_final_account') }}

),

documents as (

    select
        document_id,
        yuan_factor
    from {{ ref('stg_document') }}

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
        {{ number_of('initial_budget') }} as initial_budget,
        {{ printed('annual_budget') }} as annual_budget_text,
        {{ number_of('annual_budget') }} as annual_budget,
        {{ printed('final_account') }} as final_account_text,
        {{ number_of('final_account') }} as final_account
    from source

)

select
    typed.document_id,
    typed.source_line,
    typed.account_side,
    typed.classification,
    typed.printed_row_no,
    typed.item_text,
    typed.item_name,
    typed.initial_budget_text,
    typed.initial_budget,
    {{ yuan('typed.initial_budget', 'documents.yuan_factor') }} as initial_budget_yuan,
    typed.annual_budget_text,
    typed.annual_budget,
    {{ yuan('typed.annual_budget', 'documents.yuan_factor') }} as annual_budget_yuan,
    typed.final_account_text,
    typed.final_account,
    {{ yuan('typed.final_account', 'documents.yuan_factor') }} as final_account_yuan
from typed
inner join documents
    on typed.document_id = documents.document_id
