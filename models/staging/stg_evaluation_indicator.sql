with

source as (

    select * from {{ ref('raw_evaluation_indicator') }}

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
        {{ replace_all(half_width(printed('level1')), '[(][0-9.]+分[)]$', '') }} as level1,
        try_cast({{ extract(half_width(printed('level1')), '[(]([0-9.]+)分[)]$') }} as decimal(20, 8)) as level1_weight,
        {{ replace_all(half_width(printed('level2')), '[(][0-9.]+分[)]$', '') }} as level2,
        try_cast({{ extract(half_width(printed('level2')), '[(]([0-9.]+)分[)]$') }} as decimal(20, 8)) as level2_weight,
        {{ replace_all(half_width(printed('level3')), '[(][0-9.]+分[)]$', '') }} as level3,
        try_cast({{ extract(half_width(printed('level3')), '[(]([0-9.]+)分[)]$') }} as decimal(20, 8)) as level3_weight,
        {{ printed('level4') }} as level4,
        {{ printed('weight') }} as weight_text,
        {{ number_of('weight') }} as weight,
        {{ printed('score') }} as score_text,
        {{ number_of('score') }} as score,
        {{ printed('deduction_reason') }} as deduction_reason
    from source

)

select
    typed.document_id,
    typed.source_line,
    typed.evaluation_type,
    typed.subject_name,
    coalesce(parts.part_code, typed.level1) as part_code,
    typed.level1,
    typed.level1_weight,
    typed.level2,
    typed.level2_weight,
    typed.level3,
    typed.level3_weight,
    typed.level4,
    typed.weight_text,
    typed.weight,
    typed.score_text,
    typed.score,
    typed.deduction_reason,
    row_number() over (
        partition by typed.document_id, typed.evaluation_type, typed.source_line
        order by typed.level2 asc nulls last, typed.level3 asc nulls last, typed.level4 asc nulls last
    ) as line_ordinal
from typed
left join parts
    on typed.level1 = parts.part_name
