-- What passes or does not apply, counted.
{{ config(materialized='view') }}

select * from {{ ref('int_rule_tally_form') }}

union all

select * from {{ ref('int_rule_tally_fund') }}

union all

select * from {{ ref('int_rule_tally_line') }}

union all

select * from {{ ref('int_rule_tally_indicator') }}
