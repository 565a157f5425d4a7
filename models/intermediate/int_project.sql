with

forms as (

    select * from {{ ref('stg_self_evaluation') }}

),

documents as (

    select * from {{ ref('stg_document') }}

),

units as (

    select * from {{ ref('int_unit') }}

),

profiles as (

    select * from {{ ref('int_form_profile') }}

)

select
    forms.project_id,
    forms.document_id,
    forms.source_line,
    forms.form_no,
    forms.project_name,
    documents.organization_id,
    documents.fiscal_year,
    forms.form_year_text,
    forms.form_year,
    competent.unit_id as competent_unit_id,
    competent.unit_name as competent_unit_name,
    forms.competent_unit_text,
    implementing.unit_id as implementing_unit_id,
    implementing.unit_name as implementing_unit_name,
    forms.implementing_unit_text,
    profiles.rule_profile_id,
    profiles.rule_profile_text,
    profiles.profile_problem,
    count(*) over (partition by forms.document_id, forms.project_name) as forms_of_same_name,
    forms.total_weight,
    forms.total_score,
    forms.total_source_line,
    forms.form_kind,
    forms.grade_text,
    forms.reading
from forms
inner join documents
    on forms.document_id = documents.document_id
left join units as competent
    on
        documents.organization_id = competent.organization_id
        and forms.competent_unit_text = competent.unit_text
left join units as implementing
    on
        documents.organization_id = implementing.organization_id
        and forms.implementing_unit_text = implementing.unit_text
inner join profiles
    on forms.project_id = profiles.project_id
