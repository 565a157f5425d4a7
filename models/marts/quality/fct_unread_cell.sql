with

cells as (

    select * from {{ ref('stg_unread_cell') }}

),

reasons as (

    select * from {{ ref('unread_reason') }}

)

select
    cells.document_id,
    cells.source_line,
    cells.source_place,
    cells.table_kind,
    cells.form_no,
    cells.row_label,
    cells.column_label,
    cells.cell_text,
    cells.reason_code,
    reasons.reason_zh,
    reasons.reason_en
from cells
left join reasons
    on cells.reason_code = reasons.reason_code
