-- A rule that isn't in the list of rules is built but never applied.
with

counted as (

    select
        rule_id,
        1 as in_catalogue,
        0 as in_list
    from {{ ref('review_rule') }}
    group by rule_id

    {% for rule_id in rules() %}
        union all

        select
            '{{ rule_id }}' as rule_id,
            0 as in_catalogue,
            1 as in_list
    {% endfor %}

)

select
    rule_id,
    sum(in_catalogue) as in_catalogue,
    sum(in_list) as in_list
from counted
group by rule_id
having sum(in_catalogue) <> 1 or sum(in_list) <> 1
