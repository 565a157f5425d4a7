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
        {{ printed('achieved') }} as achieved_text,
        {{ printed('is_repeated') }} as repeated_text,
        {{ printed('withheld') }} as withheld
    from source

)

select
    {{ project_id() }} as project_id,
    document_id,
    source_line,
    form_no,
    goal_no,
    expected_text,
    achieved_text,
    case repeated_text when 'true' then true when 'false' then false end as is_repeated,
    withheld
from typed
