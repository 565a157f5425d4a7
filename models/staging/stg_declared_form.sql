with

forms as (

    select * from {{ ref('stg_form') }}

)

select
    project_id,
    document_id,
    source_line,
    form_no,
    form_year,
    project_name_text as project_name,
    competent_unit_text,
    implementing_unit_text
from forms
where form_kind = 'target_form'
