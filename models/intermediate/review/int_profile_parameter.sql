-- Each parameter of the review for each rule profile: its own value, or the common one.
with

profiles as (

    select profile_id from {{ ref('rule_profile') }}

),

parameters as (

    select * from {{ ref('rule_profile_parameter') }}

),

codes as (

    select distinct parameter_code from parameters

)

select
    profiles.profile_id,
    codes.parameter_code,
    coalesce(own.value, common.value) as value
from profiles
cross join codes
left join parameters as own
    on
        profiles.profile_id = own.profile_id
        and codes.parameter_code = own.parameter_code
left join parameters as common
    on
        common.profile_id is null
        and codes.parameter_code = common.parameter_code
