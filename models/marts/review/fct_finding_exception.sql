{{ config(tags=['across_organizations']) }}

with

decisions as (

    select * from {{ ref('int_finding_decision') }}

),

findings as (

    select finding_id from {{ ref('fct_finding') }}

)

select
    decisions.exception_id,
    decisions.finding_id,
    decisions.decision,
    decisions.reason,
    decisions.by_role,
    decisions.decided_on,
    case when findings.finding_id is null then 'unknown_finding' else decisions.status end as status
from decisions
left join findings
    on decisions.finding_id = findings.finding_id
