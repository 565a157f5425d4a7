with

source as (

    select * from {{ ref('raw_reported_figure') }}

),

units as (

    select * from {{ ref('amount_unit') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        {{ printed('figure_code') }} as figure_code,
        {{ printed('label') }} as label_zh,
        {{ printed('value') }} as value_text,
        {{ number_of('value') }} as value,
        {{ printed('unit') }} as unit
    from source

)

select
    typed.document_id,
    typed.source_line,
    typed.figure_code,
    typed.label_zh,
    typed.value_text,
    typed.value,
    typed.unit,
    {{ yuan('typed.value', 'units.yuan_factor') }} as value_yuan
from typed
left join units
    on typed.unit = units.amount_unit
