{#- A condition holds in every row; an unknown one doesn't hold. -#}
{% test is_true(model, condition) %}

select *
from {{ model }}
where not coalesce({{ condition }}, false)

{% endtest %}
