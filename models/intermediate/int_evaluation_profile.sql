with

documents as (

    select * from {{ ref('stg_document') }}

),

assignments as (

    select * from {{ ref('rule_profile_assignment') }}

),

fitting as (

    select
        documents.document_id,
        assignments.evaluation_type,
        assignments.profile_id,
        -- The narrowest region that the organization belongs to decides.
        row_number() over (
            partition by documents.document_id, assignments.evaluation_type
            order by length(coalesce(assignments.organization_prefix, '')) desc, assignments.profile_id asc
        ) as choice
    from documents
    inner join assignments
        on
            documents.organization_name like concat(coalesce(assignments.organization_prefix, ''), '%')
            and documents.fiscal_year between assignments.year_from and assignments.year_to

)

select
    document_id,
    evaluation_type,
    profile_id
from fitting
where choice = 1
