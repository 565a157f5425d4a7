-- A rule in no pass is built but never applied.
with

counted as (

    select
        rule_id,
        1 as in_catalogue,
        0 as in_passes
    from {{ ref('review_rule') }}
    group by rule_id

    {% for rule_id in rules_by_pass().values() | sum(start=[]) %}
        union all

        select
            '{{ rule_id }}' as rule_id,
            0 as in_catalogue,
            1 as in_passes
    {% endfor %}

)

select
    rule_id,
    sum(in_catalogue) as in_catalogue,
    sum(in_passes) as in_passes
from counted
group by rule_id
having sum(in_catalogue) <> 1 or sum(in_passes) <> 1
