-- The numbers of passed and not applicable checks, by rule and document.
{{ config(materialized='view') }}

with

counts as (

    {{ every_pass('tally') }}

)

select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    status,
    subjects,
    source_line
from counts
where rule_id is not null
