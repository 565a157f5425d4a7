-- The shares of an organization's units in a year add up to one, within the rounding of each.
select
    organization_id,
    fiscal_year,
    sum(share_rate) as share_sum,
    count(*) as unit_count
from {{ ref('mart_unit_execution') }}
group by
    organization_id,
    fiscal_year
having abs(sum(share_rate) - 1) > count(*) * 0.000001
