-- What a reviewer has to look at.
{{ config(materialized='view') }}

select * from {{ ref('int_rule_result_form') }}

union all

select * from {{ ref('int_rule_result_fund') }}

union all

select * from {{ ref('int_rule_result_line') }}

union all

select * from {{ ref('int_rule_result_indicator') }}
