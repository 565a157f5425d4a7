with

source as (

    select * from {{ ref('raw_department_target') }}

)

select
    document_id,
    cast(source_line as integer) as source_line,
    {{ printed('source_part') }} as source_part,
    {{ printed('level1') }} as level1,
    {{ printed('level2') }} as level2,
    {{ printed('target') }} as target_text,
    {{ number_of('target') }} as target_amount,
    {{ printed('completion') }} as completion_text,
    {{ printed('withheld') }} as withheld
from source
