with

scores as (

    select * from {{ ref('int_form_score') }}

),

grades as (

    select * from {{ ref('rule_profile_grade') }}

),

tolerances as (

    select tolerance
    from {{ ref('tolerance') }}
    where tolerance_code = 'score'

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
    cast(scores.reported_total - scores.recomputed_total as decimal(7, 2)) as difference,
    reported_grades.grade,
    expected_grades.grade as expected_grade,
    -- A form without a total, or with a blank score, has nothing that could agree.
    coalesce(abs(scores.reported_total - scores.recomputed_total) <= tolerances.tolerance, false) as is_consistent,
    scores.total_source_line as source_line
from scores
cross join tolerances
left join grades as reported_grades
    on
        scores.rule_profile_id = reported_grades.profile_id
        and scores.reported_total >= reported_grades.score_from
        and scores.reported_total < reported_grades.score_below
left join grades as expected_grades
    on
        scores.rule_profile_id = expected_grades.profile_id
        and scores.expected_total >= expected_grades.score_from
        and scores.expected_total < expected_grades.score_below
