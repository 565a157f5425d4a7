with

scores as (

    select * from {{ ref('int_form_score') }}

),

grades as (

    select * from {{ ref('int_form_grade') }}

)

select
    scores.project_id,
    scores.document_id,
    scores.rule_profile_id,
    cast(scores.score_lines as integer) as score_lines,
    cast(scores.blank_score_lines as integer) as blank_score_lines,
    cast(scores.not_checkable_lines as integer) as not_checkable_lines,
    cast(scores.reported_weights_total as decimal(7, 2)) as reported_weights_total,
    cast(scores.weights_total as decimal(7, 2)) as weights_total,
    cast(scores.reported_total as decimal(7, 2)) as reported_total,
    cast(scores.recomputed_total as decimal(7, 2)) as recomputed_total,
    cast(scores.expected_total as decimal(7, 2)) as expected_total,
    cast(grades.difference as decimal(7, 2)) as difference,
    grades.grade,
    grades.expected_grade,
    grades.is_consistent,
    scores.total_source_line as source_line
from scores
inner join grades
    on scores.project_id = grades.project_id
