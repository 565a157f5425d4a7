with

source as (

    select * from {{ ref('raw_source_place') }}

)

select
    document_id,
    cast(source_line as integer) as source_line,
    {{ printed('source_place') }} as source_place
from source
