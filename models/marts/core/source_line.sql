with

lines as (

    select * from {{ ref('stg_source_line') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

),

places as (

    select * from {{ ref('stg_source_place') }}

),

joined as (

    -- The order of a row is before its text, so that the rows of a line are sorted by it.
    select
        document_id,
        source_line,
        max(form_no) as form_no,
        {{ joined_text("concat(cast(row_order as string), '~', cells_text)") }} as rows_text
    from lines
    group by
        document_id,
        source_line

)

select
    joined.document_id,
    cast(documents.fiscal_year as integer) as fiscal_year,
    joined.source_line,
    places.source_place,
    joined.form_no,
    substr({{ replace_all("concat('、', joined.rows_text)", '、[0-9][0-9]~', '；') }}, 2, 200) as line_text
from joined
inner join documents
    on joined.document_id = documents.document_id
left join places
    on
        joined.document_id = places.document_id
        and joined.source_line = places.source_line
