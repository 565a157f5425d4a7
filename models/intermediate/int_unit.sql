with

forms as (

    select * from {{ ref('stg_self_evaluation') }}

),

documents as (

    select * from {{ ref('stg_document') }}

),

aliases as (

    select * from {{ ref('unit_alias') }}

),

printed_units as (

    select
        document_id,
        competent_unit_text as unit_text
    from forms

    union

    select
        document_id,
        implementing_unit_text as unit_text
    from forms

),

placed as (

    select distinct
        documents.organization_id,
        documents.organization_name,
        printed_units.unit_text
    from printed_units
    inner join documents
        on printed_units.document_id = documents.document_id
    where printed_units.unit_text is not null

),

conformed as (

    select
        placed.organization_id,
        placed.unit_text,
        coalesce(aliases.unit_name, placed.unit_text) as unit_name
    from placed
    left join aliases
        on
            placed.organization_name = aliases.organization_name
            and placed.unit_text = aliases.alias

)

select
    {{ key_of(['organization_id', 'unit_name']) }} as unit_id,
    organization_id,
    unit_text,
    unit_name
from conformed
