-- The form of the project that a document's evaluation report is about, if it is about one, and one form has its name.
with

named as (

    select
        document_id,
        project_name
    from {{ ref('int_project_period') }}

    union

    select
        document_id,
        subject_name as project_name
    from {{ ref('stg_evaluation') }}
    where evaluation_type = 'project' and subject_name is not null

),

evaluated as (

    select
        document_id,
        max({{ flat_name('project_name') }}) as project_name
    from named
    group by document_id
    having count(distinct {{ flat_name('project_name') }}) = 1

),

forms as (

    select * from {{ ref('int_project') }}

)

select
    evaluated.document_id,
    min(forms.project_id) as evaluated_form_id
from evaluated
inner join forms
    on
        evaluated.document_id = forms.document_id
        and evaluated.project_name = {{ flat_name('forms.project_name') }}
group by evaluated.document_id
having count(*) = 1
