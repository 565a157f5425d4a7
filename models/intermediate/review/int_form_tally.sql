-- What passes or does not apply, by form.
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
    project_id,
    status,
    subjects
from counts
where rule_id is null and project_id is not null
