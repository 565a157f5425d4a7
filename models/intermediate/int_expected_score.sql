-- What the rule profile of the form gives for each scored line: a range, narrow where a rule fixes the score.
with

projects as (

    select * from {{ ref('int_project') }}

),

indicators as (

    select * from {{ ref('stg_self_evaluation_indicator') }}

),

comparisons as (

    select * from {{ ref('int_indicator_comparison') }}

),

funds as (

    select *
    from {{ ref('stg_self_evaluation_fund') }}
    where fund_source = 'total'

),

profiles as (

    select * from {{ ref('rule_profile') }}

),

bands as (

    select * from {{ ref('rule_profile_band') }}

),

execution_lines as (

    select
        funds.project_id,
        cast(null as string) as indicator_id,
        funds.weight,
        case
            when profiles.execution_method = 'linear' and funds.weight is not null
                then 'execution_rate'
            else 'not_checkable'
        end as expected_basis,
        case
            when profiles.execution_method = 'linear'
                then {{ share_of('funds.executed', 'funds.annual_budget') }}
        end as share_from,
        case
            when profiles.execution_method = 'linear'
                then {{ share_of('funds.executed', 'funds.annual_budget') }}
        end as share_to
    from funds
    inner join projects
        on funds.project_id = projects.project_id
    left join profiles
        on projects.rule_profile_id = profiles.profile_id

),

indicator_bases as (

    select
        indicators.project_id,
        indicators.indicator_id,
        indicators.weight,
        projects.rule_profile_id,
        comparisons.completion_rate,
        comparisons.actual_band,
        case
            when projects.rule_profile_id is null then 'not_checkable'
            when comparisons.value_kind in ('ordinal', 'yes_no') and comparisons.actual_band is not null
                then 'qualitative_band'
            when comparisons.attainment in ('met', 'exceeded') then 'full_weight'
            when comparisons.attainment = 'unmet' and comparisons.value_kind = 'month' then 'deadline_missed'
            when comparisons.attainment = 'unmet' and comparisons.completion_rate > 0 then 'proportional'
            when comparisons.attainment = 'unmet' and comparisons.completion_rate = 0 then 'nothing_done'
            when comparisons.actual_band is not null then 'qualitative_band'
            else 'not_checkable'
        end as expected_basis
    from indicators
    inner join projects
        on indicators.project_id = projects.project_id
    inner join comparisons
        on indicators.indicator_id = comparisons.indicator_id

),

indicator_lines as (

    select
        bases.project_id,
        bases.indicator_id,
        bases.weight,
        bases.expected_basis,
        case bases.expected_basis
            when 'full_weight' then 1
            when 'nothing_done' then 0
            -- Below a floor the share is actual over target, above a ceiling its inverse.
            when 'proportional' then least(bases.completion_rate, {{ ratio('1', 'bases.completion_rate') }})
            else bands.share_from
        end as share_from,
        case bases.expected_basis
            when 'full_weight' then 1
            when 'nothing_done' then 0
            when 'proportional' then least(bases.completion_rate, {{ ratio('1', 'bases.completion_rate') }})
            else bands.share_to
        end as share_to
    from indicator_bases as bases
    left join bands
        on
            bases.rule_profile_id = bands.profile_id
            and bands.band = case bases.expected_basis
                when 'deadline_missed' then 'deadline_missed'
                when 'qualitative_band' then bases.actual_band
            end

),

lines as (

    select * from execution_lines

    union all

    select * from indicator_lines

)

select
    project_id,
    indicator_id,
    case when share_from is null or weight is null or weight < 0 then 'not_checkable' else expected_basis end
        as expected_basis,
    case when weight >= 0 then {{ points('weight * share_from') }} end as expected_score_low,
    case when weight >= 0 then {{ points('weight * share_to') }} end as expected_score_high
from lines
