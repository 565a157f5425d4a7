select sum(weight) as total_weight
from {{ ref('risk_weight') }}
having sum(weight) <> 1
