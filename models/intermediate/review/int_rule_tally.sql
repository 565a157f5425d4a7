-- The numbers of passed and not applicable checks, by rule and document.
{{ config(materialized='view') }}

select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    status,
    cast(count(*) as integer) as subjects,
    min(source_line) as source_line
from {{ ref('int_rule_outcome') }}
where status in ('pass', 'not_applicable')
group by
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    status
