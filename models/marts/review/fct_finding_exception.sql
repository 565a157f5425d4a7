with

exceptions as (

    select * from {{ ref('int_finding_exception') }}

)

select
    exception_id,
    finding_id,
    decision,
    reason,
    by_role,
    decided_on,
    status
from exceptions
