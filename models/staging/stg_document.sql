with

source as (

    select * from {{ ref('raw_document') }}

),

units as (

    select * from {{ ref('amount_unit') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        {{ printed('organization_name') }} as organization_name,
        {{ printed('district_name') }} as district_name,
        try_cast({{ printed('fiscal_year') }} as integer) as fiscal_year,
        {{ printed('title') }} as title,
        {{ printed('source_file') }} as source_file,
        {{ printed('source_sha256') }} as source_sha256,
        {{ printed('amount_unit') }} as amount_unit,
        try_cast({{ printed('cells_read') }} as integer) as cells_read,
        coalesce({{ printed('currency') }}, 'CNY') as currency
    from source

)

select
    typed.document_id,
    typed.source_line,
    {{ key_of(['typed.organization_name']) }} as organization_id,
    typed.organization_name,
    typed.district_name,
    typed.fiscal_year,
    typed.title,
    typed.source_file,
    typed.source_sha256,
    typed.amount_unit,
    units.yuan_factor,
    typed.cells_read,
    typed.currency
from typed
left join units
    on typed.amount_unit = units.amount_unit
