with

forms as (

    select * from {{ ref('stg_form') }}

)

select
    project_id,
    document_id,
    source_line,
    form_no,
    form_year_text,
    form_year,
    project_name,
    competent_unit_text,
    implementing_unit_text,
    total_weight_text,
    total_weight,
    total_score_text,
    total_score,
    total_source_line,
    rule_profile_text,
    form_kind,
    grade_text,
    reading
from forms
where form_kind <> 'target_form'
