with

documents as (

    select * from {{ ref('stg_document') }}

),

kinds as (

    select * from {{ ref('organization_kind') }}

),

organizations as (

    select distinct
        organization_id,
        organization_name,
        -- 局（本级） is a 局.
        {{ replace_all(half_width('organization_name'), '[(][^()]*[)]$', '') }} as bare_name
    from documents

),

matched as (

    -- The blank suffix matches every name, including a missing one.
    select
        organizations.organization_id,
        organizations.organization_name,
        kinds.kind_code,
        kinds.label_zh,
        kinds.label_en,
        row_number() over (
            partition by organizations.organization_id
            order by length(coalesce(kinds.suffix, '')) desc, kinds.suffix asc nulls last
        ) as match_no
    from organizations
    inner join kinds
        on
            kinds.suffix is null
            or substr(
                organizations.bare_name,
                greatest(length(organizations.bare_name) - length(kinds.suffix) + 1, 1)
            ) = kinds.suffix

)

select
    organization_id,
    organization_name,
    kind_code,
    label_zh,
    label_en
from matched
where match_no = 1
