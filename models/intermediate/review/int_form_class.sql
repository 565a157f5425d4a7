-- The weights of a form by class of indicators, side by side; the execution line is a class of its own.
with

lines as (

    select *
    from {{ ref('int_score_line') }}
    where evaluation_type = 'self_evaluation' and is_counted and class_code is not null

)

select
    {% for code in indicator_classes() -%}
        count(case when class_code = '{{ code }}' then 1 end) as {{ code }}_lines,
        count(case when class_code = '{{ code }}' and weight is null then 1 end) as {{ code }}_blanks,
        {{ figure("sum(case when class_code = '" ~ code ~ "' then weight end)") }} as {{ code }}_weight,
    {% endfor -%}
    project_id,
    document_id
from lines
group by
    project_id,
    document_id
