-- A class without columns of its own would silently drop out of a form's weights.
select class_code
from {{ ref('indicator_class') }}
where
    true
    {% for code in indicator_classes() %}
        and class_code <> '{{ code }}'
    {% endfor %}
