-- All rules in one query would keep the join tables of each in memory at once, and take much longer to plan.
{{ config(materialized='rule_by_rule') }}

{% for rule in rules() %}
    select * from {{ ref('rule_' ~ rule) }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
