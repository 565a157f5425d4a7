-- The numbers of passed and not applicable checks, by form.
{{ config(materialized='view') }}

with

counts as (

    {{ every_pass('tally') }}

)

select
    project_id,
    status,
    subjects
from counts
where rule_id is null and project_id is not null
