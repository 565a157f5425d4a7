-- The rule profile of a region and year; a tie between several is counted and never decided by their names.
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
        -- The narrowest region of the organization decides.
        rank() over (
            partition by documents.document_id, assignments.evaluation_type
            order by length(coalesce(assignments.organization_prefix, '')) desc
        ) as choice
    from documents
    inner join assignments
        on
            documents.organization_name like concat(coalesce(assignments.organization_prefix, ''), '%')
            and documents.fiscal_year between assignments.year_from and assignments.year_to

),

narrowest as (

    select
        document_id,
        evaluation_type,
        count(distinct profile_id) as profiles,
        min(profile_id) as first_profile_id
    from fitting
    where choice = 1
    group by
        document_id,
        evaluation_type

)

select
    document_id,
    evaluation_type,
    profiles,
    case when profiles = 1 then first_profile_id end as profile_id
from narrowest
