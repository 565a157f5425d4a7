with

documents as (

    select * from {{ ref('stg_document') }}

)

select
    document_id,
    organization_id,
    organization_name,
    district_name,
    cast(fiscal_year as integer) as fiscal_year,
    title,
    source_file,
    source_sha256,
    amount_unit,
    source_line
from documents
