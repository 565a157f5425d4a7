-- What passes or does not apply, by rule and document.
{{ config(materialized='view') }}

with

counts as (

    select *
    from {{ ref('int_rule_tally_form') }}

    union all

    select *
    from {{ ref('int_rule_tally_fund') }}

    union all

    select *
    from {{ ref('int_rule_tally_line') }}

    union all

    select *
    from {{ ref('int_rule_tally_indicator') }}

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
