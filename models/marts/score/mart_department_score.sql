with

printed_scores as (

    select *
    from {{ ref('stg_evaluation') }}
    where row_kind in ('part', 'conclusion_total')

),

sums as (

    select * from {{ ref('int_evaluation_sum') }}

),

profiles as (

    select * from {{ ref('int_evaluation_profile') }}

),

grades as (

    select * from {{ ref('rule_profile_grade') }}

),

joined as (

    select
        printed_scores.document_id,
        printed_scores.evaluation_type,
        printed_scores.subject_name,
        coalesce(printed_scores.part_code, 'total') as part_code,
        coalesce(printed_scores.part_name, '综合得分') as part_name,
        printed_scores.weight,
        sums.leaf_weight,
        printed_scores.score,
        sums.leaf_score,
        printed_scores.grade,
        profiles.profile_id,
        printed_scores.source_line,
        -- A part can be printed in several tables.
        row_number() over (
            partition by
                printed_scores.document_id,
                printed_scores.evaluation_type,
                printed_scores.subject_name,
                coalesce(printed_scores.part_code, 'total')
            order by
                printed_scores.source_line asc, printed_scores.weight_text asc nulls last,
                printed_scores.score_text asc nulls last
        ) as print_ordinal
    from printed_scores
    left join sums
        on
            printed_scores.document_id = sums.document_id
            and printed_scores.evaluation_type = sums.evaluation_type
            and coalesce(printed_scores.subject_name, '') = coalesce(sums.subject_name, '')
            and coalesce(printed_scores.part_code, 'total') = sums.part_code
    left join profiles
        on
            printed_scores.document_id = profiles.document_id
            and printed_scores.evaluation_type = profiles.evaluation_type

)

select
    case
        when joined.print_ordinal > 1
            then {{ key_of([
                'joined.document_id', 'joined.evaluation_type', 'joined.subject_name', 'joined.part_code',
                'joined.print_ordinal'
            ]) }}
        else {{ key_of(['joined.document_id', 'joined.evaluation_type', 'joined.subject_name', 'joined.part_code']) }}
    end as department_score_id,
    joined.document_id,
    joined.evaluation_type,
    joined.subject_name,
    joined.part_code,
    joined.part_name,
    joined.profile_id as rule_profile_id,
    {{ points('joined.weight') }} as weight,
    {{ points('joined.leaf_weight') }} as leaf_weight,
    {{ points('joined.score') }} as reported_score,
    {{ points('joined.leaf_score') }} as recomputed_score,
    {{ points('joined.score - joined.leaf_score') }} as difference,
    {{ ratio('joined.leaf_score', 'joined.leaf_weight') }} as score_rate,
    joined.grade as reported_grade,
    grades.grade as recomputed_grade,
    joined.source_line
from joined
left join grades
    on
        joined.part_code = 'total'
        and joined.profile_id = grades.profile_id
        and joined.leaf_score >= grades.score_from
        and joined.leaf_score < grades.score_below
