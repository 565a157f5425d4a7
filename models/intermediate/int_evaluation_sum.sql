-- Weights and scores of the expert evaluations, summed from the leaves: by subject and part, and in total.
with

leaves as (

    select * from {{ ref('stg_evaluation_indicator') }}

),

part_sums as (

    select
        document_id,
        evaluation_type,
        subject_name,
        part_code,
        min(source_line) as first_line,
        max(source_line) as last_line,
        -- A blank leaf is not zero: the sum is unknown.
        case when count(*) = count(weight) then sum(weight) end as leaf_weight,
        case when count(*) = count(score) then sum(score) end as leaf_score,
        -- Means of experts are rounded where they are printed with decimals.
        count(case when score <> round(score, 0) then 1 end) as rounded_scores
    from leaves
    group by
        document_id,
        evaluation_type,
        subject_name,
        part_code

),

total_sums as (

    select
        document_id,
        evaluation_type,
        subject_name,
        'total' as part_code,
        min(source_line) as first_line,
        max(source_line) as last_line,
        case when count(*) = count(weight) then sum(weight) end as leaf_weight,
        case when count(*) = count(score) then sum(score) end as leaf_score,
        -- Means of experts are rounded where they are printed with decimals.
        count(case when score <> round(score, 0) then 1 end) as rounded_scores
    from leaves
    group by
        document_id,
        evaluation_type,
        subject_name

),

sums as (

    select * from part_sums

    union all

    select * from total_sums

)

select
    document_id,
    evaluation_type,
    subject_name,
    part_code,
    first_line,
    last_line,
    leaf_weight,
    leaf_score,
    cast(rounded_scores as integer) as rounded_scores
from sums
