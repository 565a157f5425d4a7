with

source as (

    select * from {{ ref('raw_evaluation') }}

),

parts as (

    select * from {{ ref('evaluation_part') }}

),

typed as (

    select
        document_id,
        cast(source_line as integer) as source_line,
        {{ printed('evaluation_type') }} as evaluation_type,
        {{ printed('subject_name') }} as subject_name,
        {{ printed('part_name') }} as part_name,
        {{ printed('total_weight') }} as weight_text,
        {{ number_of('total_weight') }} as weight,
        {{ printed('total_score') }} as score_text,
        {{ number_of('total_score') }} as score,
        {{ printed('grade') }} as grade
    from source

)

select
    typed.document_id,
    typed.source_line,
    typed.evaluation_type,
    typed.subject_name,
    typed.part_name,
    case
        when typed.part_name is null then 'conclusion_total'
        when typed.part_name = '合计' then 'indicator_total'
        else 'part'
    end as row_kind,
    -- A part missing from the catalogue keeps its printed name.
    case when typed.part_name <> '合计' then coalesce(parts.part_code, typed.part_name) end as part_code,
    typed.weight_text,
    typed.weight,
    typed.score_text,
    typed.score,
    typed.grade
from typed
left join parts
    on typed.part_name = parts.part_name
