{%- set total_decimals -%}
    length({{ extract(half_width('projects.total_score_text'), '[.]([0-9]+)') }})
{%- endset %}

with

projects as (

    select * from {{ ref('int_project') }}

),

lines as (

    select *
    from {{ ref('int_score_line') }}
    where evaluation_type = 'self_evaluation' and is_counted

),

unread as (

    select * from {{ ref('int_form_unread') }}

),

summed as (

    select
        project_id,
        count(*) as score_lines,
        min(source_line) as first_line,
        max(source_line) as last_line,
        -- A line without a weight needs no score.
        sum(case when weight is not null and reported_score is null then 1 else 0 end) as blank_score_lines,
        count(*) - count(weight) as blank_weight_lines,
        -- A form can print points for its funds and none for its indicators.
        count(case when indicator_id is not null then weight end) as weighted_lines,
        count(case when indicator_id is not null then reported_score end) as scored_lines,
        sum(case when expected_basis = 'not_checkable' then 1 else 0 end) as not_checkable_lines,
        sum(weight) as weights_total,
        sum(reported_score) as scores_total,
        count(case when reported_score <> round(reported_score, 0) then 1 end) as rounded_scores,
        max(length({{ extract(plain('reported_score'), '[.]([0-9]+)$') }})) as score_decimals,
        -- A sum over blanks would pass an unscored form: it has no recomputed total.
        case when count(*) = count(reported_score) then sum(reported_score) end as recomputed_total,
        case
            when count(*) = count(coalesce(nearest_expected_score, reported_score))
                then sum(coalesce(nearest_expected_score, reported_score))
        end as expected_total
    from lines
    group by project_id

),

classes as (

    select
        project_id,
        level1,
        min(source_line) as first_line,
        sum(weight) as weight
    from lines
    where level1 is not null and weight is not null
    group by
        project_id,
        level1

),

-- The weights by class, in the order of the form: 预算执行10、产出指标60.
weighed as (

    select
        project_id,
        substr(
            {{ replace_all(
                joined_text("concat('、', lpad(cast(first_line as string), 9, '0'), '|', level1, " ~ plain('weight') ~ ")"),
                '、+[0-9]{9}[|]', '、'
            ) }}, 2
        ) as weights_text
    from classes
    group by project_id

)

select
    projects.project_id,
    projects.document_id,
    projects.rule_profile_id,
    projects.source_line,
    projects.total_source_line,
    -- A form without a total is shown at its beginning.
    coalesce(projects.total_source_line, projects.source_line) as total_line,
    summed.first_line,
    summed.last_line,
    summed.score_lines,
    summed.blank_score_lines,
    summed.blank_weight_lines,
    coalesce(summed.weighted_lines, 0) as weighted_lines,
    coalesce(summed.scored_lines, 0) as scored_lines,
    summed.not_checkable_lines,
    coalesce(unread.unread_weights, 0) as unread_weights,
    coalesce(unread.unread_scores, 0) as unread_scores,
    projects.total_weight as reported_weights_total,
    summed.weights_total,
    weighed.weights_text,
    summed.scores_total,
    cast(coalesce(summed.rounded_scores, 0) as integer) as rounded_scores,
    projects.total_score as reported_total,
    -- A total with decimals, but fewer than its scores, is rounded itself: 98.4 of 98.44. A whole total is exact.
    {{ figure(
        'case when ' ~ total_decimals ~ ' < summed.score_decimals then '
        ~ last_place('projects.total_score_text', 0) ~ ' / 2 else 0 end'
    ) }} as total_rounding,
    -- The sum of those that were read isn't the form's.
    case when unread.unread_scores > 0 then null else summed.recomputed_total end as recomputed_total,
    case when unread.unread_scores > 0 then null else summed.expected_total end as expected_total
from projects
left join summed
    on projects.project_id = summed.project_id
left join weighed
    on projects.project_id = weighed.project_id
left join unread
    on projects.project_id = unread.project_id
