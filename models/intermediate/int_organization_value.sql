with

documents as (

    select * from {{ ref('stg_document') }}

),

kinds as (

    select * from {{ ref('int_organization_kind') }}

),

measures as (

    select * from {{ ref('ranking_measure') }}

),

document_values as (

    select * from {{ ref('int_organization_measure') }}

),

organizations as (

    select distinct
        organization_id,
        fiscal_year
    from documents

),

valued as (

    select
        documents.organization_id,
        documents.fiscal_year,
        document_values.measure_code,
        count(*) as given_values,
        case when count(*) = 1 then max(document_values.value) end as value,
        case when sum(document_values.documents) = 1 then max(document_values.document_id) end as document_id,
        case when sum(document_values.documents) = 1 then max(document_values.source_line) end as source_line
    from document_values
    inner join documents
        on document_values.document_id = documents.document_id
    group by
        documents.organization_id,
        documents.fiscal_year,
        document_values.measure_code

)

select
    organizations.organization_id,
    kinds.organization_name,
    organizations.fiscal_year,
    concat_ws('-', kinds.kind_code, cast(organizations.fiscal_year as string)) as peer_group,
    concat_ws('', kinds.label_zh, '，', cast(organizations.fiscal_year as string), '年') as peer_group_label,
    measures.measure_code,
    measures.label_zh as measure_label,
    measures.direction,
    coalesce(valued.given_values > 1, false) as is_ambiguous,
    valued.value,
    valued.document_id,
    valued.source_line
from organizations
inner join kinds
    on organizations.organization_id = kinds.organization_id
cross join measures
left join valued
    on
        organizations.organization_id = valued.organization_id
        and organizations.fiscal_year = valued.fiscal_year
        and measures.measure_code = valued.measure_code
