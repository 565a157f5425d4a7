with

projects as (

    select * from {{ ref('int_project') }}

),

flat as (

    select
        project_id,
        document_id,
        form_no,
        organization_id,
        implementing_unit_id,
        fiscal_year,
        project_name,
        {{ flat_name('project_name') }} as flat_name
    from projects

),

unnumbered as (

    select
        *,
        {{ without_numbering('flat_name') }} as unnumbered_name
    from flat

),

begun as (

    select
        *,
        {{ without_leading_year('unnumbered_name', 'fiscal_year') }} as begun_name
    from unnumbered

),

normalised as (

    select
        *,
        -- A name that consists only of a year is kept.
        coalesce(nullif({{ without_trailing_year('begun_name', 'fiscal_year') }}, ''), flat_name) as normalised_name
    from begun

)

select
    project_id,
    document_id,
    form_no,
    organization_id,
    implementing_unit_id as unit_id,
    fiscal_year,
    project_name,
    normalised_name,
    case
        when normalised_name is null then 'no_name'
        when implementing_unit_id is null then 'name_only'
        else 'name_and_unit'
    end as match_basis,
    -- Forms without a name are not related: each is a series of its own.
    {{ key_of([
        'organization_id', 'implementing_unit_id', 'normalised_name',
        'case when normalised_name is null then project_id end'
    ]) }} as project_series_id
from normalised
