{#- A condition holds in every row; where it cannot be told, it does not hold. -#}
{% test is_true(model, condition) %}

select *
from {{ model }}
where not coalesce({{ condition }}, false)

{% endtest %}
