with

forms as (

    select * from {{ ref('int_project_series') }}

),

placed as (

    select
        *,
        count(*) over (partition by project_series_id, fiscal_year) as forms_of_year,
        row_number() over (
            partition by project_series_id
            order by fiscal_year desc nulls last, document_id desc, form_no desc
        ) as latest_no
    from forms

)

select
    project_series_id,
    organization_id,
    unit_id,
    normalised_name,
    max(case when latest_no = 1 then project_name end) as project_name,
    {{ joined_text('project_name') }} as spellings,
    cast(min(fiscal_year) as integer) as first_year,
    cast(max(fiscal_year) as integer) as last_year,
    cast(count(distinct fiscal_year) as integer) as years,
    cast(count(*) as integer) as forms,
    max(forms_of_year) > 1 as is_ambiguous,
    match_basis
from placed
group by
    project_series_id,
    organization_id,
    unit_id,
    normalised_name,
    match_basis
