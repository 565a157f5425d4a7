-- All rules in one query would keep the join tables of each in memory at once, and take much longer to plan.
{{ config(materialized='rule_by_rule') }}

with

results as (

    {% for rule in rules() %}
        select * from {{ ref('rule_' ~ rule) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}

)

select
    rule_id,
    rule_version,
    severity,
    document_id,
    fiscal_year,
    project_id,
    indicator_id,
    subject_id,
    item,
    source_line,
    reported_value,
    expected_value,
    unit,
    reported_text,
    expected_text,
    operand_a,
    operand_b,
    operand_c,
    against_line,
    against_last_line,
    reconciliation_id,
    status,
    reason_code,
    only_profile_id
from results
