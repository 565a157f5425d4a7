with

projects as (

    select * from {{ ref('int_project') }}

),

series as (

    select
        project_id,
        project_series_id
    from {{ ref('int_project_series') }}

)

select
    projects.project_id,
    projects.document_id,
    cast(projects.form_no as integer) as form_no,
    projects.project_name,
    cast(projects.fiscal_year as integer) as fiscal_year,
    cast(projects.form_year as integer) as form_year,
    projects.competent_unit_id,
    projects.competent_unit_text,
    projects.implementing_unit_id,
    projects.implementing_unit_text,
    projects.is_unit_exchanged,
    projects.rule_profile_id,
    cast(projects.forms_of_same_name as integer) as forms_of_same_name,
    series.project_series_id,
    projects.form_kind,
    projects.grade_text,
    projects.reading,
    projects.is_repeated,
    projects.source_line
from projects
inner join series
    on projects.project_id = series.project_id
