with

units as (

    select * from {{ ref('int_unit') }}

)

select
    unit_id,
    organization_id,
    unit_name,
    {{ joined_text('unit_text') }} as aliases,
    cast(count(*) as integer) as printed_forms
from units
group by
    unit_id,
    organization_id,
    unit_name
