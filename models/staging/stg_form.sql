with

source as (

    select * from {{ ref('raw_self_evaluation') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        cast({{ printed('form_no') }} as integer) as form_no,
        {{ printed('form_year') }} as form_year_text,
        try_cast({{ printed('form_year') }} as integer) as form_year,
        -- The form of a whole department has no project name: the department's name replaces it.
        coalesce({{ printed('project_name') }}, {{ printed('implementing_unit') }}) as project_name,
        {{ printed('project_name') }} as project_name_text,
        {{ printed('competent_unit') }} as competent_unit_text,
        {{ printed('implementing_unit') }} as implementing_unit_text,
        {{ printed('total_weight') }} as total_weight_text,
        {{ number_of('total_weight') }} as total_weight,
        {{ printed('total_score') }} as total_score_text,
        {{ number_of('total_score') }} as total_score,
        try_cast({{ printed('total_source_line') }} as integer) as total_source_line,
        {{ printed('rule_profile') }} as rule_profile_text,
        coalesce({{ printed('form_kind') }}, 'self_evaluation') as form_kind,
        {{ printed('grade') }} as grade_text,
        coalesce({{ printed('reading') }}, 'complete') as reading
    from source

)

select
    {{ project_id() }} as project_id,
    document_id,
    source_line,
    form_no,
    form_year_text,
    form_year,
    project_name,
    project_name_text,
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
from typed
