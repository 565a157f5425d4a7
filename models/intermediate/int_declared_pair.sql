-- The target forms whose project filed a self-evaluation of the same year under the same name, unique on both sides.
with

documents as (

    select
        document_id,
        organization_id,
        fiscal_year
    from {{ ref('stg_document') }}

),

forms as (

    select
        forms.project_id,
        forms.document_id,
        forms.source_line,
        forms.form_kind = 'target_form' as is_declared,
        documents.organization_id,
        coalesce(forms.form_year, documents.fiscal_year) as fiscal_year,
        {{ flat_name('forms.project_name') }} as form_name
    from {{ ref('stg_form') }} as forms
    inner join documents
        on forms.document_id = documents.document_id

),

counted as (

    select
        *,
        count(*) over (partition by organization_id, fiscal_year, form_name, is_declared) as forms_of_same_name
    from forms
    where form_name is not null

)

select
    declared.project_id as declared_project_id,
    declared.document_id as declared_document_id,
    declared.source_line as declared_source_line,
    reported.project_id,
    reported.document_id,
    reported.source_line,
    reported.fiscal_year
from counted as declared
inner join counted as reported
    on
        declared.organization_id = reported.organization_id
        and declared.fiscal_year = reported.fiscal_year
        and declared.form_name = reported.form_name
where
    declared.is_declared
    and not reported.is_declared
    and declared.forms_of_same_name = 1
    and reported.forms_of_same_name = 1
