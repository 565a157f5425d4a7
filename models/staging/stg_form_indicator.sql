with

source as (

    select * from {{ ref('raw_self_evaluation_indicator') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        cast({{ printed('form_no') }} as integer) as form_no,
        cast({{ printed('indicator_no') }} as integer) as indicator_no,
        {{ printed('level1') }} as level1,
        {{ printed('level2') }} as level2,
        {{ printed('level3') }} as level3,
        {{ printed('target') }} as target_text,
        {{ printed('actual') }} as actual_text,
        {{ printed('weight') }} as weight_text,
        {{ points_of('weight') }} as weight,
        {{ printed('score') }} as score_text,
        {{ points_of('score') }} as score,
        {{ printed('deviation_reason') }} as deviation_reason,
        {{ printed('measure_unit') }} as measure_unit,
        {{ printed('direction') }} as direction_text,
        {{ points_of('level1_points') }} as level1_points,
        {{ points_of('level2_points') }} as level2_points
    from source

),

keyed as (

    select
        *,
        {{ project_id() }} as project_id
    from typed

)

select
    concat_ws('-', project_id, {{ padded('indicator_no', 2) }}) as indicator_id,
    project_id,
    document_id,
    source_line,
    form_no,
    indicator_no,
    level1,
    level2,
    level3,
    target_text,
    actual_text,
    weight_text,
    weight,
    score_text,
    score,
    deviation_reason,
    measure_unit,
    direction_text,
    level1_points,
    level2_points
from keyed
