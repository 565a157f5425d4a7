-- The reason that a form gives once for all of its indicators, in a row of its own below them. The reader has no column
-- for the row, and keeps it as printed. Of a form that gives reasons beside its indicators, a blank cell is none.
with

cells as (

    select
        {{ project_id() }} as project_id,
        row_label,
        cell_text
    from {{ ref('stg_unread_cell') }}
    where form_no is not null and reason_code = 'no_column'

),

forms_with_column as (

    select project_id
    from {{ ref('stg_self_evaluation_indicator') }}
    where deviation_reason is not null
    group by project_id

)

select
    cells.project_id,
    max(cells.cell_text) as reason_text
from cells
left join forms_with_column
    on cells.project_id = forms_with_column.project_id
where
    forms_with_column.project_id is null
    and {{ matches('cells.row_label', '原因') }}
    and {{ gives_reason('cells.cell_text') }}
group by cells.project_id
