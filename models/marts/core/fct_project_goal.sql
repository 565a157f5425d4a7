with

goals as (

    select * from {{ ref('stg_project_goal') }}

),

forms as (

    select * from {{ ref('stg_form') }}

),

documents as (

    select
        document_id,
        fiscal_year
    from {{ ref('stg_document') }}

)

select
    goals.project_id,
    goals.document_id,
    goals.form_no,
    forms.project_name,
    cast(documents.fiscal_year as integer) as fiscal_year,
    goals.goal_no,
    forms.form_kind,
    goals.expected_text,
    goals.achieved_text,
    goals.is_repeated,
    goals.withheld,
    goals.source_line
from goals
inner join forms
    on goals.project_id = forms.project_id
inner join documents
    on goals.document_id = documents.document_id
