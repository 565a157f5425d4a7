-- The reason that a form gives once for all of its indicators, in a row of its own below them. The reader has no column
-- for the row, and keeps it as printed.
with

cells as (

    select
        {{ project_id() }} as project_id,
        row_label,
        cell_text
    from {{ ref('stg_unread_cell') }}
    where form_no is not null and reason_code = 'no_column'

)

select
    project_id,
    max(cell_text) as reason_text
from cells
where {{ matches('row_label', '原因') }} and {{ gives_reason('cell_text') }}
group by project_id
