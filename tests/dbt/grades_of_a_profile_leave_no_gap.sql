-- From zero upwards each grade begins where the next lower one ends.
with

grades as (

    select
        profile_id,
        grade,
        score_from,
        lag(score_below, 1, 0) over (partition by profile_id order by score_from) as end_of_lower_grade
    from {{ ref('rule_profile_grade') }}

)

select *
from grades
where score_from <> end_of_lower_grade
