with

targets as (

    select * from {{ ref('stg_department_target') }}

),

documents as (

    select
        document_id,
        fiscal_year,
        yuan_factor
    from {{ ref('stg_document') }}

)

select
    targets.document_id,
    cast(documents.fiscal_year as integer) as fiscal_year,
    targets.source_part,
    targets.level1,
    targets.level2,
    targets.target_text,
    case when targets.source_part = 'fund' then {{ yuan('targets.target_amount', 'documents.yuan_factor') }} end
        as target_yuan,
    targets.completion_text,
    targets.withheld,
    targets.source_line
from targets
inner join documents
    on targets.document_id = documents.document_id
