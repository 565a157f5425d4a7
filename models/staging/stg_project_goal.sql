with

source as (

    select * from {{ ref('raw_project_goal') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        cast({{ printed('form_no') }} as integer) as form_no,
        cast({{ printed('goal_no') }} as integer) as goal_no,
        {{ printed('expected') }} as expected_text,
        {{ printed('achieved') }} as achieved_text
    from source

)

select
    {{ project_id() }} as project_id,
    document_id,
    source_line,
    form_no,
    goal_no,
    expected_text,
    achieved_text
from typed
