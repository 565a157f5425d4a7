with

projects as (

    select * from {{ ref('int_project') }}

)

select
    project_id,
    document_id,
    cast(form_no as integer) as form_no,
    project_name,
    cast(fiscal_year as integer) as fiscal_year,
    cast(form_year as integer) as form_year,
    competent_unit_id,
    competent_unit_text,
    implementing_unit_id,
    implementing_unit_text,
    rule_profile_id,
    cast(forms_of_same_name as integer) as forms_of_same_name,
    source_line
from projects
