-- The printed weights and scores of each level of the expert evaluations against the sums of their leaves.
{{ config(materialized='view') }}
with

printed_scores as (

    select * from {{ ref('stg_evaluation') }}

),

leaves as (

    select * from {{ ref('stg_evaluation_indicator') }}

),

sums as (

    select * from {{ ref('int_evaluation_sum') }}

),

conclusions as (

    select
        printed_scores.document_id,
        printed_scores.source_line,
        printed_scores.evaluation_type,
        printed_scores.row_kind,
        coalesce(printed_scores.part_code, 'total') as part_code,
        coalesce(printed_scores.part_name, '综合得分') as part_name,
        printed_scores.weight,
        printed_scores.score,
        sums.first_line,
        sums.last_line,
        sums.leaf_weight,
        sums.leaf_score,
        sums.rounded_scores
    from printed_scores
    left join sums
        on
            printed_scores.document_id = sums.document_id
            and printed_scores.evaluation_type = sums.evaluation_type
            and coalesce(printed_scores.subject_name, '') = coalesce(sums.subject_name, '')
            and coalesce(printed_scores.part_code, 'total') = sums.part_code

),

scores as (

    select
        document_id,
        source_line,
        concat_ws('_', evaluation_type, part_code, 'score') as figure_code,
        row_kind as figure_part,
        concat_ws('', part_name, '得分 = 末级指标得分之和') as label_zh,
        {{ figure('score') }} as reported_value,
        {{ figure('leaf_score') }} as recomputed_value,
        'score' as tolerance_code,
        rounded_scores as addends,
        first_line as against_line,
        last_line as against_last_line
    from conclusions

),

weights as (

    select
        document_id,
        source_line,
        concat_ws('_', evaluation_type, part_code, 'weight') as figure_code,
        row_kind as figure_part,
        concat_ws('', part_name, '分值 = 末级指标分值之和') as label_zh,
        {{ figure('weight') }} as reported_value,
        {{ figure('leaf_weight') }} as recomputed_value,
        'weight' as tolerance_code,
        1 as addends,
        first_line as against_line,
        last_line as against_last_line
    from conclusions

),

totals_of_parts as (

    select
        document_id,
        max(case when row_kind = 'conclusion_total' then source_line end) as source_line,
        concat_ws('_', evaluation_type, 'total_score') as figure_code,
        'sum_of_parts' as figure_part,
        '综合得分 = 各部分得分之和' as label_zh,
        {{ figure("max(case when row_kind = 'conclusion_total' then score end)") }} as reported_value,
        {{ figure("sum(case when row_kind = 'part' then score end)") }} as recomputed_value,
        'score' as tolerance_code,
        cast(count(case when row_kind = 'part' and score <> round(score, 0) then 1 end) as integer) as addends,
        min(case when row_kind = 'part' then source_line end) as against_line,
        max(case when row_kind = 'part' then source_line end) as against_last_line
    from printed_scores
    group by
        document_id,
        evaluation_type,
        subject_name

),

level1_weights as (

    select
        document_id,
        min(source_line) as source_line,
        concat_ws('_', evaluation_type, 'level1_weight') as figure_code,
        level1 as figure_part,
        concat_ws('', level1, '：标注分值 = 末级指标分值之和') as label_zh,
        {{ figure('max(level1_weight)') }} as reported_value,
        {{ figure('sum(weight)') }} as recomputed_value,
        'weight' as tolerance_code,
        1 as addends,
        min(source_line) as against_line,
        max(source_line) as against_last_line
    from leaves
    group by
        document_id,
        evaluation_type,
        subject_name,
        level1

),

level2_weights as (

    select
        document_id,
        min(source_line) as source_line,
        concat_ws('_', evaluation_type, 'level2_weight') as figure_code,
        concat_ws('/', level1, level2) as figure_part,
        concat_ws('', level2, '：标注分值 = 末级指标分值之和') as label_zh,
        {{ figure('max(level2_weight)') }} as reported_value,
        {{ figure('sum(weight)') }} as recomputed_value,
        'weight' as tolerance_code,
        1 as addends,
        min(source_line) as against_line,
        max(source_line) as against_last_line
    from leaves
    group by
        document_id,
        evaluation_type,
        subject_name,
        level1,
        level2

),

level3_weights as (

    select
        document_id,
        min(source_line) as source_line,
        concat_ws('_', evaluation_type, 'level3_weight') as figure_code,
        concat_ws('/', level1, level2, level3) as figure_part,
        concat_ws('', level3, '：标注分值 = 末级指标分值之和') as label_zh,
        {{ figure('max(level3_weight)') }} as reported_value,
        {{ figure('sum(weight)') }} as recomputed_value,
        'weight' as tolerance_code,
        1 as addends,
        min(source_line) as against_line,
        max(source_line) as against_last_line
    from leaves
    group by
        document_id,
        evaluation_type,
        subject_name,
        level1,
        level2,
        level3

),

combined as (

    select * from scores
    union all
    select * from weights
    union all
    select * from totals_of_parts
    union all
    select * from level1_weights
    union all
    select * from level2_weights
    union all
    select * from level3_weights

)

select
    document_id,
    cast(null as string) as project_id,
    source_line,
    figure_code,
    figure_part,
    label_zh,
    '分' as unit,
    reported_value,
    recomputed_value,
    tolerance_code,
    'evaluation' as basis,
    against_line,
    against_last_line,
    addends
from combined
where reported_value is not null
