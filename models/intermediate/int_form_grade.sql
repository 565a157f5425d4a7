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
    reported_grades.grade,
    expected_grades.grade as expected_grade,
    scores.reported_total - scores.recomputed_total as difference,
    abs(scores.reported_total - scores.recomputed_total) <= tolerances.tolerance as is_consistent
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
