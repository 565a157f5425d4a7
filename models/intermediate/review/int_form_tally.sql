-- The numbers of passed and not applicable checks, by form.
{{ config(materialized='view') }}

select
    project_id,
    status,
    cast(count(*) as integer) as subjects
from {{ ref('int_rule_outcome') }}
where project_id is not null and status in ('pass', 'not_applicable')
group by
    project_id,
    status
