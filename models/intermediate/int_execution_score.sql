-- The line of a form that scores the execution of its funds, and its expected score by the form's rule profile. Without
-- an annual budget the printed rate decides, unless its rounding is as much as a score may differ. Without a weight the
-- points in the heading of the funds are the full ones.
with

projects as (

    select * from {{ ref('int_project') }}

),

funds as (

    select *
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

),

rates as (

    select
        project_id,
        execution_percent,
        percent_place
    from {{ ref('int_reviewed_fund') }}
    where fund_source = 'total' and annual_budget is null

),

tolerances as (

    select tolerance
    from {{ ref('tolerance') }}
    where tolerance_code = 'execution_score'

),

-- Some forms print the points beside one of the sources instead.
parts as (

    select
        project_id,
        max(weight) as weight,
        max(score) as score
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source <> 'total' and coalesce(weight, score) is not null
    group by project_id
    having count(*) = 1

),

profiles as (

    select * from {{ ref('rule_profile') }}

),

lines as (

    select
        funds.document_id,
        funds.project_id,
        projects.project_name,
        funds.source_line,
        coalesce(funds.weight, parts.weight) as weight,
        coalesce(funds.weight, parts.weight, funds.block_points) as full_points,
        coalesce(funds.score, parts.score) as score,
        parts.project_id is not null
        or (
            coalesce(funds.weight_text, funds.score_text) is not null
            and not (
                {{ is_dash("coalesce(funds.weight_text, '-')") }} and {{ is_dash("coalesce(funds.score_text, '-')") }}
            )
        ) as is_scored,
        case
            when coalesce(profiles.execution_method, '') <> 'linear' then null
            when
                coalesce(funds.weight, parts.weight, funds.block_points) * rates.percent_place / 200
                <= tolerances.tolerance
                then {{ share_of('rates.execution_percent', '100') }}
            else {{ share_of('funds.executed', 'funds.annual_budget') }}
        end as execution_share
    from funds
    inner join projects
        on funds.project_id = projects.project_id
    left join parts
        on
            funds.project_id = parts.project_id
            and (funds.weight is null or funds.score is null)
    cross join tolerances
    left join rates
        on funds.project_id = rates.project_id
    left join profiles
        on projects.rule_profile_id = profiles.profile_id

)

select
    document_id,
    project_id,
    project_name,
    source_line,
    weight,
    full_points,
    score,
    is_scored,
    case when full_points >= 0 and execution_share is not null then 'execution_rate' else 'not_checkable' end
        as expected_basis,
    case when full_points >= 0 then {{ points('full_points * execution_share') }} end as expected_score
from lines
