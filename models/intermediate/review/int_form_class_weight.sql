-- The weights of a form as each rule profile adds them up, beside the profile's prescribed weight.
{{ config(materialized='view') }}
with

form_classes as (

    select * from {{ ref('int_form_class') }}

),

projects as (

    select
        project_id,
        document_id
    from {{ ref('int_project') }}

),

profile_classes as (

    select * from {{ ref('rule_profile_class') }}

),

profile_weights as (

    select * from {{ ref('rule_profile_weight') }}

),

-- The classes of indicators in each of a profile's weights.
prescribed as (

    select
        {% for code in indicator_classes() -%}
            max(case when profile_classes.class_code = '{{ code }}' then 1 else 0 end) as has_{{ code }},
        {% endfor -%}
        profile_weights.profile_id,
        profile_weights.weight_class,
        profile_weights.weight
    from profile_weights
    left join profile_classes
        on
            profile_weights.profile_id = profile_classes.profile_id
            and profile_weights.weight_class = profile_classes.weight_class
    group by
        profile_weights.profile_id,
        profile_weights.weight_class,
        profile_weights.weight

),

weighed as (

    select
        {% for code in indicator_classes() -%}
            coalesce(form_classes.{{ code }}_weight, 0) as {{ code }}_weight,
            coalesce(form_classes.{{ code }}_blanks, 0) as {{ code }}_blanks,
            coalesce(form_classes.{{ code }}_lines, 0) as {{ code }}_lines,
        {% endfor -%}
        projects.project_id,
        projects.document_id
    from projects
    left join form_classes
        on projects.project_id = form_classes.project_id

)

select
    weighed.project_id,
    weighed.document_id,
    prescribed.profile_id,
    prescribed.weight_class,
    {% for code in indicator_classes() -%}
        prescribed.has_{{ code }} * weighed.{{ code }}_weight{{ ' +' if not loop.last else ' as form_weight,' }}
    {% endfor -%}
    {% for code in indicator_classes() -%}
        prescribed.has_{{ code }} * weighed.{{ code }}_blanks{{ ' +' if not loop.last else ' as blank_weights,' }}
    {% endfor -%}
    {% for code in indicator_classes() -%}
        prescribed.has_{{ code }} * weighed.{{ code }}_lines{{ ' +' if not loop.last else ' as form_lines,' }}
    {% endfor -%}
    prescribed.weight as profile_weight
from weighed
cross join prescribed
