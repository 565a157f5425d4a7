-- The line of a form that scores the execution of its funds, and its expected score by the form's rule profile.
with

projects as (

    select * from {{ ref('int_project') }}

),

funds as (

    select *
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

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
        coalesce(funds.score, parts.score) as score,
        parts.project_id is not null
        or (
            coalesce(funds.weight_text, funds.score_text) is not null
            and not (
                {{ is_dash("coalesce(funds.weight_text, '-')") }} and {{ is_dash("coalesce(funds.score_text, '-')") }}
            )
        ) as is_scored,
        case
            when profiles.execution_method = 'linear'
                then {{ share_of('funds.executed', 'funds.annual_budget') }}
        end as execution_share
    from funds
    inner join projects
        on funds.project_id = projects.project_id
    left join parts
        on
            funds.project_id = parts.project_id
            and (funds.weight is null or funds.score is null)
    left join profiles
        on projects.rule_profile_id = profiles.profile_id

)

select
    document_id,
    project_id,
    project_name,
    source_line,
    weight,
    score,
    is_scored,
    case when weight >= 0 and execution_share is not null then 'execution_rate' else 'not_checkable' end
        as expected_basis,
    case when weight >= 0 then {{ points('weight * execution_share') }} end as expected_score
from lines
