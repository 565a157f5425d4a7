with

documents as (

    select * from {{ ref('stg_document') }}

),

unread as (

    select
        document_id,
        count(*) as cells_unread
    from {{ ref('stg_unread_cell') }}
    group by document_id

)

select
    documents.document_id,
    documents.organization_id,
    case when documents.organization_name not like '（未载明：%' then documents.organization_name end as organization_name,
    documents.organization_name as organization_label,
    documents.district_name,
    cast(documents.fiscal_year as integer) as fiscal_year,
    documents.title,
    documents.source_file,
    documents.source_sha256,
    documents.amount_unit,
    documents.currency,
    documents.cells_read,
    cast(coalesce(unread.cells_unread, 0) as integer) as cells_unread,
    documents.source_line
from documents
left join unread
    on documents.document_id = unread.document_id
