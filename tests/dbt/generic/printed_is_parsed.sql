{#- A printed value that is neither blank nor a dash has a parsed value. -#}
{% test printed_is_parsed(model, printed, parsed) %}

select *
from {{ model }}
where
    {{ printed }} is not null
    and {{ parsed }} is null
    and not {{ is_dash(printed) }}

{% endtest %}
