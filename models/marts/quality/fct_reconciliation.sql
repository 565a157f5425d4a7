with

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('dim_document') }}

),

figures as (

    select * from {{ ref('int_reconciliation') }}

)

select
    figures.reconciliation_id,
    figures.document_id,
    documents.fiscal_year,
    figures.project_id,
    figures.basis,
    figures.figure_code,
    figures.figure_part,
    figures.label_zh,
    figures.unit,
    figures.reported_value,
    figures.recomputed_value,
    figures.difference,
    figures.tolerance,
    figures.status,
    figures.source_line
from figures
inner join documents
    on figures.document_id = documents.document_id
