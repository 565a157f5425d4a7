-- An unreadable cell in place of a number is neither blank nor zero.
with

cells as (

    select * from {{ ref('int_form_cell') }}

)

select
    cell_id,
    document_id,
    project_id,
    indicator_id,
    item_label,
    source_line,
    cell_code,
    printed_text
from cells
where not is_number
