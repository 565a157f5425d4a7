with

source as (

    select * from {{ ref('raw_project_spending') }}

)

select
    document_id,
    cast(source_line as integer) as source_line,
    {{ printed('project_name') }} as project_name,
    {{ printed('section') }} as section,
    {{ printed('item_name') }} as item_name,
    {{ printed('approved') }} as approved_text,
    {{ number_of('approved') }} as approved,
    {{ printed('arrived') }} as arrived_text,
    {{ number_of('arrived') }} as arrived,
    {{ printed('spent') }} as spent_text,
    {{ number_of('spent') }} as spent,
    coalesce({{ printed('item_name') }} = '合计', false) as is_total
from source
