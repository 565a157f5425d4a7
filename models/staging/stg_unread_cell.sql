with

source as (

    select * from {{ ref('raw_unread_cell') }}

)

select
    document_id,
    cast(source_line as integer) as source_line,
    {{ printed('source_place') }} as source_place,
    {{ printed('table_kind') }} as table_kind,
    try_cast({{ printed('form_no') }} as integer) as form_no,
    {{ printed('row_label') }} as row_label,
    {{ printed('column_label') }} as column_label,
    cell_text,
    {{ printed('reason_code') }} as reason_code
from source
