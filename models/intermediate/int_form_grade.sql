-- Thresholds are of a hundred points. The rows of a plain table add up to any sum: their share of it is graded.
with

forms as (

    select * from {{ ref('int_form_score') }}

),

projects as (

    select
        project_id,
        form_kind
    from {{ ref('int_project') }}

),

scores as (

    select
        forms.*,
        {% for total in ['reported_total', 'expected_total'] -%}
            case
                when projects.form_kind <> 'project_table' then {{ figure('forms.' ~ total) }}
                when forms.blank_weight_lines = 0 and forms.unread_weights = 0
                    then {{ quotient('forms.' ~ total ~ ' * 100', 'forms.weights_total') }}
            end as {{ total }}_of_100
            {%- if not loop.last %},
            {% endif %}
        {%- endfor %}
    from forms
    inner join projects
        on forms.project_id = projects.project_id

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
        and scores.reported_total_of_100 >= reported_grades.score_from
        and scores.reported_total_of_100 < reported_grades.score_below
left join grades as expected_grades
    on
        scores.rule_profile_id = expected_grades.profile_id
        and scores.expected_total_of_100 >= expected_grades.score_from
        and scores.expected_total_of_100 < expected_grades.score_below
