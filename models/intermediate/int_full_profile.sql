-- The profiles that prescribe the weight of every class; one with open weights fits every form and proves nothing.
{{ config(materialized='view') }}
with

profile_weights as (

    select * from {{ ref('rule_profile_weight') }}

),

totals as (

    select
        profile_id,
        value
    from {{ ref('int_profile_parameter') }}
    where parameter_code = 'total_weight'

)

select
    profile_weights.profile_id,
    sum(profile_weights.weight) as weight
from profile_weights
inner join totals
    on profile_weights.profile_id = totals.profile_id
group by profile_weights.profile_id
having sum(profile_weights.weight) = max(totals.value)
