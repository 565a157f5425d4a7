with

places as (

    select * from {{ ref('stg_source_place') }}

)

select
    document_id,
    source_line,
    source_place
from places
