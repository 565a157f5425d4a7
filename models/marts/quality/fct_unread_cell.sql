with

cells as (

    select
        *,
        -- The same text can occur twice in one row of a table.
        row_number() over (
            partition by document_id, source_line, source_place, row_label, column_label, cell_text
            order by table_kind asc nulls last, form_no asc nulls last, reason_code asc nulls last
        ) as cell_ordinal
    from {{ ref('stg_unread_cell') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

),

forms as (

    select
        document_id,
        form_no,
        project_name
    from {{ ref('stg_form') }}

),

reasons as (

    select * from {{ ref('unread_reason') }}

)

select
    {{ key_of([
        'cells.document_id', 'cells.source_line', 'cells.source_place', 'cells.row_label', 'cells.column_label',
        'cells.cell_text', 'cells.cell_ordinal'
    ]) }} as unread_cell_id,
    cells.document_id,
    cells.source_line,
    cells.source_place,
    cells.table_kind,
    cells.form_no,
    forms.project_name,
    cast(documents.fiscal_year as integer) as fiscal_year,
    cells.row_label,
    cells.column_label,
    cells.cell_text,
    cells.reason_code,
    reasons.reason_zh,
    reasons.reason_en
from cells
inner join documents
    on cells.document_id = documents.document_id
left join forms
    on
        cells.document_id = forms.document_id
        and cells.form_no = forms.form_no
left join reasons
    on cells.reason_code = reasons.reason_code
