with

goals as (

    select * from {{ ref('stg_project_goal') }}

),

forms as (

    select
        project_id,
        form_kind
    from {{ ref('stg_form') }}

)

select
    goals.project_id,
    goals.document_id,
    goals.form_no,
    goals.goal_no,
    forms.form_kind,
    goals.expected_text,
    goals.achieved_text,
    goals.source_line
from goals
inner join forms
    on goals.project_id = forms.project_id
